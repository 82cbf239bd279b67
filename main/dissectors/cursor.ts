/**
 * Bounds-checked reader over a message's bytes. Running out never throws: reads give 0 and `isShort` is set, so a
 * dissector reads straight on and asks once at the end.
 */

const latin1 = new TextDecoder('latin1');
/** Names and tags are short: a call out costs more than their letters. */
const SHORT = 48;
const CHARACTERS = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
const scratch = new DataView(new ArrayBuffer(8));

export class Cursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;
  /** Set once something was read past the end. */
  isShort = false;

  constructor(bytes: Uint8Array, from: number, to: number) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  get left(): number {
    return this.end - this.at;
  }

  u8(): number {
    return this.need(1) ? (this.bytes[this.at++] ?? 0) : 0;
  }

  u16(): number {
    if (!this.need(2)) return 0;
    const value = ((this.bytes[this.at] ?? 0) << 8) | (this.bytes[this.at + 1] ?? 0);
    this.at += 2;
    return value;
  }

  u24(): number {
    return this.need(3) ? this.u8() * 65536 + this.u16() : 0;
  }

  u32(): number {
    return this.need(4) ? this.u16() * 65536 + this.u16() : 0;
  }

  u16le(): number {
    const value = this.u16();
    return ((value & 0xff) << 8) | (value >>> 8);
  }

  u32le(): number {
    const low = this.u16le();
    return low + this.u16le() * 65536;
  }

  i16le(): number {
    return (this.u16le() << 16) >> 16;
  }

  i32le(): number {
    return this.u32le() | 0;
  }

  /** Six bytes, low one first. */
  u48le(): number {
    const low = this.u32le();
    return low + this.u16le() * 4294967296;
  }

  f32(isLittle = false): number {
    return this.float(4, isLittle);
  }

  f64(isLittle = false): number {
    return this.float(8, isLittle);
  }

  private float(size: 4 | 8, isLittle: boolean): number {
    if (!this.need(size)) return 0;
    const { bytes, at } = this;
    for (let index = 0; index < size; index++) scratch.setUint8(index, bytes[at + index] ?? 0);
    this.at += size;
    return size === 4 ? scratch.getFloat32(0, isLittle) : scratch.getFloat64(0, isLittle);
  }

  /** The byte `ahead` of the next one, not consumed; 0 past the end, without complaint. */
  peek(ahead = 0): number {
    return this.at + ahead < this.end ? (this.bytes[this.at + ahead] ?? 0) : 0;
  }

  skip(count: number): void {
    if (this.need(count)) this.at += count;
  }

  /** The next `count` bytes as a cursor of their own; shorter when there are fewer. */
  part(count: number): Cursor {
    this.need(count);
    const to = Math.min(this.end, this.at + count);
    const part = new Cursor(this.bytes, this.at, to);
    this.at = to;
    return part;
  }

  /** The next `count` bytes as lower-case hex; fewer when there are fewer. */
  hex(count: number): string {
    const { bytes, at, end } = this.part(count);
    let text = '';
    for (let index = at; index < end; index++) text += (bytes[index] ?? 0).toString(16).padStart(2, '0');
    return text;
  }

  /** The next `count` bytes as Latin-1, control characters shown as `.`, blanks at the ends dropped. */
  text(count: number): string {
    const { bytes, at, end } = this.part(count);
    if (end - at <= SHORT) {
      let text = '';
      let index = at;
      for (; index < end; index++) {
        const byte = bytes[index] ?? 0;
        if (byte > 0x7e) break;
        text += byte < 0x20 ? '.' : CHARACTERS[byte];
      }
      if (index >= end) return text.trim();
    }
    return latin1
      .decode(bytes.subarray(at, end))
      .replace(/[\p{Cc}]/gu, '.')
      .trim();
  }

  private need(count: number): boolean {
    if (this.end - this.at >= count) return true;
    this.isShort = true;
    return false;
  }
}
