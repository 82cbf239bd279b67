/**
 * The last bytes of each of many streams, in one piece of memory of bounded size: the streams that were silent longest
 * give theirs up. Captures have hundreds of thousands of streams, and only the next moments may repeat their bytes.
 */

/** Bytes remembered of a stream; a power of two. */
export const RECENT_BYTES = 512;
const RECENT_MASK = RECENT_BYTES - 1;
const FIRST_PLACES = 64;
const MOST_PLACES = 16_384;

export class RecentBytes {
  private bytes = new Uint8Array(FIRST_PLACES * RECENT_BYTES);
  /** Ticket of the stream whose bytes lie in each place; 0: none. */
  private tickets = new Float64Array(FIRST_PLACES);
  /** Whether they were asked for since the hand went by. */
  private used = new Uint8Array(FIRST_PLACES);
  private readonly most: number;
  private hand = 0;
  private given = 0;

  constructor(most = MOST_PLACES) {
    this.most = most;
  }

  /** A place for a stream, with the ticket that tells as long as it is the stream's. */
  claim(): { readonly place: number; readonly ticket: number } {
    this.given++;
    const place = this.given <= this.most ? this.given - 1 : this.silent();
    if (place >= this.tickets.length) this.grow();
    this.tickets[place] = this.given;
    this.used[place] = 1;
    return { place, ticket: this.given };
  }

  /** Whether the place is still the ticket's; it then stays so for a while. */
  holds(place: number, ticket: number): boolean {
    if (this.tickets[place] !== ticket) return false;
    this.used[place] = 1;
    return true;
  }

  /** Keeps the last of `bytes[from..to)`, whose first has number `sequence`. */
  put(place: number, sequence: number, bytes: Uint8Array, from: number, to: number): void {
    const { bytes: kept } = this;
    const base = place * RECENT_BYTES;
    const shift = sequence - from;
    for (let at = Math.max(from, to - RECENT_BYTES); at < to; at++) {
      kept[base + ((at + shift) & RECENT_MASK)] = bytes[at] ?? 0;
    }
  }

  /** The byte kept last under that number, or one that falls on its place. */
  byte(place: number, sequence: number): number | undefined {
    return this.bytes[place * RECENT_BYTES + (sequence & RECENT_MASK)];
  }

  /** The next place nobody asked for since the hand last came by. */
  private silent(): number {
    for (;;) {
      const place = this.hand;
      this.hand = (place + 1) % this.most;
      if (this.used[place] === 0) return place;
      this.used[place] = 0;
    }
  }

  private grow(): void {
    const places = Math.min(this.most, this.tickets.length * 2);
    const bytes = new Uint8Array(places * RECENT_BYTES);
    bytes.set(this.bytes);
    this.bytes = bytes;
    const tickets = new Float64Array(places);
    tickets.set(this.tickets);
    this.tickets = tickets;
    const used = new Uint8Array(places);
    used.set(this.used);
    this.used = used;
  }
}
