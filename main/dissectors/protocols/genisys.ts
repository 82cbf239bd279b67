/** GENISYS, the code system of railway signalling: Union Switch & Signal SM-6900 / GENISYS serial protocol, over TCP. */
import type { Cursor } from '../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  newRun,
  type OtOperation,
  type PointRun,
  type Session,
  type Side,
  sampleOf,
} from '../dissector';

const TERMINATOR = 0xf6;
const ESCAPE = 0xf0;
const MAX_FRAME = 2048;

const HEADERS: Readonly<Record<number, readonly [string, OtOperation, boolean]>> = {
  241: ['acknowledge', 'report', true],
  242: ['indication_data', 'report', true],
  243: ['control_checkback', 'control', true],
  249: ['common_control_data', 'control', false],
  250: ['acknowledge_and_poll', 'read', false],
  251: ['poll', 'read', false],
  252: ['control_data', 'control', false],
  253: ['recall', 'read', false],
  254: ['execute_controls', 'control', false],
};

/*
 *   0        1         2                          size-3   size-1
 *   +--------+---------+--------------------------+--------+----+
 *   | header | station | address, value …         | CRC    | f6 |     f0 x stands for f0 + x; some have no CRC
 *   +--------+---------+--------------------------+--------+----+
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from < to && !((bytes[from] ?? 0) in HEADERS)) return -1;
  let high = to;
  for (let at = from + 1; at < to && at - from < MAX_FRAME; at++) {
    const byte = bytes[at] ?? 0;
    // Some senders escape the payload, not the CRC: its two bytes may be high.
    if (at > high + 2 || (byte === TERMINATOR && at - from < 4 && high < at)) return -1;
    if (byte === TERMINATOR) return at + 1 - from;
    if (byte > ESCAPE && at < high) high = at;
  }
  return to - from >= MAX_FRAME ? -1 : 0;
}

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = unitLength(bytes, from, to);
  return length < 0 ? 'no' : length === 0 ? 'more' : length < 3 ? 'no' : 'maybe';
}

class GenisysSession implements Session {
  /** What the office asked last, by station. */
  private readonly asked = new Set<number>();

  message(cursor: Cursor, _from: Side): readonly Message[] {
    const header = cursor.u8();
    const data: number[] = [];
    while (cursor.left > 1) {
      const byte = cursor.u8();
      data.push(byte === ESCAPE ? (ESCAPE + cursor.u8()) & 0xff : byte);
    }
    cursor.skip(1);
    const [action, operation, isAnswer] = HEADERS[header] ?? [`header_${header}`, 'report', false];
    const station = data[0] ?? 0;
    const isUnpaired = isAnswer && !this.asked.delete(station);
    if (!isAnswer) this.asked.add(station);
    const payload = data.slice(1, header === 0xf1 || data.length < 3 ? data.length : -2);
    const points = readPairs(payload);
    const kind = isAnswer ? 'response' : 'request';
    const pairs = points.reduce((sum, { values }) => sum + values.length, 0);
    const first = points[0];
    return [
      newMessage({
        kind,
        action,
        operation,
        functionCode: header,
        unit: station,
        object: first === undefined ? null : 'byte',
        address: first?.address ?? null,
        quantity: pairs === 0 ? null : pairs,
        points,
        text: `GENISYS ${action.replaceAll('_', ' ')}${pairs === 0 ? '' : `, ${pairs} bytes from ${first?.address ?? 0}`} (station ${station}, ${kind})`,
        malformed: data.length === 0 || payload.length % 2 === 1 ? 'The message ends early' : null,
        isUnpaired,
      }),
    ];
  }
}

/** Pairs of address and value, those that follow each other as one run. */
function readPairs(payload: readonly number[]): readonly PointRun[] {
  const runs: { address: number; values: number[] }[] = [];
  for (let at = 0; at + 1 < payload.length; at += 2) {
    const address = payload[at] ?? 0;
    const value = payload[at + 1] ?? 0;
    const last = runs.at(-1);
    if (last !== undefined && last.address + last.values.length === address) last.values.push(value);
    else runs.push({ address, values: [value] });
  }
  return runs.map(({ address, values }) => newRun('byte', address, 1, values));
}

export const genisys: Dissector = defineDissector({
  id: 'genisys',
  title: 'GENISYS (railway signalling)',
  reference: 'Union Switch & Signal, GENISYS serial protocol (SM-6900)',
  dataset: 'pcap.genisys',
  over: 'tcp',
  ports: [10001],
  maxUnitBytes: MAX_FRAME,
  looksLike,
  unitLength,
  begin: () => new GenisysSession(),
  samples: [
    {
      kind: 'normal',
      title: 'a station is polled and tells two bytes, one of them escaped',
      units: [
        {
          from: 'client',
          hex: 'fb 05 8340 f6',
          messages: [{ kind: 'request', action: 'poll', operation: 'read', unit: 5 }],
        },
        {
          from: 'server',
          hex: 'f2 05 0201 03f001 1234 f6',
          messages: [
            {
              kind: 'response',
              action: 'indication_data',
              operation: 'report',
              isUnpaired: false,
              points: [{ object: 'byte', address: 2, stride: 1, values: [1, 0xf1] }],
            },
          ],
        },
        {
          from: 'server',
          hex: 'f2 05 0104 f5f9 f6',
          messages: [{ action: 'indication_data', address: 1, quantity: 1, malformed: null }],
        },
        {
          from: 'client',
          hex: 'fc 05 0a80 1234 f6',
          messages: [{ action: 'control_data', operation: 'control', address: 10, quantity: 1 }],
        },
      ],
    },
    sampleOf('truncated', 'indications whose last value is missing', 'server', 'f2 05 0201 03 1234 f6', {
      malformed: 'The message ends early',
    }),
    sampleOf('foreign', 'a header there is none of', 'client', '01 05 8340 f6'),
  ],
});
