/** `keep-formats` and `remove-formats`: formats of one's own, in a case or in the analyst's library. */
import { CASE_OPTION, type Command, type Given } from '../command';
import { EXIT } from '../exit';
import { say, warn, warnProblem } from '../output';
import { must, openCase, type Session, withEngine } from '../session';
import { grant } from './pack';

const PLACES = [
  { ...CASE_OPTION, required: false, help: 'in this case (workspace folder)' },
  { name: 'library', help: 'in the library of this computer’s user, for every case' },
];

export const keepFormatsCommand: Command = {
  name: 'keep-formats',
  summary: 'Takes formats of one’s own from text files into a case, the library, or both',
  words: { label: 'FILE…', min: 1, max: Number.POSITIVE_INFINITY },
  options: PLACES,
  examples: [
    'keep-formats plant-formats.yaml --case ./plant-7',
    'keep-formats valve-log.format.yaml --library',
  ],
  run(given) {
    return withPlaces(given, async (session, places) => {
      let code: number = EXIT.done;
      for (const file of given.words) {
        const { taken, whole } = await keepFormats(session, file, places);
        for (const { id, title } of taken) await say(`${id}: ${title}\n`);
        if (!whole) code = EXIT.notAll;
      }
      return code;
    });
  },
};

export const removeFormatsCommand: Command = {
  name: 'remove-formats',
  summary: 'Removes formats of one’s own from a case, the library, or both; what they read stays',
  words: { label: 'ID…', min: 1, max: Number.POSITIVE_INFINITY },
  options: PLACES,
  examples: ['remove-formats valve-log --library'],
  run(given) {
    return withPlaces(given, async ({ page }, { toCase, toLibrary }) => {
      for (const id of given.words) {
        if (toCase) must(await page.call('format.remove', { id, from: 'case' }));
        if (toLibrary) must(await page.call('format.remove', { id, from: 'library' }));
        await say(`${id} is removed\n`);
      }
      return EXIT.done;
    });
  },
};

interface Places {
  readonly toCase: boolean;
  readonly toLibrary: boolean;
}

interface Kept {
  readonly taken: ReadonlyArray<{ readonly id: string; readonly title: string }>;
  /** False where some could not be used. */
  readonly whole: boolean;
}

/** The formats of one text file; what cannot be used is told. */
export async function keepFormats(session: Session, file: string, places: Places): Promise<Kept> {
  const [token = ''] = await grant(session, [file]);
  const { taken, problems } = must(await session.page.call('format.import', { token, ...places }));
  for (const problem of problems) warnProblem({ ...problem, where: problem.where ?? file });
  return { taken, whole: problems.length === 0 };
}

async function withPlaces(
  given: Given,
  work: (session: Session, places: Places) => Promise<number>,
): Promise<number> {
  const folder = given.option('case');
  const places = { toCase: folder !== undefined, toLibrary: given.has('library') };
  if (!places.toCase && !places.toLibrary) {
    warn('Say where: --case CASE, --library, or both.');
    return EXIT.usage;
  }
  return withEngine(async (session) => {
    if (folder !== undefined) await openCase(session, { folder, mode: 'write', create: false, cache: false });
    return work(session, places);
  });
}
