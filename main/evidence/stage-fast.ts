/**
 * The fast way for big, clean text files: DuckDB reads the cells, or the lines, from the file itself while our splitter
 * counts records, finds their places and hashes. What it reads becomes the record file at once, and everything else is
 * read from there. Where the two disagree in anything, the slow way is taken: only our own splitter decides what a
 * record is.
 */
import { isUtf8 } from 'node:buffer';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join as joinPath } from 'node:path';
import { RecordAppender } from '../store/append-text';
import type { Database, Table } from '../store/database';
import { parquetFile, RECORD_TEXT } from '../store/parquet';
import type { FilledColumn } from '../store/parquet-fill';
import { ident, join, quoteText, type Sql, sql, trusted } from '../store/sql';
import { DayEdges } from './day-edges';
import { KeyWatch } from './key-watch';
import { Places } from './places';
import { planColumns, type ReadPlan } from './plan';
import { DelimitedSplitter, PLAIN, unquote } from './readers/delimited';
import type { Cells, RecordSink } from './readers/reader';
import type { Window } from './readers/window';
import { writtenNames } from './record-columns';
import { textOptions } from './segment-writer';
import { readBytes } from './source';
import { type Staged, type StageInput, stageFile } from './stage';
import { together } from './together';

type TablePlan = ReadPlan & { kind: 'delimited' };

/** Below this the slow way takes no time to speak of. */
const LEAST_BYTES = 4 << 20;
const MAX_LINE_BYTES = 16 << 20;
/** Where in the file cells are compared one by one, and of how many records there: only a few row groups are read. */
const CHECKED_PLACES = 8;
const CHECKED_RECORDS = 8;
/** DuckDB's own column of a Parquet file: no other may have its name. */
const ROW_NUMBER = 'file_row_number';

/** Whether the file may be tried the fast way: plain UTF-8 on disk, and a shape both read alike. */
export function isFastCandidate(input: StageInput, sizeBytes: number): boolean {
  const { plan, path, compression, encoding } = input;
  if (!isPlain(plan) || compression !== null || sizeBytes < LEAST_BYTES) return false;
  if (writtenNames(plan).some((name) => name.toLowerCase() === ROW_NUMBER)) return false;
  // DuckDB would take these for a pattern over several files.
  const isPattern = /[*?[\]{}]/.test(path);
  return encoding.encoding === 'utf-8' && encoding.valid && !isPattern;
}

function isPlain(plan: ReadPlan): boolean {
  if (plan.kind === 'delimited') {
    const { delimiter, quote, escape: escapeByte, newline, skipLines } = plan.dialect;
    return delimiter.length === 1 && quote === 34 && escapeByte === 0 && newline === 'lf' && skipLines === 0;
  }
  return (
    (plan.kind === 'lines' || (plan.kind === 'json' && plan.layout === 'lines')) && plan.newline === 'lf'
  );
}

/** What the fast way leaves: the view `record` (number and cells) over a file, which is to be the record file. */
export interface FastStaged {
  readonly staged: Staged;
  readonly path: string;
  /** The record file's columns; those that the file lacks are numbers known here. */
  readonly columns: (evidenceId: number) => readonly FilledColumn[];
  /** Makes the table `place(record_number, byte_offset, byte_length)`. */
  readonly writePlaces: () => Promise<void>;
  /** See `CompileContext`. */
  readonly writeDayEdges: (table: string) => Promise<boolean>;
  /** SELECT of the rows of `record` that bring its keys (see `KeyWatch`); null where all have to be asked. */
  readonly keyRecords: Sql | null;
  /**
   * Whether DuckDB has read what our splitter has: nothing may be kept before that is known. To be asked once; it takes
   * little of a second core, so that other things can be asked of the view meanwhile.
   */
  readonly isSame: () => Promise<boolean>;
}

/**
 * Stages as view `record`. Gives null, with nothing staged, when the file turned out not to be clean; a cancelled pass
 * is given as such.
 */
