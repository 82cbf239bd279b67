/**
 * Bodies of TACACS+ packets that are sent in the clear (RFC 8907 §5–§7): who logs on, what is asked to be allowed, what
 * was done. Passwords are stepped over; what follows a word such as `password` in a command is masked.
 */
import type { Cursor } from '../cursor';
import { MASK, oneLine, restText } from '../words';

const MOST_ARGUMENTS = 64;
/** After these words of a command line comes something secret. */
const SECRETS = new Set([
  'password',
  'passwd',
  'passphrase',
  'secret',
  'key',
  'key-string',
  'community',
  'md5',
  'pre-shared-key',
]);

export interface Body {
  readonly action: string;
  readonly user: string;
  /** Terminal and address the user came from. */
  readonly parts: readonly string[];
  /** Status of an answer; null in requests. */
  readonly status: number | null;
  readonly isRefused: boolean;
  /** The other side is asked for something that is not to be shown. */
  readonly asks: 'name' | 'secret' | null;
}

const REQUEST = { status: null, isRefused: false, asks: null } as const;

function words(cursor: Cursor, size: number): string {
  return restText(cursor.part(size), 160);
}

/** User, port and remote address, whose lengths came before. */
function origin(cursor: Cursor, [user, port, address]: readonly [number, number, number]) {
  const name = words(cursor, user);
  const parts = [
    ['on', words(cursor, port)],
    ['from', words(cursor, address)],
  ].flatMap(([word, text]) => (text ? [`${word} ${text}`] : []));
  return { user: name, parts };
}

const LOGON_ACTIONS = new Map([
  [1, 'logon'],
  [2, 'change_password'],
  [4, 'send_authentication'],
]);

/*
 *   0        1          2            3         4          5          6             7
 *   +--------+----------+------------+---------+----------+----------+-------------+-------------+-----------------------
 *   | action | priv_lvl | authn_type | service | user len | port len | rem_addr len| data len    | user, port, rem_addr, data
 */
/** RFC 8907 §5.1; the data may be a password. */
export function logonStart(cursor: Cursor): Body {
  const action = LOGON_ACTIONS.get(cursor.u8()) ?? 'logon';
  const level = cursor.u8();
  cursor.skip(2);
  const sizes = [cursor.u8(), cursor.u8(), cursor.u8()] as const;
  cursor.skip(1);
  const from = origin(cursor, sizes);
  return { ...REQUEST, action, user: from.user, parts: [...from.parts, `level ${level}`] };
}

const LOGON_STATUS = new Map<number, string>([
  [1, 'pass'],
  [2, 'fail'],
  [3, 'asks for data'],
  [4, 'asks for the name'],
  [5, 'asks for the password'],
  [6, 'starts again'],
  [7, 'error'],
  [0x21, 'follow another server'],
]);

/*
 *   0        1       2                4           6
 *   +--------+-------+----------------+-----------+-------------------
 *   | status | flags | server_msg len | data len  | server_msg, data
 */
/** RFC 8907 §5.2. */
export function logonReply(cursor: Cursor): Body {
  const status = cursor.u8();
  cursor.skip(1);
  const size = cursor.u16();
  cursor.skip(2);
  const said = words(cursor, size);
  return {
    action: 'logon',
    user: '',
    parts: [LOGON_STATUS.get(status) ?? `status ${status}`, ...(said ? [`says ${said}`] : [])],
    status,
    isRefused: status === 2 || status === 7,
    asks: status === 4 ? 'name' : status === 5 || status === 3 ? 'secret' : null,
  };
}

/*
 *   0               2          4       5
 *   +---------------+----------+-------+----------------
 *   | user_msg len  | data len | flags | user_msg, data
 */
/** RFC 8907 §5.3: the answer to what was asked; shown only when a name was asked for. */
export function logonContinue(cursor: Cursor, asked: 'name' | 'secret' | null): Body {
  const size = cursor.u16();
  cursor.skip(2);
  const isAborted = (cursor.u8() & 1) === 1;
  const said = words(cursor, size);
  const user = asked === 'name' ? said : '';
  const parts = isAborted ? ['aborted'] : asked === 'name' ? ['name given'] : [`answer ${MASK}`];
  return { ...REQUEST, action: 'logon_continue', user, parts };
}

