/** SMB over NetBIOS sessions and right on TCP: [MS-SMB2] §2.1, RFC 1002 §4.3.1; SMB1 is recognised. */
import type { Cursor } from '../../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type Session,
} from '../../dissector';
import { SMB_SAMPLES } from '../../smb/samples';
import { readSmb1 } from '../../smb/smb1';
import { Smb2 } from '../../smb/smb2';

/** Longest data unit taken: what a server lets be written at once (§2.2.4, 8 MiB), with its headers. */
const MAX_UNIT = (1 << 23) + (1 << 16);
const SMB1 = 0xff;
const SMB2 = 0xfe;
const ENCRYPTED = 0xfd;
const COMPRESSED = 0xfc;

/*
 *   0      1          4
 *   +------+----------+-----------------------------------------
 *   | 0    | length   | ff "SMB" 1 · fe "SMB" 2 and 3 · fd "SMB" encrypted · fc "SMB" compressed
 *   | 81…85 session request, confirmed, refused, retarget, keep-alive (RFC 1002 §4.3.1)
 */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const type = bytes[from] ?? 0;
  if (type >= 0x81 && type <= 0x85) return from + 4 <= to && (bytes[from + 1] ?? 0) <= 1 ? 'maybe' : 'no';
  if (type !== 0) return 'no';
  const magic = bytes[from + 4] ?? 0;
  if (from + 4 < to && (magic < COMPRESSED || magic > SMB1)) return 'no';
  if (from + 8 > to) return 'more';
  return bytes[from + 5] === 0x53 && bytes[from + 6] === 0x4d && bytes[from + 7] === 0x42 ? 'yes' : 'no';
}

function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to) return 0;
  const likeness = looksLike(bytes, from, Math.min(to, from + 8));
  if (likeness === 'more' || from + 4 > to) return 0;
  if (likeness === 'no') return -1;
  const size = ((bytes[from + 1] ?? 0) << 16) | ((bytes[from + 2] ?? 0) << 8) | (bytes[from + 3] ?? 0);
  return 4 + (bytes[from] === 0 ? size : size & 0x1ffff);
}

class SmbSession implements Session {
  private readonly smb2 = new Smb2();
  private isEncrypted = false;

  message(cursor: Cursor): readonly Message[] {
    const type = cursor.u8();
    cursor.skip(3);
    if (type !== 0) return [];
    switch (cursor.peek()) {
      case SMB2:
        return this.smb2.chain(cursor);
      case SMB1:
        return [readSmb1(cursor)];
      case ENCRYPTED:
        if (this.isEncrypted) return [];
        this.isEncrypted = true;
        return [newMessage({ kind: 'request', action: 'encrypted', text: 'SMB3 encrypted from here on' })];
      default:
        return [];
    }
  }
}

export const smb: Dissector = defineDissector({
  id: 'smb',
  title: 'SMB',
  reference: '[MS-SMB2] §2.2; [MS-CIFS] §2.2.3; [MS-NLMP] §2.2.1',
  dataset: 'pcap.smb',
  domain: 'network',
  over: 'tcp',
  ports: [445, 139],
  roams: true,
  maxUnitBytes: MAX_UNIT,
  looksLike,
  unitLength,
  begin: () => new SmbSession(),
  samples: SMB_SAMPLES,
});
