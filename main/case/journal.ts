/**
 * `journal.jsonl`: the truth of the investigator's work. Append-only lines, each holding the SHA-256 of the line
 * before, so that an edit, a removal or a swap in the middle is found and placed. Undo appends the reversed change.
 */
import { createHash } from 'node:crypto';
import { open, readFile, truncate } from 'node:fs/promises';
import type { CaseRecord } from '../../shared/case';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
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

export interface Journal {
  readonly operations: readonly Operation[];
  /** By `recordKey`, as the operations leave them. */
  readonly records: ReadonlyMap<string, CaseRecord>;
  /** Where the chain breaks, if it does; the operations are those before the break. */
  readonly broken: Problem | null;
  /** Labels of what Undo and Redo would do, or null. */
  readonly undoLabel: string | null;
  readonly redoLabel: string | null;
  append(label: string, diff: RecordsDiff): Promise<Operation>;
  undo(): Promise<Outcome<Operation>>;
  redo(): Promise<Outcome<Operation>>;
}

export interface JournalOptions {
  readonly path: string;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly author: () => string | null;
  readonly writable: boolean;
}

/** Reads and checks the journal; a torn last line (a crash while writing, never acknowledged) is cut off. */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const text = await readText(options.path);
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const parsed = parseJournal(whole);
  if (options.writable && whole.length < text.length && !parsed.broken) {
    await truncate(options.path, Buffer.byteLength(whole));
  }
  return new OpenJournal(options, parsed);
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
  private head: string;
  private readonly options: JournalOptions;
  private writing: Promise<unknown> = Promise.resolve();

  constructor(options: JournalOptions, parsed: ParsedJournal) {
    this.options = options;
    this.operations = parsed.operations;
    this.records = applyAll(parsed.operations);
    this.head = parsed.head;
    this.broken = parsed.broken;
  }

  get undoLabel(): string | null {
    return stacks(this.operations).undo.at(-1)?.label ?? null;
  }

  get redoLabel(): string | null {
    return stacks(this.operations).redo.at(-1)?.label ?? null;
  }

  append(label: string, diff: RecordsDiff): Promise<Operation> {
    return this.write(() => ({ label, diff }));
  }

  async undo(): Promise<Outcome<Operation>> {
    if (stacks(this.operations).undo.length === 0) return fail(nothingTo('undo'));
    return succeed(await this.write(() => reversal(stacks(this.operations).undo.at(-1))));
  }

  async redo(): Promise<Outcome<Operation>> {
    if (stacks(this.operations).redo.length === 0) return fail(nothingTo('redo'));
    return succeed(await this.write(() => reversal(stacks(this.operations).redo.at(-1))));
  }

  /** One at a time: each line needs the hash of the one before. On disk before it counts. */
  private write(make: () => Pick<Operation, 'label' | 'diff' | 'undoes'>): Promise<Operation> {
    const done = this.writing.then(async () => {
      if (!this.options.writable || this.broken) throw new Error('the journal is not open for writing');
      const operation: Operation = {
        id: this.options.newId(),
        at: this.options.now().toISOString(),
        by: this.options.author(),
        ...make(),
        previous: this.head,
      };
      const line = JSON.stringify(operation);
      const handle = await open(this.options.path, 'a', 0o600);
      try {
        await handle.writeFile(`${line}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      this.operations.push(operation);
      applyTo(this.records, operation);
      this.head = sha256(line);
      return operation;
    });
    this.writing = done.catch(() => undefined);
    return done;
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

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return '';
    throw error;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
