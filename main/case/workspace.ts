/**
 * A workspace folder: the truth of a case on disk. Opens, creates, locks, recovers after a crash, lists the
 * committed segments, and commits a staged import whole or not at all.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CaseRecord } from '../../shared/case';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import { type EvidenceEntry, readSegment } from '../evidence/segment';
import { CASE_FILE, type CaseFile, cannotOpen, createCase, noCase, readCase } from './case-json';
import { errorCode, writeWhole } from './durable';
import { type Journal, openJournal } from './journal';
import { describeOwner, type LockResult, lockOwner, takeLock } from './lock';
import { recordKey, unpackIds } from './operation';
import { type EventSets, openSets } from './sets';
import { commitStaged, recoverStaging } from './staging';

export interface SegmentRef {
  /** Folder name under `facts/`. */
  readonly name: string;
  readonly folder: string;
  readonly version: number;
  readonly entries: readonly EvidenceEntry[];
}

export interface Workspace {
  readonly folder: string;
  readonly name: string;
  /** Null when writable; else who holds it or what is wrong, in words. */
  readonly readOnly: string | null;
  readonly journal: Journal;
  readonly segments: readonly SegmentRef[];
  readonly paths: WorkspacePaths;
  readonly sets: EventSets;
  /** Who works on the case, asked once; null until asked. */
  readonly author: string | null;
  /** The records of the analyst's work as the journal leaves them. */
  records(): readonly CaseRecord[];
  record<K extends CaseRecord['kind']>(kind: K, id: string): Extract<CaseRecord, { kind: K }> | null;
  setAuthor(author: string): Promise<void>;
  /** Evidence taken out of sight by the journal. */
  removed(): ReadonlySet<number>;
  nextEvidenceId(): number;
  /** A fresh folder for one import; whatever is in it when the engine dies is swept away at the next opening. */
  stage(importId: string): Promise<string>;
  /** Makes the staged segment folders part of the case, all or none, in order. */
  commit(importId: string, staged: readonly string[]): Promise<Outcome<readonly SegmentRef[]>>;
  discard(importId: string): Promise<void>;
  loadSettings(): Promise<string | null>;
  saveSettings(state: string): Promise<void>;
  close(): Promise<void>;
}

export interface WorkspacePaths {
  readonly facts: string;
  readonly staging: string;
  readonly cache: string;
  readonly settings: string;
  readonly sets: string;
  readonly log: string;
}

export interface OpenOptions {
  readonly folder: string;
  readonly mode: 'read' | 'write';
  readonly create: boolean;
  readonly name?: string;
  readonly now: () => Date;
}

/** Opens or creates; a case held by another opens read-only and says who holds it. */
export async function openWorkspace(options: OpenOptions): Promise<Outcome<Workspace>> {
  const { now } = options;
  let folder = resolve(options.folder);
  let release = async (): Promise<void> => undefined;
  try {
    const found = await findOrCreate(options);
    if (!found.ok) return found;
    // The database's jail compares true paths.
    folder = await realpath(folder);
    const lock = options.mode === 'write' ? await takeLock(folder, now) : null;
    if (lock?.held) release = lock.release;
    const opened = await openLocked(
      { ...options, folder },
      found.value,
      await whyReadOnly(folder, lock),
      release,
    );
    if (!opened.ok) await release();
    return opened;
  } catch (error) {
    await release().catch(() => undefined);
    return fail(cannotOpen(folder, error));
  }
}

async function openLocked(
  { folder, now }: OpenOptions,
  file: CaseFile,
  held: string | null,
  release: () => Promise<void>,
): Promise<Outcome<Workspace>> {
  const paths = pathsOf(folder);
  const writable = held === null;
  if (writable) {
    await prepareFolders(paths);
    await recoverStaging(paths);
  }
  const who = { author: file.author };
  const journal = await openJournal({
    path: join(folder, 'journal.jsonl'),
    now,
    newId: randomUUID,
    author: () => who.author,
    writable,
  });
  const broken = journal.broken ? `${journal.broken.what} (${journal.broken.where ?? ''})` : null;
  const segments = await readSegments(paths);
  if (!segments.ok) return segments;
  return succeed(
    new OpenWorkspace(folder, file, who, held ?? broken, journal, segments.value, paths, release),
  );
}

async function findOrCreate(options: OpenOptions): Promise<Outcome<CaseFile>> {
  const { folder } = options;
  const found = await readCase(folder);
  if (!found.ok) return found;
  if (found.value) return succeed(found.value);
  if (!options.create) return fail(noCase(folder));
  const strangers = await strangersIn(folder);
  if (strangers) return fail(strangers);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return succeed(await createCase(folder, options));
}

class OpenWorkspace implements Workspace {
  readonly folder: string;
  readonly name: string;
  readonly readOnly: string | null;
  readonly journal: Journal;
  readonly paths: WorkspacePaths;
  readonly sets: EventSets;
  private readonly file: CaseFile;
  private readonly who: { author: string | null };
  private readonly list: SegmentRef[];
  private readonly release: () => Promise<void>;

