/** What lies under the chosen tokens: every file, what it may be, and how much room there is. */
import { statfs } from 'node:fs/promises';
import type { ImportOptions, Preview } from '../../../shared/evidence';
import { fail, type Outcome, succeed } from '../../../shared/problem';
import type { Result } from '../../../shared/protocol';
import { detect } from '../../evidence/detect';
import { formatLibrary } from '../../evidence/library-of-formats';
import { previewFile } from '../../evidence/preview';
import { Database } from '../../store/database';
import type { Call } from '../context';
import { listFiles, type PlanItem, type PlannedFile } from '../import-plan';
import { unknownToken } from './case';

/** Detection looks at the first stretch of a file, which needs little. */
const MEMORY_LIMIT_MB = 300;

export async function survey(
  { context, signal }: Call,
  tokens: readonly string[],
): Promise<Outcome<Result<'evidence.survey'>>> {
  const items: PlanItem[] = [];
  for (const token of tokens) {
    const granted = context.tokens.resolve(token);
    if (!granted) return fail(unknownToken);
    items.push({ ...granted, options: {} });
  }
  const files = await listFiles(items);
  const found: Result<'evidence.survey'>['files'] = [];
  const database = await Database.open({
    path: null,
    memoryLimitMb: MEMORY_LIMIT_MB,
    threads: 1,
    tempFolder: null,
  });
  try {
    for (const file of files) {
      if (signal.aborted) return fail({ code: 'cancelled', what: 'The survey was cancelled.' });
      const { candidates, problem } = await look(database, file);
      const { path, name, sizeBytes } = file;
      found.push({ token: context.tokens.grant(file), name, path, sizeBytes, candidates, problem });
    }
  } finally {
    database.close();
  }
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
): Promise<Outcome<Preview>> {
  const granted = context.tokens.resolve(token);
  if (!granted) return fail(unknownToken);
  const database = await Database.open({
    path: null,
    memoryLimitMb: MEMORY_LIMIT_MB,
    threads: 1,
    tempFolder: null,
  });
  try {
    const file = { path: granted.readFrom ?? granted.path, name: granted.name };
    return await previewFile(database, formatLibrary, file, options);
  } finally {
    database.close();
  }
}

async function look(
  database: Database,
  file: PlannedFile,
): Promise<Pick<Result<'evidence.survey'>['files'][number], 'candidates' | 'problem'>> {
  const outcome = await detect(database, formatLibrary, file.readFrom ?? file.path);
  if (!outcome.ok) return { candidates: [], problem: outcome.problem };
  return { candidates: [...outcome.value.candidates], problem: outcome.value.problem };
}
