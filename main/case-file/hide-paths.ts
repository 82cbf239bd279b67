/** Segment descriptions as they go into a case file: names instead of the places of the author's computer. */
import { basename, dirname, win32 } from 'node:path';
import type { Problem } from '../../shared/problem';
import type { EvidenceEntry } from '../evidence/segment';

/**
 * The entry with its path cut to its name, in the path itself and wherever it is told of. `copied` says whether the
 * case file holds the evidence's bytes.
 */
export function withoutPaths(entry: EvidenceEntry, copied: boolean): EvidenceEntry {
  const { row } = entry;
  const name = lastPart(row.name);
  const clean = (text: string): string => cleanText(text, row.path);
  return {
    ...entry,
    row: {
      ...row,
      name,
      path: lastPart(row.path),
      problem: row.problem ? cleanProblem(row.problem, clean) : null,
    },
    notes: entry.notes.map(clean),
    copied,
  };
}

function cleanProblem(problem: Problem, clean: (text: string) => string): Problem {
  return {
    code: problem.code,
    what: clean(problem.what),
    ...(problem.why === undefined ? {} : { why: clean(problem.why) }),
    ...(problem.where === undefined ? {} : { where: clean(problem.where) }),
    ...(problem.help === undefined ? {} : { help: clean(problem.help) }),
  };
}

/** The last name of a path of either kind of system; a name is itself. */
function lastPart(path: string): string {
  return path.includes('/') ? basename(path) : win32.basename(path);
}

function cleanText(text: string, path: string): string {
  const folder = path.includes('/') ? dirname(path) : win32.dirname(path);
  const named = text.replaceAll(path, lastPart(path));
  return folder.length > 1 ? named.replaceAll(folder, '…') : named;
}
