/** SMB2 and SMB3 messages: [MS-SMB2] §2.2. One message per header; replies take names and paths from their requests. */
import { Cursor } from '../cursor';
import { type AssetFact, type Message, newMessage, type OtOperation } from '../dissector';
import { wideText } from '../words';
import { COMMANDS, isFailure, statusText } from './names';
import { findNtlm, ntlmFacts } from './ntlmssp';

const HEADER_BYTES = 64;
const FLAG_RESPONSE = 1;
const PENDING = 0x103;
const MORE_PROCESSING = 0xc0000016;
/** Requests, open files and shares a connection remembers of each. */
const MAX_KNOWN = 4096;
const DISPOSITIONS = ['supersede', 'open', 'create', 'open or create', 'overwrite', 'overwrite or create'];
/** Write, append, attributes, delete, ownership, generic write and all (§2.2.13.1.1). */
const WRITING = 0x500d0156;
const RENAME = 10;
const DISPOSE = 13;
const DIALECTS: Readonly<Record<number, string>> = {
  514: '2.0.2',
  528: '2.1',
  767: '2 (any)',
  768: '3.0',
  770: '3.0.2',
  785: '3.1.1',
};

interface Pending {
  readonly text: string;
  readonly file: string | null;
  readonly user: string | null;
  readonly operation: OtOperation | null;
}

const NOBODY: Pending = { text: '', file: null, user: null, operation: null };

const OPERATIONS: readonly (OtOperation | null)[] = [
  'connect',
  'connect',
  'connect',
  'connect',
  'connect',
  'read',
  null,
  'write',
  'read',
  'write',
  'control',
  'control',
  'control',
  'diagnose',
  'read',
  'read',
  'read',
  'write',
  'report',
];

/** Names of one connection by number; the oldest go first. */
class Known<T> {
  private readonly items = new Map<string, T>();

  set(key: string, value: T): void {
    if (this.items.size >= MAX_KNOWN) {
      const [oldest] = this.items.keys();
      if (oldest !== undefined) this.items.delete(oldest);
    }
    this.items.set(key, value);
  }

  get(key: string): T | undefined {
    return this.items.get(key);
  }

  take(key: string): T | undefined {
    const value = this.items.get(key);
    this.items.delete(key);
    return value;
  }
}

/*
 *   0          4      6        8        12        14       16      20     24        32        36     40        48
 *   +----------+------+--------+--------+---------+--------+-------+------+---------+---------+------+---------+-----------+------
 *   | fe "SMB" | 64   | charge | status | command | credit | flags | next | message | process | tree | session | signature | body
 *   +----------+------+--------+--------+---------+--------+-------+------+---------+---------+------+---------+-----------+------
 */
export class Smb2 {
  private readonly pending = new Known<Pending>();
  private readonly shares = new Known<string>();
  private readonly files = new Known<string>();
  private readonly users = new Known<string>();
  /** File opened by the create before in the same chain of requests. */
  private related: string | null = null;

  /** All messages of one data unit; several are chained by `next` (§3.2.4.1.4). */
  chain(cursor: Cursor): readonly Message[] {
    const messages: Message[] = [];
    this.related = null;
    let start = cursor.at;
    while (start + 4 <= cursor.end && messages.length < 64) {
      const head = new Cursor(cursor.bytes, start, cursor.end);
      head.skip(20);
      const next = head.u32le();
      const end = next >= HEADER_BYTES && start + next <= cursor.end ? start + next : cursor.end;
      messages.push(this.one(new Cursor(cursor.bytes, start, end)));
      if (end === cursor.end) break;
      start = end;
    }
    return messages;
  }

