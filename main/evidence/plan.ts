/** How a file will be split: a format's wishes and a sample of the file made into one concrete plan. */
import type { Format, StagedKind, XmlRead } from '../formats/format';
import type { Dialect } from './readers/delimited';
import { type FixedLayout, findFixedLayout } from './readers/fixed';
import { findEnvelope } from './readers/json-envelope';
import type { ParquetColumn } from './readers/parquet/parquet';
import type { SniffedTable } from './readers/sniff-delimited';
import { sniffDelimited } from './readers/sniff-delimited';
import { readW3cHeader } from './readers/w3c';
import { readXmlHead, rootDepth, type XmlLayout } from './readers/xml/xml';
import { readZeekHeader, type ZeekHeader } from './readers/zeek';
import { Remembered } from './remembered';
import type { TextSample } from './sample';

export type ReadPlan =
  | {
      readonly kind: 'lines';
      readonly newline: 'lf' | 'cr';
      readonly indented: boolean;
      readonly starts: readonly string[];
    }
  | {
      readonly kind: 'delimited';
      readonly dialect: Dialect;
      readonly columns: readonly string[];
      readonly even: number;
      /** Written by us from cells that hold moments and numbers. */
      readonly made: boolean;
    }
  | {
      readonly kind: 'json';
      readonly layout: 'lines' | 'values';
      readonly newline: 'lf' | 'cr';
      readonly envelope: string | null;
    }
  | { readonly kind: 'zeek'; readonly header: ZeekHeader }
  | { readonly kind: 'fixed'; readonly newline: 'lf' | 'cr'; readonly layout: FixedLayout }
  | { readonly kind: 'xml'; readonly layout: XmlLayout }
  | { readonly kind: 'evtx' }
  | {
      readonly kind: 'parquet';
      /** Cells by column, or each row as one JSON object. */
      readonly form: 'table' | 'json';
      readonly columns: readonly ParquetColumn[];
    };

/** Wider tables than this take more memory than an import has. */
export const MOST_COLUMNS = 3000;

/** A format's `envelope` that stands for whichever key holds the records. */
export const ANY_ENVELOPE = '*';

const plans = new Remembered<ReadPlan | null>();

/** The plan for a reader, or null when the sample cannot be split that way. */
export function planRead(read: Format['read'], sample: TextSample): ReadPlan | null {
  // What a format takes for nothing changes no plan.
  return plans.of(sample, JSON.stringify({ ...read, nulls: [] }), () => findPlan(read, sample));
}

function findPlan(read: Format['read'], sample: TextSample): ReadPlan | null {
  if (sample.binary === 'parquet') return planParquet(read, sample);
  if (sample.binary !== (read.kind === 'evtx' ? 'evtx' : null)) return null;
  if (sample.delimiter !== null && read.kind !== 'delimited') return null;
  switch (read.kind) {
    case 'evtx':
      return { kind: 'evtx' };
    case 'lines':
      return planLines(sample, read.indented ?? false, read.starts ?? []);
    case 'delimited':
      return planDelimited(sample, read);
    case 'json':
      return planJson(
        sample,
        read.envelope === ANY_ENVELOPE ? findEnvelope(sample) : (read.envelope ?? null),
      );
    case 'zeek':
      return planZeek(sample) ?? planJson(sample, null);
    case 'xml':
      return planXml(sample, read);
    case 'fixed': {
      const layout = findFixedLayout(sample.text, read);
      return layout && { kind: 'fixed', newline: sample.newline, layout };
    }
  }
}

function planParquet({ kind }: Format['read'], { parquet }: TextSample): ReadPlan | null {
  const columns = parquet?.columns ?? [];
  if (columns.length === 0 || columns.length > MOST_COLUMNS) return null;
  if (kind === 'delimited') return { kind: 'parquet', form: 'table', columns };
  return kind === 'json' || kind === 'zeek' ? { kind: 'parquet', form: 'json', columns } : null;
}

export function planLines(sample: TextSample, indented: boolean, starts: readonly string[]): ReadPlan {
  return { kind: 'lines', newline: sample.newline, indented, starts };
}

