/**
 * LDAP: RFC 4511 §4 over TCP and, for locating controllers, UDP. Who binds, what is asked for and changed by name;
 * passwords, credentials and values of attributes are never read.
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
  sampleOf,
} from '../../dissector';
import { contentsOf, type Element, readElement, readElements, readInteger } from '../../framing/ber';
import { berHex, hexOf } from '../../sample-hex';
import { findNtlm } from '../../smb/ntlmssp';
import { MASK, restText } from '../../words';

const OPERATIONS: Readonly<Record<number, readonly [string, OtOperation]>> = {
  0: ['bind', 'connect'],
  1: ['bind', 'connect'],
  2: ['unbind', 'connect'],
  3: ['search', 'read'],
  4: ['search_entry', 'read'],
  5: ['search', 'read'],
  6: ['modify', 'write'],
  7: ['modify', 'write'],
  8: ['add', 'write'],
  9: ['add', 'write'],
  10: ['delete', 'write'],
  11: ['delete', 'write'],
  12: ['rename', 'write'],
  13: ['rename', 'write'],
  14: ['compare', 'read'],
  15: ['compare', 'read'],
  16: ['abandon', 'control'],
  19: ['search_reference', 'read'],
  23: ['extended', 'control'],
  24: ['extended', 'control'],
  25: ['intermediate', 'read'],
};
/** Operations that end with a result (§4.1.9). */
const RESULTS = new Set([1, 5, 7, 9, 11, 13, 15, 24]);
const ANSWERS = new Set([...RESULTS, 4, 19, 25]);
const CODES: Readonly<Record<number, string>> = {
  1: 'operations error',
  2: 'protocol error',
  3: 'time limit exceeded',
  4: 'size limit exceeded',
  7: 'method not supported',
  8: 'stronger authentication required',
  10: 'referral',
  14: 'bind goes on',
  16: 'no such attribute',
  19: 'constraint violation',
  20: 'attribute or value exists',
  32: 'no such object',
  34: 'invalid name',
  48: 'inappropriate authentication',
  49: 'invalid credentials',
  50: 'insufficient access rights',
  51: 'busy',
  52: 'unavailable',
  53: 'unwilling to perform',
  65: 'object class violation',
  68: 'entry exists already',
  80: 'other',
};
/** Neither of these is a failure: compare false and true, referral, a bind that goes on. */
const NEUTRAL = new Set([0, 5, 6, 10, 14]);
const SCOPES = ['base', 'one level', 'subtree'] as const;
const EXTENSIONS: Readonly<Record<string, string>> = {
  '1.3.6.1.4.1.1466.20037': 'StartTLS',
  '1.3.6.1.4.1.4203.1.11.1': 'change of password',
  '1.3.6.1.4.1.4203.1.11.3': 'who am I',
};
const MAX_UNIT = 1 << 22;

