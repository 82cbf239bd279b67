/** Files that are not finished yet. */
import { basename, dirname, join } from 'node:path';

/** Name of the unfinished file, told apart from others' by the process that writes it. */
export function partOf(target: string, pid: number, number: number): string {
  return join(dirname(target), `.${basename(target)}.${pid}-${number}.part`);
}
