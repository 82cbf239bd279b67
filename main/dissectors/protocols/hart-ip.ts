/** HART-IP: FieldComm Group TP10300 (network layer over TCP and UDP) around token-passing PDUs of the HART protocol. */
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
import { COMMANDS, isRefusal, statusWords } from '../hart/commands';
import { type Reading, readData } from '../hart/values';

const HEADER_BYTES = 8;
const TOKEN_PASSING = 3;
const DIRECT = 4;
/** Kind of frame in the last three bits of a delimiter. */
const FROM_MASTER = 2;
const MOST_COMMANDS = 32;
const IDS: Readonly<Record<number, readonly [string, OtOperation]>> = {
  0: ['session_initiate', 'connect'],
  1: ['session_close', 'connect'],
  2: ['keep_alive', 'connect'],
  3: ['pass_through', 'read'],
  4: ['direct_pdu', 'read'],
};
/*
 *   0         1      2    3        4             6        8
 *   +---------+------+----+--------+-------------+--------+-----------------------------------------------------
 *   | version | type | id | status | transaction | length | delimiter, address, command, count, [status,] data …
 *   +---------+------+----+--------+-------------+--------+-----------------------------------------------------
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from < to && bytes[from] !== 1 && bytes[from] !== 2) return -1;
  const type = bytes[from + 1] ?? 0;
  if (from + 1 < to && type > 2 && type !== 15) return -1;
  if (from + 2 < to && (bytes[from + 2] ?? 0) > 4) return -1;
  if (from + HEADER_BYTES > to) return 0;
  const length = ((bytes[from + 6] ?? 0) << 8) | (bytes[from + 7] ?? 0);
  return length < HEADER_BYTES || length > 2048 ? -1 : length;
}

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = unitLength(bytes, from, to);
  return length < 0 ? 'no' : length === 0 ? 'more' : 'maybe';
}

/** One command as it stands in either kind of PDU, taken apart. */
interface Command {
  readonly number: number;
  readonly action: string;
  readonly operation: OtOperation;
  /** Code of a refusal, or of an error on the way to the device; else null. */
  readonly exception: number | null;
  readonly text: string;
  readonly reading: Reading;
}

class HartSession implements Session {
  private readonly open: number[] = [];
  /** Address of the device that is the server itself: told by who answers at polling address 0. */
  private own: string | null = null;

  message(cursor: Cursor): readonly Message[] {
    cursor.skip(1);
    const type = cursor.u8();
    const id = cursor.u8();
    const status = cursor.u8();
    const transaction = cursor.u16();
    cursor.skip(2);
    const isAnswer = type === 1 || type === 15;
    const isUnpaired = isAnswer && !this.open.includes(transaction);
    if (type === 0) this.open.push(transaction);
    if (this.open.length > 64) this.open.shift();
    const kind = kindOf(type, status);
    const [name, operation] = IDS[id] ?? [`message_${id}`, 'diagnose'];
    const exception = status === 0 ? null : status;
    const plain = { kind, transaction, isUnpaired, exception, action: name, operation };
    if (id === TOKEN_PASSING && cursor.left > 0) return [this.pdu(cursor, plain)];
    if (id === DIRECT && cursor.left > 2) return [direct(cursor, plain)];
    const timer = id === 0 && cursor.left >= 5 ? `, closes after ${timeout(cursor)} s of silence` : '';
    const state = status === 0 ? '' : `, status ${status}`;
    return [newMessage({ ...plain, text: `${name.replaceAll('_', ' ')}${timer}${state} (${kind})` })];
  }

  /** A token-passing PDU (HCF_SPEC-81 §7). */
  private pdu(cursor: Cursor, plain: Plain): Message {
    const delimiter = cursor.u8();
    const isShort = (delimiter & 0x80) === 0;
    const address = isShort ? cursor.hex(1) : deviceOf(cursor.hex(5));
    cursor.skip((delimiter >> 5) & 3);
    const number = cursor.u8();
    const body = cursor.part(cursor.u8());
    cursor.skip(1);
    const isAnswer = (delimiter & 7) !== FROM_MASTER;
    const response = isAnswer && body.left >= 2 ? body.u8() : 0;
    const status = isAnswer ? body.u8() : 0;
    const command = readCommand(number, isAnswer, response, status, address, body);
    if (isShort && (Number.parseInt(address, 16) & 0x3f) === 0 && number === 0)
      this.own = command.reading.longAddress ?? this.own;
    const isOwn = this.own !== null && (isShort || address === this.own);
    const isRefused = command.exception !== null;
    const malformed = cursor.isShort ? 'The command ends early' : null;
    return newMessage({
      ...plain,
      kind: isRefused ? 'exception' : plain.kind,
      action: command.action,
      operation: command.operation,
      functionCode: number,
      object: address,
      exception: plain.exception ?? command.exception,
      points: command.reading.points,
      facts: isOwn ? command.reading.facts : undefined,
      text: `command ${number} ${command.text}, device ${address}${said(command)} (${plain.kind})`,
      malformed,
    });
  }
}

