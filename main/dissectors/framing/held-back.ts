/**
 * What waits behind holes in all streams of a capture together, bounded: a capture of one side only may have a hole in
 * each of very many streams, and none of them is ever told to wait no longer.
 */

/** Most that waits in a whole capture. */
export const MOST_HELD_BYTES = 64 << 20;
/** What a segment that waits takes besides its bytes, at a guess. */
const SEGMENT_BYTES = 512;

/** A stream as it waits. */
interface Waiting {
  /** Waits no longer: what there is is handed over behind its holes. */
  finish(): void;
}

export class HeldBack {
  /** In the order in which they began to wait. */
  private readonly streams = new Set<Waiting>();
  private readonly most: number;
  private bytes = 0;

  constructor(most = MOST_HELD_BYTES) {
    this.most = most;
  }

  /** A segment of so many bytes waits. */
  add(stream: Waiting, bytes: number): void {
    this.streams.add(stream);
    this.bytes += bytes + SEGMENT_BYTES;
  }

  /** A segment of so many bytes waits no longer; `isLast`: nor does any other of the stream. */
  remove(stream: Waiting, bytes: number, isLast: boolean): void {
    this.bytes -= bytes + SEGMENT_BYTES;
    if (isLast) this.streams.delete(stream);
  }

  /** Lets those that wait longest give up until the rest is no more than may wait; how many did. */
  fit(): number {
    let givenUp = 0;
    while (this.bytes > this.most) {
      const [longest] = this.streams;
      if (longest === undefined) break;
      longest.finish();
      givenUp++;
    }
    return givenUp;
  }
}
