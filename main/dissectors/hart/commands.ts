/** Universal and common-practice commands by what they do (HCF_SPEC-127, HCF_SPEC-151); even unnamed ones keep their number. */
import type { OtOperation } from '../dissector';

export const COMMANDS: Readonly<Record<number, readonly [string, OtOperation]>> = {
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
  33: ['read_device_variables', 'read'],
  34: ['write_damping', 'configure'],
  35: ['write_range_values', 'configure'],
  36: ['set_upper_range', 'configure'],
  37: ['set_lower_range', 'configure'],
  38: ['reset_configuration_changed', 'configure'],
  39: ['eeprom_control', 'configure'],
  40: ['enter_fixed_current_mode', 'control'],
  41: ['self_test', 'diagnose'],
  42: ['device_reset', 'control'],
  43: ['set_variable_zero', 'configure'],
  44: ['write_units', 'configure'],
  45: ['trim_loop_current_zero', 'configure'],
  46: ['trim_loop_current_gain', 'configure'],
  47: ['write_transfer_function', 'configure'],
  48: ['read_additional_status', 'diagnose'],
  49: ['write_transducer_serial_number', 'configure'],
  50: ['read_variable_assignments', 'read'],
  51: ['write_variable_assignments', 'configure'],
  52: ['set_device_variable_zero', 'configure'],
  53: ['write_device_variable_units', 'configure'],
  54: ['read_device_variable_information', 'read'],
  55: ['write_device_variable_damping', 'configure'],
  59: ['write_preambles', 'configure'],
  71: ['lock_device', 'control'],
  72: ['squawk', 'diagnose'],
  76: ['read_lock_state', 'read'],
  77: ['send_command_to_sub_device', 'control'],
  78: ['read_aggregated_commands', 'read'],
  79: ['write_device_variable', 'write'],
  89: ['set_real_time_clock', 'configure'],
  95: ['read_device_statistics', 'diagnose'],
  103: ['write_burst_period', 'configure'],
  104: ['write_burst_trigger', 'configure'],
  105: ['read_burst_configuration', 'read'],
  107: ['write_burst_variables', 'configure'],
  108: ['write_burst_command', 'configure'],
  109: ['burst_mode_control', 'control'],
};

/** Codes below 64 that warn, so that the command was carried out (HCF_SPEC-307). */
const WARNINGS = new Set([8, 14, 24, 25, 26, 27, 30, 31]);

/** Whether a response code, without a communication error, says that nothing was done. */
export function isRefusal(code: number): boolean {
  return code !== 0 && (code < 64 || code === 64) && !WARNINGS.has(code);
}

/** Bits of the device status, highest first (HCF_SPEC-99 §7.4.3). */
const STATUS = [
  'malfunction',
  'configuration changed',
  'cold start',
  'more status available',
  'loop current fixed',
  'loop current saturated',
  'other variable out of limits',
  'PV out of limits',
] as const;

export function statusWords(status: number): readonly string[] {
  return STATUS.filter((_, bit) => ((status >> (7 - bit)) & 1) === 1);
}
