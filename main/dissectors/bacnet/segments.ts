/** Messages in several segments, put together (ASHRAE 135-2020 §5.2, §20.1.2): each segment carries the next of its bytes. */
import { Cursor } from '../cursor';

/** Messages under way at a time, and bytes of one: 256 segments of what a frame holds. */
const MOST_OPEN = 16;
const MOST_BYTES = 256 * 1476;

interface Open {
  next: number;
  length: number;
  bytes: Uint8Array;
}

export class Segments {
  private readonly open = new Map<string, Open>();

  /**
   * Takes one segment: the whole message where it was the last, `more` where others follow, `again` where it was seen
   * before, `lost` where one before it was not seen. `sequence`: modulo 256.
   */
  take(key: string, sequence: number, isLast: boolean, part: Cursor): Cursor | 'more' | 'again' | 'lost' {
    if (sequence === 0 && !this.open.has(key)) this.begin(key);
    const open = this.open.get(key);
    if (open === undefined) return 'lost';
    if (sequence === ((open.next - 1) & 255) && open.next > 0) return 'again';
    if (sequence !== (open.next & 255) || open.length + part.left > MOST_BYTES) {
      this.open.delete(key);
      // A message may begin anew under a number that was given up.
      return sequence === 0 ? this.take(key, sequence, isLast, part) : 'lost';
    }
    append(open, part);
    if (!isLast) return 'more';
    this.open.delete(key);
    return new Cursor(open.bytes, 0, open.length);
  }

  private begin(key: string): void {
    const [oldest] = this.open.keys();
    if (this.open.size >= MOST_OPEN && oldest !== undefined) this.open.delete(oldest);
    this.open.set(key, { next: 0, length: 0, bytes: new Uint8Array(4096) });
  }
}

function append(open: Open, { bytes, at, end }: Cursor): void {
  const length = open.length + end - at;
  if (length > open.bytes.length) {
    const bigger = new Uint8Array(length * 2);
    bigger.set(open.bytes.subarray(0, open.length));
    open.bytes = bigger;
  }
  open.bytes.set(bytes.subarray(at, end), open.length);
  open.length = length;
  open.next++;
}
