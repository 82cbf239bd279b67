/**
 * CODESYS, what its programming tool says to controllers, versions 2 and 3, by service. 3S publishes no description; places
 * follow Kaspersky ICS CERT, "Security research: CODESYS Runtime" (2019), and the discovery script of Project Redpoint.
 */
import type { Cursor } from '../cursor';
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
} from '../dissector';

const MAX_UNIT_BYTES = 1 << 20;
const BLOCK_HEADER = [0xe8, 0x17, 0x01, 0x00] as const;
const APPLICATION = 0xcd55;
const RESPONSE_BIT = 0x80;

const GROUPS: Readonly<Record<number, readonly [string, OtOperation]>> = {
  1: ['device', 'connect'],
  2: ['application', 'program'],
  5: ['log', 'diagnose'],
  6: ['settings', 'configure'],
  8: ['file_transfer', 'program'],
  9: ['variables', 'read'],
  17: ['plc_shell', 'control'],
  27: ['monitoring', 'read'],
};

function littleAt(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
  return low + (bytes[at + 3] ?? 0) * 16777216;
}

/*
 *   version 3    e8 17 01 00 │ length (4, all) │ c5 datagram … │ 55 cd header (2) group (2) service (2) session (4) size (4)
 *   version 2    bb bb │ length (4) │ service │ …        its length in the controller's byte order
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  for (let place = 0; place < BLOCK_HEADER.length && from + place < to; place++)
    if (bytes[from + place] !== BLOCK_HEADER[place]) return -1;
  if (from + 8 > to) return 0;
  const size = littleAt(bytes, from + 4);
  return size < 12 || size > MAX_UNIT_BYTES ? -1 : size;
}

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = unitLength(bytes, from, to);
  return length < 0 ? 'no' : length === 0 ? 'more' : 'yes';
}

class Codesys3Session implements Session {
  private readonly open = new Set<string>();

  message(cursor: Cursor, from: Side): readonly Message[] {
    cursor.skip(8);
    const { bytes, at, end } = cursor;
    let place = at;
    while (place + 1 < end && ((bytes[place] ?? 0) | ((bytes[place + 1] ?? 0) << 8)) !== APPLICATION) place++;
    if (place + 1 >= end) return [datagram(cursor)];
    cursor.skip(place + 4 - at);
    const group = cursor.u16le();
    const service = cursor.u16le();
    cursor.skip(4);
    const size = cursor.u32le();
    const isResponse = (group & RESPONSE_BIT) !== 0;
    const number = group & 0x7f;
    const [name, operation] = GROUPS[number] ?? [`group_${number}`, 'diagnose'];
    const key = `${number} ${service}`;
    const isPaired = isResponse && this.open.delete(`${from === 'client' ? 'server' : 'client'} ${key}`);
    if (!isResponse && this.open.size < 64) this.open.add(`${from} ${key}`);
    const kind = isResponse ? 'response' : 'request';
    return [
      newMessage({
        kind,
        action: `${name}_service_${service}`,
        operation,
        functionCode: number * 65536 + service,
        quantity: size,
        text: `CODESYS ${name.replaceAll('_', ' ')}, service ${service}, ${size} bytes (${kind})`,
        malformed: cursor.isShort ? 'The service ends early' : null,
        isUnpaired: isResponse && !isPaired,
      }),
    ];
  }
}

/** Name services, channels and parts of longer services: no head of the application layer inside. */
function datagram(cursor: Cursor): Message {
  const isDatagram = (cursor.u8() & 0xf8) === 0xc0;
  return newMessage({
    kind: 'unsolicited',
    action: 'datagram',
    text: `CODESYS datagram, ${cursor.left + 1} bytes`,
    malformed: isDatagram ? null : 'No datagram inside the block',
  });
}

