/**
 * Test support: an importer that speaks the real messages and makes one event of each line, so that the engine can
 * be tried without the readers. File names say what it shall do: `crash` dies, `heavy` of a full heap, `slow`
 * takes its time, `full` fails.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { blankEntry, blankRow } from '../evidence/ledger';
import { type EvidenceEntry, newSegment, writeSegment } from '../evidence/segment';
import { type FromImporter, type ImportJob, toImporterSchema } from '../importer/messages';
import { dieWithParent, openWorkPort } from '../process/parent-port';
import { makeSegment } from '../store/segment-for-tests';

const port = openWorkPort();
dieWithParent(port);
const tell = (message: FromImporter): void => port.send(message);
let cancelled = '';

port.onMessage((value) => {
  const message = toImporterSchema.parse(value);
  if (message.kind === 'cancel') cancelled = message.jobId;
  else if (message.kind === 'job') void perform(message.job);
  else if (message.kind === 'look') {
    if (message.name.includes('crash')) process.kill(process.pid, 'SIGKILL');
    const candidates = [{ format: 'made-up', title: 'Made up', score: 1, why: `named ${message.name}` }];
    const { requestId } = message;
    tell({
      kind: 'looked',
      requestId,

      candidates,
      members: [],
      problem: null,
      preview: null,
    });
  }
});

async function perform(job: ImportJob): Promise<void> {
  const { jobId, stagingFolder } = job;
  const entries: EvidenceEntry[] = [];
  for (const [fileIndex, file] of job.files.entries()) {
    const text = readFileSync(file.readFrom ?? file.path, 'utf8');
    const lines = text.split('\n').filter((line) => line !== '').length;
    const progress = { fileIndex, name: file.name, bytesTotal: text.length, records: lines };
    tell({ kind: 'progress', jobId, progress: { ...progress, bytesRead: 0 } });
    await wait(1);
    if (file.name.includes('crash')) process.kill(process.pid, 'SIGKILL');
    if (file.name.includes('heavy')) {
      process.stderr.write(
        `FATAL ERROR: Reached heap limit - JavaScript heap out of memory\n 1: 0x1 _start\n`,
      );
      await wait(50);
      process.abort();
    }
    if (file.name.includes('full')) {
      tell({ kind: 'problem', jobId, problem: { code: 'disk-full', what: 'The disk is full.' } });
      return;
    }
    for (let step = 0; file.name.includes('slow') && step < 100 && cancelled !== jobId; step += 1) {
      tell({ kind: 'progress', jobId, progress: { ...progress, bytesRead: step } });
      await wait(20);
    }
    entries.push(entryOf(job, file, lines, text));
  }
  if (cancelled === jobId) {
    tell({ kind: 'done', jobId, cancelled: true, segment: newSegment(entries) });
    return;
  }
  const made = entries.map(({ row }) => ({ id: row.evidence_id, events: row.events }));
  await makeSegment(dirname(stagingFolder), basename(stagingFolder), made);
  await writeSegment(stagingFolder, entries);
  tell({ kind: 'done', jobId, cancelled: false, segment: newSegment(entries) });
}

function entryOf(
  job: ImportJob,
  file: ImportJob['files'][number],
  lines: number,
  text: string,
): EvidenceEntry {
  const row = {
    ...blankRow(file.evidenceId, file.path, file.name),
    size_bytes: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
    format: 'made-up',
    format_title: 'Made up',
    time_zone: 'UTC',
    time_zone_source: 'in record',
    year_source: 'in record',
    records: lines,
    loaded: lines,
    events: lines,
    first: '2026-01-01T00:00:00.000000Z',
    status: 'loaded',
  } as const;
  return {
    ...blankEntry(row, file.options, job.importerVersion),
    importedAt: '2026-01-01T00:00:00.000000Z',
    recordFile: 'record-1.parquet',
    sourceColumns: ['line'],
    recordColumns: ['line'],
    encoding: 'utf-8',
    streamBytes: text.length,
    modifiedAt: statSync(file.readFrom ?? file.path).mtime.toISOString(),
  };
}