export async function stageFast(database: Database, input: StageInput): Promise<FastStaged | null> {
  const { plan } = input;
  await database.run(trusted('DROP TABLE IF EXISTS record'));
  const path = joinPath(await mkdtemp(joinPath(input.folder ?? tmpdir(), 'fast-')), 'record.parquet');
  const places = new Places();
  const dayEdges = new DayEdges();
  const keyWatch = new KeyWatch();
  const reader = await database.fork();
  let readerFailed = false;
  try {
    const reading = reader.run(readText(plan, input.path, path)).catch(() => {
      readerFailed = true;
    });
    const staged = await stageFile(database, {
      ...input,
      places,
      ...(plan.kind === 'lines' ? { dayEdges } : {}),
      ...(plan.kind === 'json' ? { keyWatch } : {}),
      abandoned: () => readerFailed,
    });
    if (!staged.clean || staged.cancelled || staged.problem) reader.interrupt();
    await reading;
    const found: FastStaged = {
      staged,
      path,
      columns: (evidenceId) => fileColumns(plan, evidenceId, places),
      writePlaces: () => writePlaces(database, places),
      writeDayEdges: (table) => writeDayEdges(database, input, dayEdges, table),
      keyRecords: plan.kind === 'json' ? rowsAsked(plan, path, keyWatch) : null,
      isSame: () => hasSameRecords(database, input, places, path),
    };
    if (staged.cancelled) return found;
    const isWhole = !readerFailed && staged.clean && !staged.problem && places.count > 0;
    if (!isWhole || !(await hasSameCount(database, input, staged, places, path))) {
      await rm(dirname(path), { recursive: true, force: true });
      return null;
    }
    await database.run(sql`CREATE OR REPLACE VIEW record AS ${recordRows(plan, path)}`);
    return found;
  } finally {
    reader.disconnect();
  }
}

/** Makes room for the next file; the view must be gone before `record` is a table again. */
export async function dropFast(database: Database, { path }: FastStaged): Promise<void> {
  await database.run(trusted('DROP VIEW IF EXISTS record'));
  await database.run(trusted('DROP TABLE IF EXISTS place'));
  await rm(dirname(path), { recursive: true, force: true });
}

/** Lengths of lines are those of their texts: DuckDB writes them itself, and ours are held against them. */
function hasLengths(plan: ReadPlan): boolean {
  return plan.kind !== 'delimited';
}

/** The file as Parquet. What a table function takes is no parameter; every value is quoted or a number. */
function readText(plan: ReadPlan, path: string, target: string): Sql {
  const columns = planColumns(plan).map((_, index) => `'c${index}': 'VARCHAR'`);
  // A line is a row of one cell, cut by a character that no text has: where one has it all the same, or a CR stands
  // anywhere but in each line's end, the strict reader refuses the file.
  const dialect =
    plan.kind === 'delimited'
      ? `header = ${plan.dialect.header}, delim = ${quoteText(plan.dialect.delimiter)}, quote = '"', escape = '"'`
      : `header = false, delim = chr(1), quote = '', escape = ''`;
  // Buffers of the longest line's size: by itself DuckDB takes sixteen times as much, and no thread gets a second.
  const text = trusted(`read_csv(${quoteText(path)}, auto_detect = false, ${dialect},
    columns = {${columns.join(', ')}}, comment = '', nullstr = '', strict_mode = true, null_padding = false,
    hive_partitioning = false, max_line_size = ${MAX_LINE_BYTES}, buffer_size = ${MAX_LINE_BYTES})`);
  const names = writtenNames(plan);
  const cells = names.map((name, index) => sql`${ident(`c${index}`)} AS ${ident(name)}`);
  const length = hasLengths(plan) ? [trusted('strlen(c0)::UBIGINT AS byte_length')] : [];
  return sql`COPY (SELECT ${join([...length, ...cells], ', ')} FROM ${text})
    TO ${trusted(quoteText(target))} ${textOptions(names.length)}`;
}

function fileColumns(plan: ReadPlan, evidenceId: number, places: Places): readonly FilledColumn[] {
  let last = 0;
  const [offsets, lengths] = [places.read(), places.read()];
  /** The next rows' numbers, one after another. */
  const each = (next: () => number) => (rows: number) => {
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row++) values[row] = next();
    return values;
  };
  const ours = (name: string, next: () => number): FilledColumn => {
    return { name, type: 'UBIGINT', same: undefined, numbers: each(next) };
  };
  const written = (name: string, type: string): FilledColumn => ({ name, type, same: undefined });
  return [
    { name: 'evidence_id', type: 'UINTEGER', same: evidenceId },
    ours('record_number', () => ++last),
    ours('byte_offset', () => {
      offsets.next();
      return offsets.offset;
    }),
    hasLengths(plan)
      ? written('byte_length', 'UBIGINT')
      : ours('byte_length', () => {
          lengths.next();
          return lengths.length;
        }),
    ...writtenNames(plan).map((name) => written(name, 'VARCHAR')),
  ];
}

