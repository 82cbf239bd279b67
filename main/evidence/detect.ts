/**
 * What a file is: its first stretch is split in every way it can be, and every format says how much of it it reads.
 * The guess is a ranked list with reasons; what nothing reads is told as a problem, not forced into a format.
 */
import type { Candidate } from '../../shared/evidence';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import type { Format } from '../formats/format';
import { mayRead } from '../formats/needed-texts';
import type { Database } from '../store/database';
import { type FileKind, unreadProblem } from './compression';
import type { FormatLibrary } from './library';
import { MOST_COLUMNS, planColumns, planMeta, planRead, type ReadPlan, stagedKind } from './plan';
import { hasStart, standAlone } from './readers/lines';
import { readParquetColumns } from './readers/parquet/parquet';
import { readXmlHead } from './readers/xml/xml';
import { type KnownText, makeSample, SAMPLE_BYTES, type TextSample } from './sample';
import { readHead, type SourceHead } from './source';
import { stageSample } from './stage';

export interface Detection {
  readonly head: SourceHead;
  /** Null when the file is not text. */
  readonly sample: TextSample | null;
  /** Best first. */
  readonly candidates: readonly Candidate[];
  /** How each candidate would split the file. */
  readonly plans: ReadonlyMap<string, ReadPlan>;
  /** Why there is nothing to choose, or null. */
  readonly problem: Problem | null;
}

/** A format is offered from this share of sampled records on; below, the guess would be noise. */
const LEAST_SHARE = 0.1;
/** A format is chosen by itself from this share on. */
const CHOICE_SHARE = 0.5;
/** Tables whose rows are less alike than this are no tables. */
const LEAST_EVEN = 0.5;
const LEAST_EVEN_GENERIC = 0.8;
/** From this share on a guess ends the search. */
const SURE_SHARE = 0.9;
/** Share of lines that must name a time before any text is taken for a log. */
const LEAST_CLOCKS = 0.3;
const KIND_ORDER = ['evtx', 'parquet', 'xml', 'zeek', 'json', 'fixed', 'delimited', 'lines'] as const;

export async function detect(
  database: Database,
  library: FormatLibrary,
  path: string,
  known: KnownText = {},
): Promise<Outcome<Detection>> {
  const outcome = await readHead(path, SAMPLE_BYTES);
  if (!outcome.ok) return outcome;
  const head = outcome.value;
  const nothing = { head, sample: null, candidates: [], plans: new Map<string, ReadPlan>() };
  if (head.kind.kind === 'empty') return succeed({ ...nothing, problem: null });
  if (head.kind.kind === 'capture' || head.kind.kind === 'container')
    return succeed({ ...nothing, candidates: [byFirstBytes(head.kind)], problem: null });
  if (head.kind.kind === 'unread' || head.kind.kind === 'compressed') {
    const { title, container } =
      head.kind.kind === 'unread' ? head.kind : { title: 'Files compressed twice', container: true };
    return succeed({ ...nothing, problem: unreadProblem(title, container) });
  }
  const sample = await withParquet(makeSample(head, known), head, path);
  if (sample && 'code' in sample) return succeed({ ...nothing, problem: sample });
  if (!sample) return succeed({ ...nothing, problem: binaryProblem() });
  const { candidates, plans } = await rank(database, library, sample);
  const problem = candidates.length > 0 ? null : textProblem(sample);
  return succeed({ head, sample, candidates, plans, problem });
}

function byFirstBytes(kind: Extract<FileKind, { title: string; kind: 'capture' | 'container' }>): Candidate {
  if (kind.kind === 'capture')
    return { format: kind.id, title: kind.title, score: 1, why: `it begins as ${kind.id} does` };
  const { container, title } = kind;
  return container === 'workbook'
    ? { format: container, title, score: 1, why: 'its parts are those of a workbook' }
    : { format: container, title: `Container (${title})`, score: 1, why: `it begins as ${title} does` };
}

/** A Parquet file says itself what its columns are; that it cannot is a problem. */
async function withParquet(
  sample: TextSample | null,
  head: SourceHead,
  path: string,
): Promise<TextSample | Problem | null> {
  if (sample?.binary !== 'parquet') return sample;
  if (head.compression !== null) return unreadProblem('Parquet files compressed once more', true);
  const columns = await readParquetColumns(path);
  return columns.ok ? { ...sample, parquet: { path, columns: columns.value } } : columns.problem;
}

