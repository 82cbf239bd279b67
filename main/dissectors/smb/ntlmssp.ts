/** NTLM messages inside other protocols: [MS-NLMP] §2.2.1. Names only; responses and hashes are not read. */
import type { AssetFact } from '../dissector';
import { wideText } from '../words';

const SIGNATURE = [0x4e, 0x54, 0x4c, 0x4d, 0x53, 0x53, 0x50, 0] as const;
const VERSION = 0x02000000;
const MAX_PAIRS = 16;
const latin1 = new TextDecoder('latin1');

export interface Ntlm {
  /** 1 negotiate, 2 challenge, 3 authenticate. */
  readonly type: number;
  readonly user: string;
  /** Domain of the user, or the server's own name in a challenge. */
  readonly domain: string;
  readonly workstation: string;
  /** Name of the server in a challenge, by DNS where it says so; empty else. */
  readonly server: string;
  /** Its Windows, as `10.0 build 17763`; empty when not told. */
  readonly build: string;
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
  const none = { type, user: '', workstation: '', server: '', build: '' };
  if (type === 3) return { ...none, domain: field(28), user: field(36), workstation: field(44) };
  if (type === 2) {
    const flags = u32(at + 20);
    const hasVersion = (flags & VERSION) !== 0 && at + 52 <= to;
    const number = (bytes[at + 50] ?? 0) + (bytes[at + 51] ?? 0) * 256;
    return {
      ...none,
      domain: field(12),
      server: at + 48 <= to ? serverOf(bytes, at + u32(at + 44), to) : '',
      build: hasVersion
        ? `${bytes[at + 48] ?? 0}.${bytes[at + 49] ?? 0}${number > 0 ? ` build ${number}` : ''}`
        : '',
    };
  }
  return type === 1 ? { ...none, domain: field(16), workstation: field(24) } : null;
}

/** What names it tells of its sender: its own, and in a challenge its Windows. */
export function ntlmFacts(ntlm: Ntlm | null): readonly AssetFact[] {
  if (ntlm === null) return [];
  return [
    { of: 'sender', fact: 'name', value: ntlm.server || ntlm.workstation },
    { of: 'sender', fact: 'firmware', value: ntlm.build === '' ? '' : `Windows ${ntlm.build}` },
  ];
}

/** The server's name among the pairs of a challenge: by DNS (3), else by NetBIOS (1) ([MS-NLMP] §2.2.2.1). */
function serverOf(bytes: Uint8Array, from: number, to: number): string {
  let name = '';
  for (let at = from, pairs = 0; at + 4 <= to && pairs < MAX_PAIRS; pairs++) {
    const kind = (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
    const size = (bytes[at + 2] ?? 0) + (bytes[at + 3] ?? 0) * 256;
    if (kind === 0) break;
    const text = kind === 1 || kind === 3 ? wideText(bytes, at + 4, size, to) : '';
    if (text !== '' && (kind === 3 || name === '')) name = text;
    at += 4 + size;
  }
  return name;
}

function find(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at + SIGNATURE.length <= to; at++) {
    let size = 0;
    while (size < SIGNATURE.length && bytes[at + size] === SIGNATURE[size]) size++;
    if (size === SIGNATURE.length) return at;
  }
  return -1;
}
