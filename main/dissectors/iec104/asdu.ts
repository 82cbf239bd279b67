/** Application service data units of IEC 60870-5-101 §7.2–7.3 with the sizes of IEC 60870-5-104 §7.1. */
import type { Cursor } from '../cursor';
import { newRun, type OtOperation, type PointRun } from '../dissector';

/**
 * Code, elements and meaning of a type (101 §7.2.1, table 8–13). Elements: q1 single point, q2 double point, st step, b32 bit string, nva normalised, sva scaled, flt
 * short float, bcr counter, Q quality, T3/T7 time, c1/c2/c3 commands, s qualifier of a set point, p
 * qualifier of a parameter, x skipped byte. Files are read in `files.ts`.
 */
const TYPES: Readonly<Record<number, readonly [string, string, string]>> = {
  1: ['M_SP_NA_1', 'q1', 'Single-point information'],
  2: ['M_SP_TA_1', 'q1 T3', 'Single-point information'],
  3: ['M_DP_NA_1', 'q2', 'Double-point information'],
  4: ['M_DP_TA_1', 'q2 T3', 'Double-point information'],
  5: ['M_ST_NA_1', 'st Q', 'Step position'],
  6: ['M_ST_TA_1', 'st Q T3', 'Step position'],
  7: ['M_BO_NA_1', 'b32 Q', 'Bit string of 32 bits'],
  8: ['M_BO_TA_1', 'b32 Q T3', 'Bit string of 32 bits'],
  9: ['M_ME_NA_1', 'nva Q', 'Measured value (normalised)'],
  10: ['M_ME_TA_1', 'nva Q T3', 'Measured value (normalised)'],
  11: ['M_ME_NB_1', 'sva Q', 'Measured value (scaled)'],
  12: ['M_ME_TB_1', 'sva Q T3', 'Measured value (scaled)'],
  13: ['M_ME_NC_1', 'flt Q', 'Measured value (short float)'],
  14: ['M_ME_TC_1', 'flt Q T3', 'Measured value (short float)'],
  15: ['M_IT_NA_1', 'bcr', 'Integrated totals'],
  16: ['M_IT_TA_1', 'bcr T3', 'Integrated totals'],
  17: ['M_EP_TA_1', 'q2 x x T3', 'Event of protection equipment'],
  18: ['M_EP_TB_1', 'x x x x T3', 'Start events of protection equipment'],
  19: ['M_EP_TC_1', 'x x x x T3', 'Output circuits of protection equipment'],
  20: ['M_PS_NA_1', 'b32 Q', 'Packed single points with change detection'],
  21: ['M_ME_ND_1', 'nva', 'Measured value (normalised)'],
  30: ['M_SP_TB_1', 'q1 T7', 'Single-point information'],
  31: ['M_DP_TB_1', 'q2 T7', 'Double-point information'],
  32: ['M_ST_TB_1', 'st Q T7', 'Step position'],
  33: ['M_BO_TB_1', 'b32 Q T7', 'Bit string of 32 bits'],
  34: ['M_ME_TD_1', 'nva Q T7', 'Measured value (normalised)'],
  35: ['M_ME_TE_1', 'sva Q T7', 'Measured value (scaled)'],
  36: ['M_ME_TF_1', 'flt Q T7', 'Measured value (short float)'],
  37: ['M_IT_TB_1', 'bcr T7', 'Integrated totals'],
  38: ['M_EP_TD_1', 'q2 x x T7', 'Event of protection equipment'],
  39: ['M_EP_TE_1', 'x x x x T7', 'Start events of protection equipment'],
  40: ['M_EP_TF_1', 'x x x x T7', 'Output circuits of protection equipment'],
  45: ['C_SC_NA_1', 'c1', 'Single command'],
  46: ['C_DC_NA_1', 'c2', 'Double command'],
  47: ['C_RC_NA_1', 'c3', 'Regulating step command'],
  48: ['C_SE_NA_1', 'nva s', 'Set point (normalised)'],
  49: ['C_SE_NB_1', 'sva s', 'Set point (scaled)'],
  50: ['C_SE_NC_1', 'flt s', 'Set point (short float)'],
  51: ['C_BO_NA_1', 'b32', 'Bit string command'],
  58: ['C_SC_TA_1', 'c1 T7', 'Single command'],
  59: ['C_DC_TA_1', 'c2 T7', 'Double command'],
  60: ['C_RC_TA_1', 'c3 T7', 'Regulating step command'],
  61: ['C_SE_TA_1', 'nva s T7', 'Set point (normalised)'],
  62: ['C_SE_TB_1', 'sva s T7', 'Set point (scaled)'],
  63: ['C_SE_TC_1', 'flt s T7', 'Set point (short float)'],
  64: ['C_BO_TA_1', 'b32 T7', 'Bit string command'],
  70: ['M_EI_NA_1', 'x', 'End of initialisation'],
  100: ['C_IC_NA_1', 'u8', 'Interrogation'],
  101: ['C_CI_NA_1', 'u8', 'Counter interrogation'],
  102: ['C_RD_NA_1', '', 'Read command'],
  103: ['C_CS_NA_1', 'T7', 'Clock synchronisation'],
  104: ['C_TS_NA_1', 'x x', 'Test command'],
  105: ['C_RP_NA_1', 'u8', 'Reset process'],
  106: ['C_CD_NA_1', 'x x', 'Delay acquisition'],
  107: ['C_TS_TA_1', 'x x T7', 'Test command'],
  110: ['P_ME_NA_1', 'nva p', 'Parameter (normalised)'],
  111: ['P_ME_NB_1', 'sva p', 'Parameter (scaled)'],
  112: ['P_ME_NC_1', 'flt p', 'Parameter (short float)'],
  113: ['P_AC_NA_1', 'u8', 'Parameter activation'],
};