/*
 *   after a logon with protection: length(4), 05 04 flags ff extra(2) rotated(2) number(8), checksum, messages    RFC 4121 §4.2.6.2
 *   30 length { 02 message id, 60…79 operation { … }, [a0 controls] }
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to) return 0;
  if (bytes[from] === 0) {
    if (from + 4 > to) return 0;
    const size = ((bytes[from + 1] ?? 0) * 256 + (bytes[from + 2] ?? 0)) * 256 + (bytes[from + 3] ?? 0);
    return size < 16 ? -1 : 4 + size;
  }
  if (bytes[from] !== 0x30) return -1;
  if (from + 1 >= to) return 0;
  const first = bytes[from + 1] ?? 0;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  if (count < 1 || count > 4) return -1;
  if (from + 2 + count > to) return 0;
  let size = 0;
  for (let at = 0; at < count; at++) size = size * 256 + (bytes[from + 2 + at] ?? 0);
  return 2 + count + size;
}

function isWrapped(bytes: Uint8Array, from: number): boolean {
  return bytes[from + 4] === 5 && bytes[from + 5] === 4;
}

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = unitLength(bytes, from, to);
  if (length < 0 || length > MAX_UNIT) return 'no';
  if (bytes[from] === 0) return from + 6 > to ? 'more' : isWrapped(bytes, from) ? 'maybe' : 'no';
  if (length === 0) return 'more';
  const first = bytes[from + 1] ?? 0;
  const at = from + 2 + (first > 0x80 ? first & 0x7f : 0);
  if (at + 2 > to) return 'more';
  const size = bytes[at + 1] ?? 0;
  if (bytes[at] !== 2 || size < 1 || size > 4) return 'no';
  if (at + 3 + size > to) return 'more';
  const tag = bytes[at + 2 + size] ?? 0;
  return (tag & 0xc0) === 0x40 && (tag & 31) in OPERATIONS ? 'maybe' : 'no';
}

const textOf = (element: Element | undefined): string =>
  element === undefined ? '' : restText(contentsOf(element), 250);

class LdapSession implements Session {
  private readonly asked = new Map<number, { readonly text: string; readonly user: string | null }>();
  private user: string | null = null;
  private isSealed = false;

  message(cursor: Cursor): readonly Message[] {
    if (cursor.peek() !== 0) return this.one(cursor);
    cursor.skip(4);
    if (!isWrapped(cursor.bytes, cursor.at - 4)) return [];
    cursor.skip(2);
    const isSealed = (cursor.u8() & 2) !== 0;
    cursor.skip(1);
    const extra = cursor.u16();
    const rotated = cursor.u16();
    cursor.skip(8);
    if (isSealed) return this.sealed();
    cursor.skip(rotated);
    const messages: Message[] = [];
    const whole = cursor.part(Math.max(0, cursor.left - Math.max(0, extra - rotated)));
    while (whole.left >= 7 && whole.peek() === 0x30 && messages.length < 1024)
      messages.push(...this.one(whole));
    return messages;
  }

  private sealed(): readonly Message[] {
    if (this.isSealed) return [];
    this.isSealed = true;
    const text = 'LDAP encrypted from here on';
    return [newMessage({ kind: 'request', action: 'encrypted', user: this.user, text })];
  }

  private one(cursor: Cursor): readonly Message[] {
    const envelope = readElement(cursor);
    const id = readInteger(contentsOf(readElement(envelope.body)));
    const found = readElement(envelope.body);
    const [action, operation] = OPERATIONS[found.number] ?? ['ldap', null];
    const number = found.number;
    const transaction = Number.isNaN(id) || id < 0 ? null : id;
    const common = { action, operation, functionCode: number, transaction };
    const inner = contentsOf(found);
    const fields = (found.tag & 0x20) !== 0 ? readElements(inner, 16) : [];
    const isCut = cursor.isShort || envelope.body.isShort || inner.isShort;
    const malformed = isCut ? 'The message ends early' : null;
    if (!ANSWERS.has(number)) {
      const told = this.request(number, found, fields);
      this.remember(id, told);
      return [
        newMessage({
          ...common,
          kind: 'request',
          user: told.user ?? this.user,
          text: `LDAP ${action}${told.text && ` ${told.text}`} (request)`,
          malformed,
        }),
      ];
    }
    const asked = this.asked.get(id);
    if (!RESULTS.has(number)) {
      const name = number === 4 ? textOf(fields[0]) : '';
      const text = `LDAP ${action.replace('_', ' ')}${name && ` ${name}`}`;
      return [newMessage({ ...common, kind: 'response', user: asked?.user ?? this.user, text, malformed })];
    }
    this.asked.delete(id);
    return [this.result(common, fields, asked, malformed)];
  }

  private result(
    common: Pick<Message, 'action' | 'operation' | 'functionCode' | 'transaction'>,
    fields: readonly Element[],
    asked: { readonly text: string; readonly user: string | null } | undefined,
    malformed: string | null,
  ): Message {
    const code = fields[0] === undefined ? 0 : readInteger(contentsOf(fields[0]));
    const known = Number.isNaN(code) ? 0 : code;
    const isBad = !NEUTRAL.has(known);
    // Active Directory tells the cause as `data 52e` (hexadecimal Windows error).
    const cause = common.action === 'bind' ? / data ([0-9a-f]{1,4})/.exec(textOf(fields[2]))?.[1] : undefined;
    const outcome =
      known === 0 ? '' : `: ${CODES[known] ?? `code ${known}`}${cause ? ` (data ${cause})` : ''}`;
    if (common.action === 'bind' && known === 0) this.user = asked?.user ?? this.user;
    return newMessage({
      ...common,
      kind: isBad ? 'exception' : 'response',
      exception: isBad ? known >>> 0 : null,
      user: asked?.user ?? this.user,
      text: `LDAP ${common.action}${asked?.text ? ` ${asked.text}` : ''}${outcome} (response)`,
      malformed,
      isUnpaired: asked === undefined,
    });
  }

  private remember(id: number, told: { readonly text: string; readonly user: string | null }): void {
    if (this.asked.size > 256) {
      const [oldest] = this.asked.keys();
      if (oldest !== undefined) this.asked.delete(oldest);
    }
    this.asked.set(id, told);
  }

  private request(
    number: number,
    found: Element,
    fields: readonly Element[],
  ): { readonly text: string; readonly user: string | null } {
    switch (number) {
      case 0:
        return bind(fields);
      case 3: {
        const scope = fields[1] === undefined ? 0 : readInteger(contentsOf(fields[1]));
        const attributes = fields[7] === undefined ? [] : readElements(contentsOf(fields[7]), 6);
        const names = attributes.map(textOf).join(', ');
        return {
          text: `under "${textOf(fields[0])}", ${SCOPES[scope] ?? 'other scope'}${names && `, attributes ${names}`}`,
          user: null,
        };
      }
      case 6: {
        const changes = fields[1] === undefined ? [] : readElements(contentsOf(fields[1]), 16);
        const names = changes.map((change) => {
          const [, pair] = readElements(contentsOf(change), 2);
          return pair === undefined ? '' : textOf(readElements(contentsOf(pair), 1)[0]);
        });
        return { text: `${textOf(fields[0])}: ${names.filter(Boolean).join(', ')}`, user: null };
      }
      case 8:
      case 14:
        return { text: textOf(fields[0]), user: null };
      case 10:
        return { text: restText(contentsOf(found), 250), user: null };
      case 12:
        return { text: `${textOf(fields[0])} to ${textOf(fields[1])}`, user: null };
      case 23: {
        const name = textOf(fields[0]);
        return { text: EXTENSIONS[name] ?? name, user: null };
      }
      default:
        return { text: '', user: null };
    }
  }
}

/** Simple or SASL (§4.2); of the latter only the mechanism, and the user NTLM names. */
function bind(fields: readonly Element[]): { readonly text: string; readonly user: string | null } {
  const name = textOf(fields[1]);
  const how = fields[2];
  const version = fields[0] === undefined ? Number.NaN : readInteger(contentsOf(fields[0]));
  const before = Number.isNaN(version) ? '' : `version ${version} `;
  if (how === undefined) return { text: `${before}${name}`, user: name || null };
  const body = contentsOf(how);
  if ((how.tag & 0x20) === 0 && how.number === 0) {
    const isEmpty = body.left === 0;
    const who = name === '' ? 'anonymous' : name;
    return {
      text: `${before}as ${who}, ${isEmpty ? 'no password' : `password ${MASK}`}`,
      user: name || null,
    };
  }
  const ntlm = findNtlm(body.bytes, body.at, body.end);
  const user =
    ntlm?.type === 3 ? `${ntlm.domain === '' ? '' : `${ntlm.domain}\\`}${ntlm.user}` || null : null;
  const mechanism = how.number === 3 ? textOf(readElements(body, 2)[0]) : ntlm === null ? 'other' : 'NTLM';
  const who = user ?? name;
  return { text: `${before}by ${mechanism}${who && ` as ${who}`}`, user: who || null };
}

