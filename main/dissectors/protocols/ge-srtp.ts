/**
 * GE-SRTP, the service request transfer protocol of GE Fanuc (Emerson) controllers, by service. GE publishes no
 * description; places follow G. Denton et al., "Leveraging the SRTP protocol for over-the-network memory acquisition of a
 * GE Fanuc Series 90-30", Digital Investigation 22 (2017).
 */

import type { Cursor } from '../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  newRun,
  type OtOperation,
  otherSide,
  type PointRun,
  type Session,
  type Side,
  sampleOf,
} from '../dissector';
import { OpenRequests } from '../open-requests';
import { valuesText } from '../words';

const HEADER_BYTES = 56;
const MAX_TEXT = 8192;
const MAX_PENDING = 64;
const KIND = { initialize: 0, initialized: 1, request: 2, response: 3 } as const;
const REFUSED = 0xd1;
const TEXT_FOLLOWS = 0x94;
/** A request whose parameters stand eight bytes further on, before a text. */
const WITH_TEXT = 0x80;

const SERVICES: Readonly<Record<number, readonly [string, OtOperation]>> = {
  0: ['short_status', 'diagnose'],
  3: ['program_names', 'identify'],
  4: ['read_system_memory', 'read'],
  5: ['read_task_memory', 'read'],
  6: ['read_program_memory', 'read'],
  7: ['write_system_memory', 'write'],
  8: ['write_task_memory', 'write'],
  9: ['write_program_memory', 'program'],
  32: ['programmer_logon', 'connect'],
  33: ['change_privilege', 'connect'],
  34: ['set_control_id', 'configure'],
  35: ['set_run_or_stop', 'control'],
  36: ['set_time', 'configure'],
  37: ['read_time', 'read'],
  56: ['read_fault_table', 'diagnose'],
  57: ['clear_fault_table', 'control'],
  63: ['upload_program', 'program'],
  64: ['download_program', 'program'],
  67: ['controller_type', 'identify'],
  68: ['toggle_force', 'control'],
};

const MEMORIES: Readonly<Record<number, string>> = {
  8: '%R',
  10: '%AI',
  12: '%AQ',
  16: '%I bytes',
  18: '%Q bytes',
  20: '%T bytes',
  22: '%M bytes',
  24: '%SA bytes',
  26: '%SB bytes',
  28: '%SC bytes',
  30: '%S bytes',
  56: '%G bytes',
  70: '%I',
  72: '%Q',
  74: '%T',
  76: '%M',
  78: '%SA',
  80: '%SB',
  82: '%SC',
  84: '%S',
  86: '%G',
};

