/** File ASDUs of IEC 60870-5-101 §7.3.6 (types 120 to 127): what is asked, told or acknowledged of which file. */
import type { Cursor } from '../cursor';
import type { OtMessage, OtOperation } from '../dissector';
import { readTime } from './asdu';

export interface FileTold {
  readonly code: string;
  readonly action: string;
  readonly operation: OtOperation;
  readonly address: number;
  readonly file: string;
  /** What the line begins with. */
  readonly words: string;
  /** `request` asks or offers, `response` answers or delivers; either is an exception where it refuses. */
  readonly kind: OtMessage;
  /** Code of the failure that the qualifier tells; null where none. */
  readonly failure: number | null;
}

export function isFileType(type: number): boolean {
  return type >= 120 && type <= 127;
}

const CODES = [
  'F_FR_NA_1',
  'F_SR_NA_1',
  'F_SC_NA_1',
  'F_LS_NA_1',
  'F_AF_NA_1',
  'F_SG_NA_1',
  'F_DR_TA_1',
  'F_SC_NB_1',
] as const;

/** Select and call qualifier, low four bits (§7.2.6.30). */
const CALLS = [
  ['call_directory', 'Call directory'],
  ['select_file', 'Select'],
  ['request_file', 'Request'],
  ['deactivate_file', 'Deactivate'],
  ['delete_file', 'Delete'],
  ['select_section', 'Select'],
  ['request_section', 'Request'],
  ['deactivate_section', 'Deactivate'],
] as const;
/** High four bits of it and of the acknowledgement (§7.2.6.32). */
const FAILURES = [
  '',
  'memory space not available',
  'checksum failed',
  'unexpected service',
  'unexpected name of file',
  'unexpected name of section',
] as const;
/** Last section or segment qualifier (§7.2.6.31). */
const ENDS = [
  '',
  'file transfer, not deactivated',
  'file transfer, deactivated',
  'section transfer, not deactivated',
  'section transfer, deactivated',
] as const;
/** Acknowledge file or section qualifier (§7.2.6.32). */
const ACKNOWLEDGES = ['', 'file accepted', 'file refused', 'section accepted', 'section refused'] as const;

/** `isControlling`: sent by the station that controls; files go both ways. */
export function readFile(cursor: Cursor, type: number, reason: number, isControlling: boolean): FileTold {
  const address = cursor.u16le() + cursor.u8() * 65536;
  const name = cursor.u16le();
  const code = CODES[type - 120] ?? `type_${type}`;
  const told = { code, address, file: String(name), failure: null };
  const transfer = { ...told, operation: 'program', kind: isControlling ? 'request' : 'response' } as const;
  switch (type) {
    case 120: {
      const bytes = u24(cursor);
      const isReady = (cursor.u8() & 0x80) === 0;
      const words = isReady ? `File ${name} is ready, ${bytes} bytes` : `File ${name} is not ready`;
      return refusing({ ...transfer, action: 'file_ready', words }, isReady ? null : 1);
    }
    case 121: {
      const section = cursor.u8();
      const bytes = u24(cursor);
      const isReady = (cursor.u8() & 0x80) === 0;
      const what = `Section ${section} of file ${name}`;
      const words = isReady ? `${what} is ready, ${bytes} bytes` : `${what} is not ready`;
      return refusing({ ...transfer, action: 'section_ready', words }, isReady ? null : 1);
    }
    case 122: {
      const section = cursor.u8();
      const qualifier = cursor.u8();
      const call = qualifier & 15;
      const [action, verb] = CALLS[call] ?? ['call_file', `Call ${call} of`];
      const what =
        call === 0 ? '' : call >= 5 && call <= 7 ? ` section ${section} of file ${name}` : ` file ${name}`;
      const words = `${verb}${what}${failureWords(qualifier)}`;
      const operation = call === 0 ? 'read' : 'program';
      return refusing({ ...told, action, operation, kind: 'request', words }, failureOf(qualifier));
    }
    case 123: {
      const section = cursor.u8();
      const qualifier = cursor.u8();
      const words = `End of section ${section} of file ${name}: ${ENDS[qualifier] || `qualifier ${qualifier}`}`;
      return { ...transfer, action: 'file_transfer_end', words };
    }
    case 124: {
      const section = cursor.u8();
      const qualifier = cursor.u8();
      const low = qualifier & 15;
      const words = `Acknowledge section ${section} of file ${name}: ${ACKNOWLEDGES[low] || `qualifier ${low}`}${failureWords(qualifier)}`;
      const failure = failureOf(qualifier) ?? (low === 2 || low === 4 ? low : null);
      return refusing({ ...transfer, action: 'acknowledge_file', kind: 'response', words }, failure);
    }
    case 125: {
      const section = cursor.u8();
      const bytes = cursor.u8();
      cursor.skip(bytes);
      const words = `Segment of section ${section} of file ${name}, ${bytes} bytes`;
      return { ...transfer, action: 'file_segment', words };
    }
    case 126: {
      const words = `Directory: file ${name}, ${u24(cursor)} bytes`;
      const kind = reason === 5 ? 'response' : 'unsolicited';
      return { ...told, action: 'directory', operation: 'read', kind, words };
    }
    default: {
      const words = `Query log ${name} from ${readTime(cursor)} to ${readTime(cursor)}`;
      return { ...told, action: 'query_log', operation: 'read', kind: 'request', words };
    }
  }
}

function refusing(told: FileTold, failure: number | null): FileTold {
  return failure === null ? told : { ...told, kind: 'exception', failure };
}

function failureOf(qualifier: number): number | null {
  return qualifier >> 4 === 0 ? null : qualifier >> 4;
}

function failureWords(qualifier: number): string {
  const failure = qualifier >> 4;
  return failure === 0 ? '' : `, ${FAILURES[failure] ?? `failure ${failure}`}`;
}

function u24(cursor: Cursor): number {
  return cursor.u16le() + cursor.u8() * 65536;
}
