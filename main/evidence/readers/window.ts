/**
 * The stretch of a stream a splitter is looking at: bytes arrive at the end, whole records leave at the front.
 * It also says where in the original bytes an index lies, which for transcoded text has to be counted.
 */
import { countUnits } from '../encoding';
import type { UnitBytes } from '../transcode';

export class Window {
  /** Small at first: a folder of small files is looked at in a dozen ways each. */
  bytes: Uint8Array = new Uint8Array(16 << 10);
  /** Valid bytes are [0, end). */
  end = 0;
  /** Stream offset of `bytes[0]`, in UTF-8 bytes of this stream. */
  private base = 0;
  private readonly unitBytes: UnitBytes;
  /** Original bytes of the character that begins at an index; only where each has its own. */
  private widths: Uint8Array;
  /** Index up to which units are counted, and the original offset there. */
  private countedIndex = 0;
  private countedOriginal: number;

  /**
   * @param originalStart original offset of the first byte that will be appended (after a byte order mark)
   * @param unitBytes original bytes per unit, 0 when the stream is the original itself
   */
  constructor(originalStart: number, unitBytes: UnitBytes) {
    this.countedOriginal = originalStart;
    this.unitBytes = unitBytes;
    this.widths = new Uint8Array(unitBytes === 'each' ? this.bytes.length : 0);
  }

  /** Bytes that have left or are here: the length of the stream so far. */
  get streamLength(): number {
    return this.base + this.end;
  }

  append(chunk: Uint8Array, widths: Uint8Array | null = null): void {
    const need = this.end + chunk.length;
    if (need > this.bytes.length) {
      const grown = new Uint8Array(Math.max(need, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.end));
      this.bytes = grown;
      if (this.unitBytes === 'each') {
        const wider = new Uint8Array(grown.length);
        wider.set(this.widths.subarray(0, this.end));
        this.widths = wider;
      }
    }
    this.bytes.set(chunk, this.end);
    if (widths !== null && this.unitBytes === 'each') this.widths.set(widths, this.end);
    this.end = need;
  }

  /** Forgets bytes [0, index); what follows moves to the front. */
  discard(index: number): void {
    if (index === 0) return;
    if (this.countedIndex < index) this.original(index);
    this.bytes.copyWithin(0, index, this.end);
    if (this.unitBytes === 'each') this.widths.copyWithin(0, index, this.end);
    this.end -= index;
    this.base += index;
    this.countedIndex -= index;
  }

  /** Original byte offset of an index; calls must not go backwards. */
  original(index: number): number {
    const step = index - this.countedIndex;
    if (step < 0) throw new Error('original offsets are asked for in order');
    this.countedOriginal += step === 0 ? 0 : this.originalLength(this.countedIndex, index);
    this.countedIndex = index;
    return this.countedOriginal;
  }

  private originalLength(from: number, to: number): number {
    if (this.unitBytes === 0) return to - from;
    if (this.unitBytes !== 'each') return countUnits(this.bytes, from, to) * this.unitBytes;
    let length = 0;
    for (let index = from; index < to; index++) length += this.widths[index] ?? 0;
    return length;
  }
}
