/**
 * SLMP, the MELSEC communication protocol of Mitsubishi controllers: Mitsubishi SH-080956ENG (SLMP reference manual) §4
 * (frames 3E and 4E in binary), §5 (commands); CC-Link Partner Association BAP-C2006ENG.
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

const MAX_UNIT_BYTES = 8192;
const MAX_PENDING = 64;
const CPU = 0x03ff;

const COMMANDS: Readonly<Record<number, readonly [string, OtOperation]>> = {
  257: ['read_type_name', 'identify'],
  1025: ['read', 'read'],
  1027: ['read_random', 'read'],
  1030: ['read_blocks', 'read'],
  1537: ['read_extended_unit', 'read'],
  1555: ['read_buffer', 'read'],
  1561: ['self_test', 'diagnose'],
  2049: ['register_monitor', 'configure'],
  2050: ['monitor', 'read'],
  3632: ['search_nodes', 'identify'],
  3633: ['set_address', 'configure'],
  4097: ['remote_run', 'control'],
  4098: ['remote_stop', 'control'],
  4099: ['remote_pause', 'control'],
  4101: ['remote_latch_clear', 'control'],
  4102: ['remote_reset', 'control'],
  5121: ['write', 'write'],
  5122: ['write_random', 'write'],
  5126: ['write_blocks', 'write'],
  5633: ['write_extended_unit', 'write'],
  5651: ['write_buffer', 'write'],
  5655: ['clear_error', 'control'],
  5680: ['unlock', 'connect'],
  5681: ['lock', 'connect'],
  6160: ['read_directory', 'read'],
  6161: ['search_file', 'read'],
  6176: ['new_file', 'program'],
  6178: ['delete_file', 'program'],
  6180: ['copy_file', 'program'],
  6181: ['change_file_state', 'program'],
  6182: ['change_file_date', 'program'],
  6183: ['open_file', 'program'],
  6184: ['read_file', 'program'],
  6185: ['write_file', 'program'],
  6186: ['close_file', 'program'],
};

const DEVICES: Readonly<Record<number, string>> = {
  144: 'M',
  145: 'SM',
  146: 'L',
  147: 'F',
  148: 'V',
  152: 'S',
  156: 'X',
  157: 'Y',
  160: 'B',
  161: 'SB',
  162: 'DX',
  163: 'DY',
  168: 'D',
  169: 'SD',
  175: 'R',
  176: 'ZR',
  180: 'W',
  181: 'SW',
  193: 'TS',
  194: 'TN',
  196: 'CS',
  197: 'CN',
  204: 'Z',
};

interface Target {
  readonly object: string | null;
  readonly address: number | null;
  readonly quantity: number | null;
  readonly isBits: boolean;
}

const NOWHERE: Target = { object: null, address: null, quantity: null, isBits: false };

interface Asked extends Target {
  readonly code: number;
  readonly serial: number | null;
}

/*
 *   0        2                   +0        +1   +2   +4        +5       +7
 *   +--------+-------------------+---------+----+----+---------+--------+---------------------------------------------
 *   | 50 00  | (54 00: serial, 0)| network | PC | IO | station | length | request: timer, command, subcommand, data …
 *   | d0 00  | (d4 00: serial, 0)|         |    |    |         |        | response: end code, data …
 *   +--------+-------------------+---------+----+----+---------+--------+---------------------------------------------
 *   numbers low byte first; the length counts what follows it
 */
function frameStart(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from] ?? 0;
  const isShort = first === 0x50 || first === 0xd0;
  if (!isShort && first !== 0x54 && first !== 0xd4) return -1;
  if (from + 1 < to && bytes[from + 1] !== 0) return -1;
  return isShort ? 2 : 6;
}

function unitLength(bytes: Uint8Array, from: number, to: number): number {
  const start = frameStart(bytes, from, to);
  if (start < 0) return -1;
  const at = from + start + 5;
  if (at + 2 > to) return 0;
  const length = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  const size = start + 7 + length;
  return length < 2 || size > MAX_UNIT_BYTES ? -1 : size;
}

/** Sent to the CPU of this very station, the head is the same in every frame: then no port is needed. */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = unitLength(bytes, from, to);
  if (length < 0) return 'no';
  if (length === 0) return 'more';
  const at = from + frameStart(bytes, from, to);
  const unit = (bytes[at + 2] ?? 0) | ((bytes[at + 3] ?? 0) << 8);
  const isCpu = unit === CPU && bytes[at] === 0 && bytes[at + 1] === 255 && bytes[at + 4] === 0;
  return isCpu ? 'yes' : 'maybe';
}

