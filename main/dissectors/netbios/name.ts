/** Names of NetBIOS as they travel (RFC 1001 §14.1). */

/** 32 letters as name and kind: each half byte is a letter from A, the sixteenth byte is the kind: `PLC-1<20>`. */
export function netbiosName(label: string): string {
  let name = '';
  for (let at = 0; at < 30; at += 2) {
    const code = ((label.charCodeAt(at) - 65) << 4) | (label.charCodeAt(at + 1) - 65);
    name += code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '';
  }
  const suffix = (((label.charCodeAt(30) - 65) << 4) | (label.charCodeAt(31) - 65)) & 0xff;
  return `${name.trim()}<${suffix.toString(16).padStart(2, '0')}>`;
}
