/**
 * One file from its path to facts: detect, split and stage in one pass, compile the format, write events, points,
 * rejects and the source's own columns. Every outcome is a ledger row; nothing that a file holds makes it throw.
 */
import { join as joinPath } from 'node:path';
import type { Problem } from '../../shared/problem';
import type { Format } from '../formats/format';
import type { ImportFile } from '../importer/messages';
import { choose, type Detection, detect } from './detect';
import { Draft } from './entry-draft';
import { writeFacts } from './facts';
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
  const staging = await stageAny(context, draft, input, head.sizeBytes);
  try {
    await keep(context, file, draft, detection, format, staging);
  } finally {
    if (staging.fast) await dropFast(database, staging.fast);
  }
}

interface Staging {
  readonly plan: ReadPlan;
  readonly staged: Staged;
  readonly fast: FastStaged | null;
}

async function keep(
  context: FileContext,
  file: ImportFile,
  draft: Draft,
  { head }: Detection,
  format: Format,
  { plan, staged, fast }: Staging,
): Promise<void> {
  draft.staged(staged);
  if (staged.cancelled) return draft.end('cancelled', null);
  if (isDuplicate(context, staged.sha256)) {
    draft.clear();
    return draft.end('duplicate', duplicateProblem());
  }
  draft.format(format, context.library.ownText?.(format.id));
  if (plan.kind === 'json' && plan.envelope !== null && format.generic)
    draft.note(envelopeNote(plan.envelope));
  const fileTimeUs = head.gzipTimeUs ?? Math.round(head.modifiedMs * 1000);
  const written = await writeFacts({ ...context, file, format, plan, fast, fileTimeUs });
  if (!written.ok) {
    await context.writer.forget(file.evidenceId);
    draft.clear();
    return draft.end('failed', written.problem);
  }
  draft.counts(written.value, staged);
  if (staged.sha256) context.known.add(staged.sha256);
}

/** The fast way where it is open, else the slow one, once more when a header further down adds columns. */
async function stageAny(
  context: FileContext,
  draft: Draft,
  input: StageInput,
  sizeBytes: number,
): Promise<Staging> {
  const { database } = context;
  const { plan } = input;
  if (isFastCandidate(input, sizeBytes)) {
    const { fast } = await withCopy(context, draft, async (copyTo) => {
      const fast = await stageFast(database, copyTo ? { ...input, copyTo } : input);
      return { fast, sha256: fast?.staged.sha256 ?? null };
    });
    if (fast) return { plan, staged: fast.staged, fast };
  }
  const staged = await withCopy(context, draft, (copyTo) => {
    return stageFile(database, copyTo ? { ...input, copyTo } : input);
  });
  if (plan.kind !== 'zeek' || staged.laterFields.length === 0) return { plan, staged, fast: null };
  const fields = [...plan.header.fields, ...staged.laterFields];
  const wider: ReadPlan = { ...plan, header: { ...plan.header, fields } };
  return { plan: wider, staged: await stageFile(database, { ...input, plan: wider }), fast: null };
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
