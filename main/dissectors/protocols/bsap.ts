/**
 * BSAP, the protocol of Bristol and Emerson controllers: Emerson D4052 (BSAP), D5066 (message blocks). Serial frames carried
 * by UDP are read; what BSAP over IP adds is recognised by its header.
 */
import { Cursor } from '../cursor';
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
  sampleOf,
  wholeDatagram,
} from '../dissector';

const DLE = 0x10;
const STX = 2;
const ETX = 3;
const RDB = 0xa0;
/** Leads the names of global variables: `@GV.LEVEL.`. */
const GLOBAL = 0x40;
const MAX_PENDING = 64;

const FUNCTIONS: Readonly<Record<number, readonly [string, OtOperation]>> = {
  0: ['read_signal_by_address', 'read'],
  1: ['read_logical_by_address', 'read'],
  4: ['read_signal_by_name', 'read'],
  5: ['read_logical_by_name', 'read'],
  8: ['read_signals_by_match', 'read'],
  12: ['read_list_start', 'read'],
  13: ['read_list_continue', 'read'],
  128: ['write_signal_by_address', 'write'],
  132: ['write_signal_by_name', 'write'],
  136: ['write_signals_by_match', 'write'],
  140: ['write_list_start', 'write'],
  141: ['write_list_continue', 'write'],
};
const EXCHANGES: Readonly<Record<number, readonly [string, OtOperation]>> = {
  64: ['peer_to_peer', 'report'],
  80: ['download', 'program'],
  112: ['diagnostics', 'diagnose'],
  129: ['time_and_routing', 'configure'],
  131: ['node_status', 'diagnose'],
  133: ['poll', 'diagnose'],
  134: ['acknowledge', 'report'],
  135: ['no_data', 'report'],
  136: ['alarm_acknowledge', 'control'],
  139: ['alarm_initialize', 'configure'],
  149: ['not_acknowledged', 'report'],
  160: ['remote_data_base', 'read'],
  168: ['alarm', 'report'],
};

interface Asked {
  readonly code: number;
  readonly names: readonly string[];
}

function isSerial(bytes: Uint8Array, from: number, to: number): boolean {
  return to - from >= 10 && bytes[from] === DLE && bytes[from + 1] === STX;
}

/** A frame between its marks is proof; the header over IP is taken on its port. */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  if (isSerial(bytes, from, to)) {
    const isWhole = bytes[to - 4] === DLE && bytes[to - 3] === ETX;
    return isWhole ? 'yes' : 'maybe';
  }
  return to - from >= 14 && bytes[from] === 0x0e && bytes[from + 1] === 0 ? 'maybe' : 'no';
}

class BsapSession implements Session {
  private readonly asked = new Map<number, Asked>();

  message(cursor: Cursor): readonly Message[] {
    const { bytes, at, end } = cursor;
    if (isSerial(bytes, at, end)) return [this.serial(unstuffed(bytes, at + 2, end))];
    return [overIp(cursor)];
  }

  /*
   *   0         1        2             4          6        7
   *   10 02 +---------+--------+-------------+----------+--------+-------+--------- 10 03 CRC
   *         | address | serial | destination | sequence | source | nodes | body …
   *         +---------+--------+-------------+----------+--------+-------+---------
   *   (function at 2, sequence low byte first at 3, source function at 5; above 7f an address has two more bytes of its own)
   */
  private serial({ cursor, isWhole }: Unstuffed): Message {
    const address = cursor.u8();
    if ((address & 0x80) !== 0) cursor.skip(5);
    const serial = cursor.u8();
    const destination = cursor.u8();
    const sequence = cursor.u16le();
    const source = cursor.u8();
    cursor.skip(1);
    const isAnswer = source === RDB;
    if (destination !== RDB && !isAnswer) return exchange(destination, address, sequence, isWhole);
    const asked = isAnswer ? this.asked.get(sequence) : undefined;
    if (isAnswer) this.asked.delete(sequence);
    const error = isAnswer ? cursor.u8() : 0;
    const code = isAnswer ? (asked?.code ?? null) : cursor.u8();
    const [action, operation] =
      code === null
        ? (['remote_data_base', 'read'] as const)
        : (FUNCTIONS[code] ?? ([`remote_data_base_${code}`, 'read'] as const));
    const names = isAnswer || code === null ? (asked?.names ?? []) : readNames(cursor, code);
    if (!isAnswer && code !== null) this.remember(sequence, { code, names });
    const points = isAnswer ? readValue(cursor, asked, error) : readWritten(cursor, code, names);
    // The highest bit tells that an element was not found; others qualify.
    const isRefused = (error & 0x80) !== 0;
    const kind = !isAnswer ? 'request' : isRefused ? 'exception' : 'response';
    const value = points[0]?.values[0];
    return newMessage({
      kind,
      action,
      operation,
      functionCode: code,
      unit: address & 0x7f,
      object: names[0] ?? null,
      quantity: names.length === 0 ? null : names.length,
      exception: isRefused ? error : null,
      transaction: sequence,
      points,
      text: `BSAP ${action.replaceAll('_', ' ')}${names.length === 0 ? '' : ` ${names.slice(0, 4).join(', ')}`}${value === undefined ? '' : ` = ${Number(value.toPrecision(7))}`}${isRefused ? ` refused: error 0x${error.toString(16)}` : ''} (serial number ${serial}, ${kind})`,
      malformed: isWhole && !cursor.isShort ? null : 'The frame ends early',
      isUnpaired: isAnswer && asked === undefined,
    });
  }

