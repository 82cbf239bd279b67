/** Kerberos 5: RFC 4120 §5 (messages), §7.2 (transport), §7.5.9 (errors), over UDP and TCP. Keys are not read. */
import { Cursor } from '../../cursor';
import {
  type AssetFact,
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
} from '../../dissector';
import { bodyOf, contentsOf, type Element, readElement, readElements, readInteger } from '../../framing/ber';
import { samples } from '../../kerberos/samples';
import { oneLine, restText, someOf } from '../../words';

const KINDS: Readonly<Record<number, string>> = {
  10: 'as_request',
  11: 'as_reply',
  12: 'tgs_request',
  13: 'tgs_reply',
  14: 'ap_request',
  15: 'ap_reply',
  20: 'safe',
  21: 'private',
  22: 'credentials',
  30: 'error',
};
const ERRORS: Readonly<Record<number, string>> = {
  1: 'client expired',
  2: 'service expired',
  3: 'version not supported',
  6: 'client unknown',
  7: 'service unknown',
  8: 'several principals',
  9: 'no key',
  12: 'policy refuses',
  13: 'option refused',
  14: 'no such encryption',
  15: 'no such checksum',
  16: 'no such preauthentication',
  17: 'no such transit',
  18: 'client revoked',
  20: 'ticket revoked',
  23: 'password expired',
  24: 'preauthentication failed',
  25: 'preauthentication required',
  26: 'server mismatch',
  29: 'service not available',
  31: 'integrity check failed',
  32: 'ticket expired',
  33: 'ticket not yet valid',
  34: 'replay',
  35: 'not for us',
  36: 'ticket does not match',
  37: 'clock skew too great',
  38: 'wrong address',
  41: 'message modified',
  44: 'key version not available',
  52: 'answer too big for UDP',
  60: 'generic error',
  68: 'wrong realm',
};
const ENCRYPTION: Readonly<Record<number, string>> = {
  1: 'DES-CRC',
  3: 'DES-MD5',
  17: 'AES128',
  18: 'AES256',
  19: 'AES128-SHA256',
  20: 'AES256-SHA384',
  23: 'RC4',
  24: 'RC4-export',
};
const MAX_MESSAGE = 1 << 20;
const CLOCK_SKEW = 37;

/** Bytes of the element at `from`; 0 when not told yet, -1 when it is no Kerberos message. */
function elementLength(bytes: Uint8Array, from: number, to: number): number {
  const tag = bytes[from] ?? 0;
  if (from >= to) return 0;
  if (tag < 0x60 || !((tag & 31) in KINDS)) return -1;
  const first = bytes[from + 1] ?? 0;
  if (from + 1 >= to) return 0;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  if (count < 1 || count > 3) return -1;
  if (from + 2 + count > to) return 0;
  let size = 0;
  for (let at = 0; at < count; at++) size = size * 256 + (bytes[from + 2 + at] ?? 0);
  return 2 + count + size;
}

/** On TCP four bytes of length go before (§7.2.2). */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to) return 0;
  if ((bytes[from] ?? 0) >= 0x60) return elementLength(bytes, from, to);
  if (from + 4 > to) return bytes[from] === 0 ? 0 : -1;
  const size = ((bytes[from] ?? 0) * 65536 + (bytes[from + 1] ?? 0) * 256 + (bytes[from + 2] ?? 0)) * 256;
  const length = size + (bytes[from + 3] ?? 0);
  return length < 8 || length > MAX_MESSAGE ? -1 : 4 + length;
}

/*
 *   [length(4) on TCP]  6a…7e length { 30 { a1 02 version 5, a2 02 kind, … }}     error: { a0 version, a1 kind, …, a6 code }
 */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const isFramed = from < to && bytes[from] === 0;
  const at = isFramed ? from + 4 : from;
  if (at < to && !(((bytes[at] ?? 0) & 0xe0) === 0x60 && ((bytes[at] ?? 0) & 31) in KINDS)) return 'no';
  if (at + 12 > to) return isFramed ? 'more' : 'no';
  const tag = bytes[at] ?? 0;
  if ((tag & 0xe0) !== 0x60 || !((tag & 31) in KINDS) || elementLength(bytes, at, to) < 0) return 'no';
  const inner = new Cursor(bytes, at, Math.min(to, at + 16));
  inner.skip(1);
  const first = inner.u8();
  if (first > 0x80) inner.skip(first & 0x7f);
  if (inner.u8() !== 0x30) return 'no';
  const size = inner.u8();
  if (size > 0x80) inner.skip(size & 0x7f);
  const version = inner.u8();
  if (version !== 0xa0 && version !== 0xa1) return 'no';
  return inner.u8() === 3 && inner.u8() === 2 && inner.u8() === 1 && inner.u8() === 5 ? 'yes' : 'no';
}

const inside = (elements: readonly Element[], number: number): Cursor => bodyOf(elements, 0xa0 + number);

/** The contents of the one element inside, whatever its kind. */
function innerOf(body: Cursor): Cursor {
  return body.left >= 2 ? contentsOf(readElement(body)) : body;
}

function words(body: Cursor): string {
  return body.left >= 2 ? restText(contentsOf(readElement(body)), 200) : '';
}

/** A principal's parts joined as they are written: `krbtgt/KETTLE.LOCAL` (§5.2.2). */
function principal(body: Cursor): string {
  const fields = readElements(innerOf(body), 4);
  const parts = readElements(innerOf(inside(fields, 1)), 8);
  return oneLine(parts.map((part) => restText(contentsOf(part), 100)).join('/'), 250);
}

