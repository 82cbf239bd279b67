/**
 * Remote desktop before encryption: [MS-RDPBCGR] §2.2.1.1 (connection request: cookie, offered security), §2.2.1.2
 * (what the server chose or why it refused), §2.2.1.3.2 (name and keyboard of the client, where nothing encrypts it).
 */
import { Cursor } from '../../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type Session,
  sampleOf,
} from '../../dissector';
import { tpktLength } from '../../framing/tpkt-cotp';
import { hexOf, wideHexOf } from '../../sample-hex';
import { oneLine, wideText } from '../../words';

const latin1 = new TextDecoder('latin1');
const CONNECT = 0xe0;
const CONFIRM = 0xd0;
const DATA = 0xf0;
const SECURITY = [
  [1, 'TLS'],
  [2, 'CredSSP'],
  [4, 'RDSTLS'],
  [8, 'CredSSP with early authorisation'],
  [16, 'Entra ID'],
] as const;
const FAILURES: Readonly<Record<number, string>> = {
  1: 'TLS required',
  2: 'TLS not allowed',
  3: 'no certificate',
  4: 'inconsistent flags',
  5: 'CredSSP required',
  6: 'TLS with user authentication required',
};

/*
 *   TPKT(4)  LI e0 00 00 00 00 00  "Cookie: mstshash=" user CR LF   01 flags 08 00 offered(4)
 *   TPKT(4)  LI d0 …                                               02 flags 08 00 chosen(4) | 03 … reason(4)
 */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = tpktLength(bytes, from, to);
  if (length < 0) return 'no';
  if (from + 11 > to) return 'more';
  const kind = bytes[from + 5] ?? 0;
  if (kind === DATA && bytes[from + 7] === 0x7f && bytes[from + 8] === 0x65) return 'maybe';
  if (kind !== CONNECT && kind !== CONFIRM) return 'no';
  if (from + 18 > to) return 'maybe';
  return latin1.decode(bytes.subarray(from + 11, from + 18)) === 'Cookie:' ? 'yes' : 'maybe';
}

/** Encrypted records and fast-path packets are passed over as they come. */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  const length = tpktLength(bytes, from, to);
  return length < 0 ? to - from : length;
}

class RdpSession implements Session {
  private isSettled = false;

  message(cursor: Cursor): readonly Message[] {
    if (this.isSettled || tpktLength(cursor.bytes, cursor.at, cursor.end) < 0) return [];
    cursor.skip(4);
    const size = cursor.u8();
    const kind = cursor.u8() & 0xf0;
    if (kind === DATA) return this.settings(cursor);
    cursor.skip(5);
    const rest = cursor.part(Math.min(cursor.left, Math.max(0, size - 6)));
    const isCut = size - 6 > rest.end - rest.at;
    if (kind === CONNECT) return [request(rest, isCut)];
    return kind === CONFIRM ? [confirm(rest, isCut)] : [];
  }

  /** The client's core data (§2.2.1.3.2): type 0xC001, its length, then fields of fixed places. */
  private settings(cursor: Cursor): readonly Message[] {
    const { bytes, end } = cursor;
    for (let at = cursor.at; at + 56 <= end; at++) {
      if (bytes[at] !== 1 || bytes[at + 1] !== 0xc0) continue;
      const core = new Cursor(bytes, at + 2, end);
      const length = core.u16le();
      if (length < 128 || length > 512) continue;
      core.skip(12);
      const layout = core.u32le();
      const build = core.u32le();
      const name = wideText(bytes, core.at, 32, end).replace(/\.+$/, '');
      this.isSettled = true;
      return [
        newMessage({
          kind: 'request',
          action: 'client_settings',
          operation: 'connect',
          host: name || null,
          facts: [{ of: 'sender', fact: 'name', value: name }],
          text: `RDP client ${name || 'without name'}, build ${build}, keyboard 0x${layout.toString(16).padStart(8, '0')}`,
        }),
      ];
    }
    return [];
  }
}