export interface Elements {
  readonly first: number | null;
  readonly runs: readonly PointRun[];
  /** What the first object's qualifier says besides. */
  readonly note: string;
  /** Time the first object states, in the station's own zone. */
  readonly stated: string | null;
  readonly isSelect: boolean;
  readonly isWhole: boolean;
}

/** `C_SC_NA_1`; `type_200` for one that the standard does not name. */
export function typeName(type: number): string {
  return TYPES[type]?.[0] ?? `type_${type}`;
}

/** `Single command`, for readers who do not know the codes. */
export function typeWords(type: number): string {
  return TYPES[type]?.[2] ?? `Type ${type}`;
}

const SINGLE = ['off', 'on'];
const DOUBLE_POINT = ['intermediate', 'off', 'on', 'indeterminate'];
const DOUBLE_COMMAND = ['not permitted', 'off', 'on', 'not permitted'];
const STEP_COMMAND = ['not permitted', 'lower', 'higher', 'not permitted'];
const FREEZES = ['read', 'freeze', 'freeze with reset', 'reset'];
const RESETS = ['', 'general', 'event buffer'];

/** A value as a line says it, by the words the standard has for it (101 §7.2.6); null where it has none. */
export function valueWords(type: number, value: number): string | null {
  const layout = TYPES[type]?.[1] ?? '';
  if (layout.startsWith('q1') || layout.startsWith('c1')) return SINGLE[value] ?? null;
  if (layout.startsWith('q2') && type < 17) return DOUBLE_POINT[value] ?? null;
  if (type === 31) return DOUBLE_POINT[value] ?? null;
  if (layout.startsWith('c2')) return DOUBLE_COMMAND[value] ?? null;
  if (layout.startsWith('c3')) return STEP_COMMAND[value] ?? null;
  if (type === 100) return groupWords(value, 20, 'station');
  if (type === 101) {
    const scope = (value & 63) === 5 ? 'general' : groupWords(value & 63, 0, null);
    return scope === null ? null : `${scope}, ${FREEZES[value >> 6]}`;
  }
  return type === 105 ? RESETS[value] || null : null;
}

function groupWords(value: number, base: number, all: string | null): string | null {
  if (value === base) return all;
  return value > base && value <= base + 16 ? `group ${value - base}` : null;
}

/** Actions of system commands and files (101 §7.3.4–7.3.6). */
const ACTIONS: Readonly<Record<number, readonly [string, OtOperation]>> = {
  70: ['end_of_initialisation', 'report'],
  100: ['interrogation', 'read'],
  101: ['counter_interrogation', 'read'],
  102: ['read', 'read'],
  103: ['clock_synchronisation', 'configure'],
  104: ['test', 'diagnose'],
  105: ['reset_process', 'control'],
  106: ['delay_acquisition', 'diagnose'],
  107: ['test', 'diagnose'],
};

export function actionOf(type: number): readonly [string, OtOperation] {
  const known = ACTIONS[type];
  if (known) return known;
  if (type < 45) return ['report', 'report'];
  if (type <= 47 || (type >= 58 && type <= 60)) return ['command', 'control'];
  if (type <= 51 || (type >= 61 && type <= 64)) return ['set_point', 'write'];
  if (type >= 110 && type <= 113) return ['parameter', 'configure'];
  return ['private_type', 'report'];
}

interface Element {
  value: number;
  quality: number;
  note: string;
  stated: string | null;
  isSelect: boolean;
}

