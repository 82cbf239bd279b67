/**
 * PCCC, what SLC 500, MicroLogix and PLC-5 controllers speak, inside CIP: Rockwell 1770-6.5.16 "DF1 protocol and command
 * set" chapter 7 (commands), chapter 13 (addresses), 1756-PM020 chapter 5 (inside CIP).
 */
import type { Cursor } from '../cursor';
import { newRun, type OtOperation, type PointRun } from '../dissector';
import type { Content } from './contents';

/** What a reply needs to know of its request. */
export interface PcccOpen {
  readonly action: string;
  readonly operation: OtOperation;
  readonly place: Place | null;
  /** Bytes that were asked for. */
  readonly size: number;
}

interface Place {
  /** Of the data table: `N7`. */
  readonly file: string;
  readonly element: number;
  readonly sub: number;
  readonly kind: number;
}

const NOTHING: Content = { detail: '', points: [] };

/** By command, then function: 1770-6.5.16, chapter 7. */
const FUNCTIONS: Readonly<Record<string, readonly [string, OtOperation]>> = {
  '0f.00': ['word_range_write', 'write'],
  '0f.01': ['word_range_read', 'read'],
  '0f.02': ['bit_write', 'write'],
  '0f.03': ['file_write', 'program'],
  '0f.04': ['file_read', 'program'],
  '0f.05': ['download_request', 'program'],
  '0f.06': ['upload', 'program'],
  '0f.07': ['shutdown', 'control'],
  '0f.08': ['physical_write', 'program'],
  '0f.09': ['physical_read', 'program'],
  '0f.0a': ['restart_request', 'control'],
  '0f.11': ['get_edit_resource', 'program'],
  '0f.12': ['return_edit_resource', 'program'],
  '0f.17': ['read_bytes_physical', 'program'],
  '0f.18': ['write_bytes_physical', 'program'],
  '0f.26': ['read_modify_write', 'write'],
  '0f.29': ['read_section_size', 'read'],
  '0f.3a': ['set_cpu_mode', 'control'],
  '0f.41': ['disable_forces', 'control'],
  '0f.50': ['download_all_request', 'program'],
  '0f.52': ['download_completed', 'program'],
  '0f.53': ['upload_all_request', 'program'],
  '0f.55': ['upload_completed', 'program'],
  '0f.57': ['initialize_memory', 'program'],
  '0f.67': ['typed_write', 'write'],
  '0f.68': ['typed_read', 'read'],
  '0f.79': ['read_modify_write', 'write'],
  '0f.80': ['change_mode', 'control'],
  '0f.81': ['open_file', 'program'],
  '0f.82': ['close_file', 'program'],
  '0f.8f': ['apply_port_configuration', 'configure'],
  '0f.a1': ['typed_logical_read', 'read'],
  '0f.a2': ['typed_logical_read', 'read'],
  '0f.a7': ['typed_file_read', 'program'],
  '0f.a9': ['typed_logical_write', 'write'],
  '0f.aa': ['typed_logical_write', 'write'],
  '0f.ab': ['typed_logical_masked_write', 'write'],
  '0f.af': ['typed_file_write', 'program'],
  '06.00': ['echo', 'diagnose'],
  '06.01': ['read_diagnostic_counters', 'diagnose'],
  '06.03': ['diagnostic_status', 'identify'],
  '06.07': ['reset_diagnostic_counters', 'diagnose'],
  '07.00': ['disable_outputs', 'control'],
  '07.01': ['enable_outputs', 'control'],
  '07.03': ['enable_scanning', 'control'],
  '07.04': ['enter_download_mode', 'program'],
  '07.05': ['exit_download_or_upload_mode', 'program'],
  '07.06': ['enter_upload_mode', 'program'],
};
/** Commands whose function has no number of its own. */
const WITHOUT_FUNCTION: Readonly<Record<number, readonly [string, OtOperation]>> = {
  0: ['protected_write', 'write'],
  1: ['unprotected_read', 'read'],
  2: ['protected_bit_write', 'write'],
  5: ['unprotected_bit_write', 'write'],
  8: ['unprotected_write', 'write'],
};

/** Files by their type (chapter 13): letter, bytes of an element's value. */
const FILES = new Map<number, readonly [letter: string, size: number]>([
  [0x82, ['O', 2]],
  [0x83, ['I', 2]],
  [0x84, ['S', 2]],
  [0x85, ['B', 2]],
  [0x86, ['T', 2]],
  [0x87, ['C', 2]],
  [0x88, ['R', 2]],
  [0x89, ['N', 2]],
  [0x8a, ['F', 4]],
  [0x8b, ['O', 2]],
  [0x8c, ['I', 2]],
  [0x8e, ['A', 2]],
  [0x8f, ['D', 2]],
]);

/** Modes of `change_mode` (SLC 500, MicroLogix). */
const MODES = new Map<number, string>([
  [1, 'program'],
  [6, 'run'],
  [7, 'test, continuous'],
  [8, 'test, single scan'],
  [9, 'test, single step'],
]);

