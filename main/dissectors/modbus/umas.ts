/**
 * UMAS, what Schneider's programming tools say to Modicon controllers inside Modbus function 90: by function. Schneider
 * publishes no description; numbers follow public research (Kaspersky ICS CERT 2022, "The secrets of Schneider
 * Electric's UMAS protocol").
 */
import type { Cursor } from '../cursor';
import type { AssetFact, OtOperation } from '../dissector';
import type { Body } from './body';
import type { ModbusFunction } from './functions';

export const UMAS = 90;
const REFUSED = 0xfd;

export const UMAS_BODY: Body = {
  object: null,
  address: null,
  quantity: null,
  points: [],
  detail: '',
  file: null,
  spans: [],
  operation: null,
  words: null,
};

const FUNCTIONS: Readonly<Record<number, readonly [string, OtOperation]>> = {
  1: ['init_communication', 'connect'],
  2: ['read_id', 'identify'],
  3: ['read_project_information', 'identify'],
  4: ['read_plc_information', 'diagnose'],
  6: ['read_card_information', 'diagnose'],
  10: ['repeat', 'diagnose'],
  16: ['take_reservation', 'connect'],
  17: ['release_reservation', 'connect'],
  18: ['keep_alive', 'connect'],
  32: ['read_memory_block', 'read'],
  34: ['read_variables', 'read'],
  35: ['write_variables', 'write'],
  36: ['read_coils_registers', 'read'],
  37: ['write_coils_registers', 'write'],
  48: ['initialize_upload', 'program'],
  49: ['upload_block', 'program'],
  50: ['end_upload', 'program'],
  51: ['initialize_download', 'program'],
  52: ['download_block', 'program'],
  53: ['end_download', 'program'],
  57: ['read_ethernet_master', 'read'],
  64: ['start_plc', 'control'],
  65: ['stop_plc', 'control'],
  80: ['monitor_plc', 'read'],
  88: ['check_plc', 'diagnose'],
  112: ['read_io_object', 'read'],
  113: ['write_io_object', 'write'],
  115: ['get_module_status', 'diagnose'],
};

/** The function behind the reservation's key; both are one byte. */
export function umasFunction(cursor: Cursor): ModbusFunction {
  cursor.skip(1);
  const code = cursor.u8();
  const [name, operation] = FUNCTIONS[code] ?? [`function_${code}`, 'diagnose'];
  return {
    action: `umas_${name}`,
    operation,
    object: null,
    words: `UMAS ${name.replaceAll('_', ' ')}`,
  };
}

/** The controller's model, as the answer to `read_id` gives it: the first text that stands behind its length. */
export function umasFacts(cursor: Cursor): readonly AssetFact[] {
  const { bytes, end } = cursor;
  for (let at = cursor.at; at + 5 < end; at++) {
    const size = bytes[at] ?? 0;
    if (size < 4 || size > 32 || at + 1 + size > end) continue;
    const text = bytes.subarray(at + 1, at + 1 + size);
    if (!text.every((byte) => byte >= 0x20 && byte < 0x7f)) continue;
    return [
      { of: 'sender', fact: 'vendor', value: 'Schneider Electric' },
      { of: 'sender', fact: 'model', value: String.fromCharCode(...text).trim() },
    ];
  }
  return [];
}

/** Error of a refusal, null when it was done. */
export function umasRefusal(cursor: Cursor): number | null {
  cursor.skip(1);
  return cursor.u8() === REFUSED ? cursor.u8() : null;
}
