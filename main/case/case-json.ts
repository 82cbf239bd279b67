/** `case.json`: what a case is called, who works on it; read, made, and refused where it is newer or broken. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { fail, madeByNewer, type Outcome, type Problem, succeed } from '../../shared/problem';
import { errorCode, errorText, writeWhole } from './durable';

export const CASE_FILE = 'case.json';
const CASE_VERSION = 1;

const caseSchema = z.object({
  version: z.number().int(),
  id: z.string(),
  name: z.string(),
  /** ISO 8601 UTC. */
  created: z.string(),
  /** Asked once per case, never taken from the system. */
  author: z.string().nullable(),
});
export type CaseFile = z.infer<typeof caseSchema>;

export async function readCase(folder: string): Promise<Outcome<CaseFile | null>> {
  let text: string;
  try {
    text = await readFile(join(folder, CASE_FILE), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return succeed(null);
    if (errorCode(error) === 'ENOTDIR') return fail(noCase(folder));
    return fail(cannotOpen(folder, error));
  }
  try {
    const file = caseSchema.parse(JSON.parse(text));
    return file.version > CASE_VERSION
      ? fail(madeByNewer('This case was made by a newer Throughline.', folder, file.version, CASE_VERSION))
      : succeed(file);
  } catch (error) {
    return fail({
      code: 'case-unreadable',
      what: 'The case could not be read.',
      why: errorText(error),
      where: join(folder, CASE_FILE),
      help: 'Restore this file from a copy; the evidence beside it is untouched.',
    });
  }
}

export async function createCase(
  folder: string,
  options: { readonly name?: string; readonly now: () => Date },
): Promise<CaseFile> {
  const file: CaseFile = {
    version: CASE_VERSION,
    id: randomUUID(),
    name: options.name ?? basename(resolve(folder)),
    created: options.now().toISOString(),
    author: null,
  };
  await writeWhole(join(folder, CASE_FILE), `${JSON.stringify(file, null, 1)}\n`);
  return file;
}

export function noCase(folder: string): Problem {
  return {
    code: 'case-missing',
    what: 'There is no case in this folder.',
    where: folder,
    help: 'Check the path, or make a case with import or sample.',
  };
}

export function cannotOpen(folder: string, error: unknown): Problem {
  return {
    code: 'case-unopenable',
    what: 'The case could not be opened.',
    why: errorText(error),
    where: folder,
    help: 'Check that the folder can be read and written, and that the disk is not full.',
  };
}
