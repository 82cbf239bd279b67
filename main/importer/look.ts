/** Looks at the head of a file without importing it: what it may be, and what its first records would become. */
import { stat } from 'node:fs/promises';
import type { ImportOptions } from '../../shared/evidence';
import { type Outcome, succeed } from '../../shared/problem';
import { type Detection, detect } from '../evidence/detect';
import type { FormatLibrary } from '../evidence/library';
import { formatLibrary, libraryOf, libraryWith } from '../evidence/library-of-formats';
import { lookInside } from '../evidence/look-inside';
import { previewFile } from '../evidence/preview';
import { formatText } from '../formats';
import { loadFormat } from '../formats/load';
import { Database } from '../store/database';
import type { FromImporter, ToImporter } from './messages';

export type LookRequest = Extract<ToImporter, { kind: 'look' }>;

const SCRATCH = { path: null, memoryLimitMb: 400, threads: 1, tempFolder: null };

let scratch: Promise<Database> | null = null;

/** What was found of the file looked at last: a dialog asks what a file is, and then for its first records. */
let last: { readonly asked: string; readonly detection: Detection } | null = null;

/** What a file is, from what was found before where the same was asked of a file that has not changed since. */
async function find(
  database: Database,
  library: FormatLibrary,
  path: string,
  encoding: ImportOptions['encoding'],
  own: Pick<LookRequest, 'formats' | 'draft'>,
): Promise<Outcome<Detection>> {
  const asked = JSON.stringify([path, encoding ?? null, own]);
  if (last?.asked === asked) {
    const { head } = last.detection;
    const now = await stat(path).catch(() => null);
    if (now?.size === head.sizeBytes && now.mtimeMs === head.modifiedMs) return succeed(last.detection);
  }
  last = null;
  const found = await detect(database, library, path, { encoding });
  if (found.ok) last = { asked, detection: found.value };
  return found;
}

/** Opens the scratch database and reads the formats; what fails is told of the first file. */
export async function prepare(): Promise<void> {
  scratch ??= Database.open(SCRATCH);
  await scratch.catch(() => undefined);
  formatLibrary.formats.at(0);
}

/** Never throws: a file that cannot be looked at is told as a problem. */
export async function look(request: LookRequest): Promise<FromImporter> {
  const { requestId, path, name, options, formats = [], draft, records, inside } = request;
  const nothing = {
    kind: 'looked' as const,
    requestId,
    candidates: [],
    members: [],
    preview: null,
  };
  try {
    scratch ??= Database.open(SCRATCH);
    const database = await scratch;
    if (options === null) {
      const found = await find(database, libraryWith(formats), path, undefined, { formats });
      if (!found.ok) return { ...nothing, problem: found.problem };
      const { head, candidates, problem } = found.value;
      const isOpened = inside === true && head.kind.kind === 'container';
      const members = isOpened ? await lookInside(database, libraryWith(formats), path) : [];
      return {
        ...nothing,
        candidates: [...candidates],
        members: [...members],
        problem,
      };
    }
    let library = libraryWith(formats);
    let asked = options;
    if (draft !== undefined) {
      const format = loadFormat(draft, 'the format being written', formatText);
      if (!format.ok) return { ...nothing, problem: format.problem };
      library = libraryOf(format.value);
      asked = { ...options, format: format.value.id };
    }
    const own = draft === undefined ? { formats } : { draft };
    const found = await find(database, library, path, options.encoding, own);
    if (!found.ok) return { ...nothing, problem: found.problem };
    const preview = await previewFile(database, library, { path, name }, asked, records, found.value);
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