async function writePlaces(database: Database, places: Places): Promise<void> {
  await database.run(
    trusted(
      'CREATE OR REPLACE TABLE place (record_number UBIGINT, byte_offset UBIGINT, byte_length UBIGINT)',
    ),
  );
  const appender = await RecordAppender.open(database, 'place', 0);
  const reader = places.read();
  for (let number = 1; reader.next(); number++) appender.endRow(number, reader.offset, reader.length);
  appender.close();
}

/** Records of days' edges as they would be staged, in a table of their own; false where there are none to go by. */
async function writeDayEdges(
  database: Database,
  { plan, path }: StageInput,
  dayEdges: DayEdges,
  table: string,
): Promise<boolean> {
  const edges = plan.kind === 'lines' ? dayEdges.edges() : null;
  if (edges === null || edges.length === 0) return false;
  const place = trusted('record_number UBIGINT, byte_offset UBIGINT, byte_length UBIGINT');
  await database.run(sql`CREATE OR REPLACE TABLE ${ident(table)} (${place}, c0 VARCHAR)`);
  const appender = await RecordAppender.open(database, table, 1);
  const file = await open(path, 'r');
  try {
    for (const { number, offset, length } of edges) {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await file.read(bytes, 0, length, offset);
      if (bytesRead !== length || !isUtf8(bytes)) return false;
      appender.text(0, bytes, 0, length);
      appender.endRow(number, offset, length);
    }
    return true;
  } finally {
    await file.close();
    appender.close();
  }
}

function recordRows(plan: ReadPlan, path: string): Sql {
  const cells = writtenNames(plan).map((name, index) => sql`${ident(name)} AS ${ident(`c${index}`)}`);
  return sql`SELECT (${ident(ROW_NUMBER)} + 1)::UBIGINT AS record_number, ${join(cells, ', ')}
    FROM ${parquetFile(path, { rowNumber: true })}`;
}

/** Asked of the file by its own numbers, so that only the row groups that hold them are read. */
function rowsAsked(plan: ReadPlan, path: string, keyWatch: KeyWatch): Sql | null {
  const asked = keyWatch.asked();
  if (asked === null || asked.length === 0) return null;
  const rows = asked.map((number) => number - 1).join(', ');
  // A list that stays one, as imports have it (`disabled_optimizers`), is looked through for every row.
  return sql`${recordRows(plan, path)} WHERE ${ident(ROW_NUMBER)} IN (SELECT unnest([${trusted(rows)}]))`;
}

/** Half of a surrogate pair makes a value invalid; the slow way replaces it. */
const HALF_PAIR = `(contains(c0, '\\ud') OR contains(c0, '\\uD')) AND NOT json_valid(c0)`;

/** As many rows as records, and no half of a surrogate pair in JSON. */
async function hasSameCount(
  database: Database,
  { plan }: StageInput,
  { mayHoldHalfPairs }: Staged,
  places: Places,
  path: string,
): Promise<boolean> {
  const file = parquetFile(path, { rowNumber: true });
  const rows = Number(await database.one(sql`SELECT count(*) FROM ${file}`));
  if (rows !== places.count) return false;
  if (plan.kind !== 'json' || !mayHoldHalfPairs) return true;
  const halves = sql`SELECT count(*) FROM (SELECT ${ident(RECORD_TEXT)} AS c0 FROM ${file}) WHERE ${trusted(HALF_PAIR)}`;
  return Number(await database.one(halves)) === 0;
}

/** The length of every line must agree, and the cells of records spread over the whole file. */
async function hasSameRecords(
  database: Database,
  input: StageInput,
  places: Places,
  path: string,
): Promise<boolean> {
  const { plan } = input;
  const chosen = checkedRows(places.count);
  const [one, other] = [await database.fork(), await database.fork()];
  try {
    const [cells, checked] = await together([
      cellsOf(one, plan, path, chosen),
      hasLengths(plan)
        ? comparedLengths(other, places, path, chosen)
        : Promise.resolve(placesOf(places, chosen)),
    ]);
    return checked !== null && (await hasSameCells(cells, input, checked));
  } finally {
    one.disconnect();
    other.disconnect();
  }
}