/** The format to read with: the one asked for, else the best guess if it is good enough. */
export function choose(
  detection: Detection,
  library: FormatLibrary,
  asked: string | undefined,
): Outcome<{ format: Format; plan: ReadPlan }> {
  const { sample, candidates } = detection;
  if (asked !== undefined) {
    const format = library.formats.find(({ id }) => id === asked);
    if (!format) return fail(unknownFormat(asked));
    const plan = sample ? planRead(format.read, sample) : null;
    return plan ? succeed({ format, plan }) : fail(wrongKind(format, detection));
  }
  const best = candidates.find(({ score }) => score >= CHOICE_SHARE);
  const format = library.formats.find(({ id }) => id === best?.format);
  const plan = format ? detection.plans.get(format.id) : undefined;
  if (!format || !plan) return fail(detection.problem ?? weakProblem(candidates));
  return succeed({ format, plan });
}

async function rank(database: Database, library: FormatLibrary, sample: TextSample) {
  const ways = new Map<string, { plan: ReadPlan; formats: Format[] }>();
  const planned = new Map<string, ReadPlan>();
  const simplest = new Map<string, ReadPlan>();
  for (const format of library.formats) {
    const plan = planRead(format.read, sample);
    if (!plan || !isWorthTrying(format, plan, sample)) continue;
    planned.set(format.id, plan);
    const asked = JSON.stringify(plan);
    const same = simplest.get(asked) ?? asStaged(plan, sample);
    simplest.set(asked, same);
    const key = JSON.stringify(same);
    const way = ways.get(key) ?? { plan: same, formats: [] };
    way.formats.push(format);
    ways.set(key, way);
  }
  const generic = new Set(library.formats.filter((format) => format.generic).map(({ id }) => id));
  // Some broken values do not make JSON a table, though its lines may have commas alike.
  const order = ({ format, score }: Candidate) => {
    if (yielding.has(format)) return isTable([...plans.values()]) ? 3 : 0;
    if (!generic.has(format)) return 0;
    return plans.get(format)?.kind === 'json' && score >= CHOICE_SHARE ? 1 : 2;
  };
  const yielding = new Set(library.formats.filter((format) => format.yields_to_tables).map(({ id }) => id));
  const plans = new Map<string, ReadPlan>();
  const found: Candidate[] = [];
  for (const kind of KIND_ORDER) {
    for (const { plan, formats } of [...ways.values()].filter((way) => way.plan.kind === kind)) {
      const isStaged = (await stageSample(database, sample, plan)) > 0;
      if (plan.kind === 'xml' && !isStaged) {
        for (const format of formats) {
          plans.set(format.id, plan);
          found.push(byRoot(format));
        }
      }
      if (!isStaged) continue;
      const staged = { kind: stagedKind(plan), columns: planColumns(plan), meta: planMeta(plan) };
      for (const candidate of await library.score(database, formats, staged)) {
        if (candidate.score < LEAST_SHARE) continue;
        plans.set(candidate.format, planned.get(candidate.format) ?? plan);
        found.push(candidate);
      }
    }
    // What is XML, JSON or a Zeek log is not looked at as lines; a table is, unless a format knows it.
    const sure = found.some(
      (candidate) =>
        candidate.score >= SURE_SHARE && (kind === 'xml' || kind === 'json' || order(candidate) === 0),
    );
    if (sure) break;
  }
  const candidates = found.sort((a, b) => order(a) - order(b) || b.score - a.score);
  return { candidates: await orderBest(database, library, candidates, plans), plans };
}

/** The simplest plan that splits this sample alike: it is staged once for all formats that ask for as much. */
function asStaged(plan: ReadPlan, sample: TextSample): ReadPlan {
  const isAlone = plan.kind === 'lines' && standAlone(sample.bytes, plan);
  return isAlone ? { ...plan, indented: false, starts: [] } : plan;
}

/** Every row has the cells that a header names: no text of lines has that by chance. */
function isTable(plans: readonly ReadPlan[]): boolean {
  return plans.some(
    (plan) =>
      plan.kind === 'delimited' && plan.dialect.header && plan.dialect.width > 2 && plan.even >= SURE_SHARE,
  );
}

/** XML whose first record lies beyond the sample is known by its root element. */
function byRoot({ id, title, generic }: Format): Candidate {
  const why = generic ? 'it is XML' : 'its root element is that of this format';
  return { format: id, title, score: SURE_SHARE, why };
}