  private one(cursor: Cursor): Message {
    const start = cursor.at;
    cursor.skip(8);
    const status = cursor.u32le();
    const command = cursor.u16le();
    cursor.skip(2);
    const flags = cursor.u32le();
    cursor.skip(4);
    const id = cursor.u32le();
    cursor.skip(8);
    const tree = cursor.u32le();
    const session = cursor.hex(8);
    cursor.skip(16);
    const action = COMMANDS[command] ?? `command_${command}`;
    const isResponse = (flags & FLAG_RESPONSE) !== 0;
    const treeKey = `${session} ${tree}`;
    const body = cursor.at;
    const common = { action, functionCode: command, transaction: id };
    const user = this.users.get(session) ?? null;
    const facts = command === 1 ? ntlmFacts(findNtlm(cursor.bytes, body, cursor.end)) : [];
    if (!isResponse) {
      const told = this.request(command, new Cursor(cursor.bytes, body, cursor.end), start, treeKey);
      const known = { ...told, user: told.user ?? user };
      this.pending.set(String(id), known);
      return newMessage({
        ...common,
        kind: 'request',
        operation: told.operation,
        file: told.file,
        user: known.user,
        host: told.host ?? null,
        facts: command === 3 ? shareFacts(told.file) : facts,
        text: `SMB2 ${action}${told.text && ` ${told.text}`} (request)`,
        malformed: cursor.isShort || told.isShort ? 'The request ends early' : null,
      });
    }
    const asked = status === PENDING ? this.pending.get(String(id)) : this.pending.take(String(id));
    const reply = new Cursor(cursor.bytes, body, cursor.end);
    const told = this.response(command, reply, start, status, asked ?? NOBODY, treeKey, session);
    const isBad = isFailure(status);
    const outcome = status === 0 ? '' : `: ${statusText(status)}`;
    const parts = [asked?.text, told].filter(Boolean).join(' ');
    return newMessage({
      ...common,
      kind: isBad ? 'exception' : 'response',
      operation: asked?.operation ?? OPERATIONS[command] ?? null,
      exception: isBad ? status : null,
      file: asked?.file ?? null,
      user: asked?.user ?? user,
      facts,
      text: `SMB2 ${action}${parts && ` ${parts}`}${outcome} (response)`,
      malformed: cursor.isShort ? 'The header ends early' : null,
      isUnpaired: asked === undefined && command !== 18,
    });
  }

  private request(
    command: number,
    body: Cursor,
    start: number,
    treeKey: string,
  ): Pending & { readonly isShort: boolean; readonly host?: string } {
    const { bytes, end, at } = body;
    const u16 = (place: number): number => new Cursor(bytes, Math.min(end, at + place), end).u16le();
    const u32 = (place: number): number => new Cursor(bytes, Math.min(end, at + place), end).u32le();
    const wide = (offset: number, size: number): string => wideText(bytes, start + offset, size, end);
    const operation = OPERATIONS[command] ?? null;
    const share = this.shares.get(treeKey) ?? '';
    const told = (text: string, more: Partial<Pending> = {}): Pending & { readonly isShort: boolean } => ({
      text,
      file: null,
      user: null,
      operation,
      ...more,
      isShort: end - at < u16(0) - 1,
    });
    const opened = (place: number): string | null => {
      const key = new Cursor(bytes, Math.min(end, at + place), end).hex(16);
      return key === 'f'.repeat(32) ? this.related : (this.files.get(key) ?? null);
    };
    const ofFile = (place: number, text = ''): Pending & { readonly isShort: boolean } => {
      const file = opened(place);
      return told([file, text].filter(Boolean).join(' '), { file });
    };
    switch (command) {
      case 0: {
        const dialects = Array.from({ length: Math.min(16, u16(2)) }, (_, index) => u16(36 + index * 2));
        return told(`dialects ${dialects.map(dialectText).join(', ')}`);
      }
      case 1: {
        const ntlm = findNtlm(bytes, Math.min(end, start + u16(12)), end);
        if (ntlm?.type !== 3) return told(ntlm === null ? '' : 'NTLM');
        const user = ntlm.domain === '' ? ntlm.user : `${ntlm.domain}\\${ntlm.user}`;
        const from = ntlm.workstation && ` from ${ntlm.workstation}`;
        return {
          ...told(`NTLM ${ntlm.user === '' ? 'anonymous' : user}${from}`, { user: user || null }),
          host: ntlm.workstation,
        };
      }
      case 3: {
        const path = wide(u16(4), u16(6));
        return told(path, { file: path || null });
      }
      case 4:
        return told(share, { file: share || null });
      case 5: {
        const name = wide(u16(44), u16(46));
        const file = `${share}\\${name}`;
        this.related = file;
        const access = u32(24);
        const disposition = u32(36);
        const isWrite = (access & WRITING) !== 0 || (disposition !== 1 && disposition !== 3);
        const isDelete = (u32(40) & 0x1000) !== 0;
        const how = `${DISPOSITIONS[disposition] ?? `disposition ${disposition}`}${isWrite ? ', for writing' : ''}${isDelete ? ', delete on close' : ''}`;
        return told(`${file} (${how})`, { file, operation: isWrite || isDelete ? 'write' : 'read' });
      }
      case 6:
      case 7:
      case 10:
        return ofFile(8);
      case 8:
      case 9:
        return ofFile(16, `${u32(4)} bytes at ${u32(8) + u32(12) * 4294967296}`);
      case 11:
        return ofFile(8, `control 0x${u32(4).toString(16).padStart(8, '0')}`);
      case 14:
        return ofFile(8, `pattern ${wide(u16(24), u16(26))}`);
      case 15:
        return ofFile(8);
      case 16:
        return ofFile(24, `class ${u16(2) >> 8}`);
      case 17: {
        const kind = u16(2) >> 8;
        const data = u16(8);
        if (kind === RENAME) {
          const size = new Cursor(bytes, Math.min(end, start + data + 16), end).u32le();
          return ofFile(16, `rename to ${wide(data + 20, Math.min(size, 1024))}`);
        }
        return ofFile(16, kind === DISPOSE ? 'delete' : `class ${kind}`);
      }
      default:
        return told('');
    }
  }

