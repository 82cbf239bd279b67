/**
 * A case file under the eyes of an analyst: unpacked by a process of its own into a private folder, shown as soon as
 * its events are there and proven, checked to its end while the analyst reads.
 */
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import type { CaseState } from '../../shared/protocol';
import type { Spawner } from '../process/spawn';
import { type CaseFileProcess, type OnProgress, startCaseFileProcess, unexpected } from './case-file-process';
import type { HostSettings } from './context';
import { type PrivateFolder, privateFolder } from './private-folder';

export interface CaseFileView {
  readonly path: string;
  /** A workspace's files, as far as they are there yet. */
  readonly folder: string;
  state(): NonNullable<CaseState['file']>;
  /** Settles when every entry has been checked, or the view was closed. */
  readonly complete: Promise<void>;
  close(): Promise<void>;
}

export interface CaseFileAsked {
  readonly path: string;
  readonly passphrase: string | null;
  /** Public key that must have signed it. */
  readonly mustBe?: string | null;
}

export interface CaseFileTools {
  readonly spawner: Spawner;
  readonly settings: HostSettings;
  readonly onProgress: OnProgress;
  /** Gives up until the case is shown, not after. */
  readonly signal: AbortSignal | undefined;
}

/** Whether a path is a case file rather than a workspace folder. */
export async function isCaseFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true;
}

/** Shown when this resolves; the rest is still being checked. */
export async function openCaseFile(
  asked: CaseFileAsked,
  tools: CaseFileTools,
): Promise<Outcome<CaseFileView>> {
  const folder = await privateFolder();
  const path = resolve(asked.path);
  const work = startCaseFileProcess(
    tools.spawner,
    { kind: 'open', folder: folder.path, ...(await readingOf(path, asked, tools.settings)) },
    tools.onProgress,
  );
  tools.signal?.addEventListener('abort', work.stop, { once: true });
  if (tools.signal?.aborted) work.stop();
  const first = await work.next();
  tools.signal?.removeEventListener('abort', work.stop);
  if (first.kind !== 'opened') {
    work.stop();
    await folder.remove();
    return fail(first.kind === 'problem' ? first.problem : unexpected);
  }
  return succeed(new View(path, folder, work, first.signedBy, first.notes));
}

class View implements CaseFileView {
  readonly path: string;
  readonly folder: string;
  readonly complete: Promise<void>;
  private readonly own: PrivateFolder;
  private readonly work: CaseFileProcess;
  private readonly signedBy: string | null;
  private check: 'checking' | 'whole' | 'damaged' = 'checking';
  private problems: readonly Problem[];

  constructor(
    path: string,
    own: PrivateFolder,
    work: CaseFileProcess,
    signedBy: string | null,
    notes: readonly Problem[],
  ) {
    this.path = path;
    this.own = own;
    this.folder = own.path;
    this.work = work;
    this.signedBy = signedBy;
    this.problems = notes;
    this.complete = this.finish();
  }

  state(): NonNullable<CaseState['file']> {
    return { path: this.path, check: this.check, problems: [...this.problems], signedBy: this.signedBy };
  }

  async close(): Promise<void> {
    this.work.stop();
    await this.own.remove();
  }

  private async finish(): Promise<void> {
    const last = await this.work.next();
    this.work.stop();
    const found =
      last.kind === 'checked' ? last.problems : [last.kind === 'problem' ? last.problem : unexpected];
    this.check = found.length > 0 ? 'damaged' : 'whole';
    this.problems = [...this.problems, ...found];
  }
}

/** What every job that reads a case file is told. */
export async function readingOf(
  path: string,
  { passphrase, mustBe = null }: Omit<CaseFileAsked, 'path'>,
  settings: HostSettings,
): Promise<{ path: string; passphrase: string | null; keys: string[]; mustBe: string | null }> {
  return { path, passphrase, keys: await keysAtHand(path, settings), mustBe };
}

const MOST_KEYS = 50;

/** Public keys kept with the program's own files, then those beside the case file. */
async function keysAtHand(path: string, { dataFolder }: HostSettings): Promise<string[]> {
  const folders = [...(dataFolder === null ? [] : [join(dataFolder, 'keys')]), dirname(path)];
  const keys: string[] = [];
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    keys.push(...names.filter((name) => name.endsWith('.pub')).map((name) => join(folder, name)));
  }
  return keys.slice(0, MOST_KEYS);
}
