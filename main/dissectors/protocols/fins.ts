/**
 * Omron FINS over UDP and TCP: Omron W227 (FINS commands) §3–§5, W421 §7-4 (FINS/TCP header); memory areas of CS and
 * CJ controllers.
 */
import type { Cursor } from '../cursor';
import {
  type AssetFact,
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
  wholeDatagram,
} from '../dissector';
import { bitAfter, NO_TARGET, placeText, readTarget, type Target } from '../fins/requests';
import { OpenRequests } from '../open-requests';

const COMMANDS: Readonly<Record<number, readonly [string, OtOperation]>> = {
  257: ['memory_area_read', 'read'],
  258: ['memory_area_write', 'write'],
  259: ['memory_area_fill', 'write'],
  260: ['multiple_memory_area_read', 'read'],
  261: ['memory_area_transfer', 'write'],
  513: ['parameter_area_read', 'read'],
  514: ['parameter_area_write', 'configure'],
  515: ['parameter_area_clear', 'configure'],
  544: ['data_link_table_read', 'read'],
  545: ['data_link_table_write', 'configure'],
  772: ['program_area_protect', 'configure'],
  773: ['program_area_protect_clear', 'configure'],
  774: ['program_area_read', 'program'],
  775: ['program_area_write', 'program'],
  776: ['program_area_clear', 'program'],
  1025: ['run', 'control'],
  1026: ['stop', 'control'],
  1027: ['reset', 'control'],
  1281: ['controller_data_read', 'identify'],
  1282: ['connection_data_read', 'identify'],
  1537: ['controller_status_read', 'diagnose'],
  1538: ['network_status_read', 'diagnose'],
  1539: ['data_link_status_read', 'diagnose'],
  1568: ['cycle_time_read', 'diagnose'],
  1793: ['clock_read', 'read'],
  1794: ['clock_write', 'configure'],
  2049: ['loop_back_test', 'diagnose'],
  2050: ['broadcast_test_results_read', 'diagnose'],
  2051: ['broadcast_test_data_send', 'diagnose'],
  2336: ['message_read_clear', 'read'],
  3073: ['access_right_acquire', 'connect'],
  3074: ['access_right_forced_acquire', 'connect'],
  3075: ['access_right_release', 'connect'],
  8449: ['error_clear', 'control'],
  8450: ['error_log_read', 'diagnose'],
  8451: ['error_log_clear', 'control'],
  8705: ['file_name_read', 'read'],
  8706: ['single_file_read', 'program'],
  8707: ['single_file_write', 'program'],
  8708: ['memory_card_format', 'program'],
  8709: ['file_delete', 'program'],
  8710: ['volume_label_create_delete', 'program'],
  8711: ['file_copy', 'program'],
  8712: ['file_name_change', 'program'],
  8713: ['file_data_check', 'program'],
  8714: ['memory_area_file_transfer', 'program'],
  8715: ['parameter_area_file_transfer', 'program'],
  8716: ['program_area_file_transfer', 'program'],
  8719: ['file_memory_index_read', 'read'],
  8720: ['file_memory_read', 'read'],
  8721: ['file_memory_write', 'program'],
  8961: ['forced_set_reset', 'control'],
  8962: ['forced_set_reset_cancel', 'control'],
  8970: ['multiple_forced_status_read', 'read'],
  9729: ['name_set', 'configure'],
  9730: ['name_delete', 'configure'],
  9731: ['name_read', 'identify'],
};
/** Bytes before the name of the file in requests that carry one (§5-3-29 on). */
const NAME_AT: Readonly<Record<number, number>> = {
  8706: 2,
  8707: 4,
  8709: 4,
  8710: 4,
  8711: 2,
  8712: 2,
  8713: 2,
  8714: 10,
  8715: 10,
  8716: 14,
};
const NAME_BYTES = 12;
const MAX_PENDING = 256;