/** The two bits at the top of a long address tell master and burst, not the device (HCF_SPEC-81 §7.2). */
function deviceOf(address: string): string {
  const first = Number.parseInt(address.slice(0, 2), 16) & 0x3f;
  return Number.isNaN(first) ? address : first.toString(16).padStart(2, '0') + address.slice(2);
}

interface Plain {
  readonly kind: Message['kind'];
  readonly transaction: number;
  readonly isUnpaired: boolean;
  readonly exception: number | null;
  readonly action: string;
  readonly operation: OtOperation;
}

function kindOf(type: number, status: number): Message['kind'] {
  if (type === 2) return 'unsolicited';
  if (type === 0) return 'request';
  return type === 15 || status !== 0 ? 'exception' : 'response';
}

/** Whether the host is the primary one, then milliseconds. */
function timeout(cursor: Cursor): number {
  cursor.skip(1);
  return cursor.u32() / 1000;
}

function readCommand(
  number: number,
  isAnswer: boolean,
  response: number,
  status: number,
  device: string,
  data: Cursor,
): Command {
  const [action, operation] = COMMANDS[number] ?? [`command_${number}`, 'diagnose'];
  const reading: Reading = { device, status, points: [], parts: [], facts: [], longAddress: null };
  const isLost = (response & 0x80) !== 0;
  const isRefused = isRefusal(response);
  if (!isLost && !isRefused) readData(number, isAnswer, reading, data);
  const how = isLost ? ', error on the way to it' : isRefused ? `, refused (${response})` : '';
  const text = `${action.replaceAll('_', ' ')}${how}`;
  return { number, action, operation, exception: isRefused ? response : null, text, reading };
}

/** What a command says, with the status of the device. */
function said({ reading }: Command): string {
  const status = statusWords(reading.status);
  const parts = [...reading.parts, ...(status.length > 0 ? [`device: ${status.join(', ')}`] : [])];
  return parts.length > 0 ? `: ${parts.join(', ')}` : '';
}

/*
 *   0               1                 2         4       5
 *   +---------------+-----------------+---------+-------+-----------------------------
 *   | device status | extended status | command | count | [response,] data … further       TP10300, direct PDU
 */
function direct(cursor: Cursor, plain: Plain): Message {
  const isAnswer = plain.kind !== 'request';
  const status = cursor.u8();
  cursor.skip(1);
  const commands: Command[] = [];
  while (cursor.left >= 3 && commands.length < MOST_COMMANDS) {
    const number = cursor.u16();
    const body = cursor.part(cursor.u8());
    const response = isAnswer && body.left >= 1 ? body.u8() : 0;
    commands.push(readCommand(number, isAnswer, response, isAnswer ? status : 0, '', body));
  }
  const [first] = commands;
  const only = commands.length === 1 && first !== undefined ? first : null;
  const refused = commands.find(({ exception }) => exception !== null);
  const list = commands.map((command) => `command ${command.number} ${command.text}${said(command)}`);
  return newMessage({
    ...plain,
    kind: refused === undefined ? plain.kind : 'exception',
    action: only?.action ?? plain.action,
    operation: only?.operation ?? plain.operation,
    functionCode: only?.number ?? null,
    exception: plain.exception ?? refused?.exception ?? null,
    points: commands.flatMap(({ reading }) => reading.points),
    facts: commands.flatMap(({ reading }) => reading.facts),
    text: `direct: ${list.join('; ') || 'no command'} (${plain.kind})`,
    malformed: cursor.isShort ? 'A command ends early' : null,
  });
}

/** One value of a variable, as a sample expects it. */
function value(object: string, number: number, text: string, quality: string | null = null) {
  return { object, address: null, stride: 1, values: [number], texts: [text], qualities: [quality] };
}

