/** Services of meters (ANSI C12.22-2008 §5.3, ANSI C12.18): names, verbs, tables. */
import type { Cursor } from '../cursor';
import type { OtOperation } from '../dissector';

export interface Service {
  readonly code: number;
  readonly action: string;
  readonly operation: OtOperation | null;
  readonly isResponse: boolean;
  readonly object: string | null;
  readonly address: number | null;
  readonly user: string | null;
  readonly text: string;
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
  const nothing = { code, object: null, address: null, user: null };
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
      text,
    };
  }
  if (code === 80) {
    cursor.skip(2);
    const user = cursor.text(Math.min(10, cursor.left));
    return { ...nothing, action, operation, isResponse: false, user: user || null, text: `logon ${user}` };
  }
  return { ...nothing, action, operation, isResponse: false, text: action.replaceAll('_', ' ') };
}