class SlmpSession implements Session {
  private readonly asked = new OpenRequests<Asked>(MAX_PENDING);

  message(cursor: Cursor, from: Side): readonly Message[] {
    const first = cursor.u8();
    cursor.skip(1);
    const hasSerial = (first & 4) !== 0;
    const serial = hasSerial ? cursor.u16le() : null;
    if (hasSerial) cursor.skip(2);
    const network = cursor.u8();
    const station = cursor.u8();
    const unit = cursor.u16le();
    // An answer repeats the number, where there is one, and the whole way to the station.
    const way = `${serial} ${network} ${station} ${unit} ${cursor.u8()}`;
    const body = cursor.part(cursor.u16le());
    const where = `network ${network} station ${station}`;
    if ((first & 0x80) !== 0) {
      const request = this.asked.answer(`${otherSide(from)} ${way}`);
      return [response(body, request, serial, station, where, cursor.isShort)];
    }
    body.skip(2);
    const code = body.u16le();
    const subcommand = body.u16le();
    const isArea = code === 0x0401 || code === 0x1401;
    const target = isArea ? readTarget(body, subcommand) : NOWHERE;
    this.asked.ask(`${from} ${way}`, { ...target, code, serial });
    const points = code === 0x1401 ? readValues(body, target) : [];
    const isShort = cursor.isShort || body.isShort;
    return [
      compose(code, target, points, {
        kind: 'request',
        error: 0,
        serial,
        station,
        where,
        isShort,
        isUnpaired: false,
      }),
    ];
  }

  gap(): void {
    this.asked.letGo();
  }
}

function response(
  body: Cursor,
  request: Asked | null,
  serial: number | null,
  station: number,
  where: string,
  isShort: boolean,
): Message {
  const error = body.u16le();
  const points = error === 0 && request?.code === 0x0401 ? readValues(body, request) : [];
  const model = error === 0 && request?.code === 0x0101 ? body.text(16) : '';
  return compose(request?.code ?? null, request ?? NOWHERE, points, {
    model,
    kind: error === 0 ? 'response' : 'exception',
    error,
    serial,
    station,
    where,
    isShort: isShort || body.isShort,
    isUnpaired: request === null,
  });
}

interface Head {
  readonly kind: 'request' | 'response' | 'exception';
  readonly error: number;
  readonly serial: number | null;
  readonly station: number;
  readonly where: string;
  /** The controller's, where it was asked for. */
  readonly model?: string;
  readonly isShort: boolean;
  readonly isUnpaired: boolean;
}

function compose(code: number | null, target: Target, points: readonly PointRun[], head: Head): Message {
  const { kind, error, serial, station, where, isShort, isUnpaired, model = '' } = head;
  const [action, operation] =
    code === null
      ? (['answer', null] as const)
      : (COMMANDS[code] ?? ([`command_${code.toString(16).padStart(4, '0')}`, 'diagnose'] as const));
  const { object, address, quantity } = target;
  const place = object === null ? '' : ` ${object}${address}${(quantity ?? 1) > 1 ? ` ×${quantity}` : ''}`;
  const values = points[0] === undefined ? '' : ` = ${valuesText(points[0].values)}`;
  const verdict = error === 0 ? '' : ` refused: end code 0x${error.toString(16).padStart(4, '0')}`;
  return newMessage({
    kind,
    action,
    operation,
    functionCode: code,
    unit: station,
    object,
    address,
    quantity,
    exception: error === 0 ? null : error,
    transaction: serial,
    points,
    facts:
      model === ''
        ? undefined
        : [
            { of: 'sender', fact: 'vendor', value: 'Mitsubishi Electric' },
            { of: 'sender', fact: 'model', value: model },
          ],
    text: `SLMP ${action.replaceAll('_', ' ')}${model === '' ? '' : ` ${model}`}${place}${values}${verdict} (${where}, ${kind})`,
    malformed: isShort ? 'The frame ends early' : null,
    isUnpaired,
  });
}

