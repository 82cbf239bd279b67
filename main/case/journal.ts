/**
 * `journal.jsonl`: the truth of the investigator's work. Append-only lines, each holding the SHA-256 of the line
 * before, so that an edit, a removal or a swap in the middle is found and placed. Undo appends the reversed change.
 */
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import type { CaseRecord } from '../../shared/case';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import { whyNotWritten } from '../store/write-all';
import { appendWhole, type OpenToAppend } from './append-whole';
import { errorCode } from './durable';
import {
  applyAll,
  applyTo,
  type Operation,
  operationSchema,
  type RecordsDiff,
  reverse,
  stacks,
} from './operation';

export const NO_LINE = '0'.repeat(64);
const NEW_LINE = 0x0a;

export interface Journal {
  readonly operations: readonly Operation[];
  /** By `recordKey`, as the operations leave them. */
  readonly records: ReadonlyMap<string, CaseRecord>;
  /** Where the chain breaks, if it does; the operations are those before the break. */
  readonly broken: Problem | null;
  /** A last line that was never written whole, so never acknowledged: it does not count, and goes where it may. */
  readonly torn: Problem | null;
  /** Labels of what Undo and Redo would do, or null. */
  readonly undoLabel: string | null;
  readonly redoLabel: string | null;
  /** Fails where it cannot be written; the journal is then as it was. */
  append(label: string, diff: RecordsDiff): Promise<Outcome<Operation>>;
  undo(): Promise<Outcome<Operation>>;
  redo(): Promise<Outcome<Operation>>;
}

export interface JournalOptions {
  readonly path: string;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly author: () => string | null;
  readonly writable: boolean;
  /** Else the file of that path. */
  readonly openFile?: OpenToAppend;
}

/** Reads and checks the journal; a torn last line (a crash while writing, never acknowledged) is cut off. */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const bytes = await readBytes(options.path);
  const end = wholeEnd(bytes);
  const parsed = parseJournal(bytes.toString('utf8', 0, end));
  const isTorn = end < bytes.length && !parsed.broken;
  if (options.writable && isTorn) await cutTo(options.path, end);
  return new OpenJournal(options, parsed, end, isTorn ? tornLine(bytes.length - end, end) : null);
}

/** The whole lines of a journal as they lie on disk; none where it is not there yet. */
export async function readWholeLines(path: string): Promise<string> {
  const bytes = await readBytes(path);
  return bytes.toString('utf8', 0, wholeEnd(bytes));
}

/**
 * Where the whole lines of a journal end, in bytes. What a crash leaves of the last line is its beginning, without a
 * line end, or zeros in the place of bytes for which the file had only grown. A line damaged otherwise is no such thing.
 */
function wholeEnd(journal: Buffer): number {
  const end = journal.lastIndexOf(NEW_LINE) + 1;
  if (end < journal.length || end === 0) return end;
  const start = journal.lastIndexOf(NEW_LINE, end - 2) + 1;
  return journal.subarray(start, end).includes(0) ? start : end;
}

export interface ParsedJournal {
  readonly operations: Operation[];
  readonly head: string;
  readonly broken: Problem | null;
}

/** Checks every line and the chain. Public for the verification of case files. */
export function parseJournal(text: string): ParsedJournal {
  const operations: Operation[] = [];
  let head = NO_LINE;
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const operation = parseLine(line);
    const wrong = operation === null ? 'the line is not an operation' : chainFault(operation, head);
    if (operation === null || wrong !== null) {
      return { operations, head, broken: brokenJournal(index + 1, wrong ?? '') };
    }
    operations.push(operation);
    head = sha256(line);
  }
  return { operations, head, broken: null };
}

class OpenJournal implements Journal {
  readonly operations: Operation[];
  readonly records: Map<string, CaseRecord>;
  readonly broken: Problem | null;
  readonly torn: Problem | null;
  private head: string;
  /** Bytes of the whole lines. */
  private size: number;
  /** Why nothing more is written until the case is opened anew. */
  private stopped: Problem | null = null;
  private readonly options: JournalOptions;
  private writing: Promise<unknown> = Promise.resolve();

  constructor(options: JournalOptions, parsed: ParsedJournal, size: number, torn: Problem | null) {
    this.options = options;
    this.operations = parsed.operations;
    this.records = applyAll(parsed.operations);
    this.head = parsed.head;
    this.broken = parsed.broken;
    this.size = size;
    this.torn = torn;
  }

  get undoLabel(): string | null {
    return stacks(this.operations).undo.at(-1)?.label ?? null;
  }

