/** Exit codes of the command line: scripts depend on them. */
import type { Problem } from '../../shared/problem';

export const EXIT = {
  done: 0,
  /** Something was not taken in whole: failed, partial; unrecognised under --strict. */
  notAll: 1,
  usage: 2,
  /** Locked, newer case, refused SQL, engine lost. */
  couldNotRun: 3,
  cancelled: 130,
} as const;

export function exitOf(problem: Problem): number {
  return problem.code === 'cancelled' ? EXIT.cancelled : EXIT.couldNotRun;
}
