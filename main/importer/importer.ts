/**
 * Entry of an importer process: takes one job at a time from the engine, reads the files, leaves Parquet in the
 * staging folder. It knows no case, opens no network, and ends with its parent.
 */
import { importSegment } from '../evidence/import';
import { libraryWith } from '../evidence/library-of-formats';
import { measureSpace, spaceProblem } from '../evidence/survey';
import { dieWithParent, keepFilesPrivate, openWorkPort } from '../process/parent-port';
import { type LookRequest, look, prepare } from './look';
import { type FromImporter, type ImportJob, type ImportProgress, toImporterSchema } from './messages';

/** Progress is for eyes: more often than this only costs. */
const PROGRESS_INTERVAL_MS = 100;

keepFilesPrivate();
const port = openWorkPort();
dieWithParent(port);
const tell = (message: FromImporter): void => port.send(message);

let current: { readonly jobId: string; readonly abort: AbortController } | null = null;
const waiting: ImportJob[] = [];

port.onMessage((value) => {
  const message = toImporterSchema.safeParse(value);
  if (!message.success) return;
  if (message.data.kind === 'job') {
    waiting.push(message.data.job);
    void work();
  } else if (message.data.kind === 'prepare') {
    looking = looking.then(prepare);
  } else if (message.data.kind === 'look') {
    lookInTurn(message.data);
  } else if (current?.jobId === message.data.jobId) {
    current.abort.abort();
  }
});
tell({ kind: 'ready' });

let looking: Promise<void> = Promise.resolve();

/** They share one scratch database. */
function lookInTurn(request: LookRequest): void {
  looking = looking.then(async () => tell(await look(request)));
}

async function work(): Promise<void> {
  if (current) return;
  for (let job = waiting.shift(); job; job = waiting.shift()) {
    const abort = new AbortController();
    current = { jobId: job.jobId, abort };
    tell(await perform(job, abort.signal));
    current = null;
  }
}

async function perform(job: ImportJob, signal: AbortSignal): Promise<FromImporter> {
  const { jobId } = job;
  try {
    const paths = job.files.map(({ path, readFrom }) => readFrom ?? path);
    const tooFull = spaceProblem(await measureSpace(job.stagingFolder, paths, job.copy), job.stagingFolder);
    if (tooFull) return { kind: 'problem', jobId, problem: tooFull };
    const progress = throttle((value) => tell({ kind: 'progress', jobId, progress: value }));
    const { segment, cancelled } = await importSegment(job, libraryWith(job.formats ?? []), {
      progress,
      signal,
      now: () => new Date(),
    });
    return { kind: 'done', jobId, cancelled, segment };
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 500) : String(error);
    return {
      kind: 'problem',
      jobId,
      problem: {
        code: 'import-not-written',
        what: 'The import could not be written.',
        why,
        where: job.stagingFolder,
        help: 'Check that the disk has room and may be written to, then import again.',
      },
    };
  }
}

/** Passes the first word of each file at once, others at intervals. */
function throttle(send: (value: ImportProgress) => void): (value: ImportProgress) => void {
  let file = -1;
  let sent = 0;
  return (value) => {
    const now = performance.now();
    if (value.fileIndex === file && now - sent < PROGRESS_INTERVAL_MS) return;
    file = value.fileIndex;
    sent = now;
    send(value);
  };
}
