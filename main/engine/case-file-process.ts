/** One job of one case file, done in a process of its own; what that process says is checked like a page's words. */
import type { Problem } from '../../shared/problem';
import { type FromCaseFile, fromCaseFileSchema, type ToCaseFile } from '../case-file/messages';
import type { Spawner } from '../process/spawn';

export interface CaseFileProcess {
  /** The next word of the process that is no progress; a problem when it ended or was stopped. */
  next(): Promise<Exclude<FromCaseFile, { kind: 'progress' }>>;
  /** By force: a job leaves nothing half done under a name that counts. */
  stop(): void;
}

export type OnProgress = (step: string, done: number, of: number) => void;

export function startCaseFileProcess(
  spawner: Spawner,
  job: ToCaseFile,
  onProgress: OnProgress,
  signal?: AbortSignal,
): CaseFileProcess {
  const child = spawner.spawn('casefile');
  const said: Exclude<FromCaseFile, { kind: 'progress' }>[] = [];
  const waiting: ((message: Exclude<FromCaseFile, { kind: 'progress' }>) => void)[] = [];
  let ended: Problem | null = null;
  const say = (message: Exclude<FromCaseFile, { kind: 'progress' }>): void => {
    const next = waiting.shift();
    if (next) next(message);
    else said.push(message);
  };
  const end = (problem: Problem): void => {
    ended ??= problem;
    for (const next of waiting.splice(0)) next({ kind: 'problem', problem: ended });
  };
  child.onMessage((value) => {
    const message = fromCaseFileSchema.safeParse(value);
    if (!message.success) {
      end(unexpected);
      child.kill();
    } else if (message.data.kind === 'progress') {
      const { step, done, of } = message.data;
      onProgress(step, done, of);
    } else say(message.data);
  });
  child.onClose(() => end(lost(child.lastWords())));
  const stop = (): void => {
    end(cancelled);
    child.kill();
  };
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  child.send(job);
  return {
    next() {
      const first = said.shift();
      if (first) return Promise.resolve(first);
      if (ended) return Promise.resolve({ kind: 'problem', problem: ended });
      return new Promise((resolve) => waiting.push(resolve));
    },
    stop,
  };
}

const cancelled: Problem = { code: 'cancelled', what: 'The work was cancelled.' };
export const unexpected: Problem = {
  code: 'case-file-failed',
  what: 'The case file could not be worked on.',
};

function lost(lastWords: string): Problem {
  return {
    code: 'case-file-failed',
    what: 'The work on the case file broke off: its process ended.',
    ...(lastWords ? { why: lastWords.split('\n').at(-1) ?? '' } : {}),
    help: 'Check that the disk has room, and do it again.',
  };
}
