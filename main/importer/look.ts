/** Looks at the head of a file without importing it: what it may be, and what its first records would become. */
import { detect } from '../evidence/detect';
import { formatLibrary } from '../evidence/library-of-formats';
import { previewFile } from '../evidence/preview';
import { Database } from '../store/database';
import type { FromImporter, ToImporter } from './messages';

export type LookRequest = Extract<ToImporter, { kind: 'look' }>;

const MEMORY_LIMIT_MB = 400;

let scratch: Promise<Database> | null = null;

/** Never throws: a file that cannot be looked at is told as a problem. */
export async function look({ requestId, path, name, options }: LookRequest): Promise<FromImporter> {
  const nothing = { kind: 'looked' as const, requestId, candidates: [], preview: null };
  try {
    scratch ??= Database.open({ path: null, memoryLimitMb: MEMORY_LIMIT_MB, threads: 1, tempFolder: null });
    const database = await scratch;
    if (options === null) {
      const found = await detect(database, formatLibrary, path);
      if (!found.ok) return { ...nothing, problem: found.problem };
      return { ...nothing, candidates: [...found.value.candidates], problem: found.value.problem };
    }
    const preview = await previewFile(database, formatLibrary, { path, name }, options);
    if (!preview.ok) return { ...nothing, problem: preview.problem };
    const { candidates, problem } = preview.value;
    return { ...nothing, candidates, problem, preview: preview.value };
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 500) : String(error);
    return {
      ...nothing,
      problem: { code: 'look-failed', what: 'The file could not be looked at.', why, where: path },
    };
  }
}