const SECRET = 'kettle7!';
const integer = (value: number): string => berHex('02', value.toString(16).padStart(2, '0'));
const words = (tag: string, value: string): string => berHex(tag, hexOf(value));
const message = (id: number, operation: string): string => berHex('30', integer(id), operation);
const result = (tag: string, code: number): string =>
  berHex(tag, berHex('0a', code.toString(16).padStart(2, '0')), words('04', ''), words('04', ''));
const ANNA = 'cn=anna,dc=kettle';

export const ldap: Dissector = defineDissector({
  id: 'ldap',
  title: 'LDAP',
  reference: 'RFC 4511 §4',
  dataset: 'pcap.ldap',
  domain: 'network',
  over: 'both',
  ports: [389, 3268],
  maxUnitBytes: MAX_UNIT,
  looksLike,
  unitLength,
  begin: () => new LdapSession(),
  samples: [
    {
      kind: 'normal',
      title: 'a user binds with a wrong password',
      secret: SECRET,
      units: [
        {
          from: 'client',
          hex: message(1, berHex('60', integer(3), words('04', ANNA), words('80', SECRET))),
          messages: [
            {
              kind: 'request',
              action: 'bind',
              user: ANNA,
              text: `LDAP bind version 3 as ${ANNA}, password *** (request)`,
            },
          ],
        },
        {
          from: 'server',
          hex: message(1, result('61', 49)),
          messages: [{ kind: 'exception', exception: 49, user: ANNA }],
        },
      ],
    },
    sampleOf(
      'normal',
      'a password is changed',
      'client',
      message(
        7,
        berHex(
          '66',
          words('04', ANNA),
          berHex(
            '30',
            berHex(
              '30',
              berHex('0a', '02'),
              berHex('30', words('04', 'userPassword'), berHex('31', words('04', SECRET))),
            ),
          ),
        ),
      ),
      { action: 'modify', operation: 'write', text: `LDAP modify ${ANNA}: userPassword (request)` },
    ),
    sampleOf('truncated', 'a bind whose name claims more', 'client', '300a 020101 6005 020103 0440', {
      action: 'bind',
      malformed: 'The message ends early',
    }),
    sampleOf('foreign', 'a sequence without a message id', 'client', '3005 0403 616263'),
  ],
});
