/**
 * What was made of bytes that came before: pollers ask the same for hours and mostly hear the same. All bytes are
 * compared, so that what is found was made of exactly these.
 */

/** Longer ones cost more to keep than to read again. */
const MOST_BYTES = 512;
/** A power of two. */
const KEPT = 64;
/** Conversations that end sooner do not repeat themselves; captures may have very many of them. */
const FIRST = 32;
const NONE = new Uint8Array(0);

/** The last bytes, and what was made of them. */
export class Repeat<T> {
  private bytes = NONE;
  private length = -1;
  private made: T | null = null;

  find(bytes: Uint8Array, from: number, to: number): T | null {
    if (to - from !== this.length) return null;
    const known = this.bytes;
    for (let at = from; at < to; at++) if (bytes[at] !== known[at - from]) return null;
    return this.made;
  }

  /** Gives back what was made. */
  keep(bytes: Uint8Array, from: number, to: number, made: T): T {
    const length = to - from;
    if (length > MOST_BYTES) return made;
    if (length > this.bytes.length) this.bytes = new Uint8Array(length);
    for (let at = 0; at < length; at++) this.bytes[at] = bytes[from + at] ?? 0;
    this.length = length;
    this.made = made;
    return made;
  }
}

/** Some of the bytes that came before, the last of those that fall together. */
export class Repeats<T> {
  private readonly kept: (Repeat<T> | undefined)[] = [];
  private met = 0;

  /** What was made of these bytes before, else what `make` makes of them now; of the first few nothing is kept. */
  of(bytes: Uint8Array, from: number, to: number, make: () => T): T {
    if (this.met < FIRST) {
      this.met++;
      return make();
    }
    const place = placeOf(bytes, from, to);
    const known = this.kept[place] ?? new Repeat<T>();
    this.kept[place] = known;
    return known.find(bytes, from, to) ?? known.keep(bytes, from, to, make());
  }
}

function placeOf(bytes: Uint8Array, from: number, to: number): number {
  let sum = to - from;
  const end = Math.min(to, from + MOST_BYTES);
  for (let at = from; at < end; at++) sum = Math.imul(sum, 31) + (bytes[at] ?? 0);
  return (sum ^ (sum >>> 6) ^ (sum >>> 12)) & (KEPT - 1);
}
