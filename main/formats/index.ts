/** All formats: those that ship with the product, and those a case brings along. */
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import type { Format } from './format';
import { loadFormat, type ReadBefore } from './load';

/**
 * Text; in the built product with the format it is, because reading and checking them all takes most of a second, and
 * only when asked for, because a process that reads a capture needs none.
 */
const shipped = import.meta.glob<string | (() => ReadBefore)>('./*.format.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
});

function contentOf(path: string): string | ReadBefore | null {
  const content = shipped[path] ?? null;
  return typeof content === 'function' ? content() : content;
}

export interface FormatSet {
  readonly formats: readonly Format[];
  /** Definitions that could not be used, each with its reason. */
  readonly problems: readonly Problem[];
}

function loadAll(given: ReadonlyArray<readonly [name: string, content: string | ReadBefore]>): FormatSet {
  const formats = new Map<string, Format>();
  const problems: Problem[] = [];
  for (const [name, content] of given) {
    const outcome = named(
      name,
      loadFormat(content, name, (id) => contentOf(`./${id}.format.yaml`)),
    );
    if (!outcome.ok) problems.push(outcome.problem);
    else if (formats.has(outcome.value.id)) problems.push(twice(name));
    else formats.set(outcome.value.id, outcome.value);
  }
  return { formats: [...formats.values()], problems };
}

function named(name: string, outcome: Outcome<Format>): Outcome<Format> {
  if (!outcome.ok || `${outcome.value.id}.format.yaml` === name) return outcome;
  return fail({
    code: 'format-invalid',
    what: `The format ${name} cannot be used`,
    why: `its id is ${outcome.value.id}`,
    where: name,
    help: 'Name the file after the id, with .format.yaml behind it',
  });
}

function twice(name: string): Problem {
  return {
    code: 'format-twice',
    what: `The format ${name} is there twice`,
    where: name,
    help: 'Give one of the two another id',
  };
}

let all: FormatSet | null = null;

/** The shipped formats, by id. Loaded once; a broken one is in `problems` and in no list. */
export function shippedFormats(): FormatSet {
  all ??= loadAll(
    Object.keys(shipped)
      .sort()
      .map((path) => [path.slice('./'.length), contentOf(path) ?? ''] as const),
  );
  return all;
}

/** Shipped formats and a case's own (`*.format.yaml` of its folder, as name and text). */
export function formatsWith(own: ReadonlyArray<readonly [name: string, text: string]>): FormatSet {
  const { formats, problems } = shippedFormats();
  const added = loadAll(own);
  const ids = new Set(formats.map((format) => format.id));
  return {
    formats: [...formats, ...added.formats.filter((format) => !ids.has(format.id))],
    problems: [
      ...problems,
      ...added.problems,
      ...added.formats
        .filter((format) => ids.has(format.id))
        .map((format) => twice(`${format.id}.format.yaml`)),
    ],
  };
}

/** The format of that id, or a Problem that names the nearest thing to do. */
export function findFormat(formats: readonly Format[], id: string): Outcome<Format> {
  const found = formats.find((format) => format.id === id);
  if (found !== undefined) return succeed(found);
  return fail({
    code: 'format-unknown',
    what: `There is no format ${id}`,
    help: 'See the list of formats (throughline formats)',
  });
}

/** The YAML of a shipped format as it was written; null when none is called so. */
export function formatText(id: string): string | null {
  const content = contentOf(`./${id}.format.yaml`);
  return content === null || typeof content === 'string' ? content : content.text;
}
