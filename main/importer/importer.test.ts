/** The built importer as a process of its own: job, progress, cancel, what is left when it is killed. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FromImporter, fromImporterSchema, type ImportJob, type ToImporter } from './messages';

let root = '';
beforeAll(async () => {
  const { buildWhenStale } = await import(resolve('main/dev/build.mjs'));
  await buildWhenStale({ quiet: true });
  root = mkdtempSync(join(tmpdir(), 'throughline-importer-'));
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

function start(): ChildProcess {
  return fork(resolve('dist/main/importer.mjs'), [], { serialization: 'advanced', stdio: 'ignore' });
}

function makeJob(name: string, text: string): ImportJob {
  const folder = join(root, name);
  const stagingFolder = join(folder, 'staging');
  mkdirSync(stagingFolder, { recursive: true });
  writeFileSync(join(folder, 'a.log'), text);
  return {
    jobId: name,
    stagingFolder,
    files: [
      { evidenceId: 1, path: join(folder, 'a.log'), name: 'a.log', options: { format: 'attack-script-log' } },
    ],
    known: [],
    copy: false,
    memoryLimitMb: 400,
    threads: 1,
    importerVersion: 'test',
  };
}

function send(child: ChildProcess, message: ToImporter): void {
  child.send(message);
}

function waitFor(child: ChildProcess, wanted: (message: FromImporter) => boolean): Promise<FromImporter> {
  return new Promise((settle) => {
    child.on('message', (value) => {
      const message = fromImporterSchema.parse(value);
      if (wanted(message)) settle(message);
    });
  });
}

const ended = (child: ChildProcess) => new Promise((settle) => child.once('exit', settle));
const isEnd = ({ kind }: FromImporter) => kind === 'done' || kind === 'problem';
const line = (index: number) => `2026-05-06 07:08:09.${String(index).padStart(6, '0')} OpenValve START\n`;
const big = Array.from({ length: 200_000 }, (_, index) => line(index)).join('');

describe('importer process', () => {
  it('takes one job after another, then ends with its parent', async () => {
    const child = start();
    for (const name of ['first', 'second']) {
      const job = makeJob(name, line(1) + line(2) + name);
      const done = waitFor(child, isEnd);
      send(child, { kind: 'job', job });
      expect(await done).toMatchObject({
        kind: 'done',
        cancelled: false,
        segment: {
          evidences: [{ row: { format: 'attack-script-log', records: 3, loaded: 2, rejected: 1 } }],
        },
      });
      expect(readdirSync(job.stagingFolder)).toContain('segment.json');
      expect(readdirSync(job.stagingFolder)).not.toContain('.work');
    }
    const end = ended(child);
    child.disconnect();
    await end;
  });

  it('stops when cancelled and leaves no segment', async () => {
    const child = start();
    const job = makeJob('cancelled', big);
    const progress = waitFor(child, ({ kind }) => kind === 'progress');
    const done = waitFor(child, isEnd);
    send(child, { kind: 'job', job });
    await progress;
    send(child, { kind: 'cancel', jobId: job.jobId });
    expect(await done).toMatchObject({ kind: 'done', cancelled: true });
    expect(readdirSync(job.stagingFolder)).not.toContain('segment.json');
    child.disconnect();
    await ended(child);
  });

  it('leaves no segment when killed', async () => {
    const child = start();
    const job = makeJob('killed', big);
    const progress = waitFor(child, ({ kind }) => kind === 'progress');
    send(child, { kind: 'job', job });
    await progress;
    const end = ended(child);
    child.kill('SIGKILL');
    await end;
    expect(readdirSync(job.stagingFolder)).not.toContain('segment.json');
  });

  it('says so when the staging folder is not there', async () => {
    const child = start();
    const job = { ...makeJob('gone', line(1)), stagingFolder: join(root, 'no', 'such', 'folder') };
    const done = waitFor(child, isEnd);
    send(child, { kind: 'job', job });
    expect(await done).toMatchObject({ kind: 'problem', problem: { code: 'import-not-written' } });
    child.disconnect();
    await ended(child);
  });
});
