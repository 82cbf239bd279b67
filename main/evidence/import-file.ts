/**
 * One file from its path to facts: detect, split and stage in one pass, compile the format, write events, points,
 * rejects and the source's own columns. Every outcome is a ledger row; nothing that a file holds makes it throw.
 */
import { join as joinPath } from 'node:path';
import type { Outcome, Problem } from '../../shared/problem';
import type { Format } from '../formats/format';
import type { ImportFile } from '../importer/messages';
import { choose, type Detection, detect } from './detect';
import { Draft } from './entry-draft';
import { type FactInput, type PreparedFacts, prepareFacts, writeFacts } from './facts';
import { duplicateProblem, type FileContext, isDuplicate, WORK_FOLDER, withCopy } from './file-context';
import type { ReadPlan } from './plan';
import type { EvidenceEntry } from './segment';
import { newReport, type ReadReport, streamSource } from './source';
import { type Staged, type StageInput, stageFile } from './stage';
import { dropFast, type FastStaged, isFastCandidate, stageFast } from './stage-fast';

export async function importFile(context: FileContext, file: ImportFile): Promise<EvidenceEntry> {
  const started = performance.now();
  const draft = new Draft(file, context.importerVersion);
  try {
    await run(context, file, draft);
  } catch (error) {
    await context.writer.forget(file.evidenceId);
    const cancelled = context.cancelled();
    draft.clear();
    draft.end(cancelled ? 'cancelled' : 'failed', cancelled ? null : unexpected(error, file));
  }
  draft.row.seconds = Math.round(performance.now() - started) / 1000;
  return draft.entry(context.now());
}

async function run(context: FileContext, file: ImportFile, draft: Draft): Promise<void> {
  if (file.unread) {
    return draft.end(file.unread.code === 'name-not-utf8' ? 'failed' : 'unrecognised', file.unread);
  }
  const path = file.readFrom ?? file.path;
  const found = await detect(context.database, context.library, path, {
    delimiter: context.delimiter,
    encoding: file.options.encoding,
  });
  if (!found.ok) return draft.end('failed', found.problem);
  const detection = found.value;
  const { head } = detection;
  draft.head(detection);
  if (head.kind.kind === 'empty') {
    draft.row.sha256 = (await hashOnly(context, path, draft)).sha256;
    return head.problem ? draft.end('failed', head.problem) : draft.end('empty', null);
  }
  if (head.kind.kind === 'container') {
    const report = await hashOnly(context, path, draft);
    draft.row.sha256 = report.sha256;
    if (report.problem) return draft.end('failed', report.problem);
    if (isDuplicate(context, report.sha256)) return draft.end('duplicate', duplicateProblem());
    if (report.sha256) context.known.add(report.sha256);
    draft.row.format_title = head.kind.title;
    return draft.end('container', null);
  }
  if (head.kind.kind === 'capture') {
    // The dissectors take a while to load, which no other file should wait for.
    const { loadCapture } = await import('./import-capture');
    return loadCapture(context, file, draft, detection);
  }
  const chosen = choose(detection, context.library, file.options.format);
  if (!chosen.ok) {
    const report = await hashOnly(context, path, draft);
    draft.row.sha256 = report.sha256;
    if (report.problem) return draft.end('failed', report.problem);
    if (isDuplicate(context, report.sha256)) return draft.end('duplicate', duplicateProblem());
    const isDamaged = chosen.problem.code.startsWith('parquet-');
    return draft.end(isDamaged ? 'failed' : 'unrecognised', chosen.problem);
  }
  await load(context, file, draft, detection, chosen.value.format, chosen.value.plan);
}

async function load(
  context: FileContext,
  file: ImportFile,
  draft: Draft,
  detection: Detection,
  format: Format,
  firstPlan: ReadPlan,
): Promise<void> {
  const { database } = context;
  const { head, sample } = detection;
  if (!sample) return draft.end('unrecognised', detection.problem);
  const input: StageInput = {
    path: file.readFrom ?? file.path,
    compression: head.compression,
    encoding: sample.guess,
    plan: firstPlan,
    folder: joinPath(context.stagingFolder, WORK_FOLDER),
    cancelled: context.cancelled,
    progress: (bytes, records) => context.progress(bytes, head.sizeBytes, records),
  };
  const fileTimeUs = head.gzipTimeUs ?? Math.round(head.modifiedMs * 1000);
  const staging = await stageAny(context, draft, input, head.sizeBytes, { file, format, fileTimeUs });
  try {
    await keep(context, draft, staging);
  } finally {
    if (staging.fast) await dropFast(database, staging.fast);
  }
}

