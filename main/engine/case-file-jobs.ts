/** Saving, checking and taking over a case file: what the window and the command line ask for. */
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import type { Result } from '../../shared/protocol';
import { errorText, syncTree, writeWhole } from '../case/durable';
import { isProcessAlive } from '../case/lock';
import { partOf } from '../case-file/part';
import { startCaseFileProcess, unexpected } from './case-file-process';
import type { EngineContext } from './context';
import type { OpenCase } from './open-case';
import { type CaseFileAsked, readingOf } from './open-case-file';
import { privateFolder } from './private-folder';

export interface PackAsked {
  readonly target: string;
  readonly embed: boolean;
  readonly passphrase: string | null;
  readonly signKey: string | null;
}

let packs = 0;

/** Saves the open case as it is at this moment; imports that are under way stay out. */
export async function packOpenCase(
  context: EngineContext,
  open: OpenCase,
  { target, embed, passphrase, signKey }: PackAsked,
  signal: AbortSignal,
): Promise<Outcome<Result<'case.pack'>>> {
  if (open.file) {
    await open.file.complete;
    if (open.file.state().check === 'damaged') return fail(damagedSource);
    if (open.file.path === target) return fail(ontoItself(target));
  }
  await sweepParts(target);
  packs += 1;
  const part = partOf(target, process.pid, packs);
  const work = startCaseFileProcess(
    context.spawner,
    {
      kind: 'pack',
      folder: open.workspace.folder,
      segments: open.workspace.segments.map(({ name }) => name),
      embed,
      applicationVersion: context.version,
      target,
      part,
      passphrase,
      signKey,
      now: context.now().toISOString(),
    },
    progressOf(context),
    signal,
  );
  const done = await work.next();
  work.stop();
  if (done.kind === 'packed') {
    const { kind: _kind, ...packed } = done;
    context.log.info(`saved the case as ${target}: ${packed.entries} entries, ${packed.sizeBytes} bytes`);
    return succeed(packed);
  }
  await rm(part, { force: true }).catch(() => undefined);
  return fail(done.kind === 'problem' ? done.problem : unexpected);
}

export async function verifyFile(
  context: EngineContext,
  asked: CaseFileAsked,
  signal: AbortSignal,
): Promise<Outcome<Result<'case.verify'>>> {
  const folder = await privateFolder();
  try {
    const reading = await readingOf(asked.path, asked, context.settings);
    const work = startCaseFileProcess(
      context.spawner,
      { kind: 'verify', folder: folder.path, ...reading },
      progressOf(context),
      signal,
    );
    const done = await work.next();
    work.stop();
    if (done.kind === 'problem') return fail(done.problem);
    if (done.kind !== 'verified') return fail(unexpected);
    const { whole, entries, signedBy, problems } = done;
    return succeed({ whole, entries, signedBy, problems });
  } finally {
    await folder.remove();
  }
}

/** A workspace of a case file that was looked into: all of it or nothing appears at `folder`. */
export async function makeWorkspace(open: OpenCase, folder: string, name: string): Promise<Outcome<string>> {
  const { file } = open;
  if (!file) return fail(noFile);
  await file.complete;
  if (file.state().check === 'damaged') return fail(damagedSource);
  const part = join(dirname(folder), `.${basename(folder)}.${process.pid}.part`);
  try {
    await mkdir(part, { recursive: true, mode: 0o700 });
    for (const each of ['facts', 'sets', 'journal.jsonl']) {
      await cp(join(file.folder, each), join(part, each), { recursive: true, errorOnExist: true }).catch(
        (error: unknown) => {
          if (!isAbsent(error)) throw error;
        },
      );
    }
    const about: unknown = JSON.parse(await readFile(join(file.folder, 'case.json'), 'utf8'));
    // Whoever goes on with it is asked who they are; what is in the journal keeps its author.
    const mine = { ...(typeof about === 'object' ? about : {}), name, author: null };
    await writeWhole(join(part, 'case.json'), `${JSON.stringify(mine, null, 1)}\n`);
    await syncTree(part);
    await rename(part, folder);
    return succeed(folder);
  } catch (error) {
    await rm(part, { recursive: true, force: true }).catch(() => undefined);
    return fail({
      code: 'workspace-not-made',
      what: 'The case could not be made from the case file.',
      why: errorText(error),
      where: folder,
      help: 'Check that the folder is new, can be written and has room.',
    });
  }
}

/** Makes a pair of keys without a password: `<path>.key` and `<path>.pub`. */
export async function makeKeys(context: EngineContext, path: string): Promise<Outcome<{ id: string }>> {
  const work = startCaseFileProcess(context.spawner, { kind: 'key', path }, () => undefined);
  const done = await work.next();
  work.stop();
  if (done.kind === 'keyed') return succeed({ id: done.id });
  return fail(done.kind === 'problem' ? done.problem : unexpected);
}

function progressOf(context: EngineContext) {
  return (step: string, done: number, of: number): void =>
    context.notify('file.progress', { step, done, of });
}

/** Unfinished files of processes that are no more, beside the one to be written. */
async function sweepParts(target: string): Promise<void> {
  const start = `.${basename(target)}.`;
  for (const name of await readdir(dirname(target)).catch(() => [])) {
    if (!name.startsWith(start)) continue;
    const pid = Number(/^(\d+)-\d+\.part$/.exec(name.slice(start.length))?.[1]);
    if (Number.isInteger(pid) && !isProcessAlive(pid))
      await rm(join(dirname(target), name), { force: true }).catch(() => undefined);
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

const noFile: Problem = {
  code: 'no-case-file',
  what: 'The open case is not a case file.',
  help: 'It can be worked on as it is.',
};

const damagedSource: Problem = {
  code: 'case-file-damaged',
  what: 'The case file is damaged, so nothing is made from it.',
  why: 'what is missing would be missing without a word',
  help: 'Ask for the file again.',
};

function ontoItself(where: string): Problem {
  return {
    code: 'same-file',
    what: 'A case file cannot be saved onto itself.',
    where,
    help: 'Give the copy another name.',
  };
}