  get redoLabel(): string | null {
    return stacks(this.operations).redo.at(-1)?.label ?? null;
  }

  append(label: string, diff: RecordsDiff): Promise<Outcome<Operation>> {
    return this.write(() => ({ label, diff }));
  }

  async undo(): Promise<Outcome<Operation>> {
    if (stacks(this.operations).undo.length === 0) return fail(nothingTo('undo'));
    return this.write(() => reversal(stacks(this.operations).undo.at(-1)));
  }

  async redo(): Promise<Outcome<Operation>> {
    if (stacks(this.operations).redo.length === 0) return fail(nothingTo('redo'));
    return this.write(() => reversal(stacks(this.operations).redo.at(-1)));
  }

  /** One at a time: each line needs the hash of the one before. On disk before it counts. */
  private write(make: () => Pick<Operation, 'label' | 'diff' | 'undoes'>): Promise<Outcome<Operation>> {
    const done = this.writing.then(async () => {
      if (!this.options.writable || this.broken) throw new Error('the journal is not open for writing');
      if (this.stopped) return fail(this.stopped);
      const operation: Operation = {
        id: this.options.newId(),
        at: this.options.now().toISOString(),
        by: this.options.author(),
        ...make(),
        previous: this.head,
      };
      const line = JSON.stringify(operation);
      const bytes = Buffer.from(`${line}\n`);
      const problem = await this.keep(bytes);
      if (problem) return fail(problem);
      this.size += bytes.length;
      this.operations.push(operation);
      applyTo(this.records, operation);
      this.head = sha256(line);
      return succeed(operation);
    });
    this.writing = done.catch(() => undefined);
    return done;
  }

  /** Null once the bytes are on disk. */
  private async keep(bytes: Uint8Array): Promise<Problem | null> {
    const { path, openFile } = this.options;
    const appended = await appendWhole(path, this.size, bytes, openFile);
    if (appended.kind === 'kept') return null;
    if (appended.kind === 'refused') return notKept(path, appended.error);
    this.stopped = appended.kind === 'unsure' ? halfKept(path, appended.error) : changedMeanwhile(path);
    return this.stopped;
  }
}

function reversal(operation: Operation | undefined): Pick<Operation, 'label' | 'diff' | 'undoes'> {
  if (!operation) throw new Error('there is nothing to reverse');
  return { label: operation.label, diff: reverse(operation.diff), undoes: operation.id };
}

function parseLine(line: string): Operation | null {
  try {
    const parsed = operationSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function chainFault(operation: Operation, head: string): string | null {
  if (operation.previous === head) return null;
  return 'the line does not continue the one before: a line was changed, removed, added or moved';
}

function brokenJournal(line: number, why: string): Problem {
  return {
    code: 'journal-broken',
    what: 'The journal of this case was changed outside Throughline.',
    why,
    where: `journal.jsonl, line ${line}`,
    help: 'The case opens read-only with the work before that line. Restore the journal from a copy to go on.',
  };
}

function nothingTo(verb: string): Problem {
  return { code: `nothing-to-${verb}`, what: `There is nothing to ${verb}.` };
}

function tornLine(bytes: number, at: number): Problem {
  return {
    code: 'journal-torn',
    what: 'The last change was never written whole and does not count; all those before it are there.',
    why: 'The program or the computer stopped while it was written, or the disk was full.',
    where: `journal.jsonl, ${bytes} bytes from byte ${at} on`,
  };
}

function notKept(where: string, error: unknown): Problem {
  return {
    code: 'journal-not-written',
    what: 'The change could not be kept, and was not made.',
    why: whyNotWritten(error),
    where,
    help: 'Make room on this disk, or see why it cannot be written, and do it again. Earlier work is not touched.',
  };
}

function halfKept(where: string, error: unknown): Problem {
  return {
    code: 'journal-stopped',
    what: 'The change could not be kept, and nothing more is kept until the case is opened again.',
    why: `${whyNotWritten(error)} What was written of the change could not be taken back.`,
    where,
    help: 'Make room on this disk, or see why it cannot be written, then close the case and open it again. Earlier work is not touched.',
  };
}

function changedMeanwhile(where: string): Problem {
  return {
    code: 'journal-stopped',
    what: 'The change was not kept, and nothing more is until the case is opened again.',
    why: 'Another program changed the journal of this case while it was open.',
    where,
    help: 'Find out what writes there, then close the case and open it again.',
  };
}

async function cutTo(path: string, length: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.truncate(length);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
