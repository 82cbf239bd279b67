/** Puts a format's own samples into the staging table, so that they go through the same SQL as evidence. */
import type { FixedRead, Format, Sample, XmlRead } from '../../formats/format';
import type { Database } from '../../store/database';
import { quoteText, trusted } from '../../store/sql';
import { FixedSplitter, findFixedLayout } from '../readers/fixed';
import type { RecordSink } from '../readers/reader';
import { readXmlHead, rootDepth, XmlSplitter } from '../readers/xml/xml';
import type { Staged } from './record-sql';

/** Records of one kind and one set of columns. */
export interface StagedRows extends Staged {
  readonly rows: ReadonlyArray<ReadonlyArray<string | null>>;
}

/** A refusal or a sample as staged rows; what is written as a mapping stands for cells or for a JSON object. */
export function stagedSample(format: Format, sample: Sample): StagedRows {
  const { kind } = format.read;
  const { meta } = sample;
  const cells = sample.records ?? (sample.record === undefined ? [] : [sample.record]);
  if (cells.length > 0) return stagedCells(kind === 'zeek' ? 'zeek' : 'delimited', cells, meta);
  if (format.read.kind === 'xml' && sample.line !== undefined) {
    return { kind: 'json', columns: [], meta, rows: xmlRows(format.read, sample.line) };
  }
  if (format.read.kind === 'fixed' && sample.line !== undefined) return fixedRows(format.read, sample.line);
  const texts = sample.lines ?? [sample.line ?? JSON.stringify(sample.json)];
  return { kind: kind === 'lines' ? 'lines' : 'json', columns: [], meta, rows: texts.map((text) => [text]) };
}

export function stagedRefusal(format: Format, refusal: Format['refuses'][number]): StagedRows {
  const { kind } = format.read;
  if (typeof refusal !== 'string') return stagedCells(kind === 'zeek' ? 'zeek' : 'delimited', [refusal], {});
  if (format.read.kind === 'fixed') return fixedRows(format.read, refusal);
  const rows = format.read.kind === 'xml' ? xmlRows(format.read, refusal) : [[refusal]];
  return { kind: kind === 'lines' ? 'lines' : 'json', columns: [], meta: {}, rows };
}

/** Records of an XML document; a document without any is a record that is none. */
function xmlRows(read: XmlRead, document: string): string[][] {
  const rows: string[][] = [];
  const head = readXmlHead(document);
  if (head === null || (read.roots.length > 0 && !read.roots.includes(head.root))) return [[document]];
  const layout = { ...read, depth: read.element === null ? rootDepth(document) : 0 } as const;
  const sink: RecordSink = {
    record: () => undefined,
    made: (_window, _from, _to, text) => rows.push([text]),
    reject: () => rows.push(['']),
  };
  const splitter = new XmlSplitter({ sink, originalStart: 0, unitBytes: 0 }, layout);
  splitter.push(Buffer.from(document, 'utf8'));
  splitter.end();
  return rows.length > 0 ? rows : [[document]];
}

/** Rows under the header of a text; text without it is a line that is none. */
function fixedRows(read: FixedRead, text: string): StagedRows {
  const layout = findFixedLayout(text, read);
  if (layout === null) return { kind: 'lines', columns: [], meta: {}, rows: [[text]] };
  const rows: string[][] = [];
  const sink: RecordSink = {
    record: (window, _from, _to, cells) => {
      const cell = (_: unknown, index: number) =>
        Buffer.from(window.bytes.subarray(cells.starts[index], cells.ends[index])).toString('utf8');
      rows.push(Array.from({ length: cells.count }, cell));
    },
    made: () => undefined,
    reject: () => rows.push([]),
  };
  const splitter = new FixedSplitter({ sink, originalStart: 0, unitBytes: 0, newline: 'lf' }, layout);
  splitter.push(Buffer.from(text, 'utf8'));
  splitter.end();
  return { kind: 'delimited', columns: layout.titles, meta: {}, rows };
}

function stagedCells(
  kind: 'zeek' | 'delimited',
  records: ReadonlyArray<Readonly<Record<string, string | null>>>,
  meta: Readonly<Record<string, string>>,
): StagedRows {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return {
    kind,
    columns,
    meta,
    rows: records.map((record) => columns.map((column) => record[column] ?? '')),
  };
}

/** Makes `table` hold the rows, numbered from 1. Meant for dozens of rows, not for evidence. */
export async function stageRows(database: Database, table: string, staged: StagedRows): Promise<void> {
  const width = staged.kind === 'lines' || staged.kind === 'json' ? 1 : staged.columns.length;
  const columns = Array.from({ length: width }, (_, index) => `c${index} VARCHAR`);
  await database.run(
    trusted(
      `CREATE OR REPLACE TABLE ${table}(record_number UBIGINT, byte_offset UBIGINT, byte_length UBIGINT, ${columns.join(', ')})`,
    ),
  );
  if (staged.rows.length === 0) return;
  let offset = 0;
  const rows = staged.rows.map((row, index) => {
    const length = row.reduce((sum, cell) => sum + (cell ?? '').length + 1, 0);
    const cells = row.map((cell) => (cell === null ? 'NULL' : quoteText(cell)));
    const text = `(${[index + 1, offset, length, ...cells].join(', ')})`;
    offset += length;
    return text;
  });
  await database.run(trusted(`INSERT INTO ${table} VALUES ${rows.join(', ')}`));
}