export const hartIp: Dissector = defineDissector({
  id: 'hart-ip',
  title: 'HART-IP',
  reference: 'FieldComm Group TP10300; HART universal and common-practice commands',
  dataset: 'pcap.hart-ip',
  over: 'both',
  ports: [5094, 5095],
  maxUnitBytes: 2048,
  looksLike,
  unitLength,
  begin: () => new HartSession(),
  samples: [
    {
      kind: 'normal',
      title: 'the long tag of a device is written',
      units: [
        {
          from: 'client',
          hex: '01 00 03 00 0007 0013 82 2606000001 16 02 4142 cd',
          messages: [
            { action: 'write_long_tag', operation: 'configure', functionCode: 22, object: '2606000001' },
          ],
        },
        {
          from: 'server',
          hex: '01 01 03 00 0007 0013 86 2606000001 16 02 0700 cd',
          messages: [{ kind: 'exception', exception: 7, isUnpaired: false }],
        },
      ],
    },
    {
      kind: 'normal',
      title: 'the gateway itself tells what it is, then its name',
      units: [
        {
          from: 'client',
          hex: '01 00 03 00 0001 000d 02 80 00 00 82',
          messages: [{ kind: 'request', action: 'read_unique_identifier' }],
        },
        {
          from: 'server',
          hex: '01 01 03 00 0001 0025 06 80 00 18 00 00 fe 264e 05 07 04 01 0e 0c 0000d2 05 02 0002 00 0026 0026 84 e4',
          messages: [
            {
              kind: 'response',
              facts: [
                { of: 'sender', fact: 'vendor', value: 'Rosemount' },
                { of: 'sender', fact: 'model', value: 'HART device type 0x264e' },
                { of: 'sender', fact: 'firmware', value: 'device revision 4, software 1' },
                { of: 'sender', fact: 'serial', value: 'HART device 210' },
              ],
            },
          ],
        },
        {
          from: 'client',
          hex: '01 00 03 00 0002 0011 82 264e0000d2 14 00 2c',
          messages: [{ facts: [] }],
        },
        {
          from: 'server',
          hex: `01 01 03 00 0002 0033 86 a64e0000d2 14 22 00 00 6777 ${'00'.repeat(30)} db`,
          messages: [{ facts: [{ of: 'sender', fact: 'name', value: 'gw' }] }],
        },
      ],
    },
    {
      kind: 'normal',
      title: 'a transmitter behind it gives its variables with their state',
      units: [
        {
          from: 'client',
          hex: '01 00 03 00 0003 0011 82 2606000001 03 00 3b',
          messages: [{ action: 'read_dynamic_variables' }],
        },
        {
          from: 'server',
          hex: '01 01 03 00 0003 0021 86 2606000001 03 10 00 01 41400000 06 42480000 20 41ac0000 28',
          messages: [
            {
              facts: undefined,
              points: [
                value('2606000001 loop current', 12, '12 mA'),
                value('2606000001 PV', 50, '50 psi', 'uncertain, out of limits'),
                value('2606000001 SV', 21.5, '21.5 °C'),
              ],
              text: 'command 3 read dynamic variables, device 2606000001: loop current 12 mA, PV 50 psi (uncertain, out of limits), SV 21.5 °C, device: PV out of limits (response)',
            },
          ],
        },
        {
          from: 'client',
          hex: '01 00 03 00 0004 001a 82 2606000001 23 09 06 42c80000 00000000 11',
          messages: [
            {
              action: 'write_range_values',
              operation: 'configure',
              points: [
                value('2606000001 upper range', 100, '100 psi'),
                value('2606000001 lower range', 0, '0 psi'),
              ],
            },
          ],
        },
      ],
    },
    sampleOf(
      'normal',
      'variables with their status, straight from a device',
      'server',
      '01 01 04 00 0005 001f 80 00 0009 12 00 00 00 40 20 41ac0000 c0 01 00 33 7fa00000 30',
      {
        action: 'read_device_variables_with_status',
        isUnpaired: true,
        points: [
          value('variable 0', 21.5, '21.5 °C'),
          value('variable 1', Number.NaN, 'no number', 'bad, constant'),
        ],
      },
    ),
    sampleOf(
      'truncated',
      'a command whose data are missing',
      'client',
      '01 00 03 00 0007 0010 82 2606000001 16 09',
      { malformed: 'The command ends early' },
    ),
    sampleOf('foreign', 'another version', 'client', '07 00 03 00 0007 0010'),
  ],
});
