/** What lies under the chosen tokens: every file, what it may be, and how much room there is; one file closer. */
import { statfs } from 'node:fs/promises';
import type { ImportOptions, Preview } from '../../../shared/evidence';
import { fail, type Outcome, type Problem, succeed } from '../../../shared/problem';
import type { Params, Result } from '../../../shared/protocol';
import type { Call } from '../context';
import { ownTexts } from '../formats';
import { listFiles, type PlanItem } from '../import-plan';
import type { LookMore } from '../looker';
import { unknownToken } from './case';

/** Files asked for at a time in each process, so that none waits for the next question. */
const ASKED_AHEAD = 2;

export async function survey(
  { context, signal }: Call,
  tokens: readonly string[],
  { inside = false, most = Number.POSITIVE_INFINITY }: Omit<Params<'evidence.survey'>, 'tokens'>,
): Promise<Outcome<Result<'evidence.survey'>>> {
  const items: PlanItem[] = [];
  for (const token of tokens) {
    const granted = context.tokens.resolve(token);
    if (!granted) return fail(unknownToken);
    items.push({ ...granted, options: {} });
  }
  const files = await listFiles(items);
  const formats = await ownTexts(context);
  const found: Result<'evidence.survey'>['files'] = [];
  let next = 0;
  const lookOn = async (): Promise<void> => {
    for (let at = next++; !signal.aborted; at = next++) {
      const file = files[at];
      if (!file) return;
      const { path, name, readFrom, sizeBytes, unread } = file;
      const isLooked = unread !== undefined || at < most;
      const looked =
        !isLooked || unread
          ? { candidates: [], members: [], problem: unread ?? null }
          : await context.looker.look({ path: readFrom ?? path, name }, null, { formats, inside });
      const { candidates, members, problem } = looked;
      const token = context.tokens.grant(file);
      found[at] = { token, name, path, sizeBytes, looked: isLooked, candidates, problem, members };
    }
  };
  await Promise.all(Array.from({ length: context.looker.width * ASKED_AHEAD }, lookOn));
  if (signal.aborted) return fail(cancelled);
  const { bavail, bsize } = await statfs(context.case?.workspace.folder ?? process.cwd());
  return succeed({
    files: found,
    totalBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    freeBytes: bavail * bsize,
  });
}

export async function preview(
  { context }: Call,
  token: string,
  options: ImportOptions,
  more: Pick<LookMore, 'draft' | 'records'>,
): Promise<Outcome<Preview>> {
  const granted = context.tokens.resolve(token);
  if (!granted) return fail(unknownToken);
  const { path, name, readFrom, unread } = granted;
  if (unread) return fail(unread);
  const formats = await ownTexts(context);
  const looked = await context.looker.look({ path: readFrom ?? path, name }, options, { formats, ...more });
  if (looked.preview) return succeed(looked.preview);
  return fail(
    looked.problem ?? { code: 'look-failed', what: 'The file could not be looked at.', where: path },
  );
}

const cancelled: Problem = { code: 'cancelled', what: 'The survey was cancelled.' };
