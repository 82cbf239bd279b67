/** Modbus RTU carried over TCP by serial servers: MODBUS over Serial Line V1.02 §2.5.1 (frame, CRC). */
import type { Cursor } from '../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  type Session,
  type Side,
  sampleOf,
} from '../dissector';
import { ModbusConversation } from '../modbus/conversation';

const MAX_FRAME = 256;

/** CRC-16 of the frame but its last two bytes, which hold it low byte first (§6.2.2). */
function isSound(bytes: Uint8Array, from: number, to: number): boolean {
  let crc = 0xffff;
  for (let at = from; at < to - 2; at++) {
    crc ^= bytes[at] ?? 0;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return bytes[to - 2] === (crc & 255) && bytes[to - 1] === crc >>> 8;
}

/** Lengths a frame of that function may have, as request and as response; a count of bytes stands at a known place. */
function lengths(bytes: Uint8Array, from: number, to: number): readonly number[] {
  const code = bytes[from + 1] ?? 0;
  const counted = (place: number): readonly number[] =>
    from + place < to ? [place + 3 + (bytes[from + place] ?? 0)] : [];
  if (code > 0x80) return [5];
  if (code >= 1 && code <= 4) return [8, ...counted(2)];
  if (code === 5 || code === 6 || code === 8) return [8];
  if (code === 15 || code === 16) return [8, ...counted(6)];
  if (code === 22) return [10];
  if (code === 23) return [...counted(10), ...counted(2)];
  if (code === 7 || code === 11 || code === 12 || code === 17) return [4, 5, 8, ...counted(2)];
  return code === 43 ? [7] : [];
}

/*
 *   0      1          2        size-2
 *   +------+----------+--------+-----+
 *   | unit | function | data … | CRC |
 *   +------+----------+--------+-----+
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from < to && (bytes[from] ?? 0) > 247) return -1;
  if (from + 2 > to) return 0;
  const code = bytes[from + 1] ?? 0;
  if (code === 0 || (code > 43 && code < 0x81) || code > 0xab) return -1;
  const candidates = lengths(bytes, from, to).filter((length) => length <= MAX_FRAME);
  for (const length of candidates) {
    if (from + length <= to && isSound(bytes, from, from + length)) return length;
  }
  const isOpen = to - from < 11 || candidates.some((length) => from + length > to);
  return candidates.length > 0 && isOpen ? 0 : -1;
}

/** A frame whose checksum fits is proof. */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = unitLength(bytes, from, to);
  return length < 0 ? 'no' : length === 0 ? 'more' : 'yes';
}

const CHECKSUM_BYTES = 2;

class RtuSession implements Session {
  private readonly conversation = new ModbusConversation();

  message(cursor: Cursor, from: Side): readonly Message[] {
    const body = cursor.part(Math.max(0, cursor.left - CHECKSUM_BYTES));
    return [this.conversation.message(body, from, null)];
  }
}

export const modbusRtu: Dissector = defineDissector({
  id: 'modbus-rtu',
  title: 'Modbus RTU over TCP',
  reference: 'MODBUS over Serial Line V1.02 §2.5.1; MODBUS Application Protocol V1.1b3',
  dataset: 'pcap.modbus-rtu',
  over: 'tcp',
  ports: [4001, 502],
  roams: true,
  maxUnitBytes: MAX_FRAME,
  looksLike,
  unitLength,
  begin: () => new RtuSession(),
  samples: [
    {
      kind: 'normal',
      title: 'two registers are read, a coil is switched on and refused',
      units: [
        {
          from: 'client',
          hex: '1103006b0002b747',
          messages: [
            { action: 'read_holding_registers', operation: 'read', unit: 17, address: 107, quantity: 2 },
          ],
        },
        {
          from: 'server',
          hex: '110304022b00009a42',
          messages: [
            {
              kind: 'response',
              isUnpaired: false,
              text: 'Read holding registers 107–108 = 555, 0 (unit 17, response)',
            },
          ],
        },
        {
          from: 'client',
          hex: '110500acff004e8b',
          messages: [{ action: 'write_single_coil', operation: 'write', address: 172 }],
        },
        {
          from: 'server',
          hex: '118502c294',
          messages: [{ kind: 'exception', exception: 2, isUnpaired: false, address: 172 }],
        },
      ],
    },
    sampleOf('truncated', 'a write of coils that holds none', 'client', '110f0013000a2699', {
      malformed: 'The message is shorter than its function needs',
    }),
    sampleOf('foreign', 'a unit there is none of', 'client', 'f9 03 006b 0003 7687'),
  ],
});
