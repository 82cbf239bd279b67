/** Several importers give what one gives: evidence numbers, duplicates, what was lost, in the order of the files. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LedgerRow } from '../../shared/evidence';
import { openWorkspace } from '../case/workspace';
import { blankEntry, blankRow } from '../evidence/ledger';
import { type EvidenceEntry, newSegment } from '../evidence/segment';
import { type FromImporter, type ImportJob, toImporterSchema } from '../importer/messages';
import type { Child } from '../process/pipe';
import type { EngineContext } from './context';
import { listFiles } from './import-plan';
import { type RunResult, runImport } from './import-run';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'throughline-run-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** As the importer keeps its books: what is known is a duplicate, what could not be read may come again. */
async function read(
  job: ImportJob,
  told: (index: number) => void,
  isCrowded: () => boolean,
): Promise<EvidenceEntry[] | 'crash'> {
  const known = new Set(job.known);
  const entries: EvidenceEntry[] = [];
  let lastId = Math.max(...job.files.map(({ evidenceId }) => evidenceId));
  const add = (row: LedgerRow, bytes: string, status: LedgerRow['status']): void => {
    const isKnown = status !== 'empty' && known.has(sha256(bytes));
    if (!isKnown && status !== 'unrecognised') known.add(sha256(bytes));
    const told: LedgerRow = {
      ...row,
      size_bytes: bytes.length,
      sha256: sha256(bytes),
      status: isKnown ? 'duplicate' : status,
    };
    entries.push(blankEntry(told, {}, 'test'));
  };
  for (const [index, file] of job.files.entries()) {
    told(index);
    const text = await readFile(file.path, 'utf8');
    const row = blankRow(file.evidenceId, basename(file.path), file.name);
    if (text.startsWith('crash') || (text.startsWith('heavy') && isCrowded())) return 'crash';
    if (text === '') add(row, text, 'empty');
    else if (text.startsWith('odd')) add(row, text, 'unrecognised');
    else if (text.startsWith('holds ')) {
      add(row, text, 'container');
      for (const member of text.slice(6).split(',')) {
        lastId += 1;
        add({ ...blankRow(lastId, row.path, member), member }, member, 'loaded');
      }
    } else add(row, text, 'loaded');
  }
  return entries;
}

/**
 * Importers within this process that take their time, each another. One dies at a file `crash`, at a file `heavy` where
 * others are at work too, and some of them once they have done a job.
 */
function importers(delays: readonly number[], areTwoAtOnce: boolean) {
  const jobs = { begun: 0, most: 0, under: 0 };
  const spawn = (): Child => {
    let receive: Parameters<Child['onMessage']>[0] = () => undefined;
    let close: Parameters<Child['onClose']>[0] = () => undefined;
    const cancelled = new Set<string>();
    let own = 0;
    const tell = (message: FromImporter): void => receive(message, []);
    const perform = async (job: ImportJob): Promise<void> => {
      const delay = delays[jobs.begun++ % delays.length] ?? 0;
      own += 1;
      jobs.under += 1;
      jobs.most = Math.max(jobs.most, jobs.under);
      while (areTwoAtOnce && jobs.begun < 2) await new Promise(setImmediate);
      const entries = await read(
        job,
        (fileIndex) => {
          const progress = { fileIndex, name: '', bytesRead: 0, bytesTotal: 1, records: 0 };
          tell({ kind: 'progress', jobId: job.jobId, progress });
        },
        () => jobs.under > 1,
      );
      for (let turn = 0; turn < delay; turn += 1) await new Promise(setImmediate);
      jobs.under -= 1;
      if (entries === 'crash') return close({ code: null, signal: 'SIGKILL' });
      const isCancelled = cancelled.has(job.jobId);
      tell({ kind: 'done', jobId: job.jobId, cancelled: isCancelled, segment: newSegment(entries) });
      const done = own;
      const die = (): void => (own === done ? close({ code: 1, signal: null }) : undefined);
      if (delay % 5 === 4) setImmediate(die);
    };
    return {
      pid: undefined,
      send(value) {
        const message = toImporterSchema.parse(value);
        if (message.kind === 'job') void perform(message.job);
        if (message.kind === 'cancel') cancelled.add(message.jobId);
      },
      onMessage: (listener) => {
        receive = listener;
      },
      onClose: (listener) => {
        close = listener;
      },
      close: () => undefined,
      kill: () => undefined,
      lastWords: () => '',
    };
  };
  return { jobs, spawner: { spawn } };
}

