/**
 * What Windows machines tell their network in mailslots: an SMB transaction (MS-CIFS §2.2.4.33.1, MS-MAIL §2.2.1) around
 * an announcement of the browser service (MS-BRWS §2.2) or a search for a domain controller (MS-ADTS §6.3.1).
 */
import { Cursor } from '../cursor';
import type { AssetFact, Message } from '../dissector';
import { oneLine, restText, wideText } from '../words';

export interface Mail {
  readonly action: string;
  readonly kind: Message['kind'];
  readonly operation: Message['operation'];
  readonly text: string;
  readonly host: string | null;
  readonly user: string | null;
  readonly facts: readonly AssetFact[];
}

const HEADER_BYTES = 32;
const TRANSACTION = 0x25;

/** Bits of what a machine is (MS-BRWS §2.2.4): those that make it something. */
const ROLES: readonly (readonly [bit: number, name: string])[] = [
  [0x00000002, 'server'],
  [0x00000004, 'SQL server'],
  [0x00000008, 'domain controller'],
  [0x00000010, 'backup domain controller'],
  [0x00000020, 'time source'],
  [0x00000200, 'print server'],
  [0x00000800, 'Unix'],
  [0x00008000, 'NT server'],
  [0x00040000, 'master browser'],
];

const plain = { host: null, user: null, facts: [] } as const;

/** The text up to its zero, which is stepped over. */
function zeroEnded(cursor: Cursor, limit = 80): string {
  const { bytes, at, end } = cursor;
  const zero = bytes.indexOf(0, at);
  const stop = zero < 0 || zero >= end ? end : zero;
  const text = restText(cursor.part(stop - at), limit);
  if (stop < end) cursor.skip(1);
  return text;
}

/** As `zeroEnded`, in UTF-16. */
function wideZeroEnded(cursor: Cursor): string {
  const { bytes, at, end } = cursor;
  let stop = at;
  while (stop + 1 < end && ((bytes[stop] ?? 0) | (bytes[stop + 1] ?? 0)) !== 0) stop += 2;
  const text = wideText(bytes, at, stop - at, end);
  cursor.skip(Math.min(cursor.left, stop + 2 - at));
  return oneLine(text, 80);
}

/*
 *   0        4         32      33         55            57         59         61        63                    69
 *   +--------+---------+-------+----------+-------------+----------+----------+---------+---------------------+------
 *   | ff SMB | 25 …    | words | counts … | data length | data at  | setup, 0 | opcode  | priority, class, …  | name
 */
/** The transaction of a datagram; null when it is another SMB message. `cursor` is moved to its end. */
export function readMail(cursor: Cursor): Mail | null {
  const start = cursor.at;
  cursor.skip(4);
  if (cursor.u8() !== TRANSACTION) return null;
  cursor.skip(HEADER_BYTES - 5);
  const words = new Cursor(cursor.bytes, cursor.at + 1, cursor.end);
  const count = cursor.u8();
  const body = cursor.part(count * 2);
  words.skip(22);
  const size = words.u16le();
  const offset = words.u16le();
  cursor.skip(2);
  if (body.left < 28 || cursor.isShort) return null;
  const slot = zeroEnded(cursor);
  const from = Math.min(cursor.end, Math.max(cursor.at, start + offset));
  const data = new Cursor(cursor.bytes, from, Math.min(cursor.end, from + size));
  cursor.skip(cursor.left);
  const name = slot.toUpperCase();
  if (name.endsWith('\\BROWSE') || name.endsWith('\\LANMAN')) return browse(data);
  if (name.endsWith('LOGON')) return logon(data);
  return {
    ...plain,
    action: 'mailslot',
    kind: 'unsolicited',
    operation: null,
    text: `mail to ${slot || 'no slot'}, ${data.left} bytes`,
  };
}

/*
 *   0        1       2          6              22     23     24         28                 32
 *   +--------+-------+----------+--------------+------+------+----------+------------------+---------
 *   | opcode | count | period   | name(16)     | major| minor| roles    | browser, aa55    | comment
 */
function browse(data: Cursor): Mail {
  const opcode = data.u8();
  switch (opcode) {
    case 1:
    case 12:
    case 15:
      return announcement(opcode, data);
    case 2:
      data.skip(1);
      return asks('announcement_request', `announce yourselves to ${zeroEnded(data)}`);
    case 8:
      data.skip(13);
      return asks('browser_election', `election of a master browser, ${zeroEnded(data)} stands`);
    case 9:
      return asks('backup_list_request', 'which browsers are there?');
    case 10: {
      data.skip(5);
      const names: string[] = [];
      while (data.left > 0 && names.length < 8) names.push(zeroEnded(data));
      return { ...asks('backup_list', `browsers are ${names.join(', ')}`), kind: 'response' };
    }
    case 13:
      return asks('master_announcement', `master browser is ${zeroEnded(data)}`);
    default:
      return asks(`browser_${opcode}`, `browser message ${opcode}`);
  }
}

function asks(action: string, text: string): Mail {
  return { ...plain, action, kind: 'request', operation: 'identify', text };
}

function announcement(opcode: number, data: Cursor): Mail {
  data.skip(5);
  const name = nameOf(data.part(16));
  const version = `${data.u8()}.${data.u8()}`;
  const roles = data.u32le();
  data.skip(4);
  const comment = zeroEnded(data, 120);
  const base = { ...plain, kind: 'unsolicited', operation: 'identify' } as const;
  if (opcode === 12) {
    const text = `workgroup ${name}, master browser ${comment || 'not told'}`;
    return { ...base, action: 'workgroup_announcement', text };
  }
  const types = ROLES.filter(([bit]) => (roles & bit) !== 0).map(([, role]) => role);
  const facts: readonly AssetFact[] = [
    { of: 'sender', fact: 'name', value: name },
    { of: 'sender', fact: 'type', value: types.join(', ') },
  ];
  const parts = [`Windows version ${version}`, ...types, ...(comment ? [`“${comment}”`] : [])];
  return {
    ...base,
    action: opcode === 1 ? 'host_announcement' : 'master_browser_announcement',
    host: name || null,
    facts,
    text: `${name} is here: ${parts.join(', ')}`,
  };
}

/** A name filled up with zeros. */
function nameOf(field: Cursor): string {
  return zeroEnded(field);
}

/** A search for a domain controller, by whom; the old form and the one with a user's name. */
function logon(data: Cursor): Mail {
  const opcode = data.u16le();
  if (opcode === 7) {
    const name = zeroEnded(data);
    return { ...asks('controller_query', `${name} looks for the domain controller`), host: name || null };
  }
  if (opcode === 18) {
    data.skip(2);
    const name = wideZeroEnded(data);
    const user = wideZeroEnded(data);
    const whom = user === '' ? '' : ` for ${user}`;
    return {
      ...asks('logon_request', `${name} looks for a domain controller${whom}`),
      operation: 'connect',
      host: name || null,
      user: user || null,
    };
  }
  if (opcode === 19 || opcode === 23) {
    const server = wideZeroEnded(data).replace(/^\\+/, '');
    const user = wideZeroEnded(data);
    const domain = wideZeroEnded(data);
    return {
      ...plain,
      action: 'logon_response',
      kind: 'response',
      operation: 'connect',
      host: server || null,
      user: user || null,
      facts: [
        { of: 'sender', fact: 'name', value: server },
        { of: 'sender', fact: 'type', value: 'domain controller' },
      ],
      text: `domain controller of ${domain} is ${server}`,
    };
  }
  return asks(`logon_${opcode}`, `logon message ${opcode}`);
}
