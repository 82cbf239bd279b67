/** CIP messages: CIP Volume 1 §2-4 (message router), Appendix C (paths); Logix services of the Logix 5000 data access manual. */
import type { Cursor } from '../cursor';
import { newRun, type OtOperation, type PointRun } from '../dissector';
import { numberHex } from './names';

export const SERVICES: Readonly<Record<number, readonly [string, OtOperation]>> = {
  1: ['get_attributes_all', 'read'],
  2: ['set_attributes_all', 'write'],
  3: ['get_attribute_list', 'read'],
  4: ['set_attribute_list', 'write'],
  5: ['reset', 'control'],
  6: ['start', 'control'],
  7: ['stop', 'control'],
  8: ['create', 'configure'],
  9: ['delete', 'configure'],
  10: ['multiple_service_packet', 'diagnose'],
  13: ['apply_attributes', 'configure'],
  14: ['get_attribute_single', 'read'],
  16: ['set_attribute_single', 'write'],
  17: ['find_next_object_instance', 'read'],
  21: ['restore', 'program'],
  22: ['save', 'program'],
  23: ['no_operation', 'diagnose'],
  24: ['get_member', 'read'],
  25: ['set_member', 'write'],
  26: ['insert_member', 'configure'],
  27: ['remove_member', 'configure'],
  28: ['group_sync', 'diagnose'],
};

/** Services whose meaning belongs to a class; `*` for tags and classes of Logix controllers. */
const CLASS_SERVICES: Readonly<Record<string, readonly [string, OtOperation]>> = {
  '6.4e': ['forward_close', 'connect'],
  '6.52': ['unconnected_send', 'connect'],
  '6.54': ['forward_open', 'connect'],
  '6.5b': ['large_forward_open', 'connect'],
  '6.56': ['get_connection_data', 'diagnose'],
  '6.57': ['search_connection_data', 'diagnose'],
  '6.5a': ['get_connection_owner', 'diagnose'],
  '*.4b': ['execute_pccc', 'read'],
  '*.4c': ['read_tag', 'read'],
  '*.4d': ['write_tag', 'write'],
  '*.4e': ['read_modify_write_tag', 'write'],
  '*.4f': ['read_other_tag', 'read'],
  '*.50': ['write_other_tag', 'write'],
  '*.52': ['read_tag_fragmented', 'read'],
  '*.53': ['write_tag_fragmented', 'write'],
  '*.55': ['get_instance_attribute_list', 'read'],
  '37.4b': ['initiate_upload', 'program'],
  '37.4c': ['initiate_download', 'program'],
  '37.4d': ['initiate_partial_read', 'program'],
  '37.4e': ['initiate_partial_write', 'program'],
  '37.4f': ['upload_transfer', 'program'],
  '37.50': ['download_transfer', 'program'],
  '37.51': ['clear_file', 'program'],
  '6c.4c': ['read_template', 'read'],
  '68.': ['program_service', 'program'],
  '8e.': ['controller_service', 'control'],
};

export const CLASSES: Readonly<Record<number, string>> = {
  1: 'Identity',
  2: 'Message Router',
  3: 'DeviceNet',
  4: 'Assembly',
  5: 'Connection',
  6: 'Connection Manager',
  15: 'Parameter',
  55: 'File',
  67: 'Time Sync',
  100: 'User Memory',
  103: 'PCCC',
  104: 'Program',
  105: 'Map',
  106: 'Map Link',
  107: 'Symbol',
  108: 'Template',
  109: 'Data Table',
  110: 'Cable',
  112: 'Task',
  139: 'Wall Clock',
  142: 'Controller',
  172: 'Change Log',
  245: 'TCP/IP Interface',
  246: 'Ethernet Link',
};

/** General status codes (Volume 1, Appendix B-1). */
const STATUS: Readonly<Record<number, string>> = {
  1: 'connection failure',
  2: 'resource unavailable',
  3: 'invalid parameter value',
  4: 'path segment error',
  5: 'path destination unknown',
  6: 'partial transfer',
  7: 'connection lost',
  8: 'service not supported',
  9: 'invalid attribute value',
  10: 'attribute list error',
  11: 'already in requested state',
  12: 'object state conflict',
  14: 'attribute not settable',
  15: 'privilege violation',
  16: 'device state conflict',
  17: 'reply too large',
  19: 'not enough data',
  20: 'attribute not supported',
  21: 'too much data',
  22: 'object does not exist',
  30: 'embedded service error',
  255: 'extended error',
};

export function statusText(status: number): string {
  return STATUS[status] ?? `status 0x${status.toString(16)}`;
}

const SYMBOL = 0x6b;

export interface Path {
  readonly classId: number | null;
  readonly instance: number | null;
  readonly attribute: number | null;
  readonly tag: string;
  /** Connection points, there and back. */
  readonly points: readonly number[];
}

