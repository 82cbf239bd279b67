/** Names on the wire: DNS (RFC 1035 §4), mDNS (RFC 6762), LLMNR (RFC 4795), NetBIOS names (RFC 1002 §4.2). */
import { readIpv4, readIpv6 } from '../../addresses';
import type { Cursor } from '../../cursor';
import {
  type AssetFact,
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type Sample,
  type Session,
  sampleOf,
  wholeDatagram,
} from '../../dissector';
import { netbiosName } from '../../netbios/name';
import { someOf } from '../../words';

const TYPES: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  32: 'NB',
  33: 'SRV',
  41: 'OPT',
  65: 'HTTPS',
  255: 'ANY',
};
const CODES = [
  'no error',
  'format error',
  'server failure',
  'no such name',
  'not implemented',
  'refused',
] as const;
const HEADER_BYTES = 12;
const MAX_RECORDS = 64;
const MAX_JUMPS = 16;

/** A name with its pointers followed (§4.1.4), bounded by jumps and by 255 characters. */
function readName(cursor: Cursor, start: number, isNetbios: boolean): string {
  const { bytes, end } = cursor;
  let at = cursor.at;
  let next = -1;
  let name = '';
  for (let jumps = 0; jumps < MAX_JUMPS && name.length < 255 && at < end; ) {
    const size = bytes[at] ?? 0;
    if (size === 0) {
      if (next < 0) next = at + 1;
      break;
    }
    if (size >= 0xc0) {
      if (next < 0) next = at + 2;
      at = start + (((size & 0x3f) << 8) | (bytes[at + 1] ?? 0));
      jumps++;
      continue;
    }
    let label = '';
    const stop = Math.min(end, at + 1 + size);
    for (let place = at + 1; place < stop; place++) {
      const byte = bytes[place] ?? 0;
      label += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
    }
    name += (name === '' ? '' : '.') + (isNetbios && size === 32 ? netbiosName(label) : label);
    at = stop;
    if (next < 0 && stop < at) break;
  }
  cursor.at = Math.min(end, next < 0 ? at : next);
  if (next < 0 && at >= end) cursor.skip(1);
  return name.slice(0, 255);
}

function readData(cursor: Cursor, type: number, size: number, start: number): string {
  const stop = Math.min(cursor.end, cursor.at + size);
  if (cursor.at + size > cursor.end) cursor.isShort = true;
  let text = '';
  if (type === 1 && size === 4) text = readIpv4(cursor);
  else if (type === 28 && size === 16) text = readIpv6(cursor);
  else if (type === 5 || type === 12 || type === 2) text = readName(cursor, start, false);
  else if (type === 33 && size > 6) {
    cursor.skip(4);
    const port = cursor.u16();
    text = `${readName(cursor, start, false)}:${port}`;
  } else if (type === 16) text = cursor.text(Math.min(size, 60));
  else if (type === 32 && size >= 6) {
    cursor.skip(2);
    text = readIpv4(cursor);
  }
  cursor.at = stop;
  return text;
}

/*
 *   0    2       4           6         8           10           12
 *   +----+-------+-----------+---------+-----------+------------+-----------
 *   | id | flags | questions | answers | authority | additional | records …
 *   +----+-------+-----------+---------+-----------+------------+-----------
 */
class DnsSession implements Session {
  private readonly isNetbios: boolean;
  private readonly prefix: number;
  private readonly open: number[] = [];

  constructor(isNetbios: boolean, prefix: number) {
    this.isNetbios = isNetbios;
    this.prefix = prefix;
  }