export function planDelimited(
  sample: TextSample,
  known: { delimiter?: string | undefined; columns?: readonly string[] | undefined } = {},
): (ReadPlan & { kind: 'delimited' }) | null {
  const table: SniffedTable | null = sniffDelimited(sample.bytes, sample.whole, {
    ...known,
    ...(sample.delimiter === null ? {} : { delimiter: sample.delimiter }),
  });
  if (!table || table.dialect.width > MOST_COLUMNS) return null;
  const made = sample.delimiter !== null;
  return { kind: 'delimited', dialect: table.dialect, columns: table.columns, even: table.even, made };
}

export function planZeek(sample: TextSample): ReadPlan | null {
  if (!sample.text.startsWith('#')) return null;
  const lines = sample.text.split('\n', 50).map((line) => line.replace(/\r$/, ''));
  const header = readZeekHeader(lines) ?? readW3cHeader(sample.text.split('\n'));
  return header ? { kind: 'zeek', header } : null;
}

/** XML whose root is one the format names, if it names any; a document that brings its own entities is not read. */
export function planXml(sample: TextSample, read: XmlRead): ReadPlan | null {
  const head = readXmlHead(sample.text);
  if (head === null || head.hasOwnTypes) return null;
  if (read.roots.length > 0 && !read.roots.includes(head.root)) return null;
  const { element, lists, named, context } = read;
  const depth = element === null ? rootDepth(sample.text) : 0;
  return { kind: 'xml', layout: { element, depth, lists, named, context } };
}

/** JSON lines where most filled lines of the sample stand for themselves; else values, however they are laid out. */
export function planJson(sample: TextSample, asked: string | null): ReadPlan | null {
  // A key that the sample does not have wraps nothing; formats that ask for different ones then share one plan.
  const envelope = asked !== null && sample.text.includes(`"${asked}"`) ? asked : null;
  const first = sample.text.trimStart()[0] ?? '';
  const lines = sample.text.split(sample.newline === 'cr' ? '\r' : '\n');
  if (!sample.whole) lines.pop();
  const filled = lines.map((line) => line.trim()).filter((line) => line !== '');
  const opening = filled.filter((line) => line.startsWith('{') || line.startsWith('['));
  const alone = opening.filter((line) => isBalanced(line));
  const wrapped = envelope !== null;
  // Elements one a line do not make an array JSON lines.
  const opensArray = first === '[' && !isBalanced(filled[0] ?? '');
  if (!wrapped && !opensArray && opening.length > 0 && alone.length * 2 >= filled.length) {
    // One line that is an array holds its elements; several are JSON lines.
    const oneArray = filled.length === 1 && first === '[';
    if (!oneArray) return { kind: 'json', layout: 'lines', newline: sample.newline, envelope };
  }
  if (first !== '{' && first !== '[') return null;
  return { kind: 'json', layout: 'values', newline: sample.newline, envelope };
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d];

/** True when brackets outside strings close exactly at the end. */
function isBalanced(line: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) {
      inString = true;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth++;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth--;
      if (depth === 0 && at < line.length - 1) return false;
    }
  }
  return depth === 0 && !inString;
}

/** Columns the staged table has, by the source's own names. */
export function planColumns(plan: ReadPlan): readonly string[] {
  switch (plan.kind) {
    case 'lines':
      return ['line'];
    case 'json':
    case 'xml':
    case 'evtx':
      return ['record'];
    case 'delimited':
      return plan.columns;
    case 'fixed':
      return plan.layout.titles;
    case 'parquet':
      return plan.form === 'json' ? ['record'] : plan.columns.map(({ name }) => name);
    case 'zeek':
      return plan.header.fields;
  }
}

/** Header words a format may ask for by `meta`. */
export function planMeta(plan: ReadPlan): Readonly<Record<string, string>> {
  if (plan.kind === 'delimited') return { delimiter: plan.dialect.delimiter };
  if (plan.kind !== 'zeek') return {};
  const { path, open, words } = plan.header;
  return { ...words, path, ...(open === null ? {} : { open }) };
}

/** What `scoreFormats` and `compile` call the staged table's kind. */
export function stagedKind(plan: ReadPlan): StagedKind {
  if (plan.kind === 'parquet') return plan.form === 'json' ? 'json' : 'delimited';
  if (plan.kind === 'fixed') return 'delimited';
  return plan.kind === 'xml' || plan.kind === 'evtx' ? 'json' : plan.kind;
}
