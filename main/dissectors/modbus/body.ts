/** The data of a Modbus message after its function code, request or response (V1.1b3 §6.1 to §6.21). */
import type { Cursor } from '../cursor';
import { type AssetFact, type AssetFactKind, newRun, type OtOperation, type PointRun } from '../dissector';
import { diagnosticName, functionOf } from './functions';

/** Registers that an answer brings. */
export interface Span {
  readonly file: number | null;
  readonly address: number;
  readonly quantity: number;
}

export interface Body {
  readonly object: string | null;
  readonly address: number | null;
  readonly quantity: number | null;
  readonly points: readonly PointRun[];
  /** Follows the target in the message line: ` = 1`. */
  readonly detail: string;
  readonly file: string | null;
  /** What the answer is about where that is not the place itself; none: the place. */
  readonly spans: readonly Span[];
  /** Where the function alone does not tell what is done, and how a line begins; else null. */
  readonly operation: OtOperation | null;
  readonly words: string | null;
  /** What a device says of itself. */
  readonly facts?: readonly AssetFact[] | undefined;
}

/** Values shown in a message line. */
const SHOWN = 8;

/** `asked` is the request's body when this is a response and its request was captured. */
export function readBody(code: number, cursor: Cursor, asked: Body | null, isRequest: boolean): Body {
  switch (code) {
    case 1:
    case 2:
      return isRequest ? span(code, cursor) : readBits(code, cursor, asked);
    case 3:
    case 4:
      return isRequest ? span(code, cursor) : readRegisters(code, cursor, asked);
    case 5:
    case 6:
      return writeOne(code, cursor);
    case 8:
      return diagnostics(cursor);
    case 15:
    case 16:
      return isRequest ? writeMany(code, cursor) : span(code, cursor);
    case 20:
    case 21:
      return fileRecords(code, cursor, asked, isRequest);
    case 22:
      return maskWrite(cursor);
    case 23:
      return isRequest ? readWriteRequest(cursor) : readWriteResponse(cursor, asked);
    case 24:
      return isRequest ? fifoRequest(cursor) : fifoResponse(cursor, asked);
    case 43:
      return encapsulated(cursor, isRequest);
    default:
      return other(code, cursor, isRequest);
  }
}

function bodyOf(code: number, part: Partial<Body>): Body {
  const { object, address, quantity, points, detail, file, spans, operation, words, facts } = part;
  return {
    object: object ?? functionOf(code).object,
    address: address ?? null,
    quantity: quantity ?? null,
    points: points ?? [],
    detail: detail ?? '',
    file: file ?? null,
    spans: spans ?? NO_SPANS,
    operation: operation ?? null,
    words: words ?? null,
    facts,
  };
}

const NO_SPANS: readonly Span[] = [];

function span(code: number, cursor: Cursor): Body {
  return bodyOf(code, { address: cursor.u16(), quantity: cursor.u16() });
}

/** Coil states fill bytes from the lowest bit (§6.1); without the request the last byte's spare bits show too. */
function readBits(code: number, cursor: Cursor, asked: Body | null): Body {
  const data = cursor.part(cursor.u8());
  const quantity = Math.min(asked?.quantity ?? data.left * 8, data.left * 8);
  return withValues(code, bits(data, quantity), asked?.address ?? null);
}

function readRegisters(code: number, cursor: Cursor, asked: Body | null): Body {
  const data = cursor.part(cursor.u8());
  return withValues(code, registers(data, data.left >> 1), asked?.address ?? null);
}

function withValues(code: number, values: ArrayLike<number>, address: number | null): Body {
  const { object } = functionOf(code);
  return bodyOf(code, {
    address,
    quantity: values.length,
    points: values.length === 0 ? [] : [newRun(object, address, 1, values)],
    detail: values.length === 0 ? '' : ` = ${shown(values)}`,
  });
}

const ON = 0xff00;

