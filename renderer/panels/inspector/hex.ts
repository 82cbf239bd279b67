/** The hex view's arithmetic: rows of eight or sixteen bytes, which of them belong to the record, and windows to ask for. */

/** Bytes in a row: sixteen where there is room, eight in a narrow dock. */
export type RowBytes = 8 | 16;
/** Bytes asked for at once, well under the contract's 64 KiB. */
export const WINDOW_BYTES = 4096;

export interface HexByte {
  /** Two lower-case digits, or two spaces past the end of the file. */
  readonly hex: string;
  /** The ASCII character, or a middle dot for anything not printable. */
  readonly text: string;
  readonly inRecord: boolean;
  readonly present: boolean;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** One row's cells. `data` starts at `dataOffset`; bytes outside it are absent. */
export function hexRow(
  rowOffset: number,
  data: Uint8Array,
  dataOffset: number,
  record: ByteRange,
  rowBytes: RowBytes = 16,
): HexByte[] {
  return Array.from({ length: rowBytes }, (_, place) => {
    const at = rowOffset + place;
    const byte = at >= dataOffset ? data[at - dataOffset] : undefined;
    if (byte === undefined) return { hex: '  ', text: ' ', inRecord: false, present: false };
    return {
      hex: HEX[byte] ?? '??',
      text: byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·',
      inRecord: at >= record.offset && at < record.offset + record.length,
      present: true,
    };
  });
}

/** Digits an offset needs so that every row of a file lines up; at least eight. */
export function offsetDigits(lastOffset: number): number {
  return Math.max(8, lastOffset.toString(16).length);
}

export function offsetText(offset: number, digits: number): string {
  return offset.toString(16).padStart(digits, '0');
}

/** First row to show for a record: two rows of what stands before it, so that its start is seen as a start. */
export function firstRowFor(record: ByteRange, rowBytes: RowBytes = 16): number {
  return Math.max(0, Math.floor(record.offset / rowBytes) - 2);
}

/** A row as it reads aloud or is copied: `000001a0  48 65 …  He…`. */
export function hexLine(rowOffset: number, digits: number, cells: readonly HexByte[]): string {
  const left = cells
    .slice(0, 8)
    .map((cell) => cell.hex)
    .join(' ');
  const right = cells
    .slice(8)
    .map((cell) => cell.hex)
    .join(' ');
  const text = cells.map((cell) => cell.text).join('');
  return `${offsetText(rowOffset, digits)}  ${left}  ${right}  ${text}`.trimEnd();
}

/** The bytes of a range as hex digits, for copying. */
export function hexText(data: Uint8Array): string {
  return Array.from(data, (byte) => HEX[byte]).join(' ');
}

/** Bytes as text with line breaks kept and other control characters shown as a middle dot. */
export function printable(text: string): string {
  let out = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const control = (code < 0x20 && code !== 0x0a && code !== 0x09) || (code >= 0x7f && code < 0xa0);
    out += control ? '·' : character;
  }
  return out;
}
