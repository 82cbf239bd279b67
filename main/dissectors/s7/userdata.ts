/** S7 user data: block functions, system status lists, security, clock and the other groups of the CPU. */
import type { Cursor } from '../cursor';
import type { Message, OtOperation } from '../dissector';
import { partOf, type S7Part } from './job';
import { readStatusList } from './status-list';

type Named = Parameters<typeof partOf>[0];

function named(action: string, operation: OtOperation, words: string): Named {
  return { action, operation, words };
}

const PROGRAMMER = 1;
const CYCLIC = 2;
const BLOCKS = 3;
const CPU = 4;
const SECURITY = 5;
const TRANSFER = 6;
const CLOCK = 7;
const NC = 15;

const GROUPS = new Map<number, Named>([
  [0, named('mode_transition', 'report', 'Mode transition')],
  [PROGRAMMER, named('programmer_commands', 'diagnose', 'Programmer commands')],
  [CYCLIC, named('cyclic_data', 'read', 'Cyclic data')],
  [BLOCKS, named('block_functions', 'identify', 'Block functions')],
  [CPU, named('cpu_functions', 'diagnose', 'CPU functions')],
  [SECURITY, named('security', 'connect', 'Security')],
  [TRANSFER, named('block_send', 'write', 'Block send')],
  [CLOCK, named('clock', 'read', 'Clock')],
  [NC, named('nc_programming', 'program', 'NC programming')],
]);

/** group × 256 + sub-function */
const FUNCTIONS = new Map<number, Named>([
  [PROGRAMMER * 256 + 1, named('request_diagnostic_data', 'diagnose', 'Request diagnostic data')],
  [PROGRAMMER * 256 + 2, named('variable_table', 'diagnose', 'Variable table')],
  [PROGRAMMER * 256 + 12, named('erase', 'program', 'Erase')],
  [PROGRAMMER * 256 + 14, named('read_diagnostic_data', 'diagnose', 'Read diagnostic data')],
  [PROGRAMMER * 256 + 15, named('remove_diagnostic_data', 'diagnose', 'Remove diagnostic data')],
  [PROGRAMMER * 256 + 16, named('force_variables', 'write', 'Force variables')],
  [CYCLIC * 256 + 1, named('cyclic_read', 'read', 'Cyclic read')],
  [CYCLIC * 256 + 4, named('cyclic_stop', 'configure', 'Stop cyclic read')],
  [CYCLIC * 256 + 5, named('cyclic_change', 'read', 'Cyclic read of changes')],
  [BLOCKS * 256 + 1, named('list_blocks', 'identify', 'List blocks')],
  [BLOCKS * 256 + 2, named('list_blocks_of_type', 'identify', 'List blocks of a type')],
  [BLOCKS * 256 + 3, named('block_info', 'identify', 'Block information')],
  [CPU * 256 + 1, named('read_szl', 'identify', 'Read system status list')],
  [CPU * 256 + 2, named('message_service', 'configure', 'Message service')],
  [CPU * 256 + 3, named('diagnostic_message', 'report', 'Diagnostic message')],
  [CPU * 256 + 5, named('alarm_indication', 'report', 'Alarm')],
  [CPU * 256 + 11, named('alarm_acknowledge', 'control', 'Acknowledge alarm')],
  [CPU * 256 + 12, named('alarm_acknowledged', 'report', 'Alarm acknowledged')],
  [CPU * 256 + 19, named('alarm_query', 'read', 'Query alarms')],
  [SECURITY * 256 + 1, named('plc_password', 'connect', 'PLC password')],
  [SECURITY * 256 + 2, named('plc_clear_password', 'connect', 'Clear PLC password')],
  [CLOCK * 256 + 1, named('read_clock', 'read', 'Read clock')],
  [CLOCK * 256 + 2, named('set_clock', 'configure', 'Set clock')],
  [CLOCK * 256 + 3, named('read_clock', 'read', 'Read clock')],
  [CLOCK * 256 + 4, named('set_clock', 'configure', 'Set clock')],
]);

const MESSAGE_KINDS = new Map<number, Message['kind']>([
  [4, 'request'],
  [8, 'response'],
]);

/*
 *   0              3      4        5              6            7          8
 *   +--------------+------+--------+--------------+------------+----------+-----------------------------+
 *   | 0x00 01 12   | size | method | kind | group | sub-funct. | sequence | [unit, last, error] (size 8) |
 *   +--------------+------+--------+--------------+------------+----------+-----------------------------+
 */
export function readUserdata(
  parameters: Cursor,
  data: Cursor,
): { readonly part: S7Part; readonly message: Message['kind'] } {
  parameters.skip(3);
  const size = parameters.u8();
  parameters.skip(1);
  const kindAndGroup = parameters.u8();
  const subfunction = parameters.u8();
  parameters.skip(1);
  let error = 0;
  if (size >= 8) {
    parameters.skip(2);
    error = parameters.u16();
  }
  const group = kindAndGroup & 15;
  const kind = MESSAGE_KINDS.get(kindAndGroup >> 4) ?? 'unsolicited';
  const name =
    FUNCTIONS.get(group * 256 + subfunction) ??
    GROUPS.get(group) ??
    named(`userdata_group_${group}`, 'diagnose', `User data group ${group}`);
  const isRefused = kind === 'response' && error !== 0;
  const part = partOf(name, subfunction, {
    ...details(group, subfunction, kind, data, name.words),
    exception: isRefused ? error : null,
    isRefused,
  });
  return { part, message: isRefused ? 'exception' : kind };
}

function details(
  group: number,
  subfunction: number,
  kind: Message['kind'],
  data: Cursor,
  words: string,
): Partial<S7Part> {
  data.skip(4);
  if (group === CPU && subfunction === 1 && data.left >= 4) {
    const list = data.hex(2);
    const index = data.hex(2);
    return {
      object: `SZL 0x${list}`,
      address: Number.parseInt(index, 16),
      text: `${words} 0x${list} index 0x${index}`,
      facts: kind === 'response' ? readStatusList(Number.parseInt(list, 16), data) : undefined,
    };
  }
  if (group === CLOCK && data.left >= 8) {
    const at = clockText(data);
    const isSet = (subfunction === 2 || subfunction === 4) === (kind === 'request');
    return isSet && at !== null ? { text: `${words} ${at}` } : {};
  }
  return {};
}

/** Packed decimal date and time, behind a reserved byte and the century when ten bytes long; null if no date. */
function clockText(data: Cursor): string | null {
  if (data.left >= 10) data.skip(2);
  const digits = data.hex(6);
  if (!/^\d{12}$/.test(digits)) return null;
  const [year = '', month, day, hour, minute, second] = digits.match(/../g) ?? [];
  const century = Number(year) < 90 ? '20' : '19';
  return `${century}${year}-${month}-${day} ${hour}:${minute}:${second}`;
}