/** FINS/TCP: node addresses, FINS frames, errors (W421 §7-4-2). */
const TCP_COMMANDS: Readonly<Record<number, string>> = {
  0: 'node_address_request',
  1: 'node_address_response',
  3: 'frame_error',
  6: 'connection_confirm',
};

/*
 *   0     1   2   3…5           6…8      9    10        12
 *   +-----+---+---+-------------+--------+-----+---------+----------------------
 *   | ICF | 0 | 2 | destination | source | SID | command | [end code,] data …
 *   +-----+---+---+-------------+--------+-----+---------+----------------------
 *
 *   on TCP before it:
 *   0      4        8         12      16
 *   +------+--------+---------+-------+--------
 *   | FINS | length | command | error | frame …      the length counts from the command on
 *   +------+--------+---------+-------+--------
 */
function tcpLength(bytes: Uint8Array, from: number, to: number): number {
  for (let at = 0; at < 4 && from + at < to; at++) if (bytes[from + at] !== 'FINS'.charCodeAt(at)) return -1;
  if (from + 8 > to) return 0;
  const length = ((bytes[from + 6] ?? 0) << 8) | (bytes[from + 7] ?? 0);
  return bytes[from + 4] !== 0 || bytes[from + 5] !== 0 || length < 8 ? -1 : 8 + length;
}

function looksLikeTcp(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = tcpLength(bytes, from, to);
  return length < 0 ? 'no' : length === 0 ? 'more' : 'yes';
}

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  if (from + 12 > to) return 'no';
  const control = bytes[from] ?? 0;
  const isPlain =
    (control & 0x3e) === 0 && control >= 0x80 && bytes[from + 1] === 0 && (bytes[from + 2] ?? 0) <= 7;
  return isPlain ? 'maybe' : 'no';
}

class FinsSession implements Session {
  private readonly isTcp: boolean;
  private readonly open = new OpenRequests<Target>(MAX_PENDING);

  constructor(isTcp: boolean) {
    this.isTcp = isTcp;
  }

  message(cursor: Cursor, from: Side): readonly Message[] {
    if (this.isTcp) {
      cursor.skip(8);
      const command = cursor.u32();
      const error = cursor.u32();
      if (command !== 2 || error !== 0) return [tcpMessage(command, error, from, cursor)];
    }
    return [this.frame(cursor, from)];
  }

  private frame(cursor: Cursor, from: Side): Message {
    const isResponse = (cursor.u8() & 0x40) !== 0;
    cursor.skip(2);
    const to: Place = { net: cursor.u8(), node: cursor.u8(), unit: cursor.u8() };
    const by: Place = { net: cursor.u8(), node: cursor.u8(), unit: cursor.u8() };
    const transaction = cursor.u8();
    const code = cursor.u16();
    const [action, operation] = COMMANDS[code] ?? [`command_${code.toString(16)}`, 'diagnose'];
    const end = isResponse ? cursor.u16() & 0x7f3f : 0;
    const number = `${transaction} ${code}`;
    const request = isResponse ? this.answered(otherSide(from), to, by, number) : null;
    const target = isResponse ? (request ?? NO_TARGET) : readTarget(cursor, code);
    const { address, quantity, detail } = target;
    const before = NAME_AT[code];
    const file = before === undefined || isResponse ? null : readName(cursor, before);
    if (!isResponse) this.open.ask(keyOf(from, by, by.node, to, to.node, number), target);
    const hasValues = (code === 0x0101 && isResponse && end === 0) || (code === 0x0102 && !isResponse);
    const points: readonly PointRun[] = hasValues ? readValues(cursor, target) : [];
    const controller = code === 0x0501 && isResponse && end === 0 ? readController(cursor) : null;
    const name = placeText(target);
    const count = (quantity ?? 1) > 1 && code !== 0x0104 && code !== 0x2301 ? ` ×${quantity}` : '';
    const place = `${name === '' ? '' : ` ${name}`}${count}${detail}`;
    return newMessage({
      kind: isResponse ? (end === 0 ? 'response' : 'exception') : 'request',
      action,
      operation,
      functionCode: code,
      unit: isResponse ? by.node : to.node,
      object: target.bit === null ? target.object : name,
      address,
      quantity,
      exception: end === 0 ? null : end,
      transaction,
      points,
      file,
      facts: controller?.facts,
      text: `${action.replaceAll('_', ' ')}${place}${controller?.text ?? ''}${end === 0 ? '' : ` refused (0x${end.toString(16).padStart(4, '0')})`} (node ${isResponse ? `${by.net}.${by.node}` : `${to.net}.${to.node}.${to.unit}`}, ${isResponse ? 'response' : 'request'})`,
      malformed: cursor.isShort ? 'The command ends early' : null,
      isUnpaired: isResponse && request === null,
    });
  }