async function runWith(
  name: string,
  most: number,
  delays: readonly number[],
  sizes: readonly number[] = [1],
  areTwoAtOnce = false,
) {
  const opened = await openWorkspace({
    folder: join(folder, name),
    mode: 'write',
    create: true,
    now: () => new Date(0),
  });
  if (!opened.ok) throw new Error(opened.problem.what);
  const { jobs, spawner } = importers(delays, areTwoAtOnce);
  const shares: number[] = [];
  const context = {
    spawner,
    version: 'test',
    now: () => new Date(shares.length * 1000),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    notify: (_: string, { bytesRead, bytesTotal }: { bytesRead: number; bytesTotal: number }) =>
      shares.push(bytesRead / bytesTotal),
    settings: { libraryFolder: join(folder, 'none'), dataFolder: null },
    case: null,
  } as unknown as EngineContext;
  const found = await listFiles([{ path: join(folder, 'files'), name: 'files', options: {} }]);
  const files = found.map((file, index) => ({ ...file, sizeBytes: sizes[index % sizes.length] ?? 1 }));
  const result = await runImport({
    context,
    workspace: opened.value,
    importId: 'one',
    files,
    copy: false,
    replaces: [],
    signal: new AbortController().signal,
    importers: most,
  });
  await opened.value.close();
  return { result, jobs, shares };
}

function rowsOf(result: RunResult) {
  if (result.status !== 'staged') throw new Error(result.status);
  return result.rows.map(({ evidence_id, path, member, status, sha256, problem }) => {
    return [evidence_id, basename(path), member, status, sha256, problem?.code];
  });
}

async function write(texts: readonly string[]): Promise<void> {
  await rm(join(folder, 'files'), { recursive: true, force: true });
  await mkdir(join(folder, 'files'));
  for (const [index, text] of texts.entries())
    await writeFile(join(folder, 'files', `${String(index).padStart(4, '0')}.log`), text);
}

test('files of which each is its own are read beside each other, and counted in their order', async () => {
  await write(Array.from({ length: 210 }, (_, index) => `text ${index}`));
  const one = await runWith('one', 1, [0]);
  const four = await runWith('four', 4, [40, 0, 10, 2]);
  expect(rowsOf(four.result)).toEqual(rowsOf(one.result));
  expect(rowsOf(one.result).map(([id]) => id)).toEqual(Array.from({ length: 210 }, (_, index) => index + 1));
  expect([one.jobs, four.jobs.begun]).toEqual([{ begun: 8, most: 1, under: 0 }, 8]);
  expect(four.jobs.most).toBeGreaterThan(1);
  expect(four.shares.every((share) => share >= 0 && share <= 1)).toBe(true);
});

test('numbers that a batch before left elsewhere; a file that is lost only beside others', async () => {
  const texts = Array.from({ length: 26 }, (_, index) => `text ${index}`);
  await write([...texts.slice(0, 3), 'holds a,b,c', ...texts.slice(4, 25), 'crash']);
  expect(rowsOf((await runWith('a', 4, [0])).result)).toEqual(rowsOf((await runWith('b', 1, [0])).result));
  await write(['heavy 1', 'heavy 2', 'heavy 3', 'heavy 4']);
  const four = await runWith('c', 4, [9], [20e6], true);
  expect(rowsOf(four.result)).toEqual(rowsOf((await runWith('d', 1, [0], [20e6])).result));
  expect(rowsOf(four.result).map(([, , , status]) => status)).toEqual(Array(4).fill('loaded'));
  expect(four.jobs.begun).toBeGreaterThan(4);
});

test('whatever the files hold and however long each batch takes', async () => {
  const text = fc.oneof(
    { weight: 30, arbitrary: fc.integer().map((number) => `text ${number}`) },
    { weight: 1, arbitrary: fc.constantFrom('', 'odd 1', 'odd 2', 'twin 1', 'twin 2', 'crash', 'heavy') },
    { weight: 1, arbitrary: fc.constantFrom('holds a,b', 'holds b', 'a', 'b', 'holds twin 1,a') },
  );
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(text, { minLength: 60, maxLength: 120 }),
      fc.array(fc.nat(60), { minLength: 1, maxLength: 7 }),
      fc.integer({ min: 2, max: 4 }),
      // Of more than 32 MB a file stands alone.
      fc.array(fc.constantFrom(1, 1, 1, 5e6, 20e6), { minLength: 1, maxLength: 9 }),
      async (texts, delays, most, sizes) => {
        await write(texts);
        run += 1;
        const one = await runWith(`one-${run}`, 1, delays, sizes);
        const many = await runWith(`many-${run}`, most, delays, sizes);
        expect(rowsOf(many.result)).toEqual(rowsOf(one.result));
      },
    ),
    { numRuns: 40, endOnFailure: true },
  );
});