  private remember(sequence: number, request: Asked): void {
    this.asked.delete(sequence);
    this.asked.set(sequence, request);
    for (const oldest of this.asked.keys()) {
      if (this.asked.size <= MAX_PENDING) break;
      this.asked.delete(oldest);
    }
  }
}

interface Unstuffed {
  readonly cursor: Cursor;
  readonly isWhole: boolean;
}

/** The bytes up to the closing mark, doubled DLEs taken as one. */
function unstuffed(bytes: Uint8Array, from: number, to: number): Unstuffed {
  const found: number[] = [];
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === DLE && at + 1 < to) {
      const next = bytes[at + 1];
      if (next === ETX) return { cursor: cursorOf(found), isWhole: true };
      at++;
      found.push(next ?? 0);
    } else found.push(byte);
  }
  return { cursor: cursorOf(found), isWhole: false };
}

function cursorOf(found: readonly number[]): Cursor {
  return new Cursor(Uint8Array.from(found), 0, found.length);
}

/** Names of a request by name: texts that end with 0, each behind what says which fields are wanted. */
function readNames(cursor: Cursor, code: number): readonly string[] {
  const isByName = code === 4 || code === 5 || code === 132;
  const names: string[] = [];
  let name = '';
  const limit = code === 132 ? 1 : 16;
  while (isByName && cursor.left > 0 && names.length < limit) {
    const byte = cursor.u8();
    if (byte === 0 && name.includes('.')) names.push(name);
    if (byte === GLOBAL) name = '@';
    else name = isNameByte(byte) ? name + String.fromCharCode(byte) : '';
  }
  return names;
}

/** Letters, digits, and what joins them. */
function isNameByte(byte: number): boolean {
  const isLetter = (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
  return isLetter || (byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x5f || byte === 0x23;
}

/** The value of a single signal: four bytes are a floating number, one is logical. */
function readValue(cursor: Cursor, asked: Asked | undefined, error: number): readonly PointRun[] {
  if (asked === undefined || error !== 0 || asked.names.length !== 1) return [];
  if (cursor.u8() !== 1) return [];
  const value = cursor.left === 4 ? cursor.f32(true) : cursor.left === 1 ? cursor.u8() & 1 : null;
  return value === null ? [] : [newRun(asked.names[0] ?? null, null, 0, [value])];
}

/** What is written to a single signal: a descriptor, then a floating number. */
function readWritten(cursor: Cursor, code: number | null, names: readonly string[]): readonly PointRun[] {
  if (code !== 132 || cursor.left !== 5 || cursor.u8() !== 11) return [];
  return [newRun(names[0] ?? null, null, 0, [cursor.f32(true)])];
}

function exchange(code: number, address: number, sequence: number, isWhole: boolean): Message {
  const [action, operation] = EXCHANGES[code] ?? [`function_${code}`, 'diagnose'];
  return newMessage({
    kind: 'unsolicited',
    action,
    operation,
    functionCode: code,
    unit: address & 0x7f,
    transaction: sequence,
    text: `BSAP ${action.replaceAll('_', ' ')} (address ${address & 0x7f})`,
    malformed: isWhole ? null : 'The frame ends early',
  });
}

function overIp(cursor: Cursor): Message {
  cursor.skip(2);
  const messages = cursor.u16le();
  const code = cursor.u16le();
  const sequence = cursor.u32le();
  return newMessage({
    kind: 'unsolicited',
    action: 'ip_message',
    operation: null,
    functionCode: code,
    quantity: messages,
    transaction: sequence,
    text: `BSAP over IP, function ${code}, ${messages} messages`,
    malformed: cursor.isShort ? 'The header ends early' : null,
  });
}

export const bsap: Dissector = defineDissector({
  id: 'bsap',
  title: 'BSAP (Bristol, Emerson)',
  reference: 'Emerson D4052; D5066',
  dataset: 'pcap.bsap',
  over: 'udp',
  ports: [1234, 1235],
  roams: true,
  maxUnitBytes: 65535,
  looksLike,
  unitLength: wholeDatagram,
  begin: () => new BsapSession(),
  samples: [
    {
      kind: 'normal',
      title: 'a level is read by its name',
      units: [
        {
          from: 'client',
          hex: '1002 01 07 a0 0900 03 00 04 01 40 0f 01 40 54312e4c45562e00 1003 1234',
          messages: [
            {
              kind: 'request',
              action: 'read_signal_by_name',
              operation: 'read',
              object: '@T1.LEV.',
              transaction: 9,
            },
          ],
        },
        {
          from: 'server',
          hex: '1002 00 07 03 0900 a0 00 00 01 00008c42 1003 1234',
          messages: [
            {
              kind: 'response',
              isUnpaired: false,
              points: [{ object: '@T1.LEV.', address: null, stride: 0, values: [70] }],
              text: 'BSAP read signal by name @T1.LEV. = 70 (serial number 7, response)',
            },
          ],
        },
      ],
    },
    sampleOf(
      'normal',
      'a set point is written',
      'client',
      '1002 01 08 a0 0a00 03 00 84 0f 01 40 54312e53502e00 0b 00007042 1003 1234',
      {
        action: 'write_signal_by_name',
        operation: 'write',
        object: '@T1.SP.',
        points: [{ object: '@T1.SP.', address: null, stride: 0, values: [60] }],
      },
    ),
    sampleOf('truncated', 'a frame without its end', 'client', '1002 01 07 a0 0900 03 00 04 01 40', {
      malformed: 'The frame ends early',
    }),
    sampleOf('foreign', 'another beginning', 'client', '1003 01 07 a0 0900 03 00 04 01 40 0f'),
  ],
});