/** Of a coil 0xff00 is on, 0 is off, and anything else illegal (§6.5). */
function writeOne(code: number, cursor: Cursor): Body {
  const address = cursor.u16();
  const raw = cursor.u16();
  const value = code === 5 && raw === ON ? 1 : raw;
  if (code === 5 && raw !== ON && raw !== 0) {
    const detail = ` with the illegal value 0x${raw.toString(16).padStart(4, '0')}`;
    return bodyOf(code, { address, quantity: 1, detail });
  }
  return withValues(code, cursor.isShort ? [] : [value], address);
}

function writeMany(code: number, cursor: Cursor): Body {
  const address = cursor.u16();
  const quantity = cursor.u16();
  const data = cursor.part(cursor.u8());
  const values =
    code === 15
      ? bits(data, Math.min(quantity, data.left * 8))
      : registers(data, Math.min(quantity, data.left >> 1));
  return { ...withValues(code, values, address), quantity };
}

/** What is written is what counts; what is read comes with the answer (§6.17). */
function readWriteRequest(cursor: Cursor): Body {
  const read: Span = { file: null, address: cursor.u16(), quantity: cursor.u16() };
  const written = writeMany(23, cursor);
  return { ...written, spans: [read], detail: `${written.detail}, read ${spanText(read)}` };
}

function readWriteResponse(cursor: Cursor, asked: Body | null): Body {
  const data = cursor.part(cursor.u8());
  const read = withValues(23, registers(data, data.left >> 1), asked?.spans[0]?.address ?? null);
  return { ...read, operation: 'read', words: 'Read', detail: `${read.detail} after a write` };
}

function spanText({ address, quantity }: Span): string {
  if (quantity === 0) return `none from ${address}`;
  return quantity === 1 ? String(address) : `${address}–${address + quantity - 1}`;
}

function maskWrite(cursor: Cursor): Body {
  const address = cursor.u16();
  const and = cursor.hex(2);
  const or = cursor.hex(2);
  return bodyOf(22, { address, quantity: 1, detail: ` with AND 0x${and} OR 0x${or}` });
}

/** After these a device talks no more, or begins anew (§6.8): restart communications, force listen only. */
const CONTROLLING = new Set([1, 4]);

function diagnostics(cursor: Cursor): Body {
  const code = cursor.u16();
  const data = cursor.left > 0 ? ` 0x${cursor.hex(Math.min(cursor.left, 16))}` : '';
  const operation = CONTROLLING.has(code) ? 'control' : null;
  return bodyOf(8, { quantity: null, operation, detail: `: ${diagnosticName(code)}${data}` });
}

const MAX_GROUPS = 35;

/**
 * Groups of a read's request: reference type 6, file, record, count of registers; of a write the values behind them; of
 * a read's answer only a count of bytes, the type and the values (§6.14, §6.15).
 */
function fileRecords(code: number, cursor: Cursor, asked: Body | null, isRequest: boolean): Body {
  const data = cursor.part(cursor.u8());
  const spans: Span[] = [];
  const points: PointRun[] = [];
  const parts: string[] = [];
  const isAnswer = code === 20 && !isRequest;
  while (data.left > 0 && parts.length < MAX_GROUPS) {
    const count = isAnswer ? data.u8() >> 1 : 0;
    data.skip(1);
    const span = isAnswer
      ? (asked?.spans[parts.length] ?? null)
      : { file: data.u16(), address: data.u16(), quantity: data.u16() };
    if (span !== null) spans.push(span);
    const where = span === null ? '' : `${spanText(span)} of file ${span.file}`;
    if (code === 20 && isRequest) {
      parts.push(where);
      continue;
    }
    const wanted = isAnswer ? count : (span?.quantity ?? 0);
    const values = registers(data, Math.min(wanted, data.left >> 1));
    if (values.length < wanted) cursor.isShort = true;
    const object = span === null ? 'file_record' : `file ${span.file} record`;
    if (values.length > 0) points.push(newRun(object, span?.address ?? null, 1, values));
    parts.push(`${where} = ${shown(values)}`.trim());
  }
  if (data.isShort) cursor.isShort = true;
  const [first] = spans;
  return bodyOf(code, {
    address: first?.address ?? null,
    quantity: first === undefined ? null : spans.reduce((sum, { quantity }) => sum + quantity, 0),
    file: spans.length === 0 ? null : [...new Set(spans.map(({ file }) => file))].join(', '),
    spans,
    points,
    detail: ` ${parts.join('; ')}`,
  });
}