function number(body: Cursor): number {
  return readInteger(innerOf(body));
}

/** The encryption of a ticket (§5.3) or of encrypted data (§5.2.9). */
function encryptionOf(data: Cursor): number {
  return number(inside(readElements(innerOf(data), 4), 0));
}

const nameOf = (kind: number): string => ENCRYPTION[kind] ?? `encryption ${kind}`;

function readKerberos(cursor: Cursor): readonly Message[] {
  if (cursor.peek() === 0) cursor.skip(4);
  const outer = readElement(cursor);
  const kind = outer.number;
  const action = KINDS[kind];
  if (action === undefined) return [];
  const isCut = cursor.isShort;
  const sequence = readElement(outer.body);
  const fields = readElements(sequence.body, 16);
  const malformed = isCut || outer.body.isShort || sequence.body.isShort ? 'The message ends early' : null;
  if (kind === 30) return [error(fields, malformed)];
  if (kind === 10 || kind === 12) return [request(kind, action, fields, malformed)];
  if (kind === 11 || kind === 13) return [reply(kind, action, fields, malformed)];
  const isReply = kind === 15;
  const ticket = kind === 14 ? readElements(innerOf(innerOf(inside(fields, 3))), 8) : [];
  const service = principal(inside(ticket, 2));
  const host = hostOf(service);
  const text = `Kerberos ${action}${service === '' ? '' : ` for ${service}`}`;
  return [
    newMessage({
      kind: isReply ? 'response' : 'request',
      action,
      operation: 'connect',
      functionCode: kind,
      host,
      facts: [{ of: 'receiver', fact: 'name', value: host ?? '' }],
      text,
      malformed,
    }),
  ];
}

function request(
  kind: number,
  action: string,
  fields: readonly Element[],
  malformed: string | null,
): Message {
  const body = readElements(innerOf(inside(fields, 4)), 16);
  const client = principal(inside(body, 1));
  const realm = words(inside(body, 2));
  const service = principal(inside(body, 3));
  const kinds = readElements(innerOf(inside(body, 8)), 16).map((element) => readInteger(contentsOf(element)));
  const offered = kinds.filter((each) => !Number.isNaN(each)).map(nameOf);
  const who = client === '' ? '' : ` ${client}`;
  return newMessage({
    kind: 'request',
    action,
    operation: 'connect',
    functionCode: kind,
    object: null,
    user: client === '' ? null : `${client}@${realm}`,
    host: hostOf(service),
    file: null,
    facts: [machineFact(client), { of: 'receiver', fact: 'type', value: centre(kind, realm) }],
    text: `Kerberos ${action}${who} asks for ${service || 'nothing'} in ${realm || 'no realm'}${offered.length > 0 ? `, offers ${someOf(offered, 8)}` : ''}`,
    malformed,
  });
}

function reply(kind: number, action: string, fields: readonly Element[], malformed: string | null): Message {
  const realm = words(inside(fields, 3));
  const client = principal(inside(fields, 4));
  const ticket = readElements(innerOf(innerOf(inside(fields, 5))), 8);
  const service = principal(inside(ticket, 2));
  const encryption = encryptionOf(inside(ticket, 3));
  return newMessage({
    kind: 'response',
    action,
    operation: 'connect',
    functionCode: kind,
    user: client === '' ? null : `${client}@${realm}`,
    host: hostOf(service),
    text: `Kerberos ${action} ${client || 'nobody'}@${realm} gets a ticket for ${service || 'nothing'}${Number.isNaN(encryption) ? '' : `, ${nameOf(encryption)}`}`,
    malformed,
  });
}

function error(fields: readonly Element[], malformed: string | null): Message {
  const code = number(inside(fields, 6));
  const realm = words(inside(fields, 7));
  const client = principal(inside(fields, 8));
  const service = principal(inside(fields, 10));
  const known = Number.isNaN(code) ? 0 : code;
  const server = words(inside(fields, 4));
  return newMessage({
    kind: 'exception',
    action: 'error',
    operation: 'connect',
    functionCode: 30,
    exception: known >>> 0,
    user: client === '' ? null : `${client}@${realm}`,
    host: hostOf(service),
    text: `Kerberos error ${known} (${ERRORS[known] ?? 'other'})${client && ` for ${client}`}${service && ` at ${service}`}${known === CLOCK_SKEW ? `, server time ${server}` : ''}`,
    malformed,
  });
}

/** `ENG-07$` is the account of a machine, which itself asks for its own tickets. */
function machineFact(client: string): AssetFact {
  return { of: 'sender', fact: 'name', value: client.endsWith('$') ? client.slice(0, -1) : '' };
}

function centre(kind: number, realm: string): string {
  return (kind === 10 || kind === 12) && realm !== '' ? `Kerberos server of ${realm}` : '';
}

/** `cifs/hist.kettle.local` names the host that is meant. */
function hostOf(service: string): string | null {
  const [kind, host] = service.split('/');
  return host === undefined || kind === 'krbtgt' ? null : host;
}

export const kerberos: Dissector = defineDissector({
  id: 'kerberos',
  title: 'Kerberos 5',
  reference: 'RFC 4120 §5, §7',
  dataset: 'pcap.kerberos',
  domain: 'network',
  over: 'both',
  ports: [88],
  roams: true,
  maxUnitBytes: MAX_MESSAGE + 4,
  looksLike,
  unitLength,
  begin: () => ({ message: readKerberos }),
  samples,
});
