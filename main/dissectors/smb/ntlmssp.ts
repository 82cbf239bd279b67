/** NTLM messages inside other protocols: [MS-NLMP] §2.2.1. Names only; responses and hashes are not read. */
import { wideText } from '../words';

const SIGNATURE = [0x4e, 0x54, 0x4c, 0x4d, 0x53, 0x53, 0x50, 0] as const;
const latin1 = new TextDecoder('latin1');

export interface Ntlm {
  /** 1 negotiate, 2 challenge, 3 authenticate. */
  readonly type: number;
  readonly user: string;
  /** Domain of the user, or the server's own name in a challenge. */
  readonly domain: string;
  readonly workstation: string;
}

/*
 *   0            8        12                28            36          44
 *   +------------+--------+-----------------+-------------+-----------+--------------+
 *   | "NTLMSSP"0 | type 3 | LM, NT response | domain      | user      | workstation  |   each: length(2) room(2) offset(4)
 *   +------------+--------+-----------------+-------------+-----------+--------------+
 */
/** The first NTLM message in the bytes, wrapped in SPNEGO or not; null when there is none. */
export function findNtlm(bytes: Uint8Array, from: number, to: number): Ntlm | null {
  const at = find(bytes, from, to);
  if (at < 0 || at + 16 > to) return null;
  const type = bytes[at + 8] ?? 0;
  const u32 = (place: number): number =>
    (bytes[place] ?? 0) +
    (bytes[place + 1] ?? 0) * 256 +
    (bytes[place + 2] ?? 0) * 65536 +
    (bytes[place + 3] ?? 0) * 16777216;
  const isWide = type === 3 ? at + 64 > to || (u32(at + 60) & 1) !== 0 : type === 2;
  const field = (place: number): string => {
    if (at + place + 8 > to) return '';
    const size = (bytes[at + place] ?? 0) + (bytes[at + place + 1] ?? 0) * 256;
    const start = at + u32(at + place + 4);
    if (isWide) return wideText(bytes, start, size, to);
    return latin1
      .decode(bytes.subarray(Math.min(start, to), Math.min(to, start + Math.min(size, 500))))
      .replace(/[\p{Cc}]/gu, '.');
  };
  if (type === 3) return { type, domain: field(28), user: field(36), workstation: field(44) };
  if (type === 2) return { type, domain: field(12), user: '', workstation: '' };
  if (type === 1) return { type, domain: field(16), user: '', workstation: field(24) };
  return null;
}

function find(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at + SIGNATURE.length <= to; at++) {
    let size = 0;
    while (size < SIGNATURE.length && bytes[at + size] === SIGNATURE[size]) size++;
    if (size === SIGNATURE.length) return at;
  }
  return -1;
}