function fifoRequest(cursor: Cursor): Body {
  const address = cursor.u16();
  return bodyOf(24, { address, detail: ` ${address}` });
}

function fifoResponse(cursor: Cursor, asked: Body | null): Body {
  cursor.skip(2);
  const count = cursor.u16();
  const values = registers(cursor, Math.min(count, cursor.left >> 1));
  const body = withValues(24, values, asked?.address ?? null);
  const points = body.points.map(({ object, address }) => newRun(object, address, 0, values));
  return { ...body, points };
}

const DEVICE_IDENTIFICATION = 14;
/** Facts by the object's number (§6.21, table of the device's objects). */
const OBJECT_FACTS: readonly (AssetFactKind | null)[] = [
  'vendor',
  'model',
  'firmware',
  null,
  'type',
  'model',
  'name',
];
const OBJECT_NAMES = ['vendor', 'product code', 'revision', 'vendor URL', 'product', 'model', 'application'];

/** Device identification (§6.21); other interface types are shown as bytes. */
function encapsulated(cursor: Cursor, isRequest: boolean): Body {
  const type = cursor.u8();
  if (type !== DEVICE_IDENTIFICATION) return bodyOf(43, { detail: ` ${type}: ${cursor.left} bytes` });
  const object = 'device_identification';
  cursor.skip(1);
  if (isRequest) return bodyOf(43, { object, address: cursor.u8(), detail: ': read device identification' });
  cursor.skip(3);
  const count = cursor.u8();
  const pairs: string[] = [];
  const facts: AssetFact[] = [];
  for (let index = 0; index < count && cursor.left >= 2; index++) {
    const id = cursor.u8();
    const value = cursor.text(cursor.u8());
    pairs.push(`${OBJECT_NAMES[id] ?? `object ${id}`} ${value}`);
    const fact = OBJECT_FACTS[id] ?? null;
    if (fact !== null) facts.push({ of: 'sender', fact, value });
  }
  const detail = `: device identification: ${pairs.join(', ')}`;
  return bodyOf(43, { object, quantity: count, detail, facts });
}

function other(code: number, cursor: Cursor, isRequest: boolean): Body {
  if (code === 7 && !isRequest) return bodyOf(7, { detail: ` = 0x${cursor.hex(1)}` });
  if (code === 17 && !isRequest) {
    const data = cursor.part(cursor.u8());
    return bodyOf(17, { detail: `: ${data.text(data.left)}` });
  }
  const size = cursor.left;
  return bodyOf(code, { detail: size > 0 ? `: ${size} bytes 0x${cursor.hex(Math.min(size, 16))}` : '' });
}

function registers(cursor: Cursor, count: number): Uint16Array {
  const values = new Uint16Array(count);
  for (let index = 0; index < count; index++) values[index] = cursor.u16();
  return values;
}

function bits(cursor: Cursor, count: number): Uint8Array {
  const values = new Uint8Array(count);
  for (let index = 0; index < count; index++) values[index] = (cursor.peek(index >> 3) >> (index & 7)) & 1;
  return values;
}

function shown(values: ArrayLike<number>): string {
  let text = '';
  for (let index = 0; index < values.length && index < SHOWN; index++)
    text += (index === 0 ? '' : ', ') + values[index];
  return values.length > SHOWN ? `${text}, …` : text;
}
