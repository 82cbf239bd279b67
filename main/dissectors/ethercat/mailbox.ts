/** EtherCAT mailbox (ETG.1000.4 §5.6, ETG.1000.6 §5.6): objects of CANopen and files, the rest by name. */
import type { Cursor } from '../cursor';
import { newRun, type OtOperation, type PointRun } from '../dissector';

const TYPES: Readonly<Record<number, string>> = {
  0: 'error',
  1: 'ads',
  2: 'ethernet',
  3: 'canopen',
  4: 'file',
  5: 'servo',
  15: 'vendor',
};
const FILE_STEPS = ['', 'read', 'write', 'data', 'acknowledge', 'error', 'busy'] as const;
const HEADER_BYTES = 6;

export interface Mailbox {
  readonly action: string;
  readonly operation: OtOperation;
  readonly object: string | null;
  readonly address: number | null;
  readonly exception: number | null;
  readonly file: string | null;
  readonly points: readonly PointRun[];
  readonly isResponse: boolean;
  readonly text: string;
}

const EMPTY = { object: null, address: null, exception: null, file: null, points: [], isResponse: false };

/*
 *   0        2         4          5                  6
 *   +--------+---------+----------+------------------+--------
 *   | length | address | priority | counter │ type   | body …       numbers little-endian
 *   +--------+---------+----------+------------------+--------
 */
/** The mailbox message in `data`, or null when the bytes are no such message. */
export function readMailbox(data: Cursor): Mailbox | null {
  if (data.left < HEADER_BYTES + 2) return null;
  const size = data.u16le();
  data.skip(3);
  const type = data.u8() & 15;
  const name = TYPES[type];
  if (size < 2 || size > data.left || name === undefined) return null;
  const body = data.part(size);
  if (type === 3) return canopen(body);
  if (type === 4) return file(body);
  return {
    ...EMPTY,
    action: `mailbox_${name}`,
    operation: 'diagnose',
    text: `mailbox ${name}, ${size} bytes`,
  };
}

/** Service in the upper four bits of the header; of SDOs the command, index and subindex (§5.6.2). */
function canopen(body: Cursor): Mailbox {
  const service = body.u16le() >>> 12;
  if (service !== 2 && service !== 3) {
    const action = service === 1 ? 'emergency' : service === 8 ? 'object_information' : `canopen_${service}`;
    const operation = service === 1 ? 'report' : service === 8 ? 'identify' : 'diagnose';
    return { ...EMPTY, action, operation, text: action.replaceAll('_', ' ') };
  }
  const command = body.u8();
  const kind = command >>> 5;
  const index = body.u16le();
  const subindex = body.u8();
  const object = `0x${index.toString(16).padStart(4, '0')}:${subindex}`;
  const isResponse = service === 3;
  if (kind === 4) {
    const code = body.u32le();
    const text = `object ${object} refused: abort 0x${code.toString(16).padStart(8, '0')}`;
    return {
      ...EMPTY,
      action: 'sdo_abort',
      operation: 'diagnose',
      object,
      address: index,
      exception: code,
      isResponse,
      text,
    };
  }
  const isWrite = isResponse ? kind === 3 || kind === 1 : kind === 1 || kind === 0;
  const hasValue = kind === (isResponse ? 2 : 1) && (command & 3) === 3 && body.left >= 4;
  const value = hasValue ? body.u32le() & (0xffffffff >>> (8 * ((command >> 2) & 3))) : Number.NaN;
  const number = value >>> 0;
  return {
    ...EMPTY,
    action: isWrite ? 'sdo_download' : 'sdo_upload',
    operation: isWrite ? 'write' : 'read',
    object,
    address: index,
    isResponse,
    points: hasValue ? [newRun(object, null, 0, [number])] : [],
    text: `${isWrite ? 'write' : 'read'} object ${object}${hasValue ? ` = ${number}` : ''}`,
  };
}

function file(body: Cursor): Mailbox {
  const step = body.u8();
  body.skip(1);
  const number = body.u32le();
  const name = step === 1 || step === 2 ? body.text(Math.min(128, body.left)) : '';
  const action = `file_${FILE_STEPS[step] ?? step}`.replace(/_$/, '');
  return {
    ...EMPTY,
    action,
    operation: step === 1 ? 'read' : 'program',
    file: name || null,
    exception: step === 5 ? number : null,
    isResponse: step >= 4,
    text: `file ${FILE_STEPS[step] ?? step}${name === '' ? '' : ` ${name}`}`,
  };
}
