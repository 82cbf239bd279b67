/**
 * One import from its files to staged segments. Importers get one batch after another, and give what they would give if
 * there were only one of them; when a file kills one, the batch is taken apart until that file stands alone, and that
 * file's ledger row says so.
 */
import { mkdir, rm } from 'node:fs/promises';
import type { LedgerRow } from '../../shared/evidence';
import type { Problem } from '../../shared/problem';
import type { Workspace } from '../case/workspace';
import { heldHashes } from '../evidence/held';
import { blankEntry, blankRow } from '../evidence/ledger';
import type { EvidenceEntry, Segment } from '../evidence/segment';
import { newSegment, writeSegment } from '../evidence/segment';
import { type Begun, createBatchReaders, segmentFolder, usualImporters } from './batch-readers';
import type { EngineContext } from './context';
import { ownTexts } from './formats';
import { isPlainBatch, type PlannedFile, planBatches } from './import-plan';
import { createProgress } from './progress';
import { findTwins } from './twins';

export interface ImportRun {
  readonly context: EngineContext;
  readonly workspace: Workspace;
  readonly importId: string;
  readonly files: readonly PlannedFile[];
  readonly copy: boolean;
  /** Evidence whose place is taken: its bytes are no duplicates. */
  readonly replaces: readonly number[];
  readonly signal: AbortSignal;
  /** How many importers may work at a time; `usualImporters` where it is not said. */
  readonly importers?: number;
}

export type RunResult =
  /** Names of the segment folders, in order, and what lies in them. */
  | { readonly status: 'staged'; readonly folders: readonly string[]; readonly rows: readonly LedgerRow[] }
  | { readonly status: 'cancelled' }
  | { readonly status: 'failed'; readonly problem: Problem };

export async function runImport(run: ImportRun): Promise<RunResult> {
  const { context, workspace, importId, signal } = run;
  const staging = await workspace.stage(importId);
  const progress = createProgress(context, importId, run.files);
  const known = knownHashes(workspace, run.replaces);
  const twins = findTwins(run.files);
  const folders: string[] = [];
  const rows: LedgerRow[] = [];
  const formats = await ownTexts(context);
  const pending: Array<readonly PlannedFile[]> = planBatches(run.files);
  const most = run.importers ?? usualImporters();
  const readers = createBatchReaders(context, most, signal);
  let nextId = workspace.nextEvidenceId();
  const begunAgain = new Set<readonly PlannedFile[]>();
  /** So many batches are read one after another: something of them was not as it was taken to be. */
  let inTurn = 0;
  const putBack = async (...batches: ReadonlyArray<readonly PlannedFile[]>): Promise<void> => {
    const dropped = await readers.drop();
    pending.unshift(...batches, ...dropped);
    inTurn = Math.max(0, inTurn - 1) + batches.length + dropped.length;
  };
  const mayBegin = async (batch: readonly PlannedFile[]): Promise<boolean> => {
    const before = readers.begun.map(({ files }) => files);
    if (before.length === 0) return true;
    if (inTurn > 0 || ![batch, ...before].every(isPlainBatch)) return false;
    return !(await twins.areAmong(batch, before));
  };
  const begin = async (files: readonly PlannedFile[]): Promise<void> => {
    const isAlone = inTurn > 0 || most === 1 || !isPlainBatch(files);
    const last = readers.begun.at(-1);
    const firstId = last ? last.firstId + last.files.length : nextId;
    const place = segmentFolder(staging, folders.length + readers.begun.length + 1);
    await readers.begin(
      { ...place, files, firstId, isAlone, progress: progress.begin(files) },
      {
        jobId: `${importId}/${place.name}`,
        files: files.map((file, index) => importFile(file, firstId + index)),
        known: [...known],
        formats,
        // What a page sent lies nowhere else.
        copy: run.copy || files.some(({ readFrom }) => readFrom !== undefined),
      },
    );
  };
  try {
    for (;;) {
      if (signal.aborted) return { status: 'cancelled' };
      while (pending[0] && readers.hasRoom() && (await mayBegin(pending[0])) && !signal.aborted) {
        await begin(pending[0]);
        pending.shift();
      }
      if (readers.begun.length === 0 && pending.length === 0) return { status: 'staged', folders, rows };
      const next = await readers.next();
      if (next === null) continue;
      const { batch, result } = next;
      const { files, folder, firstId } = batch;
      if (result.kind === 'cancelled') return { status: 'cancelled' };
      if (result.kind === 'problem') return { status: 'failed', problem: result.problem };
      let segment: Segment;
      if (result.kind === 'done') {
        segment = result.segment;
        if (batch.isAhead && (firstId !== nextId || repeats(segment, known))) {
          await discard(batch);
          await putBack(files);
          continue;
        }
      } else {
        const at = result.fileIndex ?? 0;
        context.log.error(`the importer stopped at ${files[at]?.path ?? '?'}: ${result.why}`);
        // One that dies before it reads was dying already; beside others it may be they that took the memory.
        const isItsFault = batch.isAlone && (result.fileIndex !== null || begunAgain.has(files));
        if (files.length > 1 || !isItsFault) {
          begunAgain.add(files);
          await discard(batch);
          await putBack(...(isItsFault ? takeApart(files, at) : [files]));
          continue;
        }
        await rm(folder, { recursive: true, force: true });
        await mkdir(folder, { recursive: true, mode: 0o700 });
        segment = await writeCrashed(context, folder, files, firstId, result.why);
      }
      for (const { row } of segment.evidences) {
        rows.push(row);
        nextId = Math.max(nextId, row.evidence_id + 1);
      }
      for (const sha256 of heldHashes(segment.evidences).values()) known.add(sha256);
      folders.push(batch.name);
      batch.progress.finish(segment.evidences.reduce((sum, { row }) => sum + row.records, 0));
      inTurn = Math.max(0, inTurn - 1);
    }
  } finally {
    try {
      await readers.drop();
    } finally {
      readers.close();
    }
  }
}