/** The information objects; with SQ set one address begins a run of elements (101 §7.2.2.1). */
export function readElements(cursor: Cursor, type: number, count: number, isSequence: boolean): Elements {
  const layout = TYPES[type]?.[1] ?? '?';
  const parts = layout === '' ? [] : layout.split(' ');
  const runs: PointRun[] = [];
  let first: number | null = null;
  let next = 0;
  let stated: string | null = null;
  let isSelect = false;
  let note = '';
  const values: number[] = [];
  const qualities: (string | null)[] = [];
  for (let place = 0; place < count && cursor.left > 0; place++) {
    if (place === 0 || !isSequence) next = cursor.u16le() + cursor.u8() * 65536;
    first ??= next;
    if (layout === '?') {
      cursor.skip(cursor.left);
      break;
    }
    const element: Element = { value: Number.NaN, quality: 0, note: '', stated: null, isSelect: false };
    for (const part of parts) readPart(cursor, part, element);
    if (cursor.isShort) break;
    stated ??= element.stated;
    isSelect ||= element.isSelect;
    if (place === 0) note = element.note;
    if (Number.isNaN(element.value)) continue;
    const quality = qualityText(element.quality);
    if (isSequence) {
      values.push(element.value);
      qualities.push(quality);
    } else runs.push(runOf(next, [element.value], [quality]));
  }
  if (isSequence && values.length > 0) runs.push(runOf(first ?? 0, values, qualities));
  return { first, runs, note, stated, isSelect, isWhole: !cursor.isShort };
}

function runOf(address: number, values: readonly number[], qualities: readonly (string | null)[]): PointRun {
  const isGood = qualities.every((quality) => quality === null);
  return newRun('ioa', address, 1, values, undefined, isGood ? undefined : qualities);
}

/** Qualifier of command (§7.2.6.26) and kind of parameter (§7.2.6.24), as a line goes on with them. */
const PULSES: Readonly<Record<number, string>> = {
  1: ', short pulse',
  2: ', long pulse',
  3: ', persistent output',
};
const PARAMETERS: Readonly<Record<number, string>> = {
  1: ', threshold',
  2: ', smoothing factor',
  3: ', low limit',
  4: ', high limit',
};

function readPart(cursor: Cursor, part: string, element: Element): void {
  switch (part) {
    case 'q1':
    case 'q2': {
      const byte = cursor.u8();
      element.value = byte & (part === 'q1' ? 1 : 3);
      element.quality = byte & 0xf0;
      return;
    }
    case 'c1':
    case 'c2':
    case 'c3': {
      const byte = cursor.u8();
      element.value = byte & (part === 'c1' ? 1 : 3);
      element.isSelect = (byte & 0x80) !== 0;
      element.note = PULSES[(byte >> 2) & 31] ?? '';
      return;
    }
    case 'p': {
      const byte = cursor.u8();
      element.note = `${PARAMETERS[byte & 63] ?? ''}${(byte & 0x40) !== 0 ? ', local change' : ''}${(byte & 0x80) !== 0 ? ', not in operation' : ''}`;
      return;
    }
    case 's':
      element.isSelect = (cursor.u8() & 0x80) !== 0;
      return;
    case 'st': {
      const byte = cursor.u8() & 0x7f;
      element.value = byte > 63 ? byte - 128 : byte;
      return;
    }
    case 'b32':
      element.value = cursor.u32le();
      return;
    case 'nva':
      element.value = cursor.i16le() / 32768;
      return;
    case 'sva':
      element.value = cursor.i16le();
      return;
    case 'flt':
      element.value = cursor.f32(true);
      return;
    case 'bcr':
      element.value = cursor.i32le();
      element.quality = cursor.u8() & 0x80;
      return;
    case 'Q':
      element.quality = cursor.u8() & 0xf1;
      return;
    case 'u8':
      element.value = cursor.u8();
      return;
    case 'T3':
      cursor.skip(3);
      return;
    case 'T7':
      element.stated = readTime(cursor);
      return;
    default:
      cursor.skip(1);
  }
}

function qualityText(bits: number): string | null {
  const words: string[] = [];
  if ((bits & 0x80) !== 0) words.push('invalid');
  if ((bits & 0x40) !== 0) words.push('not topical');
  if ((bits & 0x20) !== 0) words.push('substituted');
  if ((bits & 0x10) !== 0) words.push('blocked');
  if ((bits & 0x01) !== 0) words.push('overflow');
  return words.length === 0 ? null : words.join(', ');
}

/** CP56Time2a (101 §7.2.6.18) as written: the station's wall time, in whatever zone it keeps. */
export function readTime(cursor: Cursor): string {
  const ms = cursor.u16le();
  const minute = cursor.u8();
  const hour = cursor.u8() & 31;
  const day = cursor.u8() & 31;
  const month = cursor.u8() & 15;
  const year = 2000 + (cursor.u8() & 127);
  const two = (number: number): string => String(number).padStart(2, '0');
  const seconds = (ms / 1000).toFixed(3).padStart(6, '0');
  const invalid = (minute & 0x80) !== 0 ? ' (invalid)' : '';
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute & 63)}:${seconds}${invalid}`;
}
