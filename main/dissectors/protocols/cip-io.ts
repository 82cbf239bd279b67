/**
 * CIP connected I/O: CIP Volume 2 §3-2.2 (class 0 and 1 over UDP). What the bytes mean was agreed when the connection was
 * opened (`enip`), and they come every few milliseconds: told are the first of each connection, each whose data differ
 * from those before, and each before which packets are missing; the flow counts them all.
 */
import type { Cursor } from '../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  newRun,
  type Session,
  type Side,
  sampleOf,
  wholeDatagram,
} from '../dissector';

const ITEM = { connected: 0xb1, sequenced: 0x8002 } as const;
const HEADER_BYTES = 18;
/** Connections followed between two ends. */
const MAX_CONNECTIONS = 256;
/** Of one packet's data, kept and shown; the count before them tells only that data are new (CIP Volume 1 §3-4.4.3). */
const MAX_DATA = 512;
const MAX_SHOWN = 64;
const COUNT_BYTES = 2;
/** A number that leaps further begins anew. */
const MAX_LEAP = 100_000;

/*
 *   0       2      4   6            10         14     16     18
 *   +-------+------+---+------------+----------+------+------+--------
 *   | items | 8002 | 8 | connection | sequence | 00b1 | size | data …       low byte first
 *   +-------+------+---+------------+----------+------+------+--------
 */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  if (from + HEADER_BYTES > to) return 'no';
  const isAddressed = bytes[from + 2] === 0x02 && bytes[from + 3] === 0x80 && bytes[from + 4] === 8;
  return isAddressed && bytes[from + 14] === 0xb1 && bytes[from + 15] === 0 ? 'yes' : 'no';
}

interface Last {
  sequence: number;
  data: Uint8Array;
}

class CipIoSession implements Session {
  private readonly last = new Map<string, Last>();

  message(cursor: Cursor, from: Side): readonly Message[] {
    cursor.skip(2);
    const isSequenced = cursor.u16le() === ITEM.sequenced;
    cursor.skip(2);
    const connection = cursor.u32le();
    const sequence = cursor.u32le();
    const isData = cursor.u16le() === ITEM.connected;
    const data = cursor.part(cursor.u16le());
    const key = `${from} ${connection}`;
    const before = this.last.get(key);
    if (before === undefined && this.last.size >= MAX_CONNECTIONS) return [];
    const bytes = data.bytes.subarray(data.at, Math.min(data.end, data.at + MAX_DATA));
    const missing = before === undefined ? 0 : sequence - before.sequence - 1;
    const isNew = before === undefined || sequence > before.sequence || sequence < before.sequence - MAX_LEAP;
    const isChange = before !== undefined && isNew && !isSame(before.data, bytes);
    if (isNew) this.last.set(key, { sequence, data: before && !isChange ? before.data : bytes.slice() });
    const isGap = missing > 0 && missing < MAX_LEAP;
    if (before !== undefined && !isGap && !isChange && !cursor.isShort) return [];
    const object = `connection 0x${connection.toString(16).padStart(8, '0')}`;
    const size = data.left;
    const hex = data.hex(bytes.length);
    const shown = hex.length > MAX_SHOWN ? `${hex.slice(0, MAX_SHOWN)}…` : hex;
    const gap = isGap ? `${missing} packets before number ${sequence} are missing` : '';
    const now = isChange ? 'changes to' : isGap ? 'stays' : 'begins with';
    return [
      newMessage({
        kind: 'unsolicited',
        action: isGap ? 'connected_data_missing' : isChange ? 'connected_data_change' : 'connected_data',
        operation: 'report',
        object,
        quantity: isGap ? missing : size,
        transaction: sequence,
        points: hex === '' ? [] : [newRun(object, null, 0, [Number.NaN], [hex])],
        text: `CIP I/O of ${object}${gap === '' ? '' : `: ${gap}; it`} ${now} ${shown || 'no data'} (number ${sequence}, ${size} bytes)`,
        malformed: cursor.isShort || !isSequenced || !isData ? 'The packet ends early' : null,
      }),
    ];
  }
}

/** Alike behind the count that leads the data of class 1. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = COUNT_BYTES; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

export const cipIo: Dissector = defineDissector({
  id: 'cip-io',
  title: 'CIP connected I/O',
  reference: 'CIP Networks Library, Volume 2 §3-2.2',
  dataset: 'pcap.cip-io',
  over: 'udp',
  ports: [2222],
  roams: true,
  maxUnitBytes: 65535,
  looksLike,
  unitLength: wholeDatagram,
  begin: () => new CipIoSession(),
  samples: [
    {
      kind: 'normal',
      title:
        'a connection: its beginning, the next packet, one after two that are missing, and one with other data',
      units: [
        {
          from: 'client',
          hex: '0200 0280 0800 01004b00 10000000 b100 0600 a587e80f0300',
          messages: [
            {
              kind: 'unsolicited',
              action: 'connected_data',
              operation: 'report',
              object: 'connection 0x004b0001',
              quantity: 6,
              transaction: 16,
              text: 'CIP I/O of connection 0x004b0001 begins with a587e80f0300 (number 16, 6 bytes)',
            },
          ],
        },
        { from: 'client', hex: '0200 0280 0800 01004b00 11000000 b100 0600 a687e80f0300', messages: [] },
        {
          from: 'client',
          hex: '0200 0280 0800 01004b00 14000000 b100 0600 a987e80f0300',
          messages: [{ action: 'connected_data_missing', quantity: 2, transaction: 20 }],
        },
        {
          from: 'client',
          hex: '0200 0280 0800 01004b00 15000000 b100 0600 aa87e80f0400',
          messages: [
            {
              action: 'connected_data_change',
              points: [
                {
                  object: 'connection 0x004b0001',
                  address: null,
                  stride: 0,
                  values: [Number.NaN],
                  texts: ['aa87e80f0400'],
                },
              ],
            },
          ],
        },
      ],
    },
    sampleOf(
      'truncated',
      'data that end early',
      'client',
      '0200 0280 0800 01004b00 10000000 b100 0600 a587',
      {
        malformed: 'The packet ends early',
      },
    ),
    sampleOf(
      'foreign',
      'items of another kind',
      'client',
      '0200 0000 0000 b200 0600 000000000000 000000000000',
    ),
  ],
});
