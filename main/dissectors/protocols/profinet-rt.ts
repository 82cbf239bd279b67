/**
 * PROFINET real time: IEC 61158-6-10 §4.2 (frame ids), §4.7 (status behind cyclic data), §4.8 (alarms). Cyclic frames
 * are thousands a second and mean nothing without the device's description: told are the first and each that changes
 * its status; the flow counts them all. Alarms are told one by one.
 */
import type { Cursor } from '../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type Session,
  type Side,
  sampleOf,
  wholeDatagram,
} from '../dissector';

const ALARM_HIGH = 0xfc01;
const ALARM_LOW = 0xfe01;
/** Frame ids followed between two stations. */
const MAX_FRAMES = 256;

const ALARMS: Readonly<Record<number, string>> = {
  1: 'diagnosis',
  2: 'process',
  3: 'pull',
  4: 'plug',
  5: 'status',
  6: 'update',
  7: 'redundancy',
  8: 'controlled by supervisor',
  9: 'released',
  10: 'plug of a wrong submodule',
  11: 'return of submodule',
  12: 'diagnosis disappears',
  14: 'port data changed',
  15: 'sync data changed',
  30: 'upload and retrieval',
  31: 'pull of module',
};

const ALARM_KINDS = ['alarm', 'alarm_data', 'alarm_refused', 'alarm_received', 'alarm_error'] as const;

function frameId(bytes: Uint8Array, from: number): number {
  return ((bytes[from] ?? 0) << 8) | (bytes[from + 1] ?? 0);
}

function classOf(id: number): number {
  if (id >= 0x0100 && id < 0x8000) return 3;
  if (id >= 0x8000 && id < 0xc000) return 2;
  return id >= 0xc000 && id < 0xfc00 ? 1 : 0;
}

/*
 *   0      2                 size-4   size-2        size-1
 *   +------+-----------------+--------+-------------+----------+
 *   | id   | data, padding … | cycle  | data status | transfer |     cyclic: id 0100 to fbff
 *   +------+-----------------+--------+-------------+----------+
 *   0      2             4        6      7       8      10        12       14
 *   +------+-------------+--------+------+-------+------+---------+--------+-----------------------------------------
 *   | id   | destination | source | type | flags | send | receive | length | block: alarm, api, slot, subslot …
 *   +------+-------------+--------+------+-------+------+---------+--------+-----------------------------------------
 */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  if (from + 12 > to) return 'no';
  const id = frameId(bytes, from);
  return id === ALARM_HIGH || id === ALARM_LOW || classOf(id) > 0 ? 'maybe' : 'no';
}

class RealTimeSession implements Session {
  private readonly states = new Map<string, number>();

  message(cursor: Cursor, from: Side): readonly Message[] {
    const id = cursor.u16();
    if (id === ALARM_HIGH || id === ALARM_LOW) return [alarm(cursor, id)];
    const bytes = cursor.left - 4;
    cursor.skip(Math.max(0, bytes));
    const cycle = cursor.u16();
    const status = cursor.u8();
    const transfer = cursor.u8();
    const key = `${from} ${id}`;
    const before = this.states.get(key);
    if (before === status || (before === undefined && this.states.size >= MAX_FRAMES)) return [];
    this.states.set(key, status);
    const words = statusWords(status);
    return [
      newMessage({
        kind: 'unsolicited',
        action: before === undefined ? 'cyclic_data' : 'cyclic_status_change',
        operation: 'report',
        functionCode: id,
        object: `frame 0x${id.toString(16)}`,
        quantity: Math.max(0, bytes),
        transaction: cycle,
        text: `PROFINET cyclic data by frame 0x${id.toString(16)} (class ${classOf(id)}): ${words}${before === undefined ? '' : `, before ${statusWords(before)}`}`,
        malformed: cursor.isShort || transfer !== 0 ? 'The status behind the data does not hold' : null,
      }),
    ];
  }
}

function statusWords(status: number): string {
  const words = [
    (status & 16) !== 0 ? 'run' : 'stop',
    (status & 4) !== 0 ? 'valid' : 'invalid',
    (status & 1) !== 0 ? 'primary' : 'backup',
  ];
  if ((status & 32) === 0) words.push('station problem');
  return words.join(', ');
}

function alarm(cursor: Cursor, id: number): Message {
  cursor.skip(4);
  const type = cursor.u8() & 15;
  cursor.skip(1);
  const sequence = cursor.u16();
  cursor.skip(2);
  const part = cursor.part(cursor.u16());
  const action = ALARM_KINDS[type] ?? `alarm_${type}`;
  const priority = id === ALARM_HIGH ? 'high' : 'low';
  let text = `PROFINET ${action.replaceAll('_', ' ')} (${priority})`;
  let object: string | null = null;
  let code: number | null = null;
  let isAnswer = false;
  if (type === 1 && part.left > 0) {
    isAnswer = part.u16() >= 0x8000;
    part.skip(4);
    code = part.u16();
    part.skip(4);
    object = `slot ${part.u16()}.${part.u16()}`;
    const name = ALARMS[code] ?? `type ${code}`;
    text = `PROFINET alarm ${name} of ${object}${isAnswer ? ' acknowledged' : ''} (${priority})`;
  }
  return newMessage({
    kind: type === 4 || type === 2 ? 'exception' : isAnswer ? 'response' : 'unsolicited',
    action: isAnswer ? 'alarm_acknowledge' : action,
    operation: 'report',
    functionCode: code,
    object,
    transaction: sequence,
    text,
    malformed: cursor.isShort || part.isShort ? 'The alarm ends early' : null,
  });
}

export const profinetRt: Dissector = defineDissector({
  id: 'profinet-rt',
  title: 'PROFINET real time',
  reference: 'IEC 61158-6-10:2019 §4.2, §4.7, §4.8',
  dataset: 'pcap.profinet-rt',
  over: 'link',
  ports: [0x8892],
  maxUnitBytes: 1518,
  looksLike,
  unitLength: wholeDatagram,
  begin: () => new RealTimeSession(),
  samples: [
    {
      kind: 'normal',
      title: 'cyclic data of a provider that stops: two frames of three are told',
      units: [
        {
          from: 'client',
          hex: 'c000 80000000000000000000 0100 35 00',
          messages: [
            {
              kind: 'unsolicited',
              action: 'cyclic_data',
              operation: 'report',
              object: 'frame 0xc000',
              text: 'PROFINET cyclic data by frame 0xc000 (class 1): run, valid, primary',
            },
          ],
        },
        { from: 'client', hex: 'c000 80000000000000000000 0120 35 00', messages: [] },
        {
          from: 'client',
          hex: 'c000 80000000000000000000 0140 25 00',
          messages: [
            {
              action: 'cyclic_status_change',
              text: 'PROFINET cyclic data by frame 0xc000 (class 1): stop, valid, primary, before run, valid, primary',
            },
          ],
        },
      ],
    },
    sampleOf(
      'normal',
      'a module is pulled',
      'server',
      'fc01 0001 0002 11 01 0005 ffff 001a 0001 0016 0100 0003 00000000 0002 0001 00000011 00000022 0000',
      {
        kind: 'unsolicited',
        action: 'alarm_data',
        object: 'slot 2.1',
        text: 'PROFINET alarm pull of slot 2.1 (high)',
      },
    ),
    sampleOf('truncated', 'an alarm without its block', 'server', 'fe01 0001 0002 11 01 0005 ffff 001a', {
      malformed: 'The alarm ends early',
    }),
    sampleOf('foreign', 'a DCP request', 'client', 'fefe 05 00 00000001 0001 0004 ffff 0000'),
  ],
});
