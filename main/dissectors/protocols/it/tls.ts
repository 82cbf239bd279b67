/**
 * TLS handshakes: RFC 8446 §4–§5, RFC 5246 §7, RFC 6066 §3 (server name), X.509 names (RFC 5280 §4); JA4 for clients
 * as FoxIO describes it (BSD). Messages are hellos, certificates and alerts; protected records give none.
 */
import { Cursor } from '../../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type Session,
  type Side,
  sampleOf,
} from '../../dissector';

import { sha256 } from '../../sha256';

const RECORD = { alert: 21, handshake: 22 } as const;
const MAX_HANDSHAKE = 65536;
const VERSIONS: Readonly<Record<number, readonly [string, string]>> = {
  768: ['SSL 3.0', 's3'],
  769: ['TLS 1.0', '10'],
  770: ['TLS 1.1', '11'],
  771: ['TLS 1.2', '12'],
  772: ['TLS 1.3', '13'],
};

/*
 *   0      1         3        5
 *   +------+---------+--------+------------------------------
 *   | type | version | length | type(1) | length(3) | body …
 *   +------+---------+--------+------------------------------
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  const type = bytes[from] ?? 0;
  if (from < to && (type < 20 || type > 24)) return -1;
  if (from + 1 < to && bytes[from + 1] !== 3) return -1;
  if (from + 5 > to) return 0;
  const length = ((bytes[from + 3] ?? 0) << 8) | (bytes[from + 4] ?? 0);
  return length === 0 || length > 18432 ? -1 : 5 + length;
}

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = unitLength(bytes, from, to);
  if (length < 0) return 'no';
  if (from + 6 > to) return 'more';
  const isHello = bytes[from] === RECORD.handshake && (bytes[from + 5] === 1 || bytes[from + 5] === 2);
  return isHello ? 'yes' : 'maybe';
}

const isGrease = (value: number): boolean => (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);

class Flight {
  bytes = new Uint8Array(0);
  isProtected = false;
}

class TlsSession implements Session {
  private readonly flights: Readonly<Record<Side, Flight>> = { client: new Flight(), server: new Flight() };

  message(cursor: Cursor, from: Side): readonly Message[] {
    const type = cursor.u8();
    cursor.skip(2);
    const body = cursor.part(cursor.u16());
    const flight = this.flights[from];
    if (type === 20) flight.isProtected = true;
    if (flight.isProtected) return [];
    if (type === RECORD.alert && body.left === 2) {
      const level = body.u8();
      const code = body.u8();
      if (level > 2) return [];
      const text = `TLS ${level === 2 ? 'fatal' : 'warning'} alert ${code}`;
      return [
        newMessage({ kind: 'exception', action: 'alert', operation: 'connect', exception: code, text }),
      ];
    }
    if (type !== RECORD.handshake) return [];
    const joined = new Uint8Array(Math.min(MAX_HANDSHAKE, flight.bytes.length + body.left));
    joined.set(flight.bytes.subarray(0, joined.length));
    joined.set(
      body.bytes.subarray(body.at, body.at + joined.length - flight.bytes.length),
      flight.bytes.length,
    );
    return this.handshakes(joined, flight, cursor.isShort);
  }

  private handshakes(bytes: Uint8Array, flight: Flight, isCut: boolean): readonly Message[] {
    const messages: Message[] = [];
    const cursor = new Cursor(bytes, 0, bytes.length);
    let start = 0;
    while (cursor.left >= 4 && messages.length < 64) {
      const type = cursor.u8();
      const size = cursor.u24();
      if (size > cursor.left) break;
      const body = cursor.part(size);
      const message =
        type === 1
          ? clientHello(body)
          : type === 2
            ? serverHello(body)
            : type === 11
              ? certificate(body)
              : null;
      if (message !== null) messages.push(message);
      start = cursor.at;
    }
    flight.bytes = bytes.length >= MAX_HANDSHAKE ? new Uint8Array(0) : bytes.slice(start);
    if (isCut && messages.length === 0)
      messages.push(
        newMessage({
          kind: 'request',
          action: 'handshake',
          operation: 'connect',
          text: 'TLS handshake',
          malformed: 'The record ends early',
        }),
      );
    return messages;
  }
}

function clientHello(body: Cursor): Message {
  let version = body.u16();
  body.skip(32);
  body.skip(body.u8());
  const suites = body.part(body.u16());
  const ciphers: number[] = [];
  while (suites.left >= 2) ciphers.push(suites.u16());
  body.skip(body.u8());
  const list = body.part(body.left >= 2 ? body.u16() : 0);
  const extensions: number[] = [];
  const signatures: number[] = [];
  let name = '';
  let protocol = '';
  while (list.left >= 4) {
    const type = list.u16();
    const value = list.part(list.u16());
    extensions.push(type);
    if (type === 0) {
      value.skip(3);
      name = value.text(Math.min(value.u16(), value.left));
    } else if (type === 13) {
      value.skip(2);
      while (value.left >= 2) signatures.push(value.u16());
    } else if (type === 16) {
      value.skip(2);
      protocol = value.text(Math.min(value.u8(), value.left));
    } else if (type === 43) {
      value.skip(1);
      const offered: number[] = [];
      while (value.left >= 2) offered.push(value.u16());
      version = Math.max(0, ...offered.filter((item) => !isGrease(item))) || version;
    }
  }
  const ja4 = fingerprint(version, ciphers, extensions, signatures, protocol);
  return newMessage({
    kind: 'request',
    action: 'client_hello',
    operation: 'connect',
    functionCode: 1,
    host: name || null,
    facts: [{ of: 'receiver', fact: 'name', value: name }],
    text: `TLS client hello ${name || 'without server name'}, ${VERSIONS[version]?.[0] ?? version}${protocol ? `, ${protocol}` : ''}, JA4 ${ja4}`,
    malformed: body.isShort ? 'The hello ends early' : null,
  });
}

function fingerprint(
  version: number,
  ciphers: readonly number[],
  extensions: readonly number[],
  signatures: readonly number[],
  protocol: string,
): string {
  const hex = (value: number): string => value.toString(16).padStart(4, '0');
  const own = ciphers.filter((value) => !isGrease(value));
  const kinds = extensions.filter((value) => !isGrease(value));
  const two = (count: number): string => String(Math.min(99, count)).padStart(2, '0');
  const alpn =
    protocol === ''
      ? '00'
      : /^[a-z0-9].*[a-z0-9]$|^[a-z0-9]$/i.test(protocol)
        ? `${protocol[0]}${protocol.at(-1)}`
        : '99';
  const cut = (text: string): string => (text === '' ? '000000000000' : sha256(text).slice(0, 12));
  const sorted = kinds
    .filter((value) => value !== 0 && value !== 16)
    .map(hex)
    .sort()
    .join(',');
  const signed = signatures
    .filter((value) => !isGrease(value))
    .map(hex)
    .join(',');
  const first = `t${VERSIONS[version]?.[1] ?? '00'}${kinds.includes(0) ? 'd' : 'i'}${two(own.length)}${two(kinds.length)}${alpn}`;
  return `${first}_${cut(own.map(hex).sort().join(','))}_${cut(sorted === '' ? '' : signed === '' ? sorted : `${sorted}_${signed}`)}`;
}

function serverHello(body: Cursor): Message {
  let version = body.u16();
  body.skip(32);
  body.skip(body.u8());
  const cipher = body.u16();
  body.skip(1);
  const isShort = body.isShort;
  const list = body.part(body.left >= 2 ? body.u16() : 0);
  while (list.left >= 4) {
    const type = list.u16();
    const value = list.part(list.u16());
    if (type === 43) version = value.u16();
  }
  return newMessage({
    kind: 'response',
    action: 'server_hello',
    operation: 'connect',
    functionCode: 2,
    text: `TLS server hello ${VERSIONS[version]?.[0] ?? version}, cipher suite 0x${cipher.toString(16).padStart(4, '0')}`,
    malformed: isShort ? 'The hello ends early' : null,
  });
}

/** The first certificate's common names (issuer first, subject last) and alternative DNS names. */
function certificate(body: Cursor): Message | null {
  const isThirteen =
    body.peek() === 0 && body.peek(1) === 0 && body.left > 4 && body.peek(4) === 0x30
      ? false
      : body.peek() === 0 && body.left > 7 && body.peek(7) === 0x30;
  if (isThirteen) body.skip(1);
  body.skip(3);
  const der = body.part(body.u24());
  const { bytes, at, end } = der;
  const names: string[] = [];
  const others: string[] = [];
  for (let place = at; place + 6 < end && names.length + others.length < 32; place++) {
    // 2.5.4.3, the common name; 2.5.29.17 holds context tags 2, DNS names.
    if (bytes[place] !== 0x55) continue;
    if (bytes[place + 1] === 4 && bytes[place + 2] === 3)
      names.push(
        new Cursor(bytes, place + 5, end).text(Math.min(bytes[place + 4] ?? 0, 64, end - place - 5)),
      );
    if (bytes[place + 1] !== 0x1d || bytes[place + 2] !== 0x11) continue;
    for (let item = place + 3; item + 2 < end && others.length < 16; ) {
      const size = bytes[item + 1] ?? 0;
      if (bytes[item] === 0x82 && size < 128) {
        others.push(new Cursor(bytes, item + 2, end).text(Math.min(size, end - item - 2)));
        item += 2 + size;
      } else if (others.length > 0) break;
      else item++;
    }
  }
  const subject = names.at(-1) ?? '';
  return newMessage({
    kind: 'response',
    action: 'certificate',
    operation: 'identify',
    functionCode: 11,
    host: subject || null,
    text: `TLS certificate of ${subject || 'no name'}${names.length > 1 ? `, issued by ${names[0]}` : ''}${others.length > 0 ? `, also ${others.join(', ')}` : ''}`,
  });
}

