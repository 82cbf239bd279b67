/**
 * TACACS+: RFC 8907 (§4.1 header, §5 logons, §6 authorization, §7 accounting). Bodies are nearly always obfuscated with
 * a shared key: then who asks whom for what kind of thing is told, and no more. Passwords are never read.
 */
import type { Cursor } from '../../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type OtOperation,
  type Session,
  type Side,
  sampleOf,
} from '../../dissector';
import { hexOf } from '../../sample-hex';
import {
  accountReply,
  allowReply,
  type Body,
  logonContinue,
  logonReply,
  logonStart,
  request,
} from '../../tacacs/bodies';

const HEADER_BYTES = 12;
const MOST_BYTES = 65_535;
const LOGON = 1;
const ALLOW = 2;
const CLEAR = 1;
const KINDS = new Map<number, readonly [action: string, name: string, operation: OtOperation]>([
  [LOGON, ['logon', 'logon', 'connect']],
  [ALLOW, ['authorize', 'authorization', 'control']],
  [3, ['account', 'accounting', 'report']],
]);
const MOST_SESSIONS = 64;

/*
 *   0         1      2        3       4            8        12
 *   +---------+------+--------+-------+------------+--------+--------
 *   | version | type | number | flags | session id | length | body …      flags: 1 not obfuscated, 4 one connection
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from < to && (bytes[from] ?? 0) >> 4 !== 0xc) return -1;
  const type = bytes[from + 1] ?? 0;
  if (from + 1 < to && (type < 1 || type > 3)) return -1;
  if (from + 3 < to && ((bytes[from + 3] ?? 0) & ~5) !== 0) return -1;
  if (from + HEADER_BYTES > to) return 0;
  if (bytes[from + 2] === 0 || bytes[from + 8] !== 0 || bytes[from + 9] !== 0) return -1;
  return HEADER_BYTES + (bytes[from + 10] ?? 0) * 256 + (bytes[from + 11] ?? 0);
}

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = unitLength(bytes, from, to);
  return length < 0 ? 'no' : length === 0 ? 'more' : 'maybe';
}

/** What is known of a session id: the user, and what the server asked for last. */
interface Known {
  user: string;
  asked: Body['asks'];
}

class TacacsSession implements Session {
  private readonly known = new Map<number, Known>();

  message(cursor: Cursor, from: Side): readonly Message[] {
    cursor.skip(1);
    const type = cursor.u8();
    const number = cursor.u8();
    const flags = cursor.u8();
    const id = cursor.u32();
    cursor.skip(4);
    const [action, name, operation] = KINDS.get(type) ?? ['message', 'message', 'connect'];
    const isAnswer = from === 'server';
    const head = `TACACS+ ${name} ${isAnswer ? 'answer' : 'request'}`;
    const kind = isAnswer ? ('response' as const) : ('request' as const);
    const told = { kind, action, operation, functionCode: type, transaction: id };
    if ((flags & CLEAR) === 0)
      return [newMessage({ ...told, text: `${head}, step ${number}, obfuscated, ${cursor.left} bytes` })];
    const known = this.of(id);
    const body = readBody(type, number, isAnswer, known.asked, cursor);
    if (body.user !== '') known.user = body.user;
    known.asked = body.asks;
    const who = known.user;
    return [
      newMessage({
        ...told,
        kind: body.isRefused ? 'exception' : kind,
        action: body.action,
        exception: body.isRefused ? body.status : null,
        user: who || null,
        text: `${head}${who && ` for ${who}`}: ${body.parts.join(', ')}`,
        malformed: cursor.isShort ? 'The body ends early' : null,
      }),
    ];
  }

  private of(id: number): Known {
    const found = this.known.get(id);
    if (found !== undefined) return found;
    if (this.known.size >= MOST_SESSIONS) {
      const [oldest] = this.known.keys();
      if (oldest !== undefined) this.known.delete(oldest);
    }
    const known: Known = { user: '', asked: null };
    this.known.set(id, known);
    return known;
  }
}

function readBody(
  type: number,
  number: number,
  isAnswer: boolean,
  asked: Body['asks'],
  cursor: Cursor,
): Body {
  if (type === LOGON) {
    if (isAnswer) return logonReply(cursor);
    return number === 1 ? logonStart(cursor) : logonContinue(cursor, asked);
  }
  if (type === ALLOW) return isAnswer ? allowReply(cursor) : request(cursor, false);
  return isAnswer ? accountReply(cursor) : request(cursor, true);
}

const SECRET = 'kettle7!';
const ID = '00c0ffee';
const byte = (text: string): string => text.length.toString(16).padStart(2, '0');