/** First device, its kind, how many; the subcommand's lowest bit tells bits from words, its second longer numbers. */
function readTarget(body: Cursor, subcommand: number): Target {
  const isLong = (subcommand & 2) !== 0;
  const address = isLong ? body.u32le() : body.u16le() + body.u8() * 65536;
  const code = isLong ? body.u16le() : body.u8();
  const quantity = body.u16le();
  return {
    object: DEVICES[code] ?? `device 0x${code.toString(16)} `,
    address,
    quantity,
    isBits: (subcommand & 1) !== 0,
  };
}

/** Words of two bytes, or bits of four, the first one in the upper half. */
function readValues(body: Cursor, { object, address, quantity, isBits }: Target): readonly PointRun[] {
  const values: number[] = [];
  const wanted = Math.min(quantity ?? 0, 4096);
  while (values.length < wanted && body.left >= (isBits ? 1 : 2)) {
    if (!isBits) values.push(body.u16le());
    else {
      const byte = body.u8();
      values.push((byte >> 4) & 1);
      if (values.length < wanted) values.push(byte & 1);
    }
  }
  if (values.length < wanted) body.isShort = true;
  return values.length === 0 ? [] : [newRun(object, address, 1, values)];
}

export const slmp: Dissector = defineDissector({
  id: 'slmp',
  title: 'SLMP / MELSEC (Mitsubishi)',
  reference: 'Mitsubishi Electric SH-080956ENG §4–§5; CLPA BAP-C2006ENG',
  dataset: 'pcap.slmp',
  over: 'both',
  ports: [5000, 5001, 5002, 5006, 5007, 5010, 5562, 61450],
  roams: true,
  maxUnitBytes: MAX_UNIT_BYTES,
  looksLike,
  unitLength,
  begin: () => new SlmpSession(),
  samples: [
    {
      kind: 'normal',
      title: 'two words are read, a relay is set, the controller stopped and refusing',
      units: [
        {
          from: 'client',
          hex: '5000 00 ff ff03 00 0c00 1000 0104 0000 640000 a8 0200',
          messages: [
            {
              action: 'read',
              operation: 'read',
              object: 'D',
              address: 100,
              quantity: 2,
              text: 'SLMP read D100 ×2 (network 0 station 255, request)',
            },
          ],
        },
        {
          from: 'server',
          hex: 'd000 00 ff ff03 00 0600 0000 3412 0200',
          messages: [
            {
              kind: 'response',
              isUnpaired: false,
              points: [{ object: 'D', address: 100, stride: 1, values: [0x1234, 2] }],
            },
          ],
        },
        {
          from: 'client',
          hex: '5400 0700 0000 00 ff ff03 00 0d00 1000 0114 0100 0a0000 90 0100 10',
          messages: [
            {
              action: 'write',
              operation: 'write',
              transaction: 7,
              points: [{ object: 'M', address: 10, stride: 1, values: [1] }],
            },
          ],
        },
        {
          from: 'client',
          hex: '5400 0800 0000 00 ff ff03 00 0800 1000 0210 0000 0100',
          messages: [{ action: 'remote_stop', operation: 'control' }],
        },
        {
          from: 'server',
          hex: 'd400 0800 0000 00 ff ff03 00 0200 10c0',
          messages: [{ kind: 'exception', action: 'remote_stop', exception: 0xc010 }],
        },
      ],
    },
    {
      kind: 'normal',
      title: 'the controller is asked what it is',
      units: [
        {
          from: 'client',
          hex: '5000 00 ff ff03 00 0600 1000 0101 0000',
          messages: [{ action: 'read_type_name', operation: 'identify' }],
        },
        {
          from: 'server',
          hex: 'd000 00 ff ff03 00 1400 0000 51303355444543505520202020202020 6902',
          messages: [
            {
              kind: 'response',
              text: 'SLMP read type name Q03UDECPU (network 0 station 255, response)',
              facts: [
                { of: 'sender', fact: 'vendor', value: 'Mitsubishi Electric' },
                { of: 'sender', fact: 'model', value: 'Q03UDECPU' },
              ],
            },
          ],
        },
      ],
    },
    sampleOf(
      'truncated',
      'a write without its values',
      'client',
      '5000 00 ff ff03 00 0c00 1000 0114 0000 640000 a8 0200',
      {
        malformed: 'The frame ends early',
      },
    ),
    sampleOf('foreign', 'a head there is none of', 'client', '5100 00 ff ff03 00 0c00 1000'),
  ],
});