const HELLO = `0303${'00'.repeat(32)}00 0002 1301 0100`;

export const tls: Dissector = defineDissector({
  id: 'tls',
  title: 'TLS',
  reference: 'RFC 8446 §4–§5; RFC 5246 §7; RFC 6066 §3; RFC 5280 §4; JA4',
  dataset: 'pcap.tls',
  domain: 'network',
  over: 'tcp',
  ports: [443, 8443, 636, 993, 995, 4843, 802, 2252, 20003, 19998],
  roams: true,
  maxUnitBytes: 18437,
  looksLike,
  unitLength,
  begin: () => new TlsSession(),
  samples: [
    sampleOf(
      'normal',
      'a client names its server',
      'client',
      `16 0301 003d 01 000039 ${HELLO} 000e 0000 000a 0008 00 0005 706c632e6c`,
      {
        action: 'client_hello',
        operation: 'connect',
        host: 'plc.l',
      },
    ),
    sampleOf(
      'normal',
      'a server chooses TLS 1.2',
      'server',
      `16 0303 002a 02 000026 0303${'00'.repeat(32)}00 c02f 00`,
      {
        kind: 'response',
        action: 'server_hello',
        text: 'TLS server hello TLS 1.2, cipher suite 0xc02f',
      },
    ),
    sampleOf(
      'truncated',
      'a hello that ends inside its random',
      'client',
      '16 0301 000a 01 000006 0303 00000000',
      { malformed: 'The hello ends early' },
    ),
    sampleOf('foreign', 'a record of a kind there is none of', 'client', '99030100050100000000'),
  ],
});