  constructor(
    folder: string,
    file: CaseFile,
    who: { author: string | null },
    readOnly: string | null,
    journal: Journal,
    segments: SegmentRef[],
    paths: WorkspacePaths,
    release: () => Promise<void>,
  ) {
    this.folder = folder;
    this.name = file.name;
    this.file = file;
    this.who = who;
    this.readOnly = readOnly;
    this.journal = journal;
    this.list = segments;
    this.paths = paths;
    this.sets = openSets(paths.sets);
    this.release = release;
  }

  get segments(): readonly SegmentRef[] {
    return this.list;
  }

  get author(): string | null {
    return this.who.author;
  }

  records(): readonly CaseRecord[] {
    return [...this.journal.records.values()];
  }

  record<K extends CaseRecord['kind']>(kind: K, id: string): Extract<CaseRecord, { kind: K }> | null {
    const found = this.journal.records.get(recordKey({ kind, id }));
    return found && isOfKind(found, kind) ? found : null;
  }

  async setAuthor(author: string): Promise<void> {
    const file: CaseFile = { ...this.file, author };
    await writeWhole(join(this.folder, CASE_FILE), `${JSON.stringify(file, null, 1)}\n`);
    this.who.author = author;
  }

  removed(): ReadonlySet<number> {
    const ids = new Set<number>();
    for (const record of this.journal.records.values()) {
      if (record.kind !== 'removal') continue;
      for (const id of unpackIds(record.evidence)) ids.add(id);
    }
    return ids;
  }

  nextEvidenceId(): number {
    let last = 0;
    for (const { entries } of this.list)
      for (const { row } of entries) last = Math.max(last, row.evidence_id);
    return last + 1;
  }

  async stage(importId: string): Promise<string> {
    const folder = join(this.paths.staging, importId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  async commit(importId: string, staged: readonly string[]): Promise<Outcome<readonly SegmentRef[]>> {
    const first = Number(this.list.at(-1)?.name ?? 0) + 1;
    const moves = staged.map((from, index) => ({ from, to: String(first + index).padStart(6, '0') }));
    const committed = await commitStaged(this.paths, importId, moves);
    if (!committed.ok) return committed;
    const added: SegmentRef[] = [];
    for (const { to } of moves) {
      const segment = await readOne(this.paths, to);
      if (!segment.ok) return segment;
      added.push(segment.value);
    }
    this.list.push(...added);
    return succeed(added);
  }

  async discard(importId: string): Promise<void> {
    await rm(join(this.paths.staging, importId), { recursive: true, force: true });
  }

  async loadSettings(): Promise<string | null> {
    try {
      return await readFile(this.paths.settings, 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  async saveSettings(state: string): Promise<void> {
    await writeWhole(this.paths.settings, state);
  }

  close(): Promise<void> {
    return this.release();
  }
}

function isOfKind<K extends CaseRecord['kind']>(
  record: CaseRecord,
  kind: K,
): record is Extract<CaseRecord, { kind: K }> {
  return record.kind === kind;
}

function pathsOf(folder: string): WorkspacePaths {
  return {
    facts: join(folder, 'facts'),
    staging: join(folder, 'staging'),
    cache: join(folder, 'cache'),
    settings: join(folder, 'settings.json'),
    sets: join(folder, 'sets'),
    log: join(folder, 'log', 'throughline.log'),
  };
}

async function prepareFolders(paths: WorkspacePaths): Promise<void> {
  for (const folder of [paths.facts, paths.staging, paths.cache]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
}

/** A folder with other people's files is not made into a case. */
async function strangersIn(folder: string): Promise<Problem | null> {
  let names: string[];
  try {
    names = (await stat(folder)).isDirectory() ? await readdir(folder) : ['.'];
  } catch {
    return null;
  }
  const known = new Set(['lock.json', 'facts', 'staging', 'cache', 'log']);
  if (names.every((name) => known.has(name) || name.startsWith('.') || name.startsWith('lock.json.')))
    return null;
  return {
    code: 'folder-not-empty',
    what: 'This folder holds other files and is not a case.',
    where: folder,
    help: 'Name a new folder, or an empty one, for the case.',
  };
}

/** `lock` is null where the case is opened for reading and none was asked for. */
async function whyReadOnly(folder: string, lock: LockResult | null): Promise<string | null> {
  if (lock?.held) return null;
  if (lock) return `The case is open in ${describeOwner(lock.owner)}.`;
  const owner = await lockOwner(folder);
  return owner ? `The case is open in ${describeOwner(owner)}.` : 'Opened for reading.';
}

async function readSegments(paths: WorkspacePaths): Promise<Outcome<SegmentRef[]>> {
  let names: string[];
  try {
    names = await readdir(paths.facts);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return succeed([]);
    throw error;
  }
  const segments: SegmentRef[] = [];
  for (const name of names.filter((each) => /^\d{6,}$/.test(each)).sort((a, b) => Number(a) - Number(b))) {
    const segment = await readOne(paths, name);
    if (!segment.ok) return segment;
    segments.push(segment.value);
  }
  return succeed(segments);
}

async function readOne(paths: WorkspacePaths, name: string): Promise<Outcome<SegmentRef>> {
  const folder = join(paths.facts, name);
  const segment = await readSegment(folder);
  if (!segment.ok) return segment;
  const { version, evidences } = segment.value;
  return succeed({ name, folder, version, entries: evidences });
}
