/**
 * One import from its files to staged segments. The importer process gets one batch after another; when a file kills
 * it, the batch is taken apart until that file stands alone, and that file's ledger row says so.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LedgerRow } from '../../shared/evidence';
import type { Problem } from '../../shared/problem';
import type { Workspace } from '../case/workspace';
import { heldHashes } from '../evidence/held';
import { blankEntry, blankRow } from '../evidence/ledger';
import type { EvidenceEntry, Segment } from '../evidence/segment';
import { newSegment, writeSegment } from '../evidence/segment';
import type { EngineContext } from './context';
import { ownTexts } from './formats';
import { type PlannedFile, planBatches } from './import-plan';
import { type BatchResult, type ImporterHold, startImporter } from './importer-hold';
import { createProgress } from './progress';

export interface ImportRun {
  readonly context: EngineContext;
  readonly workspace: Workspace;
  readonly importId: string;
  readonly files: readonly PlannedFile[];
  readonly copy: boolean;
  /** Evidence whose place is taken: its bytes are no duplicates. */
  readonly replaces: readonly number[];
  readonly signal: AbortSignal;
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
  const folders: string[] = [];
  const rows: LedgerRow[] = [];
  const formats = await ownTexts(context);
  const pending = planBatches(run.files);
  let nextId = workspace.nextEvidenceId();
  let importer: ImporterHold | null = null;
  try {
    for (let batch = pending.shift(); batch; batch = pending.shift()) {
      if (signal.aborted) return { status: 'cancelled' };
      const name = String(folders.length + 1).padStart(6, '0');
      const folder = join(staging, name);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      importer ??= startImporter(context);
      progress.begin(batch);
      const result: BatchResult = await importer.perform(
        {
          jobId: `${importId}/${name}`,
          stagingFolder: folder,
          files: batch.map((file, index) => importFile(file, nextId + index)),
          known: [...known],
          formats,
          // What a page sent lies nowhere else.
          copy: run.copy || batch.some(({ readFrom }) => readFrom !== undefined),
        },
        progress.tell,
        signal,
      );
      if (result.kind === 'cancelled') return { status: 'cancelled' };
      if (result.kind === 'problem') return { status: 'failed', problem: result.problem };
      let segment: Segment | null = null;
      if (result.kind === 'done') segment = result.segment;
      else {
        importer = null;
        await rm(folder, { recursive: true, force: true });
        context.log.error(`the importer stopped at ${batch[result.fileIndex]?.path ?? '?'}: ${result.why}`);
        if (batch.length > 1) {
          pending.unshift(...takeApart(batch, result.fileIndex));
          continue;
        }
        await mkdir(folder, { recursive: true, mode: 0o700 });
        segment = await writeCrashed(context, folder, batch, nextId, result.why);
      }
      for (const { row } of segment.evidences) {
        rows.push(row);
        nextId = Math.max(nextId, row.evidence_id + 1);
      }
      for (const sha256 of heldHashes(segment.evidences).values()) known.add(sha256);
      folders.push(name);
      progress.finish(batch);
    }
    return { status: 'staged', folders, rows };
  } finally {
    importer?.close();
  }
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
