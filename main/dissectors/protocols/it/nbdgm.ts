/** NetBIOS datagrams: RFC 1002 §4.4, around mailslots of Windows: machines that announce themselves or look for a controller. */
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
import { readMail } from '../../netbios/mailslot';
import { netbiosName } from '../../netbios/name';
import { hexOf, littleHex, wideHexOf } from '../../sample-hex';
import { restText } from '../../words';

const FIRST = 0x10;
const LAST = 0x16;
const BROADCAST = 0x12;
const FAILURE = 0x13;
const MAX_LABELS = 16;
const SMB = 0xff534d42;
const TRANSACTION = 0x25;

/*
 *   0      1       2     4        8      10       12       14
 *   +------+-------+-----+--------+------+--------+--------+-------------+----------------+---------------
 *   | type | flags | id  | source | port | length | offset | source name | name of whom   | ff SMB …        10, 11, 12
 *   |      |       |     | source | port | error  |                                                         13
 */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const type = bytes[from] ?? 0;
  return from + 11 <= to && type >= FIRST && type <= LAST && ((bytes[from + 1] ?? 0) & 0xf0) === 0
    ? 'maybe'
    : 'no';
}

/** A name of 32 letters, labels of its scope behind it (RFC 1001 §14.1). */
function readName(cursor: Cursor): string {
  let name = '';
  for (let label = 0; label < MAX_LABELS; label++) {
    const size = cursor.u8();
    if (size === 0 || size > 63) break;
    const text = cursor.part(size);
    if (label === 0) name = size === 32 ? netbiosName(text.text(32)) : restText(text, 64);
    else name += `.${restText(text, 64)}`;
  }
  return name;
}

function readDatagram(cursor: Cursor): readonly Message[] {
  const type = cursor.u8();
  cursor.skip(1);
  const id = cursor.u16();
  cursor.skip(6);
  if (type === FAILURE) {
    const code = cursor.u8();
    const text = `NetBIOS datagram error 0x${code.toString(16)}`;
    return [
      newMessage({ kind: 'exception', action: 'datagram_error', exception: code, transaction: id, text }),
    ];
  }
  if (type <= BROADCAST) cursor.skip(4);
  const from = type <= BROADCAST ? readName(cursor) : '';
  const to = readName(cursor);
  const told = { kind: 'unsolicited', action: 'datagram', operation: null, transaction: id } as const;
  const head = type <= BROADCAST ? `NetBIOS ${from} to ${to}` : `NetBIOS query for ${to}`;
  const isSmb = cursor.left >= 32 && peek32(cursor) === SMB;
  const command = isSmb ? cursor.peek(4) : null;
  const mail = isSmb ? readMail(cursor) : null;
  const malformed = cursor.isShort ? 'The datagram ends early' : null;
  if (mail === null)
    return [newMessage({ ...told, functionCode: command, text: `${head}, ${cursor.left} bytes`, malformed })];
  return [
    newMessage({ ...told, ...mail, functionCode: TRANSACTION, text: `${head}: ${mail.text}`, malformed }),
  ];
}

function peek32(cursor: Cursor): number {
  return cursor.peek() * 0x1000000 + ((cursor.peek(1) << 16) | (cursor.peek(2) << 8) | cursor.peek(3));
}

/** A name as it travels, of kind `suffix`. */
function nameHex(name: string, suffix: number): string {
  const codes = [...name.padEnd(15, ' ')].map((char) => char.charCodeAt(0));
  const letters = [...codes, suffix].map((code) => String.fromCharCode(65 + (code >> 4), 65 + (code & 15)));
  return `20 ${hexOf(letters.join(''))} 00`;
}

/** A datagram of HMI-1 to the plant's group that carries `data` to a slot. */
function mailHex(slot: string, data: string): string {
  const bytes = (text: string): number => text.replace(/\s+/g, '').length / 2;
  const name = `${hexOf(slot)}00`;
  const offset = 32 + 1 + 34 + 2 + bytes(name);
  const words = `0000 ${littleHex(bytes(data), 2)} 0000 0000 00 00 0000 00000000 0000 0000 0000 ${littleHex(bytes(data), 2)} ${littleHex(offset, 2)} 03 00 0100 0100 0200`;
  const smb = `ff534d42 25 ${'00'.repeat(27)} 11 ${words} ${littleHex(bytes(name) + bytes(data), 2)} ${name} ${data}`;
  return `11 0a 0007 0a140105 008a 00bb 0000 ${nameHex('HMI-1', 0x20)} ${nameHex('PLANT', 0x1d)} ${smb}`;
}

const HOST = `01 00 80fc0a00 ${hexOf('HMI-1')}${'00'.repeat(11)} 0a 00 03900000 0f01 55aa ${hexOf('line 1')}00`;

export const nbdgm: Dissector = defineDissector({
  id: 'nbdgm',
  title: 'NetBIOS datagrams',
  reference: 'RFC 1002 §4.4; MS-MAIL; MS-BRWS §2.2; MS-ADTS §6.3.1',
  dataset: 'pcap.nbdgm',
  domain: 'network',
  over: 'udp',
  ports: [138],
  maxUnitBytes: 1500,
  looksLike,
  unitLength: wholeDatagram,
  begin: () => ({ message: readDatagram }),
  samples: [
    sampleOf('normal', 'a machine tells that it is here', 'client', mailHex('\\MAILSLOT\\BROWSE', HOST), {
      kind: 'unsolicited',
      action: 'host_announcement',
      operation: 'identify',
      functionCode: 0x25,
      host: 'HMI-1',
      facts: [
        { of: 'sender', fact: 'name', value: 'HMI-1' },
        { of: 'sender', fact: 'type', value: 'server, NT server' },
      ],
      text: 'NetBIOS HMI-1<20> to PLANT<1d>: HMI-1 is here: Windows version 10.0, server, NT server, “line 1”',
    }),
    sampleOf(
      'normal',
      'a machine looks for a domain controller for a user',
      'client',
      mailHex('\\MAILSLOT\\NET\\NETLOGON', `1200 0000 ${wideHexOf('HMI-1')}0000 ${wideHexOf('anna')}0000`),
      {
        kind: 'request',
        action: 'logon_request',
        user: 'anna',
        text: 'NetBIOS HMI-1<20> to PLANT<1d>: HMI-1 looks for a domain controller for anna',
      },
    ),
    sampleOf('normal', 'nobody has the name', 'server', '13 00 0007 0a140105 008a 82', {
      kind: 'exception',
      exception: 0x82,
    }),
    sampleOf(
      'truncated',
      'a datagram that ends in a name',
      'client',
      `11 0a 0007 0a140105 008a 00bb 0000 20 ${hexOf('EIENEJ')}`,
      { malformed: 'The datagram ends early' },
    ),
    sampleOf('foreign', 'a type there is none of', 'client', '77 0a 0007 0a140105 008a 00bb 0000'),
  ],
});