export const codesys: Dissector = defineDissector({
  id: 'codesys',
  title: 'CODESYS V3, by service',
  reference: 'Kaspersky ICS CERT, "Security research: CODESYS Runtime" (2019)',
  dataset: 'pcap.codesys',
  over: 'tcp',
  ports: [11740, 11741, 11742, 11743],
  roams: true,
  maxUnitBytes: MAX_UNIT_BYTES,
  looksLike,
  unitLength,
  begin: () => new Codesys3Session(),
  samples: [
    {
      kind: 'normal',
      title: 'a service of the application is asked for and answered',
      units: [
        {
          from: 'client',
          hex: 'e8170100 20000000 c50b4002 55cd 1000 0200 1000 11000000 04000000 00000000',
          messages: [
            {
              kind: 'request',
              action: 'application_service_16',
              operation: 'program',
              text: 'CODESYS application, service 16, 4 bytes (request)',
            },
          ],
        },
        {
          from: 'server',
          hex: 'e8170100 20000000 c50b4002 55cd 1000 8200 1000 11000000 04000000 00000000',
          messages: [{ kind: 'response', action: 'application_service_16', isUnpaired: false }],
        },
      ],
    },
    sampleOf(
      'truncated',
      'a service whose head ends early',
      'client',
      'e8170100 14000000 c50b4002 55cd 1000 0200 1000',
      {
        malformed: 'The service ends early',
      },
    ),
    sampleOf('foreign', 'another mark', 'client', 'e9170100 20000000 c50b4002 55cd'),
  ],
});

const SERVICES_2: Readonly<Record<number, readonly [string, OtOperation]>> = {
  1: ['logon', 'connect'],
  146: ['shell_command', 'control'],
};

/** The length in whichever byte order makes it small. */
function length2(bytes: Uint8Array, from: number, to: number): number {
  for (let place = 0; place < 2 && from + place < to; place++) if (bytes[from + place] !== 0xbb) return -1;
  if (from + 6 > to) return 0;
  const little = littleAt(bytes, from + 2);
  const high = (bytes[from + 2] ?? 0) * 16777216 + ((bytes[from + 3] ?? 0) << 16);
  const big = high + ((bytes[from + 4] ?? 0) << 8) + (bytes[from + 5] ?? 0);
  const size = Math.min(little, big);
  return size < 1 || size > MAX_UNIT_BYTES ? -1 : 6 + size;
}

class Codesys2Session implements Session {
  private asked: number | null = null;

  message(cursor: Cursor, from: Side): readonly Message[] {
    cursor.skip(6);
    const first = cursor.u8();
    const isRequest = from === 'client';
    const code = isRequest ? first : this.asked;
    const isUnpaired = !isRequest && this.asked === null;
    this.asked = isRequest ? first : null;
    const [action, operation] =
      code === null
        ? (['answer', null] as const)
        : (SERVICES_2[code] ?? ([`service_${code}`, 'diagnose'] as const));
    const size = cursor.left;
    const kind = isRequest ? 'request' : 'response';
    return [
      newMessage({
        kind,
        action,
        operation,
        functionCode: code,
        quantity: size,
        text: `CODESYS 2 ${action.replaceAll('_', ' ')}, ${size} bytes (${kind})`,
        malformed: cursor.isShort ? 'The service is missing' : null,
        isUnpaired,
      }),
    ];
  }
}

export const codesys2: Dissector = defineDissector({
  id: 'codesys-2',
  title: 'CODESYS V2, by service',
  reference: 'Project Redpoint, codesys-v2-discover',
  dataset: 'pcap.codesys-2',
  over: 'tcp',
  ports: [1200, 1201, 2455],
  maxUnitBytes: MAX_UNIT_BYTES + 6,
  looksLike(bytes, from, to) {
    const length = length2(bytes, from, to);
    return length < 0 ? 'no' : length === 0 ? 'more' : 'maybe';
  },
  unitLength: length2,
  begin: () => new Codesys2Session(),
  samples: [
    {
      kind: 'normal',
      title: 'a logon',
      units: [
        {
          from: 'client',
          hex: 'bbbb 01000000 01',
          messages: [{ kind: 'request', action: 'logon', operation: 'connect' }],
        },
        {
          from: 'server',
          hex: 'bbbb 04000000 01004e54',
          messages: [{ kind: 'response', action: 'logon', quantity: 3, isUnpaired: false }],
        },
      ],
    },
    sampleOf('truncated', 'an answer whose request was not captured', 'server', 'bbbb 00000001 01', {
      action: 'answer',
      isUnpaired: true,
    }),
    sampleOf('foreign', 'another mark', 'client', 'bbba 01000000 01'),
  ],
});