  /** A node that was called, or calls itself, 0 answers, or is answered, by the number it has (W421 §7-4-2). */
  private answered(asker: Side, to: Place, by: Place, number: string): Target | null {
    for (const toNode of [to.node, 0]) {
      for (const byNode of [by.node, 0]) {
        const target = this.open.answer(keyOf(asker, to, toNode, by, byNode, number));
        if (target !== null) return target;
      }
    }
    return null;
  }
}

interface Place {
  readonly net: number;
  readonly node: number;
  readonly unit: number;
}

/** Who asks whom what: both ends may ask, of several nodes, under numbers of their own. */
function keyOf(asker: Side, by: Place, byNode: number, to: Place, toNode: number, number: string): string {
  return `${asker} ${by.net}.${byNode}.${by.unit} ${to.net}.${toNode}.${to.unit} ${number}`;
}

function tcpMessage(command: number, error: number, from: Side, cursor: Cursor): Message {
  const action = TCP_COMMANDS[command] ?? `tcp_command_${command}`;
  const kind = error !== 0 ? 'exception' : from === 'client' ? 'request' : 'response';
  const nodes = Array.from({ length: Math.min(2, cursor.left >> 2) }, () => cursor.u32());
  return newMessage({
    kind,
    action,
    operation: 'connect',
    exception: error === 0 ? null : error,
    text: `${action.replaceAll('_', ' ')}${nodes.length > 0 ? ` ${nodes.join(', ')}` : ''}${error === 0 ? '' : ` refused (${error})`} (${kind})`,
    malformed: cursor.isShort ? 'The command ends early' : null,
  });
}

/** Eight letters, a dot and three, padded by blanks or zeros. */
function readName(cursor: Cursor, before: number): string | null {
  cursor.skip(before);
  const size = Math.min(NAME_BYTES, cursor.left);
  return cursor.text(size).replace(/[. ]+$/, '') || null;
}

/** Model and version of the controller, twenty characters each (§5-3-17). */
function readController(cursor: Cursor): { readonly text: string; readonly facts: readonly AssetFact[] } {
  const field = (): string => cursor.text(20).replace(/[. ]+$/, '');
  const [model, firmware] = [field(), field()];
  return {
    text: ` ${model}, version ${firmware}`,
    facts: [
      { of: 'sender', fact: 'vendor', value: 'Omron' },
      { of: 'sender', fact: 'model', value: model },
      { of: 'sender', fact: 'firmware', value: firmware },
    ],
  };
}

/** Words of two bytes; bits and flags of one, each bit under its own name. */
function readValues(cursor: Cursor, target: Target): readonly PointRun[] {
  const { object, address, quantity, bit } = target;
  const isByte = bit !== null || object?.endsWith('flag') === true;
  const values: number[] = [];
  while (cursor.left >= (isByte ? 1 : 2) && values.length < (quantity ?? 0))
    values.push(isByte ? cursor.u8() : cursor.u16());
  if (values.length === 0) return [];
  if (bit === null) return [newRun(object, address, 1, values)];
  return values.map((value, ahead) => {
    const one = bitAfter(target, ahead);
    return newRun(placeText(one), one.address, 1, [value]);
  });
}