  private response(
    command: number,
    body: Cursor,
    start: number,
    status: number,
    asked: Pending,
    treeKey: string,
    session: string,
  ): string {
    const { bytes, end, at } = body;
    const u16 = (place: number): number => new Cursor(bytes, Math.min(end, at + place), end).u16le();
    const u32 = (place: number): number => new Cursor(bytes, Math.min(end, at + place), end).u32le();
    if (command === 1 && status === MORE_PROCESSING) {
      const ntlm = findNtlm(bytes, Math.min(end, start + u16(4)), end);
      return ntlm?.type === 2 && ntlm.domain !== '' ? `challenge of ${ntlm.domain}` : '';
    }
    if (status !== 0) return '';
    switch (command) {
      case 0:
        return `dialect ${dialectText(u16(4))}${(u16(2) & 2) !== 0 ? ', signing required' : ''}`;
      case 1:
        if (asked.user !== null) this.users.set(session, asked.user);
        return (u16(2) & 1) !== 0 ? 'as guest' : '';
      case 3:
        if (asked.file !== null) this.shares.set(treeKey, asked.file);
        return ['', 'disk', 'pipe', 'printer'][u16(2) & 3] ?? '';
      case 5: {
        if (asked.file !== null) {
          this.files.set(new Cursor(bytes, Math.min(end, at + 64), end).hex(16), asked.file);
        }
        const kind = (u32(56) & 16) !== 0 ? 'directory' : `${u32(48) + u32(52) * 4294967296} bytes`;
        return `${['superseded', 'opened', 'created', 'overwritten'][u32(4)] ?? 'done'}, ${kind}`;
      }
      case 8:
      case 9:
        return `= ${u32(4)} bytes`;
      default:
        return '';
    }
  }
}

/** `\\\\hist\\data`: whoever is asked for a share goes by that name, unless it is an address. */
function shareFacts(path: string | null): readonly AssetFact[] {
  const name = path?.split('\\')[2] ?? '';
  return [{ of: 'receiver', fact: 'name', value: /[a-z]/i.test(name) && !name.includes(':') ? name : '' }];
}

function dialectText(dialect: number): string {
  return DIALECTS[dialect] ?? `0x${dialect.toString(16).padStart(4, '0')}`;
}
