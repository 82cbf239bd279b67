/**
 * EtherCAT: ETG.1000.4 §5 (frames, datagrams, mailbox). A frame passes the line and comes back with its working counter
 * counted up: 0 is what the master sent. Process data go round thousands of times a second: told are the first and each
 * whose counter changed; everything else one by one.
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
  sampleOf,
  wholeDatagram,
} from '../dissector';
import { readMailbox } from '../ethercat/mailbox';
import { COMMANDS, isCyclic, isLogical, isWrite, registerOf, stateWords } from '../ethercat/registers';

const TYPE_DATAGRAMS = 1;
const FIRST_MEMORY = 0x1000;
const MAX_DATAGRAMS = 64;
/** Process data followed between two stations. */
const MAX_CYCLIC = 256;

/*
 *   0                        2
 *   +------------------------+---------------------------------
 *   | length (11 bits), type | datagrams …                          numbers little-endian
 *   +------------------------+---------------------------------
 *   0         1       2          4        6               8           10     …      +2
 *   +---------+-------+----------+--------+---------------+-----------+------+--------+
 *   | command | index | station  | offset | length, more  | interrupt | data | worked |     logical: 2 to 6 is one address
 *   +---------+-------+----------+--------+---------------+-----------+------+--------+
 */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  if (from + 4 > to) return 'no';
  const head = (bytes[from] ?? 0) | ((bytes[from + 1] ?? 0) << 8);
  const isKnown = head >>> 12 === TYPE_DATAGRAMS && (head & 0x7ff) >= 12;
  return isKnown && (bytes[from + 2] ?? 0) < COMMANDS.length ? 'maybe' : 'no';
}

class EthercatSession implements Session {
  private readonly counters = new Map<string, number>();

  message(cursor: Cursor): readonly Message[] {
    const size = cursor.u16le() & 0x7ff;
    const frame = cursor.part(size);
    const found: Message[] = [];
    let goesOn = true;
    for (let seen = 0; goesOn && seen < MAX_DATAGRAMS && !frame.isShort; seen++) {
      if (frame.left === 0) break;
      const message = this.datagram(frame, (more) => {
        goesOn = more;
      });
      if (message !== null) found.push(message);
    }
    return found;
  }

  private datagram(frame: Cursor, more: (goesOn: boolean) => void): Message | null {
    const command = frame.u8();
    const index = frame.u8();
    const station = frame.u16le();
    const offset = frame.u16le();
    const length = frame.u16le();
    frame.skip(2);
    const data = frame.part(length & 0x7ff);
    const worked = frame.u16le();
    more((length & 0x8000) !== 0);
    const name = COMMANDS[command];
    const place = `${command} ${station} ${offset}`;
    if (name === undefined) return null;
    if (isCyclic(command) && !frame.isShort) {
      const before = this.counters.get(place);
      if (before === worked || (before === undefined && this.counters.size >= MAX_CYCLIC)) return null;
      this.counters.set(place, worked);
    }
    const told = describe(command, station, offset, data);
    const isAnswer = worked > 0 || told.isResponse;
    const kind = told.exception !== null ? 'exception' : isAnswer ? 'response' : 'request';
    return newMessage({
      kind,
      action: told.action,
      operation: told.operation,
      functionCode: command,
      unit: isLogical(command) ? null : station,
      object: told.object,
      address: told.address,
      quantity: length & 0x7ff,
      exception: told.exception,
      transaction: index,
      points: told.points,
      file: told.file,
      text: `EtherCAT ${name.toUpperCase()} ${told.text}, worked ${worked} (${kind})`,
      malformed: frame.isShort ? 'A datagram ends early' : null,
    });
  }
}

interface Told {
  readonly action: string;
  readonly operation: OtOperation | null;
  readonly object: string | null;
  readonly address: number | null;
  readonly exception: number | null;
  readonly file: string | null;
  readonly points: Message['points'];
  readonly isResponse: boolean;
  readonly text: string;
}