  message(cursor: Cursor): readonly Message[] {
    cursor.skip(this.prefix);
    const start = cursor.at;
    const id = cursor.u16();
    const flags = cursor.u16();
    const counts = [cursor.u16(), cursor.u16(), cursor.u16(), cursor.u16()];
    const isResponse = (flags & 0x8000) !== 0;
    const operation = (flags >> 11) & 15;
    const names: string[] = [];
    for (let place = 0; place < (counts[0] ?? 0) && place < MAX_RECORDS && cursor.left > 0; place++) {
      const name = readName(cursor, start, this.isNetbios);
      const type = cursor.u16();
      cursor.skip(2);
      names.push(`${TYPES[type] ?? `type ${type}`} ${name}`);
    }
    const answers: string[] = [];
    const facts: AssetFact[] = [];
    const total = (counts[1] ?? 0) + (counts[2] ?? 0) + (counts[3] ?? 0);
    let owner = '';
    for (let place = 0; place < total && place < MAX_RECORDS && cursor.left > 0 && !cursor.isShort; place++) {
      const name = readName(cursor, start, this.isNetbios);
      const type = cursor.u16();
      cursor.skip(6);
      const data = readData(cursor, type, cursor.u16(), start);
      if (owner === '') owner = name;
      const told = isResponse || operation === 5 ? addressName(name, type, data) : null;
      if (told !== null && !cursor.isShort) facts.push(told);
      if (data !== '' && type !== 41)
        answers.push(
          names.length === 0 || place >= (counts[1] ?? 0) ? `${name} ${TYPES[type] ?? type} ${data}` : data,
        );
    }
    const code = flags & 15;
    const action =
      operation === 5
        ? this.isNetbios
          ? 'name_registration'
          : 'update'
        : operation === 6 && this.isNetbios
          ? 'name_release'
          : 'query';
    const isUnpaired = isResponse && !this.open.includes(id) && names.length > 0;
    if (!isResponse) this.open.push(id);
    if (this.open.length > 64) this.open.shift();
    const what = someOf(names, 4);
    const found = answers.length === 0 ? '' : `${what === '' ? '' : ' = '}${someOf(answers, 8)}`;
    return [
      newMessage({
        kind: isResponse ? (code === 0 ? 'response' : 'exception') : 'request',
        action,
        operation: 'identify',
        functionCode: operation,
        exception: isResponse && code !== 0 ? code : null,
        transaction: id,
        quantity: answers.length,
        host: (names[0] ?? '').split(' ').at(-1) || owner || null,
        text: `${action.replaceAll('_', ' ')} ${what}${found}${isResponse && code !== 0 ? `: ${CODES[code] ?? `code ${code}`}` : ''} (${isResponse ? 'response' : 'request'})`,
        facts,
        malformed: cursor.isShort ? 'A record ends early' : null,
        isUnpaired,
      }),
    ];
  }
}

/** Which address a record names: A (1), AAAA (28), PTR (12) of an IPv4 address, NB (32) of a server's own name (suffix 20). */
function addressName(name: string, type: number, data: string): AssetFact | null {
  if ((type === 1 || type === 28) && data !== '') return { of: { ip: data }, fact: 'name', value: name };
  if (type === 32 && name.endsWith('<20>'))
    return { of: { ip: data }, fact: 'name', value: name.slice(0, -4) };
  const reversed = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/.exec(name);
  if (type !== 12 || reversed === null) return null;
  return { of: { ip: reversed.slice(1).reverse().join('.') }, fact: 'name', value: data };
}

function looksAt(bytes: Uint8Array, from: number, to: number): Likeness {
  if (from + HEADER_BYTES > to) return 'no';
  const opcode = ((bytes[from + 2] ?? 0) >> 3) & 15;
  const questions = ((bytes[from + 4] ?? 0) << 8) | (bytes[from + 5] ?? 0);
  return questions <= 64 && opcode !== 3 && opcode <= 9 ? 'maybe' : 'no';
}

function define(
  id: string,
  title: string,
  reference: string,
  ports: readonly number[],
  samples: readonly Sample[],
): Dissector {
  const isNetbios = id === 'nbns';
  return defineDissector({
    id,
    title,
    reference,
    dataset: `pcap.${id}`,
    domain: 'network',
    over: 'udp',
    ports,
    maxUnitBytes: 65535,
    looksLike: looksAt,
    unitLength: wholeDatagram,
    begin: () => new DnsSession(isNetbios, 0),
    samples,
  });
}

/** On TCP the message's length stands before it, in two bytes (RFC 1035 §4.2.2). */
function streamLength(bytes: Uint8Array, from: number, to: number): number {
  if (from + 2 > to) return 0;
  const length = ((bytes[from] ?? 0) << 8) | (bytes[from + 1] ?? 0);
  return length < HEADER_BYTES ? -1 : 2 + length;
}

function looksAtStream(bytes: Uint8Array, from: number, to: number): Likeness {
  if (streamLength(bytes, from, to) < 0) return 'no';
  return from + 2 + HEADER_BYTES > to ? 'more' : looksAt(bytes, from + 2, to);
}

const FOREIGN = sampleOf(
  'foreign',
  'an operation there is none of',
  'client',
  '0001 7800 ffff 0000 0000 0000',
);
const PLC = '04 706c6331 05 6c6f63616c 00';