const LOGICAL = new Set(['typed_logical_read', 'typed_logical_write', 'typed_logical_masked_write']);
const THREE_FIELDS = new Set([0xa2, 0xaa, 0xab]);
const FAILED = 0xf0;

function field(cursor: Cursor): number {
  const value = cursor.u8();
  return value === 0xff ? cursor.u16le() : value;
}

/*
 *   0        1       3        7         8        9              11         12
 *   +--------+-------+--------+---------+--------+--------------+----------+--------------------------------------
 *   | length | maker | serial | command | status | transaction  | function | size, file, type, element, sub, data …
 *   +--------+-------+--------+---------+--------+--------------+----------+--------------------------------------
 */
export function pcccRequest(data: Cursor): Content {
  const head = requester(data);
  if (head === null) return NOTHING;
  const { command, isShort } = head;
  if (isShort) return NOTHING;
  const own = WITHOUT_FUNCTION[command];
  const code = own === undefined ? data.u8() : 0;
  const key = `${command.toString(16).padStart(2, '0')}.${code.toString(16).padStart(2, '0')}`;
  const [name, operation] = own ?? FUNCTIONS[key] ?? [`command_${command}_function_${code}`, 'diagnose'];
  const action = `pccc_${name}`;
  const base = { ...NOTHING, action, operation };
  if (!LOGICAL.has(name)) {
    const detail = name === 'change_mode' && data.left > 0 ? `to ${modeText(data.u8())}` : '';
    return { ...base, detail, pccc: { action, operation, place: null, size: 0 } };
  }
  const size = data.u8();
  const place = readPlace(data, THREE_FIELDS.has(code));
  if (data.isShort) return base;
  if (name === 'typed_logical_masked_write') data.skip(2);
  const points = operation === 'write' ? valuesOf(place, data) : [];
  return {
    ...base,
    detail: `${placeText(place)}${operation === 'write' ? worth(points) : `, ${size} bytes`}`,
    points,
    object: place.file,
    address: place.element,
    quantity: size,
    pccc: { action, operation, place, size },
  };
}

export function pcccReply(data: Cursor, open: PcccOpen | null): Content {
  const head = requester(data);
  if (head === null || head.isShort) return NOTHING;
  const { status } = head;
  const extended = status === FAILED ? data.u8() : 0;
  const place = open?.place ?? null;
  const isRead = open?.operation === 'read' && status === 0;
  const points = isRead && place !== null ? valuesOf(place, data) : [];
  const where = place === null ? '' : placeText(place);
  const failure =
    extended === 0 ? `0x${status.toString(16)}` : `0x${status.toString(16)}, 0x${extended.toString(16)}`;
  return {
    detail: `${where}${worth(points)}${status === 0 ? '' : ` refused: PCCC status ${failure}`}`.trim(),
    points,
    ...(open === null ? {} : { action: open.action, operation: open.operation }),
    ...(place === null
      ? {}
      : { object: place.file, address: place.element, quantity: points[0]?.values.length ?? null }),
    exception: status === 0 ? null : status,
  };
}

/** Who asks, then command, status and transaction. */
function requester(data: Cursor): { command: number; status: number; isShort: boolean } | null {
  if (data.left < 5) return null;
  const size = data.u8();
  if (size < 1 || size - 1 > data.left) return null;
  data.skip(size - 1);
  const command = data.u8() & 0x0f;
  const status = data.u8();
  data.skip(2);
  return { command, status, isShort: data.isShort };
}

function readPlace(data: Cursor, hasSub: boolean): Place {
  const number = field(data);
  const kind = data.u8();
  const element = field(data);
  const sub = hasSub ? field(data) : 0;
  const [letter] = FILES.get(kind) ?? [`type 0x${kind.toString(16)} file `];
  return { file: `${letter}${number}`, element, sub, kind };
}

function placeText({ file, element, sub }: Place): string {
  return `${file}:${element}${sub === 0 ? '' : `.${sub}`}`;
}

function modeText(mode: number): string {
  return MODES.get(mode) ?? `mode ${mode}`;
}

/** Values of a file, from its element on. */
function valuesOf({ file, element, kind }: Place, data: Cursor): readonly PointRun[] {
  const size = FILES.get(kind)?.[1] ?? 0;
  if (size === 0) return [];
  const values: number[] = [];
  while (data.left >= size) values.push(size === 4 ? data.f32(true) : data.i16le());
  const finite = values.map((value) => (Number.isFinite(value) ? value : Number.NaN));
  return finite.length === 0 ? [] : [newRun(file, element, 1, finite)];
}

function worth([run]: readonly PointRun[]): string {
  if (run === undefined) return '';
  const shown = Array.from(run.values)
    .slice(0, 8)
    .map((value) => (Number.isNaN(value) ? 'no number' : String(Number(value.toPrecision(7)))));
  return ` = ${shown.join(', ')}${run.values.length > 8 ? ', …' : ''}`;
}
