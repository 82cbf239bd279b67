/** TFTP: RFC 1350 §5, RFC 2347 §2. Only what goes to the server's port: which file is asked for or sent, and errors. */
import type { Cursor } from '../../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  sampleOf,
  wholeDatagram,
} from '../../dissector';
import { hexOf } from '../../sample-hex';
import { restText } from '../../words';

const ERROR = 5;

/*
 *   0          2
 *   +----------+------------------------------------------------
 *   | 1 read   | file name, 0, mode, 0 [, option, 0, value, 0 …]
 *   | 2 write  |
 *   | 5 error  | code(2), text, 0
 */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const kind = bytes[from + 1] ?? 0;
  const first = bytes[from + 2] ?? 0;
  if (from + 4 > to || bytes[from] !== 0) return 'no';
  if (kind === ERROR) return 'maybe';
  return (kind === 1 || kind === 2) && first >= 32 && first < 127 ? 'maybe' : 'no';
}

function part(cursor: Cursor): string {
  const { bytes, at, end } = cursor;
  const zero = bytes.indexOf(0, at);
  if (zero < 0 || zero >= end) {
    cursor.skip(cursor.left + 1);
    return restText(cursor, 200);
  }
  const piece = cursor.part(zero - at);
  cursor.skip(1);
  return restText(piece, 200);
}

function readTftp(cursor: Cursor): readonly Message[] {
  const kind = cursor.u16();
  if (kind === ERROR) {
    const code = cursor.u16();
    const text = `TFTP error ${code}: ${part(cursor)}`;
    return [newMessage({ kind: 'exception', action: 'tftp_error', exception: code, text })];
  }
  const file = part(cursor);
  const mode = part(cursor);
  const isRead = kind === 1;
  return [
    newMessage({
      kind: 'request',
      action: isRead ? 'tftp_read' : 'tftp_write',
      operation: isRead ? 'read' : 'write',
      functionCode: kind,
      file: file || null,
      text: `TFTP ${isRead ? 'read' : 'write'} ${file} (${mode})`,
      malformed: cursor.isShort ? 'A name has no end' : null,
    }),
  ];
}

export const tftp: Dissector = defineDissector({
  id: 'tftp',
  title: 'TFTP',
  reference: 'RFC 1350 §5; RFC 2347 §2',
  dataset: 'pcap.tftp',
  domain: 'network',
  over: 'udp',
  ports: [69],
  maxUnitBytes: 65535,
  looksLike,
  unitLength: wholeDatagram,
  begin: () => ({ message: readTftp }),
  samples: [
    sampleOf('normal', 'firmware is fetched', 'client', `0001 ${hexOf('plc.cfg')} 00 ${hexOf('octet')} 00`, {
      kind: 'request',
      operation: 'read',
      file: 'plc.cfg',
      text: 'TFTP read plc.cfg (octet)',
    }),
    sampleOf(
      'truncated',
      'a request without the end of its mode',
      'client',
      `0002 ${hexOf('plc.cfg')} 00 6f`,
      {
        action: 'tftp_write',
        malformed: 'A name has no end',
      },
    ),
    sampleOf('foreign', 'data', 'client', '0003 0001 41424344'),
  ],
});
