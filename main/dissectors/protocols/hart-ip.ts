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
import { readHart } from '../hart/commands';

const HEADER_BYTES = 8;
const IDS: Readonly<Record<number, readonly [string, OtOperation]>> = {
  0: ['session_initiate', 'connect'],
  1: ['session_close', 'connect'],
  2: ['keep_alive', 'connect'],
  3: ['pass_through', 'read'],
  4: ['direct_pdu', 'read'],
};
/** Universal and common-practice commands by what they do; even unnamed ones keep their number. */
const COMMANDS: Readonly<Record<number, readonly [string, OtOperation]>> = {
  0: ['read_unique_identifier', 'identify'],
  1: ['read_primary_variable', 'read'],
  2: ['read_loop_current', 'read'],
  3: ['read_dynamic_variables', 'read'],
  6: ['write_polling_address', 'configure'],
  7: ['read_loop_configuration', 'read'],
  8: ['read_variable_classifications', 'read'],
  9: ['read_device_variables_with_status', 'read'],
  11: ['read_identifier_by_tag', 'identify'],
  12: ['read_message', 'read'],
  13: ['read_tag_descriptor_date', 'identify'],
  14: ['read_transducer_information', 'read'],
  15: ['read_device_information', 'read'],
  16: ['read_final_assembly_number', 'read'],
  17: ['write_message', 'write'],
  18: ['write_tag_descriptor_date', 'configure'],
  19: ['write_final_assembly_number', 'configure'],
  20: ['read_long_tag', 'identify'],
  21: ['read_identifier_by_long_tag', 'identify'],
  22: ['write_long_tag', 'configure'],
  34: ['write_damping', 'configure'],
  35: ['write_range_values', 'configure'],
  38: ['reset_configuration_changed', 'configure'],
  40: ['enter_fixed_current_mode', 'control'],
  41: ['self_test', 'diagnose'],
  42: ['device_reset', 'control'],
  43: ['set_variable_zero', 'configure'],
  48: ['read_additional_status', 'diagnose'],
  59: ['write_preambles', 'configure'],
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

class HartSession implements Session {
  private readonly open: number[] = [];

  message(cursor: Cursor): readonly Message[] {
    cursor.skip(1);
    const type = cursor.u8();
    const id = cursor.u8();
    const status = cursor.u8();
    const transaction = cursor.u16();
    cursor.skip(2);
    const [name, operation] = IDS[id] ?? [`message_${id}`, 'diagnose'];
    const isAnswer = type === 1 || type === 15;
    const isUnpaired = isAnswer && !this.open.includes(transaction);
    if (type === 0) this.open.push(transaction);
    if (this.open.length > 64) this.open.shift();
    const kind =
      type === 2
        ? 'unsolicited'
        : type === 0
          ? 'request'
          : type === 15 || status !== 0
            ? 'exception'
            : 'response';
    const plain = { transaction, isUnpaired };
    const exception = status === 0 ? null : status;
    if (id !== 3 || cursor.left === 0) {
      const text = `${name.replaceAll('_', ' ')}${status === 0 ? '' : `, status ${status}`} (${kind})`;
      return [newMessage({ ...plain, kind, action: name, operation, exception, text })];
    }
    const delimiter = cursor.u8();
    const address = cursor.hex((delimiter & 0x80) !== 0 ? 5 : 1);
    cursor.skip((delimiter >> 5) & 3);
    const command = cursor.u8();
    const body = cursor.part(cursor.u8());
    cursor.skip(1);
    const response = isAnswer && body.left >= 2 ? body.u8() : 0;
    if (isAnswer && body.left >= 1) body.skip(1);
    const isRefused =
      response !== 0 &&
      (response & 0x80) === 0 &&
      response < 64 &&
      ![8, 14, 24, 26, 27, 30, 31].includes(response);
    const isTold = !isRefused && (status === 0 || !isAnswer);
    const data = isTold ? readHart(command, body, isAnswer) : null;
    const [action, verb] = COMMANDS[command] ?? [`command_${command}`, 'diagnose'];
    return [
      newMessage({
        ...plain,
        kind: isRefused ? 'exception' : kind,
        action,
        operation: verb,
        functionCode: command,
        object: address,
        exception: exception ?? (isRefused ? response : null),
        points: data?.points ?? [],
        facts: data?.facts,
        text: `command ${command} ${action.replaceAll('_', ' ')}, device ${address}${isRefused ? ` refused (${response})` : ''}${data?.text ? `: ${data.text}` : ''} (${kind})`,
        malformed: cursor.isShort || body.isShort ? 'The command ends early' : null,
      }),
    ];
  }
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
      title: 'a device says who it is, its variables and its long tag',
      units: [
        {
          from: 'client',
          hex: '01 00 03 00 0008 0011 82 2606000001 00 00 cd',
          messages: [{ action: 'read_unique_identifier', operation: 'identify' }],
        },
        {
          from: 'server',
          hex: '01 01 03 00 0008 0029 86 2606000001 00 18 0000 fe 2606 05 07 03 09 10 00 000001 05 04 0002 00 0026 0026 01 cd',
          messages: [
            {
              kind: 'response',
              facts: [
                { of: 'sender', fact: 'vendor', value: 'Rosemount' },
                { of: 'sender', fact: 'model', value: 'HART device type 0x2606' },
                { of: 'sender', fact: 'firmware', value: 'device revision 3, software 9' },
                { of: 'sender', fact: 'serial', value: 'HART device 1' },
              ],
            },
          ],
        },
        {
          from: 'client',
          hex: '01 00 03 00 0009 0011 82 2606000001 03 00 cd',
          messages: [{ action: 'read_dynamic_variables', operation: 'read' }],
        },
        {
          from: 'server',
          hex: '01 01 03 00 0009 0021 86 2606000001 03 10 0000 41400000 0c 42f70000 20 7fa00000 cd',
          messages: [
            {
              kind: 'response',
              text: 'command 3 read dynamic variables, device 2606000001: loop current = 12 mA, PV = 123.5 kPa, SV = not a number °C (response)',
            },
          ],
        },
        {
          from: 'client',
          hex: '01 00 03 00 000a 0011 82 2606000001 0d 00 cd',
          messages: [{ action: 'read_tag_descriptor_date' }],
        },
        {
          from: 'server',
          hex: '01 01 03 00 000a 0028 86 2606000001 0d 17 0000 5090edc70c60 5090edc70c60820820820820 09 03 7a cd',
          messages: [
            {
              facts: [{ of: 'sender', fact: 'name', value: 'TIC-101' }],
              text: 'command 13 read tag descriptor date, device 2606000001: tag “TIC-101”, “TIC-101”, 2022-03-09 (response)',
            },
          ],
        },
      ],
    },
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
