/** One engine for one command: started, configured, and always ended. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Problem } from '../../shared/problem';
import type { CaseState } from '../../shared/protocol';
import { userFolders } from '../host/folders';
import { type EngineClient, startEngine } from '../process/engine-client';
import { type PageCaller, pageCaller } from '../process/page-caller';
import type { Given } from './command';
import { Ended } from './ended';
import { EXIT, exitOf } from './exit';
import { warnProblem } from './output';
import { askPassphrase, passphraseGiven } from './passphrase';

export interface Session {
  readonly engine: EngineClient;
  readonly page: PageCaller;
}

export interface CaseAsked {
  readonly folder: string;
  readonly mode: 'read' | 'write';
  readonly create: boolean;
  readonly cache: boolean;
  readonly name?: string;
  readonly passphrase?: string;
}

/** Runs work with an engine; a Problem that the work cannot go on from ends it through `must`. */
export async function withEngine(
  work: (session: Session) => Promise<number>,
  starting: { readonly forImport?: boolean } = {},
): Promise<number> {
  const engine = startEngine(starting);
  const page = pageCaller(engine.connect());
  try {
    must(
      await engine.control('engine.configure', {
        host: 'cli',
        dataFolder: null,
        // The library is the analyst's wherever it is written to; a command leaves no other trace beside the case.
        libraryFolder: userFolders().libraryFolder,
        casesFolder: null,
        sampleFolder: join(dirname(fileURLToPath(import.meta.url)), '../../sample-data/water-utility'),
      }),
    );
    return await work({ engine, page });
  } catch (error) {
    if (error instanceof Ended) return error.code;
    throw error;
  } finally {
    await engine.stop();
  }
}

export async function openCase({ engine }: Session, asked: CaseAsked): Promise<CaseState> {
  const state = must(await engine.control('case.openFolder', { ...asked, folder: resolve(asked.folder) }));
  if (asked.mode === 'write' && state.readOnly !== null) {
    warnProblem({
      code: 'case-locked',
      what: 'The case cannot be changed now.',
      why: state.readOnly,
      where: state.folder,
      help: 'Close it there and run the command again.',
    });
    throw new Ended(EXIT.couldNotRun);
  }
  return state;
}

/** Opens a workspace or a case file for reading, whose passphrase is asked for where it is needed. */
export async function openFile(
  { engine }: Session,
  path: string,
  given: Given,
  cache = false,
): Promise<CaseState> {
  const asked = { folder: resolve(path), mode: 'read' as const, create: false, cache };
  const passphrase = passphraseGiven(given);
  const first = await engine.control('case.openFolder', {
    ...asked,
    ...(passphrase === null ? {} : { passphrase }),
  });
  if (first.ok || first.problem.code !== 'passphrase-needed') return must(first);
  return must(await engine.control('case.openFolder', { ...asked, passphrase: await askPassphrase(false) }));
}

/** The value, or the end of the command with the problem on stderr. */
export function must<T>(
  outcome: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem },
): T {
  if (outcome.ok) return outcome.value;
  warnProblem(outcome.problem);
  throw new Ended(exitOf(outcome.problem));
}