async function discard({ folder, progress }: Begun): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  progress.drop();
}

/** Whether it holds what a batch before it brought, and nobody knew of when it was begun: its duplicates were not told. */
function repeats({ evidences }: Segment, known: ReadonlySet<string>): boolean {
  return evidences.some(({ row: { sha256, status, size_bytes: size } }) => {
    return sha256 !== null && status !== 'duplicate' && size > 0 && known.has(sha256);
  });
}

/** The files before the one that was under way, that one alone, and the rest. */
export function takeApart<T>(batch: readonly T[], fileIndex: number): T[][] {
  const at = Math.min(Math.max(fileIndex, 0), batch.length - 1);
  return [batch.slice(0, at), batch.slice(at, at + 1), batch.slice(at + 1)].filter((part) => part.length > 0);
}

function importFile(file: PlannedFile, evidenceId: number) {
  const { path, name, readFrom, options, unread } = file;
  return {
    evidenceId,
    path,
    name,
    options,
    ...(readFrom ? { readFrom } : {}),
    ...(unread ? { unread } : {}),
  };
}

/** Evidence taken out of sight, or about to be, may be imported again. */
function knownHashes(workspace: Workspace, replaced: readonly number[]): Set<string> {
  const removed = new Set([...workspace.removed(), ...replaced]);
  const known = new Set<string>();
  for (const { entries } of workspace.segments) {
    for (const [id, sha256] of heldHashes(entries)) if (!removed.has(id)) known.add(sha256);
  }
  return known;
}

/** A segment for the file that no importer survives: no facts, one row that says so. */
async function writeCrashed(
  context: EngineContext,
  folder: string,
  batch: readonly PlannedFile[],
  evidenceId: number,
  why: string,
): Promise<Segment> {
  const isTooMuch = why.includes('heap out of memory');
  const what = isTooMuch
    ? 'Reading this file takes more memory than an import may have.'
    : 'The importer stopped while it read this file.';
  const advice = isTooMuch
    ? 'Cut it into smaller ones'
    : 'Send the log file, so that this one can be read too';
  const help = `The other files are not touched by this. ${advice}.`;
  const evidences = batch.map((file, index): EvidenceEntry => {
    const row = {
      ...blankRow(evidenceId + index, file.path, file.name),
      size_bytes: file.sizeBytes,
      problem: { code: 'importer-lost', what, why, where: file.path, help },
    };
    const importedAt = context.now().toISOString();
    return { ...blankEntry(row, file.options, context.version), importedAt };
  });
  await writeSegment(folder, evidences);
  return newSegment(evidences);
}
