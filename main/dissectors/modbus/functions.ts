/** Names and verbs of the Modbus functions and exceptions (MODBUS Application Protocol V1.1b3 §5.1, §6, §7). */
import type { OtOperation } from '../dissector';

export interface ModbusFunction {
  readonly action: string;
  readonly operation: OtOperation | null;
  readonly object: string | null;
  /** What it does, as the beginning of a sentence. */
  readonly words: string;
}

function entry(
  action: string,
  operation: OtOperation | null,
  object: string | null,
  words: string,
): ModbusFunction {
  return { action, operation, object, words };
}

const FUNCTIONS = new Map<number, ModbusFunction>([
  [1, entry('read_coils', 'read', 'coil', 'Read')],
  [2, entry('read_discrete_inputs', 'read', 'discrete_input', 'Read')],
  [3, entry('read_holding_registers', 'read', 'holding_register', 'Read')],
  [4, entry('read_input_registers', 'read', 'input_register', 'Read')],
  [5, entry('write_single_coil', 'write', 'coil', 'Write')],
  [6, entry('write_single_register', 'write', 'holding_register', 'Write')],
  [7, entry('read_exception_status', 'diagnose', null, 'Read exception status')],
  [8, entry('diagnostics', 'diagnose', null, 'Diagnostics')],
  [9, entry('program_484', 'program', null, 'Program (484)')],
  [10, entry('poll_484', 'program', null, 'Poll (484)')],
  [11, entry('get_comm_event_counter', 'diagnose', null, 'Get event counter')],
  [12, entry('get_comm_event_log', 'diagnose', null, 'Get event log')],
  [13, entry('program_controller', 'program', null, 'Program controller')],
  [14, entry('poll_controller', 'program', null, 'Poll controller')],
  [15, entry('write_multiple_coils', 'write', 'coil', 'Write')],
  [16, entry('write_multiple_registers', 'write', 'holding_register', 'Write')],
  [17, entry('report_server_id', 'identify', null, 'Report server id')],
  [18, entry('program_884', 'program', null, 'Program (884)')],
  [19, entry('reset_comm_link', 'control', null, 'Reset link')],
  [20, entry('read_file_record', 'read', 'file_record', 'Read file record')],
  [21, entry('write_file_record', 'write', 'file_record', 'Write file record')],
  [22, entry('mask_write_register', 'write', 'holding_register', 'Mask')],
  [23, entry('read_write_multiple_registers', 'write', 'holding_register', 'Read and write')],
  [24, entry('read_fifo_queue', 'read', 'fifo_queue', 'Read FIFO queue')],
  [40, entry('program_concept', 'program', null, 'Program (Concept)')],
  [43, entry('encapsulated_interface_transport', 'identify', null, 'Encapsulated interface')],
  [90, entry('unity_umas', 'program', null, 'Schneider UMAS')],
  [91, entry('read_object_messaging', null, null, 'Object messaging')],
  [125, entry('firmware_replacement', 'program', null, 'Replace firmware')],
  [126, entry('program_584', 'program', null, 'Program (584)')],
  [127, entry('report_local_address', 'identify', null, 'Report local address')],
]);

/** The function of that code (without the exception bit); unknown ones are named by their number. */
export function functionOf(code: number): ModbusFunction {
  return FUNCTIONS.get(code) ?? entry(`function_${code}`, null, null, `Function ${code}`);
}

const EXCEPTIONS = new Map<number, string>([
  [1, 'illegal function'],
  [2, 'illegal data address'],
  [3, 'illegal data value'],
  [4, 'server device failure'],
  [5, 'acknowledge'],
  [6, 'server device busy'],
  [7, 'negative acknowledge'],
  [8, 'memory parity error'],
  [10, 'gateway path unavailable'],
  [11, 'gateway target did not respond'],
]);

export function exceptionName(code: number): string {
  return EXCEPTIONS.get(code) ?? 'unknown exception';
}

const DIAGNOSTICS = new Map<number, string>([
  [0, 'return query data'],
  [1, 'restart communications'],
  [2, 'return diagnostic register'],
  [3, 'change ASCII delimiter'],
  [4, 'force listen-only mode'],
  [10, 'clear counters'],
  [11, 'return bus message count'],
  [12, 'return bus error count'],
  [13, 'return bus exception count'],
  [14, 'return server message count'],
  [15, 'return server no-response count'],
  [16, 'return server NAK count'],
  [17, 'return server busy count'],
  [18, 'return bus overrun count'],
  [20, 'clear overrun counter'],
  [21, 'get or clear statistics'],
]);

/** Sub-function of function 8 (§6.8). */
export function diagnosticName(code: number): string {
  return DIAGNOSTICS.get(code) ?? `sub-function ${code}`;
}
