/** Beckhoff ADS over AMS/TCP: Beckhoff Information System, "ADS Specification" §AMS/TCP packet and §ADS commands. */
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
} from '../dissector';

const TCP_HEADER_BYTES = 6;
const AMS_HEADER_BYTES = 32;
const MAX_UNIT_BYTES = 1 << 20;
/** Requests that wait for their response. */
const MAX_PENDING = 64;

const COMMANDS: Readonly<Record<number, readonly [string, OtOperation]>> = {
  1: ['read_device_info', 'identify'],
  2: ['read', 'read'],
  3: ['write', 'write'],
  4: ['read_state', 'diagnose'],
  5: ['write_control', 'control'],
  6: ['add_notification', 'configure'],
  7: ['delete_notification', 'configure'],
  8: ['notification', 'report'],
  9: ['read_write', 'write'],
};

/** ADS states as `write_control` sets them and `read_state` tells them. */
const STATES: readonly string[] = [
  'invalid',
  'idle',
  'reset',
  'init',
  'start',
  'run',
  'stop',
  'save config',
  'load config',
  'power failure',
  'power good',
  'error',
  'shutdown',
  'suspend',
  'resume',
  'config',
  'reconfig',
];

interface Target {
  readonly object: string | null;
  readonly address: number | null;
  readonly quantity: number | null;
}

interface Pending extends Target {
  readonly code: number;
}

const NOWHERE: Target = { object: null, address: null, quantity: null };

function u32leAt(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  return low + ((bytes[at + 2] ?? 0) | ((bytes[at + 3] ?? 0) << 8)) * 65536;
}

/*
 *   0   2        6               12     14              20     22        24      26     30      34       38
 *   +---+--------+---------------+------+---------------+------+---------+-------+------+-------+--------+-----
 *   | 0 | length | target NetId  | port | source NetId  | port | command | flags | size | error | invoke | data
 *   +---+--------+---------------+------+---------------+------+---------+-------+------+-------+--------+-----
 *   numbers little-endian; length counts from byte 6
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from < to && bytes[from] !== 0) return -1;
  if (from + 1 < to && bytes[from + 1] !== 0) return -1;
  if (from + TCP_HEADER_BYTES > to) return 0;
  const length = u32leAt(bytes, from + 2);
  if (length < AMS_HEADER_BYTES || length > MAX_UNIT_BYTES - TCP_HEADER_BYTES) return -1;
  return TCP_HEADER_BYTES + length;
}

/** The length stands twice, 32 bytes apart in value, behind a command there is: no port is needed. */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = unitLength(bytes, from, to);
  if (length < 0) return 'no';
  if (length === 0 || from + TCP_HEADER_BYTES + AMS_HEADER_BYTES > to) return 'more';
  const size = u32leAt(bytes, from + 26);
  const command = (bytes[from + 22] ?? 0) | ((bytes[from + 23] ?? 0) << 8);
  const isAds = ((bytes[from + 24] ?? 0) & 4) !== 0;
  return length === TCP_HEADER_BYTES + AMS_HEADER_BYTES + size && isAds && command in COMMANDS ? 'yes' : 'no';
}

class AdsSession implements Session {
  private readonly pending = new Map<string, Pending>();

  message(cursor: Cursor): readonly Message[] {
    cursor.skip(TCP_HEADER_BYTES);
    const target = address(cursor);
    const source = address(cursor);
    const code = cursor.u16le();
    const isResponse = (cursor.u16le() & 1) !== 0;
    cursor.skip(4);
    const refused = cursor.u32le();
    const transaction = cursor.u32le();
    const [action, operation] = COMMANDS[code] ?? [`command_${code}`, 'diagnose'];
    const ends = isResponse ? `${target} ${source}` : `${source} ${target}`;
    const key = `${ends} ${transaction}`;
    const open = isResponse ? this.pending.get(key) : undefined;
    if (isResponse) this.pending.delete(key);
    const request = open?.code === code ? open : undefined;
    const isReport = code === 8;
    const hasResult = isResponse && refused === 0 && cursor.left > 0;
    const result = hasResult ? cursor.u32le() : 0;
    const error = refused === 0 ? result : refused;
    const place: Target = isResponse ? (request ?? NOWHERE) : readTarget(cursor, code);
    if (!isResponse && !isReport) this.remember(key, { ...place, code });
    const detail = error === 0 ? readDetail(cursor, code, isResponse) : '';
    const kind = isReport ? 'unsolicited' : !isResponse ? 'request' : error === 0 ? 'response' : 'exception';
    const verdict = error === 0 ? '' : ` refused: error 0x${error.toString(16)}`;
    const { object, address: offset, quantity } = place;
    return [
      newMessage({
        kind,
        action,
        operation,
        functionCode: code,
        object,
        address: offset,
        quantity,
        exception: error === 0 ? null : error,
        transaction,
        text: `ADS ${action.replaceAll('_', ' ')}${placeText(place)}${detail}${verdict} (${isResponse ? source : target}, ${kind})`,
        malformed: cursor.isShort ? 'The message is shorter than its command needs' : null,
        isUnpaired: isResponse && request === undefined,
      }),
    ];
  }