/*
 *   0      2          4             30         31           42        43       44       46       56
 *   +------+----------+-------------+----------+------------+---------+--------+--------+--------+---------
 *   | kind | sequence | text length | sequence | message    | service | memory | offset | length | text …
 *   +------+----------+-------------+----------+------------+---------+--------+--------+--------+---------
 *   numbers low byte first; what lies between is time, mailboxes and packet numbers; in answers 42 is the state, 44 to 49
 *   are data that fit there, else the text has them
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from < to && (bytes[from] ?? 0) > KIND.response) return -1;
  for (const place of [1, 3]) if (from + place < to && bytes[from + place] !== 0) return -1;
  if (from + 6 > to) return 0;
  const text = (bytes[from + 4] ?? 0) | ((bytes[from + 5] ?? 0) << 8);
  return text > MAX_TEXT ? -1 : HEADER_BYTES + text;
}

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = unitLength(bytes, from, to);
  return length < 0 ? 'no' : length === 0 ? 'more' : 'maybe';
}

interface Asked {
  readonly sequence: number;
  readonly code: number;
  readonly memory: number;
  readonly object: string | null;
  readonly address: number | null;
  readonly quantity: number | null;
}

class SrtpSession implements Session {
  private readonly asked = new OpenRequests<Asked>(MAX_PENDING);

  message(cursor: Cursor, from: Side): readonly Message[] {
    const kind = cursor.u8();
    cursor.skip(1);
    const sequence = cursor.u16le();
    const text = cursor.u16le();
    cursor.skip(25);
    const message = cursor.u8();
    cursor.skip(10);
    if (kind === KIND.initialize || kind === KIND.initialized) return [initialize(kind, sequence)];
    if (kind === KIND.response) {
      const asked = this.asked.answer(`${otherSide(from)} ${sequence}`);
      return [response(cursor, asked, message, sequence)];
    }
    if (message === WITH_TEXT) cursor.skip(8);
    const code = cursor.u8();
    const isMemory = code >= 4 && code <= 9;
    const memory = cursor.u8();
    const offset = cursor.u16le();
    const length = cursor.u16le();
    const request: Asked = {
      sequence,
      code,
      memory,
      object: isMemory ? (MEMORIES[memory] ?? `memory ${memory}`) : null,
      address: isMemory ? offset : null,
      quantity: isMemory ? length : null,
    };
    this.asked.ask(`${from} ${sequence}`, request);
    const isWrite = SERVICES[code]?.[1] === 'write';
    return [
      compose(request, {
        points: isWrite ? valuesOf(request, cursor) : [],
        kind: 'request',
        exception: null,
        isUnpaired: false,
        malformed: cursor.isShort
          ? 'The header ends early'
          : message === WITH_TEXT && text === 0
            ? 'The text is missing'
            : null,
      }),
    ];
  }
}

function response(cursor: Cursor, request: Asked | null, message: number, sequence: number): Message {
  const state = cursor.u16();
  const error = message === REFUSED ? state : null;
  const isRead = request !== null && error === null && SERVICES[request.code]?.[1] === 'read';
  // Behind the header, or in it when they fit its six bytes.
  if (message === TEXT_FOLLOWS) cursor.skip(12);
  const data = message === TEXT_FOLLOWS ? cursor : cursor.part(Math.min(6, cursor.left));
  return compose(request ?? UNKNOWN(sequence), {
    points: isRead ? valuesOf(request, data) : [],
    kind: error === null ? 'response' : 'exception',
    exception: error,
    isUnpaired: request === null,
    malformed: cursor.isShort ? 'The header ends early' : null,
  });
}

const UNKNOWN = (sequence: number): Asked => ({
  sequence,
  code: -1,
  memory: 0,
  object: null,
  address: null,
  quantity: null,
});

const WORDS = new Set([8, 10, 12]);
/** Selectors from here on count bits, those between words and bits bytes. */
const FIRST_BIT = 70;

/** As many values as were asked for, if all of them are there; bits are packed low one first. */
function valuesOf({ memory, object, address, quantity }: Asked, data: Cursor): readonly PointRun[] {
  if (object === null || address === null || quantity === null || quantity === 0) return [];
  const isBits = memory >= FIRST_BIT;
  const bits = isBits ? quantity : WORDS.has(memory) ? quantity * 16 : quantity * 8;
  if (!(memory in MEMORIES) || data.left * 8 < bits || (isBits && address % 8 !== 0)) return [];
  const values: number[] = [];
  if (isBits) {
    for (let octet = 0; values.length < quantity; octet = octet >> 1) {
      if (values.length % 8 === 0) octet = data.u8();
      values.push(octet & 1);
    }
  } else while (values.length < quantity) values.push(WORDS.has(memory) ? data.u16le() : data.u8());
  return [newRun(object, address, 1, values)];
}

type Head = Pick<Message, 'kind' | 'exception' | 'isUnpaired' | 'malformed' | 'points'>;

function compose({ sequence, code, object, address, quantity }: Asked, head: Head): Message {
  const [action, operation] =
    code < 0 ? (['service', null] as const) : (SERVICES[code] ?? ([`service_${code}`, 'diagnose'] as const));
  // Registers are counted from 1 by engineers, from 0 on the wire.
  const place = object === null ? '' : ` ${object} from ${(address ?? 0) + 1}, ${quantity}`;
  const [run] = head.points;
  const worth = run === undefined ? '' : ` = ${valuesText(run.values)}`;
  const verdict =
    head.exception === null ? '' : ` refused: error 0x${head.exception.toString(16).padStart(4, '0')}`;
  return newMessage({
    ...head,
    action,
    operation,
    functionCode: code < 0 ? null : code,
    object,
    address,
    quantity,
    transaction: sequence,
    text: `GE-SRTP ${action.replaceAll('_', ' ')}${place}${worth}${verdict} (${head.kind})`,
  });
}

