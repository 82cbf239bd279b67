/** The part of a capture's stream that is in memory: what was pushed and not yet consumed. */

const INITIAL = 1 << 20;

export class CaptureWindow {
  bytes: Uint8Array = new Uint8Array(INITIAL);
  /** First byte not consumed, and the end of what is there; indexes into `bytes`. */
  start = 0;
  end = 0;
  /** Stream offset of `bytes[0]`. */
  private base = 0;
  isBigEndian = false;

  get available(): number {
    return this.end - this.start;
  }

  /** Stream offset of `start`. */
  get offset(): number {
    return this.base + this.start;
  }

  /** Copies the chunk behind what is left, so that a record is always in one piece. */
  append(chunk: Uint8Array): void {
    const left = this.available;
    const size = left + chunk.length;
    if (size > this.bytes.length) {
      const bigger = new Uint8Array(Math.max(size, this.bytes.length * 2));
      bigger.set(this.bytes.subarray(this.start, this.end));
      this.bytes = bigger;
    } else if (this.start > 0) {
      this.bytes.copyWithin(0, this.start, this.end);
    }
    this.base += this.start;
    this.start = 0;
    this.bytes.set(chunk, left);
    this.end = size;
  }

  /** 16 bits at `start + at`; the caller has checked `available`. */
  u16(at: number): number {
    const { bytes } = this;
    const index = this.start + at;
    const first = bytes[index] ?? 0;
    const second = bytes[index + 1] ?? 0;
    return this.isBigEndian ? (first << 8) | second : (second << 8) | first;
  }

  u32(at: number): number {
    const { bytes } = this;
    const index = this.start + at;
    const a = bytes[index] ?? 0;
    const b = bytes[index + 1] ?? 0;
    const c = bytes[index + 2] ?? 0;
    const d = bytes[index + 3] ?? 0;
    return (
      (this.isBigEndian ? (a << 24) | (b << 16) | (c << 8) | d : (d << 24) | (c << 16) | (b << 8) | a) >>> 0
    );
  }
}