  private remember(key: string, request: Pending): void {
    this.pending.set(key, request);
    if (this.pending.size <= MAX_PENDING) return;
    for (const oldest of this.pending.keys()) {
      this.pending.delete(oldest);
      return;
    }
  }
}

/** `5.1.204.160.1.1:851`. */
function address(cursor: Cursor): string {
  const parts = [cursor.u8(), cursor.u8(), cursor.u8(), cursor.u8(), cursor.u8(), cursor.u8()];
  return `${parts.join('.')}:${cursor.u16le()}`;
}

/** Commands 2, 3, 6 and 9 name an index group, an offset in it and a count of bytes. */
function readTarget(cursor: Cursor, code: number): Target {
  if (code !== 2 && code !== 3 && code !== 6 && code !== 9) return NOWHERE;
  const group = cursor.u32le();
  return {
    object: `index group 0x${group.toString(16)}`,
    address: cursor.u32le(),
    quantity: cursor.u32le(),
  };
}

function placeText({ object, address: offset, quantity }: Target): string {
  return object === null ? '' : ` ${object} offset ${offset}, ${quantity} bytes`;
}

function readDetail(cursor: Cursor, code: number, isResponse: boolean): string {
  if (code === 1 && isResponse) {
    const [major, minor, build] = [cursor.u8(), cursor.u8(), cursor.u16le()];
    return `: ${cursor.text(16).replace(/\.+$/, '')} ${major}.${minor}.${build}`;
  }
  if ((code === 4 && isResponse) || (code === 5 && !isResponse)) {
    const state = cursor.u16le();
    return `: ${STATES[state] ?? `state ${state}`}, device state ${cursor.u16le()}`;
  }
  if (code === 3 && !isResponse) return ` = 0x${cursor.hex(Math.min(cursor.left, 16))}`;
  if ((code === 2 || code === 9) && isResponse) {
    const data = cursor.part(cursor.u32le());
    return ` = 0x${data.hex(Math.min(data.left, 16))}`;
  }
  return '';
}

const ENDS = '0501cca00101 5303 0501cca00201 0080';
const BACK = '0501cca00201 0080 0501cca00101 5303';

export const ads: Dissector = defineDissector({
  id: 'ads',
  title: 'Beckhoff ADS (AMS/TCP)',
  reference: 'Beckhoff Information System, ADS Specification: AMS/TCP packet, AMS header, ADS commands',
  dataset: 'pcap.ads',
  over: 'tcp',
  ports: [48898],
  maxUnitBytes: MAX_UNIT_BYTES,
  looksLike,
  unitLength,
  begin: () => new AdsSession(),
  samples: [
    {
      kind: 'normal',
      title: 'Four bytes of the PLC are read; the response takes its place from the request',
      units: [
        {
          from: 'client',
          hex: `0000 2c000000 ${ENDS} 0200 0400 0c000000 00000000 07000000 20400000 10000000 04000000`,
          messages: [
            {
              kind: 'request',
              action: 'read',
              operation: 'read',
              object: 'index group 0x4020',
              address: 16,
              quantity: 4,
              transaction: 7,
              text: 'ADS read index group 0x4020 offset 16, 4 bytes (5.1.204.160.1.1:851, request)',
            },
          ],
        },
        {
          from: 'server',
          hex: `0000 2c000000 ${BACK} 0200 0500 0c000000 00000000 07000000 00000000 04000000 0a000000`,
          messages: [
            {
              kind: 'response',
              address: 16,
              isUnpaired: false,
              text: 'ADS read index group 0x4020 offset 16, 4 bytes = 0x0a000000 (5.1.204.160.1.1:851, response)',
            },
          ],
        },
      ],
    },
    {
      kind: 'normal',
      title: 'The controller is told to stop and refuses',
      units: [
        {
          from: 'client',
          hex: `0000 28000000 ${ENDS} 0500 0400 08000000 00000000 08000000 0600 0000 00000000`,
          messages: [
            {
              action: 'write_control',
              operation: 'control',
              text: 'ADS write control: stop, device state 0 (5.1.204.160.1.1:851, request)',
            },
          ],
        },
        {
          from: 'server',
          hex: `0000 24000000 ${BACK} 0500 0500 04000000 00000000 08000000 01070000`,
          messages: [{ kind: 'exception', action: 'write_control', exception: 0x701, isUnpaired: false }],
        },
      ],
    },
    sampleOf(
      'truncated',
      'a read that names its index group only',
      'client',
      `0000 24000000 ${ENDS} 0200 0400 04000000 00000000 09000000 20400000`,
      { malformed: 'The message is shorter than its command needs' },
    ),
    sampleOf('foreign', 'a Modbus request', 'client', '0007 0000 0006 11 03 006b 0003'),
    sampleOf('foreign', 'an HTTP request', 'client', '474554202f20485454502f312e310d0a0d0a'),
  ],
});