interface Place {
  readonly offset: number;
  readonly length: number;
}

/** Places of the chosen rows; null where a length is not ours. */
async function comparedLengths(
  database: Database,
  places: Places,
  path: string,
  chosen: readonly number[],
): Promise<readonly Place[] | null> {
  const ours = places.read();
  const checked: Place[] = [];
  const query = sql`SELECT byte_length::UINTEGER FROM ${parquetFile(path)}`;
  const theirs = await database.connection.stream(query.text);
  let row = 0;
  for (let chunk = await theirs.fetchChunk(); chunk?.rowCount; chunk = await theirs.fetchChunk()) {
    for (const length of chunk.getColumnValues(0)) {
      if (!ours.next() || ours.length !== length) return null;
      if (row++ === chosen[checked.length]) checked.push({ offset: ours.offset, length: ours.length });
    }
  }
  return ours.next() ? null : checked;
}

function placesOf(places: Places, chosen: readonly number[]): readonly Place[] {
  const reader = places.read();
  const found: Place[] = [];
  for (let row = 0; reader.next(); row++)
    if (row === chosen[found.length]) found.push({ offset: reader.offset, length: reader.length });
  return found;
}

/** Rows spread over the whole file, the first and the last among them, in order. */
function checkedRows(count: number): readonly number[] {
  const rows = new Set<number>();
  for (let place = 0; place < CHECKED_PLACES; place++) {
    const from = Math.floor((Math.max(0, count - CHECKED_RECORDS) * place) / (CHECKED_PLACES - 1));
    for (let row = from; row < Math.min(count, from + CHECKED_RECORDS); row++) rows.add(row);
  }
  return [...rows];
}

/** The chosen rows as DuckDB reads them, in their order. */
async function cellsOf(
  database: Database,
  plan: ReadPlan,
  path: string,
  chosen: readonly number[],
): Promise<Table['rows']> {
  const number = ident(ROW_NUMBER);
  const names = join(
    writtenNames(plan).map((name) => ident(name)),
    ', ',
  );
  const cells = await database.all(sql`SELECT ${names} FROM ${parquetFile(path, { rowNumber: true })}
    WHERE ${number} IN (${trusted(chosen.join(', '))}) ORDER BY ${number}`);
  return cells.rows;
}

async function hasSameCells(
  theirs: Table['rows'],
  { plan, path }: StageInput,
  checked: readonly Place[],
): Promise<boolean> {
  if (theirs.length !== checked.length) return false;
  for (const [index, { offset, length }] of checked.entries()) {
    const bytes = await readBytes(path, null, offset, length);
    const read = theirs[index];
    if (!bytes.ok || read === undefined) return false;
    const ours =
      plan.kind === 'delimited' ? splitOne(bytes.value, plan) : [Buffer.from(bytes.value).toString('utf8')];
    if (ours.length !== read.length || ours.some((text, cell) => text !== read[cell])) return false;
  }
  return true;
}

/** Cells of one record's bytes; empty ones are NULL, as they are staged. */
function splitOne(bytes: Uint8Array, plan: TablePlan): ReadonlyArray<string | null> {
  const found: Array<string | null> = [];
  const { quote, escape: escapeByte } = plan.dialect;
  const sink: RecordSink = {
    record(window: Window, _from: number, _to: number, cells: Cells) {
      for (let index = 0; index < cells.count; index++) {
        const raw = Buffer.from(window.bytes.subarray(cells.starts[index], cells.ends[index])).toString(
          'utf8',
        );
        const state = cells.escaped[index] ?? PLAIN;
        const text = state === PLAIN ? raw : unquote(raw, state, quote, escapeByte);
        found.push(text === '' ? null : text);
      }
    },
    made() {
      throw new Error('a delimited record is made of cells');
    },
    reject() {
      found.length = 0;
    },
  };
  const dialect = { ...plan.dialect, header: false };
  const splitter = new DelimitedSplitter({ sink, originalStart: 0, unitBytes: 0 }, dialect);
  splitter.push(bytes);
  splitter.end();
  return found;
}