export const fins: Dissector = defineDissector({
  id: 'fins',
  title: 'Omron FINS',
  reference: 'Omron W227 (FINS Commands Reference Manual) §3–§5',
  dataset: 'pcap.fins',
  over: 'udp',
  ports: [9600],
  maxUnitBytes: 2012,
  looksLike,
  unitLength: wholeDatagram,
  begin: () => new FinsSession(false),
  samples: [
    {
      kind: 'normal',
      title: 'two words of data memory are read',
      units: [
        {
          from: 'client',
          hex: '80 00 02 00 0a 00 00 01 00 05 0101 82 0064 00 0002',
          messages: [
            {
              action: 'memory_area_read',
              operation: 'read',
              object: 'DM',
              address: 100,
              quantity: 2,
              unit: 10,
            },
          ],
        },
        {
          from: 'server',
          hex: 'c0 00 02 00 01 00 00 0a 00 05 0101 0000 000a ffff',
          messages: [
            {
              kind: 'response',
              points: [{ object: 'DM', address: 100, stride: 1, values: [10, 65535] }],
              isUnpaired: false,
            },
          ],
        },
      ],
    },
    sampleOf(
      'normal',
      'a controller is put into run mode',
      'client',
      '80 00 02 00 0a 00 00 01 00 06 0401 ffff 04',
      {
        action: 'run',
        operation: 'control',
        object: 'program 65535',
        text: 'run program 65535 in run mode (node 0.10.0, request)',
      },
    ),
    sampleOf(
      'normal',
      'words of several areas are read at once',
      'client',
      '80 00 02 00 0a 00 00 01 00 07 0104 82 0064 00 81 0001 00',
      {
        action: 'multiple_memory_area_read',
        object: 'DM',
        address: 100,
        quantity: 2,
        text: 'multiple memory area read DM100, T/C1 (node 0.10.0, request)',
      },
    ),
    sampleOf(
      'truncated',
      'a write without its count',
      'client',
      '80 00 02 00 0a 00 00 01 00 05 0102 82 0064',
      { malformed: 'The command ends early' },
    ),
    sampleOf('foreign', 'a reserved byte that is set', 'client', '80 07 02 00 0a 00 00 01 00 05 9999'),
  ],
});

export const finsTcp: Dissector = defineDissector({
  id: 'fins-tcp',
  title: 'Omron FINS over TCP',
  reference: 'Omron W421 §7-4 (FINS/TCP); W227 §3–§5',
  dataset: 'pcap.fins',
  over: 'tcp',
  ports: [9600],
  roams: true,
  maxUnitBytes: 2028,
  looksLike: looksLikeTcp,
  unitLength: tcpLength,
  begin: () => new FinsSession(true),
  samples: [
    {
      kind: 'normal',
      title: 'a node address is asked for, then the controller’s data',
      units: [
        {
          from: 'client',
          hex: '46494e53 0000000c 00000000 00000000 00000000',
          messages: [{ kind: 'request', action: 'node_address_request', operation: 'connect' }],
        },
        {
          from: 'client',
          hex: '46494e53 00000015 00000002 00000000 80 00 02 00 c8 00 00 00 ef 05 0501 00',
          messages: [{ kind: 'request', action: 'controller_data_read', unit: 200, transaction: 5 }],
        },
        {
          from: 'server',
          hex: '46494e53 00000016 00000002 00000000 c0 00 02 00 fb ef 00 c8 00 05 0501 1101',
          messages: [{ kind: 'exception', exception: 0x1101, isUnpaired: false }],
        },
      ],
    },
    sampleOf(
      'truncated',
      'a frame without its command',
      'client',
      '46494e53 00000012 00000002 00000000 80 00 02 00 c8 00 00 00 ef 05',
      { malformed: 'The command ends early' },
    ),
    sampleOf('foreign', 'a length below that of the header', 'client', '46494e53 00000004 00000002 00000000'),
  ],
});