/*
 *   0       1       2          3            4         5          6          7              8
 *   +-------+-------+----------+------------+---------+----------+----------+--------------+---------+-----------------
 *   | flags*| method| priv_lvl | authn_type | service | user len | port len | rem_addr len | arg_cnt | lengths, user, …
 *   * in accounting only
 */
/** RFC 8907 §6.1 and §7.1. */
export function request(cursor: Cursor, isAccounting: boolean): Body {
  const flags = isAccounting ? cursor.u8() : 0;
  cursor.skip(1);
  const level = cursor.u8();
  cursor.skip(2);
  const sizes = [cursor.u8(), cursor.u8(), cursor.u8()] as const;
  const lengths = argumentLengths(cursor);
  const { user, parts } = origin(cursor, sizes);
  const said = described(lengths.map((size) => words(cursor, size)));
  const action = isAccounting ? accountingAction(flags) : 'authorize';
  return { ...REQUEST, action, user, parts: [...parts, `level ${level}`, ...said] };
}

function accountingAction(flags: number): string {
  if ((flags & 2) !== 0) return 'account_start';
  if ((flags & 4) !== 0) return 'account_stop';
  return (flags & 8) !== 0 ? 'account_update' : 'account';
}

const ALLOW_STATUS = new Map<number, string>([
  [1, 'allowed'],
  [2, 'allowed with other values'],
  [0x10, 'refused'],
  [0x11, 'error'],
  [0x21, 'follow another server'],
]);

/*
 *   0        1         2                4          6
 *   +--------+---------+----------------+----------+-------------------------------------
 *   | status | arg_cnt | server_msg len | data len | lengths, server_msg, data, arguments
 */
/** RFC 8907 §6.2. */
export function allowReply(cursor: Cursor): Body {
  const status = cursor.u8();
  const count = cursor.u8();
  const [said, data] = [cursor.u16(), cursor.u16()];
  const lengths = lengthsOf(cursor, count);
  const text = words(cursor, said);
  cursor.skip(data);
  const values = described(lengths.map((size) => words(cursor, size)));
  return {
    action: 'authorize',
    user: '',
    parts: [ALLOW_STATUS.get(status) ?? `status ${status}`, ...(text ? [`says ${text}`] : []), ...values],
    status,
    isRefused: status === 0x10 || status === 0x11,
    asks: null,
  };
}

/*
 *   0                2          4        5
 *   +----------------+----------+--------+------------------
 *   | server_msg len | data len | status | server_msg, data
 */
/** RFC 8907 §7.2. */
export function accountReply(cursor: Cursor): Body {
  const size = cursor.u16();
  cursor.skip(2);
  const status = cursor.u8();
  const text = words(cursor, size);
  const name = status === 1 ? 'noted' : status === 2 ? 'error' : `status ${status}`;
  return {
    action: 'account',
    user: '',
    parts: [name, ...(text ? [`says ${text}`] : [])],
    status,
    isRefused: status === 2,
    asks: null,
  };
}

function argumentLengths(cursor: Cursor): readonly number[] {
  return lengthsOf(cursor, cursor.u8());
}

function lengthsOf(cursor: Cursor, count: number): readonly number[] {
  return Array.from({ length: Math.min(count, MOST_ARGUMENTS, cursor.left) }, () => cursor.u8());
}

/** Arguments as words: the command line put together, the rest as written. */
function described(values: readonly string[]): readonly string[] {
  const command: string[] = [];
  const others: string[] = [];
  for (const value of values) {
    const [, name = '', text = ''] = /^([^=*]*)[=*](.*)$/.exec(value) ?? [];
    if (name === 'cmd' || name === 'cmd-arg') {
      if (text !== '' && text !== '<cr>') command.push(text);
    } else if (SECRETS.has(name.toLowerCase())) others.push(`${name} ${MASK}`);
    else if (value !== '') others.push(value);
  }
  return command.length > 0 ? [`command ${masked(command)}`, ...others] : others;
}

/** A command line up to the word that announces a secret. */
function masked(command: readonly string[]): string {
  const all = command.join(' ').split(' ');
  const at = all.findIndex((word) => SECRETS.has(word.toLowerCase()));
  return oneLine(at < 0 || at === all.length - 1 ? all.join(' ') : [...all.slice(0, at + 1), MASK].join(' '));
}