/*
 *   001 t t t f f | …   logical: type 0 class, 1 instance, 2 member, 3 connection point, 4 attribute; 8, 16, 32 bits
 *   0x91 | n | name     symbol, filled to an even length
 *   000 x p p p p | …   port
 */
export function readPath(cursor: Cursor): Path {
  let classId: number | null = null;
  let instance: number | null = null;
  let attribute: number | null = null;
  let tag = '';
  const points: number[] = [];
  while (cursor.left > 0 && !cursor.isShort) {
    const segment = cursor.u8();
    // The key of the device that is meant (Appendix C-1.4.5).
    if (segment === 0x34) cursor.skip(9);
    else if (segment === 0x91) {
      const size = cursor.u8();
      tag += (tag === '' ? '' : '.') + cursor.text(size);
      if (size % 2 === 1) cursor.skip(1);
    } else if (segment >> 5 === 1) {
      const type = (segment >> 2) & 7;
      const width = segment & 3;
      if (width > 0) cursor.skip(1);
      const value = width === 0 ? cursor.u8() : width === 1 ? cursor.u16le() : cursor.u32le();
      if (type === 0) classId = value;
      else if (type === 1) {
        instance = value;
        // The symbol of a program that was named before it.
        if (classId === SYMBOL && tag !== '') tag += `.${symbolText(value)}`;
      } else if (type === 2) tag += `[${value}]`;
      else if (type === 3) points.push(value);
      else if (type === 4) attribute = value;
    } else if (segment >> 5 === 0) {
      if ((segment & 15) === 15) cursor.skip(2);
      const extended = (segment & 16) !== 0 ? cursor.u8() : 0;
      cursor.skip(extended === 0 ? 1 : extended + (extended & 1));
    } else break;
  }
  return { classId, instance, attribute, tag, points };
}

export function serviceOf(code: number, path: Path): readonly [string, OtOperation] {
  const { classId } = path;
  const hex = code.toString(16).padStart(2, '0');
  const own = classId === null ? undefined : CLASS_SERVICES[`${classId.toString(16)}.${hex}`];
  if (own) return own;
  const common = SERVICES[code];
  if (common) return classId === 0x8e && code === 7 ? ['stop', 'control'] : common;
  const any = classId === null ? undefined : CLASS_SERVICES[`${classId.toString(16)}.`];
  const isTag = classId === null || classId === 0x6b || path.tag !== '' || code === 0x4b;
  return any ?? (isTag ? CLASS_SERVICES[`*.${hex}`] : undefined) ?? [`service_0x${hex}`, 'diagnose'];
}

/** Tags are told by name; an object, and an element of it, by class, instance and attribute. */
export function pathText({ classId, instance, attribute, tag }: Path): string {
  const isElement = tag.startsWith('[');
  if (classId === null || (tag !== '' && !isElement)) return tag;
  const name = CLASSES[classId] ?? `class ${numberHex(classId, 2)}`;
  const which = instance === null ? '' : ` instance ${instance}`;
  const object = classId === SYMBOL && instance !== null ? symbolText(instance) : `${name}${which}`;
  return `${object}${attribute === null ? '' : ` attribute ${attribute}`}${isElement ? ` ${tag}` : ''}`;
}

/** A tag by the number that stands for its name (1756-PM020, symbol instance addressing). */
function symbolText(instance: number): string {
  return `Symbol instance ${numberHex(instance, 4)}`;
}

/** Elementary types of tags (Volume 1, Appendix C-6.1). */
const TYPES: Readonly<Record<number, readonly [string, number]>> = {
  193: ['BOOL', 1],
  194: ['SINT', 1],
  195: ['INT', 2],
  196: ['DINT', 4],
  197: ['LINT', 8],
  198: ['USINT', 1],
  199: ['UINT', 2],
  200: ['UDINT', 4],
  202: ['REAL', 4],
  203: ['LREAL', 8],
  209: ['BYTE', 1],
  210: ['WORD', 2],
  211: ['DWORD', 4],
};

/** Values of one elementary type to the end of the cursor; none for structures. */
export function readValues(cursor: Cursor, type: number, object: string): PointRun | null {
  const [name, size] = TYPES[type] ?? ['', 0];
  if (size === 0) return null;
  const values: number[] = [];
  while (cursor.left >= size && values.length < 1024) values.push(readValue(cursor, name));
  return values.length === 0 ? null : newRun(object, null, 1, values);
}

function readValue(cursor: Cursor, name: string): number {
  switch (name) {
    case 'SINT':
      return (cursor.u8() << 24) >> 24;
    case 'INT':
      return cursor.i16le();
    case 'UINT':
    case 'WORD':
      return cursor.u16le();
    case 'DINT':
      return cursor.i32le();
    case 'UDINT':
    case 'DWORD':
      return cursor.u32le();
    case 'LINT': {
      const low = cursor.u32le();
      return cursor.i32le() * 4294967296 + low;
    }
    case 'REAL':
      return cursor.f32(true);
    case 'LREAL':
      return cursor.f64(true);
    default:
      return cursor.u8();
  }
}
