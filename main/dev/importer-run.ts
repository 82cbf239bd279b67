/** Runs one import job in an importer process and says what became of it, also when the process ends or falls silent. */
import { fork } from 'node:child_process';
import { basename } from 'node:path';
import { describeProblem } from '../../shared/problem';
import type { EvidenceEntry } from '../evidence/segment';
import { type FromImporter, fromImporterSchema, type ToImporter } from '../importer/messages';

const WATCHDOG_MS = 60_000;

export type JobOutcome =
  | { readonly failure: null; readonly entries: readonly EvidenceEntry[] }
  /** `fileIndex` is the place of the file it was at. */
  | { readonly failure: string; readonly fileIndex: number };

export interface JobRequest {
  /** The importer's program. */
  readonly program: string;
  readonly paths: readonly string[];
  /** An empty folder that is there. */
  readonly stagingFolder: string;
  readonly zone?: string | undefined;
  readonly threads?: number;
  /** Called when a file is begun. */
  readonly begun?: (fileIndex: number) => void;
}

export function runImporter(request: JobRequest): Promise<JobOutcome> {
  const { program, paths, stagingFolder, zone, threads = 2 } = request;
  const child = fork(program, [], { serialization: 'advanced' });
  return new Promise<JobOutcome>((resolve) => {
    let fileIndex = 0;
    let watchdog: NodeJS.Timeout | undefined;
    const settle = (outcome: JobOutcome) => {
      clearTimeout(watchdog);
      child.removeAllListeners();
      child.kill('SIGKILL');
      resolve(outcome);
    };
    const rearm = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => settle({ failure: 'no sign of life for 60 s', fileIndex }), WATCHDOG_MS);
    };
    child.on('exit', (code, signal) =>
      settle({ failure: `the importer ended (${signal ?? code})`, fileIndex }),
    );
    child.on('message', (value) => {
      const parsed = fromImporterSchema.safeParse(value);
      const message: FromImporter | null = parsed.success ? parsed.data : null;
      if (message?.kind === 'progress' && message.progress.fileIndex !== fileIndex) {
        ({ fileIndex } = message.progress);
        request.begun?.(fileIndex);
        rearm();
      }
      if (message?.kind === 'problem') settle({ failure: describeProblem(message.problem), fileIndex });
      if (message?.kind === 'done') settle({ failure: null, entries: message.segment.evidences });
    });
    rearm();
    const options = zone === undefined ? {} : { zone };
    const job: ToImporter = {
      kind: 'job',
      job: {
        jobId: 'run',
        stagingFolder,
        files: paths.map((path, index) => ({ evidenceId: index + 1, path, name: basename(path), options })),
        known: [],
        copy: false,
        memoryLimitMb: 1000,
        threads,
        importerVersion: 'corpus',
      },
    };
    child.send(job);
  });
}