function request(rest: Cursor, isCut: boolean): Message {
  const { bytes, at, end } = rest;
  const words = latin1.decode(bytes.subarray(at, end));
  const lineEnd = words.indexOf('\r\n');
  const line = lineEnd < 0 ? '' : oneLine(words.slice(0, lineEnd), 200);
  const user = line.startsWith('Cookie: mstshash=') ? line.slice(17) : '';
  const ask = new Cursor(bytes, at + (lineEnd < 0 ? 0 : lineEnd + 2), end);
  const offered = ask.left >= 8 && ask.u8() === 1 ? security(ask) : 'standard RDP security';
  const told = user === '' ? line : `user ${user}`;
  return newMessage({
    kind: 'request',
    action: 'rdp_connect',
    operation: 'connect',
    user: user || null,
    text: `RDP connection request${told && ` ${told}`}, offers ${offered}`,
    malformed: isCut ? 'The request ends early' : null,
  });
}

function security(cursor: Cursor): string {
  cursor.skip(3);
  const flags = cursor.u32le();
  const names = SECURITY.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  return names.join(', ') || 'standard RDP security';
}

function confirm(rest: Cursor, isCut: boolean): Message {
  const type = rest.left >= 8 ? rest.u8() : 0;
  const common = { action: 'rdp_connect', operation: 'connect' } as const;
  const malformed = isCut ? 'The confirmation ends early' : null;
  if (type === 3) {
    rest.skip(3);
    const code = rest.u32le();
    const text = `RDP connection refused: ${FAILURES[code] ?? `reason ${code}`}`;
    return newMessage({ ...common, kind: 'exception', exception: code, text, malformed });
  }
  const chosen = type === 2 ? security(rest) : 'standard RDP security';
  return newMessage({ ...common, kind: 'response', text: `RDP connection confirmed, ${chosen}`, malformed });
}

function tpdu(kind: string, data: string): string {
  const body = data.replace(/\s+/g, '');
  const size = body.length / 2;
  const two = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  return `0300 ${two(size + 11, 4)} ${two(size + 6, 2)} ${kind} 0000 0000 00 ${body}`;
}

const CORE = `01c0 d800 04000800 0005 0003 01ca 03aa 07040000 280a0000 ${wideHexOf('ENG-07')}${'0000'.repeat(10)}`;
const DETAILS = `02 f080 7f65 ${CORE} ${'00'.repeat(160)}`.replace(/\s+/g, '');
const SETTINGS = `0300 ${(DETAILS.length / 2 + 4).toString(16).padStart(4, '0')} ${DETAILS}`;

export const rdp: Dissector = defineDissector({
  id: 'rdp',
  title: 'Remote desktop (RDP)',
  reference: '[MS-RDPBCGR] §2.2.1',
  dataset: 'pcap.rdp',
  domain: 'network',
  over: 'tcp',
  ports: [3389],
  roams: true,
  maxUnitBytes: 65535,
  looksLike,
  unitLength,
  begin: () => new RdpSession(),
  samples: [
    {
      kind: 'normal',
      title: 'a user asks for a desktop, the server chooses CredSSP',
      units: [
        {
          from: 'client',
          hex: tpdu('e0', `${hexOf('Cookie: mstshash=anna\r\n')} 01 00 0800 03000000`),
          messages: [
            {
              kind: 'request',
              user: 'anna',
              text: 'RDP connection request user anna, offers TLS, CredSSP',
            },
          ],
        },
        {
          from: 'server',
          hex: tpdu('d0', '02 1f 0800 02000000'),
          messages: [{ kind: 'response', text: 'RDP connection confirmed, CredSSP' }],
        },
        {
          from: 'client',
          hex: SETTINGS,
          messages: [
            {
              action: 'client_settings',
              host: 'ENG-07',
              facts: [{ of: 'sender', fact: 'name', value: 'ENG-07' }],
              text: 'RDP client ENG-07, build 2600, keyboard 0x00000407',
            },
          ],
        },
      ],
    },
    {
      kind: 'normal',
      title: 'the server insists on CredSSP',
      units: [
        {
          from: 'server',
          hex: tpdu('d0', '03 00 0800 05000000'),
          messages: [{ kind: 'exception', exception: 5, text: 'RDP connection refused: CredSSP required' }],
        },
      ],
    },
    {
      kind: 'truncated',
      title: 'a request whose header claims more',
      units: [
        {
          from: 'client',
          hex: '0300 000b 20 e0 0000 0000 00',
          messages: [{ malformed: 'The request ends early' }],
        },
      ],
    },
    sampleOf(
      'foreign',
      'data of another protocol on ISO transport',
      'client',
      '0300 0016 02 f080 32 03 0000 0000 0002 0000 0000 0000 00',
    ),
  ],
});
