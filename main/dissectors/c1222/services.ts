/** Services of meters (ANSI C12.22-2008 §5.3, ANSI C12.18): names, verbs, tables. */
import type { Cursor } from '../cursor';
import type { AssetFact, OtOperation } from '../dissector';
import { readElement, readIdentifier } from '../framing/ber';

export interface Service {
  readonly code: number;
  readonly action: string;
  readonly operation: OtOperation | null;
  readonly isResponse: boolean;
  readonly object: string | null;
  readonly address: number | null;
  readonly user: string | null;
  /** Bytes of a table that are asked for or moved, or seconds to wait. */
  readonly quantity: number | null;
  readonly text: string;
}

export interface Answer {
  readonly quantity: number | null;
  /** What it says beyond the verdict; empty when nothing. */
  readonly text: string;
  readonly facts: readonly AssetFact[];
}

const REQUESTS: Readonly<Record<number, readonly [string, OtOperation]>> = {
  32: ['identify', 'identify'],
  33: ['terminate', 'connect'],
  34: ['disconnect', 'connect'],
  36: ['deregister', 'configure'],
  37: ['resolve', 'identify'],
  38: ['trace', 'diagnose'],
  39: ['register', 'configure'],
  48: ['read_table', 'read'],
  62: ['read_default', 'read'],
  63: ['read_table_part', 'read'],
  64: ['write_table', 'write'],
  79: ['write_table_part', 'write'],
  80: ['logon', 'connect'],
  81: ['security', 'connect'],
  82: ['logoff', 'connect'],
  83: ['authenticate', 'connect'],
  96: ['negotiate', 'connect'],
  112: ['wait', 'connect'],
  113: ['timing_setup', 'configure'],
};

const RESPONSES = [
  'ok',
  'error',
  'service not supported',
  'insufficient security clearance',
  'operation not possible',
  'inappropriate action',
  'device busy',
  'data not ready',
  'data locked',
  'renegotiate',
  'invalid service sequence',
  'security mechanism error',
  'unknown application title',
  'network time-out',
  'network not reachable',
  'request too large',
  'response too large',
  'segmentation not possible',
  'segmentation error',
] as const;

export function responseWords(code: number): string {
  return RESPONSES[code] ?? `code ${code}`;
}

/** Standard tables below 2048, the maker's from there (ANSI C12.19 §6.2). */
function tableName(table: number): string {
  const number = table & 0x7ff;
  return (table & 0x0800) === 0 ? `ST${number}` : `MT${number}`;
}

/** One service, the cursor spanning it. Writing table 7 is how procedures are started (ANSI C12.19 §9.1.8). */
export function readService(cursor: Cursor): Service {
  const code = cursor.u8();
  const isIndexed = (code > 48 && code < 58) || (code > 64 && code < 74);
  const plain = isIndexed ? (code > 64 ? 79 : 63) : code > 96 && code < 108 ? 96 : code;
  const nothing = { code, object: null, address: null, user: null, quantity: null };
  if (code < 32) {
    const text = responseWords(code);
    return { ...nothing, action: 'response', operation: null, isResponse: true, text };
  }
  const [action, operation] = REQUESTS[plain] ?? [`service_${code}`, 'diagnose'];
  const isTable = plain === 48 || plain === 63 || plain === 64 || plain === 79;
  if (isTable) {
    const table = cursor.u16();
    const object = tableName(table);
    const isProcedure = (plain === 64 || plain === 79) && table === 7;
    const text = `${isProcedure ? 'start procedure' : action.replaceAll('_', ' ')} ${object}`;
    return {
      ...nothing,
      action: isProcedure ? 'start_procedure' : action,
      operation: isProcedure ? 'control' : operation,
      isResponse: false,
      object,
      address: table,
      quantity: readCount(cursor, plain, code),
      text,
    };
  }
  if (code === 37) {
    const title = universal(cursor);
    return { ...nothing, action, operation, isResponse: false, object: title, text: `resolve ${title}` };
  }
  if (code === 112) {
    const quantity = cursor.u8();
    const text = `wait ${quantity} s`;
    return { ...nothing, action, operation, isResponse: false, quantity, text };
  }
  if (code === 80) {
    cursor.skip(2);
    const user = cursor.text(Math.min(10, cursor.left));
    return { ...nothing, action, operation, isResponse: false, user: user || null, text: `logon ${user}` };
  }
  return { ...nothing, action, operation, isResponse: false, text: action.replaceAll('_', ' ') };
}

/** Bytes that a part read by offset asks for, or that a write brings (ANSI C12.18 §4.2.2.3, §4.2.2.4). */
function readCount(cursor: Cursor, plain: number, code: number): number | null {
  if (plain === 63 && code === 63) cursor.skip(3);
  else if (plain === 79 && code === 79) cursor.skip(3);
  else if (plain !== 64) return null;
  return cursor.left < 2 ? null : cursor.u16();
}

/** A title by its full identifier (tag 6), or below the network's own (tag 13): `.123.4` (ISO/IEC 8825-1 §8.19, §8.20). */
export function universal(cursor: Cursor): string {
  const { tag, body } = readElement(cursor);
  return tag === 6 ? readIdentifier(body) : `.${readArcs(body).join('.')}`;
}

export function readArcs(body: Cursor): readonly number[] {
  const arcs: number[] = [];
  while (body.left > 0 && arcs.length < 16) {
    let arc = 0;
    let byte = 0x80;
    while (byte > 127 && body.left > 0) {
      byte = body.u8();
      arc = arc * 128 + (byte & 127);
    }
    arcs.push(arc);
  }
  return arcs;
}

const STANDARDS: Readonly<Record<number, string>> = { 0: 'ANSI C12.18', 2: 'ANSI C12.21', 3: 'ANSI C12.22' };
const NO_ANSWER: Answer = { quantity: null, text: '', facts: [] };

/** What an accepted request brings back, the cursor behind the verdict. */
export function readAnswer(cursor: Cursor, request: number): Answer {
  if (cursor.left === 0) return NO_ANSWER;
  if (request === 32) return readIdentity(cursor);
  if (request === 37) {
    const address = cursor.text(cursor.u8());
    return { ...NO_ANSWER, text: `at ${address}` };
  }
  const isRead = request === 48 || (request > 48 && request < 64);
  return isRead ? { ...NO_ANSWER, quantity: cursor.u16() } : NO_ANSWER;
}

/*
 *   +----------+---------+----------+-- features: 04 mechanism, 05 sessions, 06 class, 07 identity … --+----+
 *   | standard | version | revision |                                                                 | 00 |
 *   +----------+---------+----------+-----------------------------------------------------------------+----+
 */
function readIdentity(cursor: Cursor): Answer {
  const number = cursor.u8();
  const standard = STANDARDS[number] ?? `standard ${number}`;
  const said = [`${standard} ${cursor.u8()}.${cursor.u8()}`];
  const facts: AssetFact[] = [];
  while (cursor.left > 0 && said.length < 8) {
    const feature = cursor.u8();
    if (feature === 4) said.push(`security mechanism ${universal(cursor)}`);
    else if (feature === 5) cursor.skip(1);
    else if (feature === 6) {
      const model = universal(cursor);
      said.push(`class ${model}`);
      facts.push({ of: 'sender', fact: 'model', value: `device class ${model}` });
    } else if (feature === 7) {
      const identity = cursor.part(cursor.u8());
      said.push(`identity form ${identity.u8()} ${identity.hex(Math.min(32, identity.left))}`);
    } else break;
  }
  return { quantity: null, text: said.join(', '), facts };
}