function packet(version: string, type: number, number: number, body: string): string {
  const size = body.replace(/\s+/g, '').length / 2;
  return `${version} 0${type} 0${number} 01 ${ID} ${size.toString(16).padStart(8, '0')} ${body}`;
}

/** An authorization or accounting request of `anna` on tty1. */
function asks(flags: string, values: readonly string[]): string {
  const lengths = `04 04 09 ${values.length.toString(16).padStart(2, '0')} ${values.map(byte).join('')}`;
  return `${flags} 06 0f 01 01 ${lengths} ${hexOf('annatty110.20.1.9')} ${values.map(hexOf).join('')}`;
}

export const tacacs: Dissector = defineDissector({
  id: 'tacacs',
  title: 'TACACS+',
  reference: 'RFC 8907 §4–§7',
  dataset: 'pcap.tacacs',
  domain: 'network',
  over: 'tcp',
  ports: [49],
  maxUnitBytes: HEADER_BYTES + MOST_BYTES,
  looksLike,
  unitLength,
  begin: () => new TacacsSession(),
  samples: [
    sampleOf('normal', 'an obfuscated logon', 'client', `c0 01 01 00 ${ID} 00000004 a1b2c3d4`, {
      kind: 'request',
      action: 'logon',
      transaction: 0xc0ffee,
      text: 'TACACS+ logon request, step 1, obfuscated, 4 bytes',
    }),
    {
      kind: 'normal',
      title: 'a user logs on by name and password and is refused',
      secret: SECRET,
      units: [
        {
          from: 'client',
          hex: packet('c0', 1, 1, `01 01 01 01 00 04 09 00 ${hexOf('tty110.20.1.9')}`),
          messages: [{ action: 'logon', text: 'TACACS+ logon request: on tty1, from 10.20.1.9, level 1' }],
        },
        {
          from: 'server',
          hex: packet('c0', 1, 2, `04 00 0005 0000 ${hexOf('Name:')}`),
          messages: [{ kind: 'response', text: 'TACACS+ logon answer: asks for the name, says Name:' }],
        },
        {
          from: 'client',
          hex: packet('c0', 1, 3, `0004 0000 00 ${hexOf('anna')}`),
          messages: [{ action: 'logon_continue', user: 'anna' }],
        },
        {
          from: 'server',
          hex: packet('c0', 1, 4, '05 01 0000 0000'),
          messages: [{ text: 'TACACS+ logon answer for anna: asks for the password' }],
        },
        {
          from: 'client',
          hex: packet('c0', 1, 5, `0008 0000 00 ${hexOf(SECRET)}`),
          messages: [{ user: 'anna', text: 'TACACS+ logon request for anna: answer ***' }],
        },
        {
          from: 'server',
          hex: packet('c0', 1, 6, '02 00 0000 0000'),
          messages: [{ kind: 'exception', exception: 2, user: 'anna' }],
        },
      ],
    },
    sampleOf(
      'normal',
      'a user logs on with a password at once',
      'client',
      packet('c1', 1, 1, `01 01 02 01 04 04 00 08 ${hexOf('annatty1kettle7!')}`),
      { user: 'anna', text: 'TACACS+ logon request for anna: on tty1, level 1' },
    ),
    {
      kind: 'normal',
      title: 'a command is asked for, allowed and noted',
      secret: SECRET,
      units: [
        {
          from: 'client',
          hex: packet(
            'c0',
            2,
            1,
            asks('', ['service=shell', 'cmd=enable', 'cmd-arg=secret', `cmd-arg=${SECRET}`]),
          ),
          messages: [
            {
              action: 'authorize',
              user: 'anna',
              text: 'TACACS+ authorization request for anna: on tty1, from 10.20.1.9, level 15, command enable secret ***, service=shell',
            },
          ],
        },
        {
          from: 'server',
          hex: packet('c0', 2, 2, '01 00 0000 0000'),
          messages: [{ kind: 'response', text: 'TACACS+ authorization answer for anna: allowed' }],
        },
        {
          from: 'client',
          hex: packet('c0', 3, 1, asks('04', ['task_id=7', 'cmd=reload'])),
          messages: [{ action: 'account_stop', operation: 'report' }],
        },
        {
          from: 'server',
          hex: packet('c0', 3, 2, '0000 0000 01'),
          messages: [{ kind: 'response', text: 'TACACS+ accounting answer for anna: noted' }],
        },
      ],
    },
    sampleOf(
      'truncated',
      'a name longer than the body',
      'client',
      packet('c0', 1, 1, '01 01 01 01 40 00 00 00'),
      {
        malformed: 'The body ends early',
      },
    ),
    sampleOf('foreign', 'a kind there is none of', 'client', `c0 04 01 01 ${ID} 00000000`),
  ],
});