/** What is known of a file besides how it is read. */
type FileFacts = Pick<FactInput, 'file' | 'format' | 'fileTimeUs'>;

interface Staging {
  readonly staged: Staged;
  readonly fast: FastStaged | null;
  readonly facts: FactInput;
  /** Where it is under way already. */
  readonly prepared: Promise<Outcome<PreparedFacts>> | null;
}

async function keep(context: FileContext, draft: Draft, staging: Staging): Promise<void> {
  const { staged, facts } = staging;
  const { file, format, plan } = facts;
  draft.staged(staged);
  if (staged.cancelled) return draft.end('cancelled', null);
  if (isDuplicate(context, staged.sha256)) {
    draft.clear();
    return draft.end('duplicate', duplicateProblem());
  }
  draft.format(format, context.library.ownText?.(format.id));
  if (plan.kind === 'json' && plan.envelope !== null && format.generic)
    draft.note(envelopeNote(plan.envelope));
  const prepared = await (staging.prepared ?? prepareFacts(facts));
  if (!prepared.ok) {
    await context.writer.forget(file.evidenceId);
    draft.clear();
    return draft.end('failed', prepared.problem);
  }
  if (context.cancelled()) return draft.end('cancelled', null);
  draft.counts(await writeFacts(facts, prepared.value), staged);
  if (staged.sha256) context.known.add(staged.sha256);
}

/** The fast way where it is open, else the slow one, once more when a header further down adds columns. */
async function stageAny(
  context: FileContext,
  draft: Draft,
  input: StageInput,
  sizeBytes: number,
  known: FileFacts,
): Promise<Staging> {
  const { database } = context;
  const { plan } = input;
  if (isFastCandidate(input, sizeBytes)) {
    const staging = await stageFastAndPrepare(context, draft, input, known);
    if (staging) return staging;
  }
  const facts = (read: ReadPlan, { records }: Staged): FactInput => {
    return { ...context, ...known, plan: read, fast: null, records };
  };
  const staged = await withCopy(context, draft, (copyTo) => {
    return stageFile(database, copyTo ? { ...input, copyTo } : input);
  });
  if (plan.kind !== 'zeek' || staged.laterFields.length === 0)
    return { staged, fast: null, facts: facts(plan, staged), prepared: null };
  const fields = [...plan.header.fields, ...staged.laterFields];
  const wider: ReadPlan = { ...plan, header: { ...plan.header, fields } };
  const again = await stageFile(database, { ...input, plan: wider });
  return { staged: again, fast: null, facts: facts(wider, again), prepared: null };
}

/** Null, with nothing staged, where the fast way turned out to be closed. */
async function stageFastAndPrepare(
  context: FileContext,
  draft: Draft,
  input: StageInput,
  known: FileFacts,
): Promise<Staging | null> {
  const { database } = context;
  const { fast } = await withCopy(context, draft, async (copyTo) => {
    const fast = await stageFast(database, copyTo ? { ...input, copyTo } : input);
    return { fast, sha256: fast?.staged.sha256 ?? null };
  });
  if (fast === null) return null;
  const { staged } = fast;
  const facts: FactInput = { ...context, ...known, plan: input.plan, fast, records: staged.records };
  if (staged.cancelled || isDuplicate(context, staged.sha256)) return { staged, fast, facts, prepared: null };
  const prepared = prepareFacts(facts);
  // Where it fails, that is told once the file is: nobody waits for it before.
  const [same] = await Promise.allSettled([fast.isSame(), prepared]);
  if (same.status === 'fulfilled' && same.value) return { staged, fast, facts, prepared };
  await dropFast(database, fast);
  return null;
}

async function hashOnly(context: FileContext, path: string, draft: Draft): Promise<ReadReport> {
  const report = newReport();
  await withCopy(context, draft, async (copyTo) => {
    for await (const _ of streamSource(path, null, report, copyTo ? { copyTo } : {})) {
      if (context.cancelled()) throw new Error('cancelled');
      context.progress(report.diskBytes, draft.row.size_bytes, 0);
    }
    return report;
  });
  return report;
}

function envelopeNote(key: string): string {
  return `The file is one object; its records are the elements of ${key}. What stands beside ${key} is in no record.`;
}

function unexpected(error: unknown, file: ImportFile): Problem {
  const text = error instanceof Error ? error.message : String(error);
  return {
    code: 'import-failed',
    what: 'The file could not be imported.',
    why: text.split('\n')[0]?.slice(0, 500) ?? '',
    where: file.path,
    help: 'The other files are not touched by this. If it happens again, please report it.',
  };
}
