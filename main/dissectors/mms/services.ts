/** Names and verbs of the MMS services, and words of its errors (ISO 9506-2 §7.4 to §7.6, §14.3). */
import type { OtOperation } from '../dissector';

const SERVICES: ReadonlyArray<readonly [string, OtOperation]> = [
  ['status', 'diagnose'],
  ['get_name_list', 'identify'],
  ['identify', 'identify'],
  ['rename', 'configure'],
  ['read', 'read'],
  ['write', 'write'],
  ['get_variable_access_attributes', 'identify'],
  ['define_named_variable', 'configure'],
  ['define_scattered_access', 'configure'],
  ['get_scattered_access_attributes', 'identify'],
  ['delete_variable_access', 'configure'],
  ['define_named_variable_list', 'configure'],
  ['get_named_variable_list_attributes', 'identify'],
  ['delete_named_variable_list', 'configure'],
  ['define_named_type', 'configure'],
  ['get_named_type_attributes', 'identify'],
  ['delete_named_type', 'configure'],
  ['input', 'read'],
  ['output', 'write'],
  ['take_control', 'control'],
  ['relinquish_control', 'control'],
  ['define_semaphore', 'configure'],
  ['delete_semaphore', 'configure'],
  ['report_semaphore_status', 'diagnose'],
  ['report_pool_semaphore_status', 'diagnose'],
  ['report_semaphore_entry_status', 'diagnose'],
  ['initiate_download_sequence', 'program'],
  ['download_segment', 'program'],
  ['terminate_download_sequence', 'program'],
  ['initiate_upload_sequence', 'program'],
  ['upload_segment', 'program'],
  ['terminate_upload_sequence', 'program'],
  ['request_domain_download', 'program'],
  ['request_domain_upload', 'program'],
  ['load_domain_content', 'program'],
  ['store_domain_content', 'program'],
  ['delete_domain', 'program'],
  ['get_domain_attributes', 'identify'],
  ['create_program_invocation', 'program'],
  ['delete_program_invocation', 'program'],
  ['start', 'control'],
  ['stop', 'control'],
  ['resume', 'control'],
  ['reset', 'control'],
  ['kill', 'control'],
  ['get_program_invocation_attributes', 'identify'],
  ['obtain_file', 'program'],
  ['define_event_condition', 'configure'],
  ['delete_event_condition', 'configure'],
  ['get_event_condition_attributes', 'identify'],
  ['report_event_condition_status', 'diagnose'],
  ['alter_event_condition_monitoring', 'configure'],
  ['trigger_event', 'control'],
  ['define_event_action', 'configure'],
  ['delete_event_action', 'configure'],
  ['get_event_action_attributes', 'identify'],
  ['report_event_action_status', 'diagnose'],
  ['define_event_enrollment', 'configure'],
  ['delete_event_enrollment', 'configure'],
  ['alter_event_enrollment', 'configure'],
  ['report_event_enrollment_status', 'diagnose'],
  ['get_event_enrollment_attributes', 'identify'],
  ['acknowledge_event_notification', 'control'],
  ['get_alarm_summary', 'read'],
  ['get_alarm_enrollment_summary', 'read'],
  ['read_journal', 'read'],
  ['write_journal', 'write'],
  ['initialize_journal', 'configure'],
  ['report_journal_status', 'diagnose'],
  ['create_journal', 'configure'],
  ['delete_journal', 'configure'],
  ['get_capability_list', 'identify'],
  ['file_open', 'read'],
  ['file_read', 'read'],
  ['file_close', 'read'],
  ['file_rename', 'write'],
  ['file_delete', 'write'],
  ['file_directory', 'read'],
];

export const SERVICE = {
  status: 0,
  getNameList: 1,
  identify: 2,
  read: 4,
  write: 5,
  getVariableAccessAttributes: 6,
  getNamedVariableListAttributes: 12,
  obtainFile: 46,
  fileOpen: 72,
  fileRead: 73,
  fileClose: 74,
  fileRename: 75,
  fileDelete: 76,
  fileDirectory: 77,
} as const;

/** Name and verb of a confirmed service by its tag. */
export function serviceOf(number: number): readonly [string, OtOperation] {
  return SERVICES[number] ?? [`service_${number}`, 'diagnose'];
}

/**
 * What a write amounts to, by the functional constraint in an IEC 61850 name (IEC 61850-8-1 §7.3.4): `CO` operates,
 * settings and control blocks configure.
 */
export function writeVerb(names: readonly string[]): OtOperation {
  const constraints = names.map((name) => name.split('$')[1] ?? '');
  if (constraints.includes('CO')) return 'control';
  const isSetting = (text: string): boolean =>
    ['CF', 'SP', 'SE', 'SG', 'BR', 'RP', 'GO', 'GS', 'MS', 'US', 'LG'].includes(text);
  return constraints.some(isSetting) ? 'configure' : 'write';
}

const ACCESS_ERRORS = [
  'object invalidated',
  'hardware fault',
  'temporarily unavailable',
  'access denied',
  'object undefined',
  'invalid address',
  'type unsupported',
  'type inconsistent',
  'attribute inconsistent',
  'access unsupported',
  'object does not exist',
  'object value invalid',
] as const;

/** DataAccessError (§14.4.3.1). */
export function accessError(code: number): string {
  return ACCESS_ERRORS[code] ?? `error ${code}`;
}

const ERROR_CLASSES = [
  'VMD state',
  'application reference',
  'definition',
  'resource',
  'service',
  'service preempt',
  'time resolution',
  'access',
  'initiate',
  'conclude',
  'cancel',
  'file',
  'others',
] as const;

const WORDS: Readonly<Record<number, readonly string[]>> = {
  2: [
    'other',
    'object undefined',
    'invalid address',
    'type unsupported',
    'type inconsistent',
    'object exists',
    'object attribute inconsistent',
  ],
  4: [
    'other',
    'primitives out of sequence',
    'object state conflict',
    'PDU size',
    'continuation invalid',
    'constraint conflict',
  ],
  7: ['other', 'access unsupported', 'access does not exist', 'access denied', 'invalidated'],
  11: [
    'other',
    'file name ambiguous',
    'file busy',
    'file name syntax error',
    'content type invalid',
    'position invalid',
    'file access denied',
    'file does not exist',
    'duplicate file name',
    'insufficient space',
  ],
};

/** `access: access denied` (ServiceError, §7.6.3). */
export function serviceError(errorClass: number, code: number): string {
  const name = ERROR_CLASSES[errorClass] ?? `class ${errorClass}`;
  return `${name}: ${WORDS[errorClass]?.[code] ?? `code ${code}`}`;
}
