/**
 * Formats that do not ship: those written for the case are records of its journal (and, where evidence was read by
 * them, beside it), those of the analyst's library are files `<id>.format.yaml` in the program's own folder. The case's
 * go before the library's; none takes the place of one that ships.
 */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import { writeWhole } from '../case/durable';
import { type FormatSet, formatsWith, formatText, shippedFormats } from '../formats';
import type { Format } from '../formats/format';
import { loadFormat } from '../formats/load';
import type { OwnTexts } from '../importer/messages';
import type { EngineContext } from './context';

const ENDING = '.format.yaml';
const FILE = /^[a-z0-9]+(?:-[a-z0-9]+)*\.format\.yaml$/;
const MOST_FORMATS = 500;
const MOST_BYTES = 400_000;

export type Origin = 'shipped' | 'case' | 'library';

/** Definitions beside those that ship, by file name, each id once. */
export async function ownTexts(context: EngineContext): Promise<OwnTexts> {
  const all = [...caseTexts(context), ...(await libraryTexts(context))];
  const seen = new Set<string>();
  return all.filter(({ name }) => !seen.has(name) && seen.add(name));
}

export async function catalogue(
  context: EngineContext,
): Promise<FormatSet & { readonly originOf: (id: string) => Origin }> {
  const texts = await ownTexts(context);
  const set = formatsWith(texts.map(({ name, text }) => [name, text]));
  const shipped = new Set(shippedFormats().formats.map(({ id }) => id));
  const ofCase = new Set(caseTexts(context).map(({ name }) => name));
  const originOf = (id: string): Origin =>
    shipped.has(id) ? 'shipped' : ofCase.has(id + ENDING) ? 'case' : 'library';
  return { ...set, originOf };
}

/** The YAML of a format, whichever of the three it is. */
export async function textOf(context: EngineContext, id: string): Promise<Outcome<string>> {
  const own = (await ownTexts(context)).find(({ name }) => name === id + ENDING)?.text;
  const text = formatText(id) ?? own;
  if (text !== undefined) return succeed(text);
  return fail({
    code: 'format-unknown',
    what: `There is no format ${id}.`,
    help: 'See the list of formats.',
  });
}

/** Checks a definition and that its id is free to be taken. */
export function readOwn(text: string): Outcome<Format> {
  const format = loadFormat(text, 'the format', formatText);
  if (!format.ok || formatText(format.value.id) === null) return format;
  return fail({
    code: 'format-ships',
    what: `A format ${format.value.id} ships with Throughline.`,
    help: 'Give your own another id.',
  });
}

export async function saveToLibrary(
  context: EngineContext,
  format: Format,
  text: string,
): Promise<Outcome<null>> {
  const folder = libraryFolder(context);
  if (folder === null) return fail(noLibrary);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeWhole(join(folder, format.id + ENDING), text);
  return succeed(null);
}

export async function removeFromLibrary(context: EngineContext, id: string): Promise<Outcome<null>> {
  const folder = libraryFolder(context);
  const name = id + ENDING;
  if (folder === null) return fail(noLibrary);
  if (FILE.test(name)) await rm(join(folder, name), { force: true });
  return succeed(null);
}

function caseTexts({ case: open }: EngineContext): OwnTexts {
  if (!open) return [];
  const written = open.workspace
    .records()
    .flatMap((record) => (record.kind === 'format' ? [{ name: record.id + ENDING, text: record.text }] : []));
  const used = open.workspace.segments.flatMap(({ entries }) =>
    entries.flatMap(({ row, formatText: text }) =>
      row.format === null || text === undefined ? [] : [{ name: row.format + ENDING, text }],
    ),
  );
  return [...written, ...used];
}

async function libraryTexts(context: EngineContext): Promise<OwnTexts> {
  const folder = libraryFolder(context);
  const names = folder === null ? [] : await readdir(folder).catch(() => []);
  const texts: OwnTexts = [];
  for (const name of names.filter((each) => FILE.test(each)).sort()) {
    if (folder === null || texts.length >= MOST_FORMATS) break;
    const path = join(folder, name);
    const size = (await stat(path).catch(() => null))?.size ?? Number.POSITIVE_INFINITY;
    if (size > MOST_BYTES) continue;
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== null) texts.push({ name, text });
  }
  return texts;
}

function libraryFolder({ settings }: EngineContext): string | null {
  const { dataFolder, libraryFolder: named } = settings;
  return named ?? (dataFolder === null ? null : join(dataFolder, 'formats'));
}

const noLibrary: Problem = {
  code: 'no-library',
  what: 'There is no library of formats here.',
  help: 'Keep the format in the case.',
};
