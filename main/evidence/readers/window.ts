/**
 * The stretch of a stream a splitter is looking at: bytes arrive at the end, whole records leave at the front.
 * It also says where in the original bytes an index lies, which for transcoded text has to be counted.
 */
import { countUnits } from '../encoding';

export class Window {
  /** Small at first: a folder of small files is looked at in a dozen ways each. */
  bytes: Uint8Array = new Uint8Array(16 << 10);
  /** Valid bytes are [0, end). */
  end = 0;
  /** Stream offset of `bytes[0]`, in UTF-8 bytes of this stream. */
  private base = 0;
  private readonly unitBytes: 0 | 1 | 2;
  /** Index up to which units are counted, and the original offset there. */
  private countedIndex = 0;
  private countedOriginal: number;

  /**
   * @param originalStart original offset of the first byte that will be appended (after a byte order mark)
   * @param unitBytes original bytes per unit, 0 when the stream is the original itself
   */
  constructor(originalStart: number, unitBytes: 0 | 1 | 2) {
    this.countedOriginal = originalStart;
    this.unitBytes = unitBytes;
  }

  /** Bytes that have left or are here: the length of the stream so far. */
  get streamLength(): number {
    return this.base + this.end;
  }

  append(chunk: Uint8Array): void {
    const need = this.end + chunk.length;
    if (need > this.bytes.length) {
      const grown = new Uint8Array(Math.max(need, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.end));
      this.bytes = grown;
    }
    this.bytes.set(chunk, this.end);
    this.end = need;
  }

  /** Forgets bytes [0, index); what follows moves to the front. */
  discard(index: number): void {
    if (index === 0) return;
    if (this.countedIndex < index) this.original(index);
    this.bytes.copyWithin(0, index, this.end);
    this.end -= index;
    this.base += index;
    this.countedIndex -= index;
  }

  /** Original byte offset of an index; calls must not go backwards. */
  original(index: number): number {
    const step = index - this.countedIndex;
    if (step < 0) throw new Error('original offsets are asked for in order');
    const units =
      this.unitBytes === 0 ? step : countUnits(this.bytes, this.countedIndex, index) * this.unitBytes;
    this.countedIndex = index;
    this.countedOriginal += units;
    return this.countedOriginal;
  }
}