function describe(command: number, station: number, offset: number, data: Cursor): Told {
  const action = COMMANDS[command] ?? 'nop';
  const isWriting = isWrite(command);
  const nothing = { exception: null, file: null, points: [], isResponse: false };
  if (command === 0)
    return { ...nothing, action, operation: null, object: null, address: null, text: 'nothing' };
  if (isLogical(command)) {
    const address = station + offset * 65536;
    const text = `process data at 0x${address.toString(16)}`;
    return {
      ...nothing,
      action,
      operation: isWriting ? 'write' : 'read',
      object: 'process data',
      address,
      text,
    };
  }
  const who =
    command >= 7 && command <= 9 ? 'of all stations' : `of station ${stationText(command, station)}`;
  const box = offset >= FIRST_MEMORY ? readMailbox(data) : null;
  if (box !== null) return { ...box, text: `${box.text} ${who}` };
  const register = registerOf(offset);
  const object = register?.name ?? (offset >= FIRST_MEMORY ? 'memory' : 'register');
  const words = stateWords(offset, data);
  return {
    ...nothing,
    action,
    operation:
      register === null ? (isWriting ? 'write' : 'read') : isWriting ? register.write : register.read,
    object,
    address: offset,
    text: `${object} 0x${offset.toString(16).padStart(4, '0')} ${who}${words}`,
  };
}

/** By position a station is counted down from 0; else it has a number of its own. */
function stationText(command: number, station: number): string {
  const isByPosition = command === 1 || command === 2 || command === 3 || command === 13;
  return isByPosition ? `at position ${(65536 - station) & 0xffff}` : String(station);
}

export const ethercat: Dissector = defineDissector({
  id: 'ethercat',
  title: 'EtherCAT',
  reference: 'ETG.1000.4 §5; ETG.1000.6 §5.6',
  dataset: 'pcap.ethercat',
  over: 'link',
  ports: [0x88a4],
  maxUnitBytes: 1518,
  looksLike,
  unitLength: wholeDatagram,
  begin: () => new EthercatSession(),
  samples: [
    sampleOf(
      'normal',
      'a station is switched to operational, and its state read',
      'client',
      '1c10 05 01 e903 2001 0280 0000 0800 0000 04 02 e903 3001 0200 0000 0800 0100',
      {
        kind: 'request',
        action: 'fpwr',
        operation: 'control',
        unit: 1001,
        object: 'state control',
        address: 0x120,
        text: 'EtherCAT FPWR state control 0x0120 of station 1001 = operational, worked 0 (request)',
      },
      { kind: 'response', action: 'fprd', operation: 'diagnose', object: 'state' },
    ),
    sampleOf(
      'normal',
      'an object is written through the mailbox',
      'client',
      '1c10 05 03 e903 0010 1000 0000 0a00 0000 00 13 0020 23 0160 02 2a000000 0000',
      {
        kind: 'request',
        action: 'sdo_download',
        operation: 'write',
        object: '0x6001:2',
        points: [{ object: '0x6001:2', address: null, stride: 0, values: [42] }],
      },
    ),
    {
      kind: 'normal',
      title: 'process data: the second round says nothing new, in the third a station is missing',
      units: [
        {
          from: 'client',
          hex: '1010 0c 04 0000 0100 0400 0000 01020304 0300',
          messages: [{ action: 'lrw', operation: 'write', object: 'process data', address: 65536 }],
        },
        { from: 'client', hex: '1010 0c 05 0000 0100 0400 0000 01020305 0300', messages: [] },
        {
          from: 'client',
          hex: '1010 0c 06 0000 0100 0400 0000 01020305 0000',
          messages: [{ kind: 'request', action: 'lrw' }],
        },
      ],
    },
    sampleOf('truncated', 'a datagram that ends in its data', 'client', '1010 04 02 e903 3001 0400 0000 08', {
      malformed: 'A datagram ends early',
    }),
    sampleOf('foreign', 'network variables', 'client', '1040 0100 0000 0000 0000'),
  ],
});
