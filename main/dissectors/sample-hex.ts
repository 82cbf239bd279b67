/** Text of samples as hex, so that a sample shows the words it carries. */

export function hexOf(text: string): string {
  return Array.from(text, (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

/** UTF-16, low byte first. */
export function wideHexOf(text: string): string {
  return Array.from(text, (char) => `${char.charCodeAt(0).toString(16).padStart(2, '0')}00`).join('');
}

/** A number in `bytes` bytes, low one first. */
export function littleHex(value: number, bytes: number): string {
  return Array.from({ length: bytes }, (_, place) =>
    (Math.floor(value / 256 ** place) % 256).toString(16).padStart(2, '0'),
  ).join('');
}

/** An element of ASN.1 basic encoding: tag (two digits), length, contents. */
export function berHex(tag: string, ...contents: readonly string[]): string {
  const body = contents.join('').replace(/\s+/g, '');
  const size = body.length / 2;
  const length = size < 128 ? size.toString(16).padStart(2, '0') : `82${size.toString(16).padStart(4, '0')}`;
  return `${tag}${length}${body}`;
}