function initialize(kind: number, sequence: number): Message {
  const isRequest = kind === KIND.initialize;
  return newMessage({
    kind: isRequest ? 'request' : 'response',
    action: 'initialize',
    operation: 'connect',
    transaction: sequence,
    text: `GE-SRTP initialize (${isRequest ? 'request' : 'response'})`,
  });
}

const GAP = '00'.repeat(24);
const BOXES = '00000000 100e0000 0101';

export const geSrtp: Dissector = defineDissector({
  id: 'ge-srtp',
  title: 'GE-SRTP (GE Fanuc, Emerson)',
  reference: 'G. Denton et al., Digital Investigation 22 (2017) S106–S117',
  dataset: 'pcap.ge-srtp',
  over: 'tcp',
  ports: [18245, 18246],
  maxUnitBytes: HEADER_BYTES + MAX_TEXT,
  looksLike,
  unitLength,
  begin: () => new SrtpSession(),
  samples: [
    {
      kind: 'normal',
      title: 'registers are read; then the controller is to stop, and refuses',
      units: [
        {
          from: 'client',
          hex: `02 00 0500 0000 ${GAP} 05 c0 ${BOXES} 04 08 6300 0200 00000000 00000000`,
          messages: [
            {
              kind: 'request',
              action: 'read_system_memory',
              operation: 'read',
              object: '%R',
              address: 99,
              quantity: 2,
              transaction: 5,
              text: 'GE-SRTP read system memory %R from 100, 2 (request)',
            },
          ],
        },
        {
          from: 'server',
          hex: `03 00 0500 0400 ${GAP} 05 94 ${BOXES} 0000 0000 0000 00000000 00000000 01020304`,
          messages: [
            {
              kind: 'response',
              object: '%R',
              isUnpaired: false,
              points: [{ object: '%R', address: 99, stride: 1, values: [0x0201, 0x0403] }],
              text: 'GE-SRTP read system memory %R from 100, 2 = 513, 1027 (response)',
            },
          ],
        },
        {
          from: 'client',
          hex: `02 00 0600 0000 ${GAP} 06 c0 ${BOXES} 23 02 0000 0000 00000000 00000000`,
          messages: [{ action: 'set_run_or_stop', operation: 'control' }],
        },
        {
          from: 'server',
          hex: `03 00 0600 0000 ${GAP} 06 d1 ${BOXES} 0502 0000 0000 00000000 00000000`,
          messages: [{ kind: 'exception', action: 'set_run_or_stop', exception: 0x0502 }],
        },
      ],
    },
    {
      kind: 'normal',
      title: 'markers are read in the header of the answer, then a register is written',
      units: [
        {
          from: 'client',
          hex: `02 00 0800 0000 ${GAP} 08 c0 ${BOXES} 04 4c 0800 0a00 00000000 00000000`,
          messages: [{ action: 'read_system_memory', object: '%M', address: 8, quantity: 10 }],
        },
        {
          from: 'server',
          hex: `03 00 0800 0000 ${GAP} 08 d4 ${BOXES} 0000 0503 0000 0000 00000000 0000`,
          messages: [
            { points: [{ object: '%M', address: 8, stride: 1, values: [1, 0, 1, 0, 0, 0, 0, 0, 1, 1] }] },
          ],
        },
        {
          from: 'client',
          hex: `02 00 0900 0000 ${GAP} 09 c0 ${BOXES} 07 08 6300 0100 2a00 0000 00000000`,
          messages: [
            {
              operation: 'write',
              points: [{ object: '%R', address: 99, stride: 1, values: [42] }],
              text: 'GE-SRTP write system memory %R from 100, 1 = 42 (request)',
            },
          ],
        },
      ],
    },
    sampleOf(
      'truncated',
      'a write whose values are missing',
      'client',
      `02 00 0700 0000 ${GAP} 07 80 ${BOXES} 00000000 00000000 07 08 6300 0200 0000`,
      { action: 'write_system_memory', operation: 'write', malformed: 'The text is missing' },
    ),
    sampleOf('foreign', 'a kind there is none of', 'client', `05 00 0500 0000 ${GAP}`),
  ],
});
