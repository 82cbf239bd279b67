/** The one shape of an expected failure, from the reader of bytes to the status bar. */
import { z } from 'zod';

export const problemSchema = z.object({
  /** Stable, kebab-case, for tests and help: `evidence-unreadable`. */
  code: z.string(),
  /** What happened, in the analyst's words. */
  what: z.string(),
  /** Why, as far as it is known. */
  why: z.string().optional(),
  /** File, line, byte offset or excerpt. */
  where: z.string().optional(),
  /** What to do, as an action. */
  help: z.string().optional(),
});

export type Problem = z.infer<typeof problemSchema>;

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

export function succeed<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function fail(problem: Problem): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem };
}

/** That `what` was written in a format later than this version reads; both formats have numbers. */
export function madeByNewer(what: string, where: string, version: number, upTo: number): Problem {
  return {
    code: 'case-newer',
    what,
    why: `its format number is ${version}, this version reads up to ${upTo}`,
    where,
    help: 'Use that version or a later one.',
  };
}

/** One line for a terminal, a ledger cell or a log: what, why, where, help. */
export function describeProblem(problem: Problem): string {
  const parts = [problem.what];
  if (problem.why) parts.push(`— ${problem.why}`);
  if (problem.where) parts.push(`(${problem.where})`);
  if (problem.help) parts.push(`→ ${problem.help}`);
  return parts.join(' ');
}
