/** What every handler of the engine may use. One per engine process. */
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import type { Notice, NoticeName } from '../../shared/protocol';
import type { Log } from '../case/log';
import type { Spawner } from '../process/spawn';
import type { Looker } from './looker';
import type { OpenCase } from './open-case';
import type { Recent } from './recent';
import type { Tokens } from './tokens';

export interface HostSettings {
  readonly host: 'electron' | 'browser' | 'cli';
  readonly dataFolder: string | null;
  readonly libraryFolder?: string | undefined;
  readonly casesFolder: string | null;
  readonly sampleFolder: string | null;
}

export interface EngineContext {
  readonly version: string;
  readonly tokens: Tokens;
  readonly spawner: Spawner;
  readonly looker: Looker;
  readonly now: () => Date;
  settings: HostSettings;
  recent: Recent;
  /** The open case; its log is the engine's log while it is open. */
  case: OpenCase | null;
  log: Log;
  /** The log to fall back to when the case closes. */
  hostLog: Log;
  /** One at a time: opening, closing and changing the case. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  notify<N extends NoticeName>(name: N, value: Notice<N>): void;
}

/** Runs each work after the one before has settled. */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}

/** One call under way: who asked, and whether it is still wanted. */
export interface Call {
  readonly context: EngineContext;
  readonly signal: AbortSignal;
  readonly client: number;
}

export function openCaseOf(context: EngineContext): Outcome<OpenCase> {
  if (context.case) return succeed(context.case);
  return fail({ code: 'no-case', what: 'No case is open.', help: 'Open or make a case first.' });
}

/** The open case where it may be changed. */
export function writableCaseOf(context: EngineContext): Outcome<OpenCase> {
  const opened = openCaseOf(context);
  if (!opened.ok || opened.value.workspace.readOnly === null) return opened;
  return fail(readOnlyCase(opened.value.workspace.readOnly));
}

export function readOnlyCase(why: string): Problem {
  return {
    code: 'case-read-only',
    what: 'The case cannot be changed: it is open for reading only.',
    why,
    help: 'Close it where it is open, then open it here again.',
  };
}