/** Formats that split the file in different ways may read it equally well: then the specific one goes first. */
async function orderBest(
  database: Database,
  library: FormatLibrary,
  candidates: readonly Candidate[],
  plans: ReadonlyMap<string, ReadPlan>,
): Promise<readonly Candidate[]> {
  const tied = library.formats.filter(
    ({ id, generic }) =>
      !generic && candidates.some(({ format, score }) => format === id && score === candidates[0]?.score),
  );
  if (new Set(tied.map(({ id }) => plans.get(id))).size < 2) return candidates;
  const ids = await library.order(database, tied);
  const best = ids.flatMap((id) => candidates.filter(({ format }) => format === id));
  return [...best, ...candidates.filter((candidate) => !best.includes(candidate))];
}

/** Leaves out what the sample rules out at a glance. */
function isWorthTrying(format: Format, plan: ReadPlan, sample: TextSample): boolean {
  if (plan.kind === 'parquet' && plan.form === 'json') return !format.generic;
  if (plan.kind === 'delimited') return plan.even >= (format.generic ? LEAST_EVEN_GENERIC : LEAST_EVEN);
  if (plan.kind === 'json') return mayRead(format, sample.text);
  if (plan.kind !== 'lines') return true;
  if (format.generic) return looksLikeLog(sample);
  if (!mayRead(format, sample.text)) return false;
  return plan.starts.length === 0 || hasStart(sample.bytes, plan);
}

const CLOCK = /\d{1,2}:\d\d(?::\d\d)?|\b1\d{9}(?:\d{3})?\b|\d{4}-\d\d-\d\d/;
const GLANCE_LINES = 200;

/** Prose and configuration name times now and then; a log does so all the time. */
function looksLikeLog(sample: TextSample): boolean {
  const lines = sample.text.split(/[\r\n]+/, GLANCE_LINES).filter((line) => line.trim() !== '');
  if (looksLikeXml(sample.text)) return false;
  return lines.filter((line) => CLOCK.test(line)).length >= lines.length * LEAST_CLOCKS;
}

/** An element or a declaration stands first; syslog's `<34>` does not pass for one. */
function looksLikeXml(text: string): boolean {
  return /^<(?:\?xml|!|[A-Za-z][^\s<>]*(?:\s[^<>]*)?>)/.test(text.slice(0, 2000).trimStart());
}

function binaryProblem(): Problem {
  return {
    code: 'binary-not-read',
    what: 'The file is not text and of no kind that is read yet.',
    help: 'Export it as text, CSV or JSON and import that.',
  };
}

function textProblem(sample: TextSample): Problem {
  if (readXmlHead(sample.text)?.hasOwnTypes) {
    return {
      code: 'xml-with-types',
      what: 'XML that defines its own entities or types is not read.',
      why: 'What such a definition makes of the text cannot be told from the text itself.',
      help: 'Export it without the part in brackets after <!DOCTYPE.',
    };
  }
  if ((sample.text.split('\n', 1)[0] ?? '').split(/[,;\t|]/).length > MOST_COLUMNS) {
    return {
      code: 'table-too-wide',
      what: `Tables of more than ${MOST_COLUMNS} columns are not read.`,
      help: 'Export fewer columns, or the table in parts.',
    };
  }
  return {
    code: 'format-unknown',
    what: 'No format reads this file.',
    where: sample.text.split(/[\r\n]/, 1)[0]?.slice(0, 200) ?? '',
    help: 'Choose a format in the import dialog, or describe this one in a format file.',
  };
}

function weakProblem(candidates: readonly Candidate[]): Problem {
  const best = candidates[0];
  return {
    code: 'format-unsure',
    what: 'No format reads enough of this file to be chosen by itself.',
    ...(best ? { why: `The best guess is ${best.title}: ${best.why}` } : {}),
    help: 'Choose a format for it and import it again.',
  };
}

function unknownFormat(asked: string): Problem {
  return {
    code: 'format-not-there',
    what: `There is no format named ${asked}.`,
    help: 'See the list of formats (throughline formats).',
  };
}

function wrongKind(format: Format, detection: Detection): Problem {
  return {
    code: 'format-does-not-fit',
    what: `The file cannot be read as ${format.title}.`,
    why:
      detection.problem?.what ??
      `Its bytes are not ${format.read.kind === 'json' ? 'JSON' : `${format.read.kind} text`}.`,
    help: 'Choose another format, or leave the choice to detection.',
  };
}