export const dns: Dissector = define(
  'dns',
  'DNS',
  'RFC 1035 §4',
  [53],
  [
    {
      kind: 'normal',
      title: 'a name and its address',
      units: [
        {
          from: 'client',
          hex: `1234 0100 0001 0000 0000 0000 ${PLC} 0001 0001`,
          messages: [
            { kind: 'request', action: 'query', host: 'plc1.local', text: 'query A plc1.local (request)' },
          ],
        },
        {
          from: 'server',
          hex: `1234 8180 0001 0001 0000 0000 ${PLC} 0001 0001 c00c 0001 0001 00000e10 0004 0a140105`,
          messages: [
            { kind: 'response', text: 'query A plc1.local = 10.20.1.5 (response)', isUnpaired: false },
          ],
        },
      ],
    },
    sampleOf(
      'normal',
      'an address of IPv6, as every event writes it',
      'server',
      `1234 8180 0001 0001 0000 0000 ${PLC} 001c 0001 c00c 001c 0001 00000e10 0010 20010db8000000000000000000000005`,
      {
        text: 'query AAAA plc1.local = 2001:db8::5 (response)',
        facts: [{ of: { ip: '2001:db8::5' }, fact: 'name', value: 'plc1.local' }],
      },
    ),
    sampleOf(
      'truncated',
      'an answer that ends early',
      'server',
      `1234 8180 0001 0001 0000 0000 ${PLC} 0001 0001 c00c 0001 0001 00000e10 0004 0a14`,
      { malformed: 'A record ends early' },
    ),
    FOREIGN,
  ],
);

export const dnsOverTcp: Dissector = defineDissector({
  id: 'dns-tcp',
  title: 'DNS over TCP',
  reference: 'RFC 1035 §4.2.2; RFC 7766',
  dataset: 'pcap.dns',
  domain: 'network',
  over: 'tcp',
  ports: [53],
  maxUnitBytes: 2 + 65535,
  looksLike: looksAtStream,
  unitLength: streamLength,
  begin: () => new DnsSession(false, 2),
  samples: [
    {
      kind: 'normal',
      title: 'a name and its address, each behind its length',
      units: [
        {
          from: 'client',
          hex: `001c 1234 0100 0001 0000 0000 0000 ${PLC} 0001 0001`,
          messages: [{ kind: 'request', host: 'plc1.local', text: 'query A plc1.local (request)' }],
        },
        {
          from: 'server',
          hex: `002c 1234 8180 0001 0001 0000 0000 ${PLC} 0001 0001 c00c 0001 0001 00000e10 0004 0a140105`,
          messages: [{ kind: 'response', text: 'query A plc1.local = 10.20.1.5 (response)' }],
        },
      ],
    },
    sampleOf(
      'truncated',
      'a question that ends early',
      'client',
      '0010 1234 0100 0001 0000 0000 0000 03 706c63',
      { malformed: 'A record ends early' },
    ),
    sampleOf('foreign', 'shorter than a header', 'client', '0003 1234 01'),
  ],
});

export const mdns: Dissector = define(
  'mdns',
  'Multicast DNS',
  'RFC 6762',
  [5353],
  [
    sampleOf(
      'normal',
      'a host tells its address',
      'server',
      `0000 8400 0000 0001 0000 0000 ${PLC} 0001 8001 00000078 0004 0a140105`,
      { kind: 'response', host: 'plc1.local' },
    ),
    sampleOf(
      'truncated',
      'a question that ends early',
      'client',
      '0000 0000 0001 0000 0000 0000 04 706c6331 00 00',
      { malformed: 'A record ends early' },
    ),
    FOREIGN,
  ],
);

export const llmnr: Dissector = define(
  'llmnr',
  'LLMNR',
  'RFC 4795 §2.1',
  [5355],
  [
    sampleOf(
      'normal',
      'a neighbour is asked for',
      'client',
      '0007 0000 0001 0000 0000 0000 04 706c6331 00 0001 0001',
      { kind: 'request', host: 'plc1' },
    ),
    sampleOf(
      'truncated',
      'a question that ends early',
      'client',
      '0007 0000 0001 0000 0000 0000 04 706c6331 00 00',
      { malformed: 'A record ends early' },
    ),
    FOREIGN,
  ],
);

export const nbns: Dissector = define(
  'nbns',
  'NetBIOS name service',
  'RFC 1002 §4.2',
  [137],
  [
    sampleOf(
      'normal',
      'a workstation is asked for',
      'client',
      '0009 0110 0001 0000 0000 0000 20 4645464a46444341434143414341434143414341434143414341434143414341 00 0020 0001',
      { kind: 'request', action: 'query', operation: 'identify' },
    ),
    sampleOf(
      'truncated',
      'a question that ends early',
      'client',
      '0009 0110 0001 0000 0000 0000 20 46454646',
      { malformed: 'A record ends early' },
    ),
    FOREIGN,
  ],
);
