/**
 * The fast way for big, clean delimited files: DuckDB reads the cells from the file itself while our splitter counts
 * records, finds their places and hashes. Where the two disagree in anything, the slow way is taken: only our own
 * splitter decides what a record is.
 */
import type { Database } from '../store/database';
import { ident, join, quoteText, sql, trusted } from '../store/sql';
import type { ReadPlan } from './plan';
import { DelimitedSplitter, PLAIN, unquote } from './readers/delimited';
import type { Cells, RecordSink } from './readers/reader';
import type { Window } from './readers/window';
import { readBytes } from './source';
import { type Staged, type StageInput, stageFile } from './stage';

type TablePlan = ReadPlan & { kind: 'delimited' };

/** Below this the slow way takes no time to speak of. */
const LEAST_BYTES = 4 << 20;
const MAX_LINE_BYTES = 16 << 20;
/** Records whose cells are compared one by one. */
const CHECKED_RECORDS = 50;

/** Whether the file may be tried the fast way: plain UTF-8 on disk, and a dialect both read alike. */
export function isFastCandidate(input: StageInput, sizeBytes: number): boolean {
  const { plan, path, compression, encoding } = input;
  if (plan.kind !== 'delimited' || compression !== null || sizeBytes < LEAST_BYTES) return false;
  const { delimiter, quote, escape: escapeByte, newline, skipLines } = plan.dialect;
  const plainDialect =
    delimiter.length === 1 && quote === 34 && escapeByte === 0 && newline === 'lf' && skipLines === 0;
  // DuckDB would take these for a pattern over several files.
  const isPattern = /[*?[\]{}]/.test(path);
  return plainDialect && encoding.encoding === 'utf-8' && encoding.valid && !isPattern;
}

/**
 * Stages as view `record` (number and cells) over `raw`, and table `place`. Gives null, with nothing staged, when the
 * file turned out not to be clean; a cancelled pass is given as such.
 */
export async function stageFast(database: Database, input: StageInput): Promise<Staged | null> {
  const { plan } = input;
  if (plan.kind !== 'delimited') return null;
  await database.run(trusted('DROP TABLE IF EXISTS record'));
  await database.run(trusted('DROP TABLE IF EXISTS raw'));
  const reader = await database.fork();
  let readerFailed = false;
  try {
    const reading = reader.run(readCells(plan, input.path)).catch(() => {
      readerFailed = true;
    });
    const staged = await stageFile(database, { ...input, placesOnly: true, abandoned: () => readerFailed });
    if (!staged.clean || staged.cancelled || staged.problem) reader.interrupt();
    await reading;
    if (staged.cancelled) return staged;
    const agrees =
      !readerFailed && staged.clean && !staged.problem && (await compare(database, plan, input, staged));
    if (!agrees) return null;
    await database.run(recordView(plan));
    return staged;
  } finally {
    reader.disconnect();
  }
}

/** Makes room for the next file; the view and its tables must be gone before `record` is a table again. */
export async function dropFast(database: Database): Promise<void> {
  await database.run(trusted('DROP VIEW IF EXISTS record'));
  await database.run(trusted('DROP TABLE IF EXISTS raw'));
  await database.run(trusted('DROP TABLE IF EXISTS place'));
}

function readCells(plan: TablePlan, path: string) {
  const columns = plan.columns.map((_, index) => `'c${index}': 'VARCHAR'`).join(', ');
  const { delimiter, header } = plan.dialect;
  // A table function takes no parameters for these; every value is quoted or a number.
  return trusted(`CREATE TABLE raw AS SELECT * FROM read_csv(${quoteText(path)}, auto_detect = false, header = ${header},
    columns = {${columns}}, delim = ${quoteText(delimiter)}, quote = '"', escape = '"', comment = '', nullstr = '',
    strict_mode = true, null_padding = false, max_line_size = ${MAX_LINE_BYTES})`);
}

function recordView(plan: TablePlan) {
  const cells = join(
    plan.columns.map((_, index) => ident(`c${index}`)),
    ', ',
  );
  return sql`CREATE OR REPLACE VIEW record AS SELECT (rowid + 1)::UBIGINT AS record_number, ${cells} FROM raw`;
}

/** Counts must agree, and so must the cells of records spread over the whole file. */
async function compare(
  database: Database,
  plan: TablePlan,
  input: StageInput,
  staged: Staged,
): Promise<boolean> {
  const rows = Number(await database.one(trusted('SELECT count(*) FROM raw')));
  if (rows !== staged.records) return false;
  for (let check = 0; check < Math.min(CHECKED_RECORDS, rows); check++) {
    const row = check === 0 ? 0 : Math.floor(((rows - 1) * check) / (CHECKED_RECORDS - 1));
    if (row >= rows) break;
    const place = (await database.all(sql`SELECT byte_offset, byte_length FROM place WHERE rowid = ${row}`))
      .rows[0];
    const cells = (await database.all(sql`SELECT * FROM raw WHERE rowid = ${row}`)).rows[0];
    const bytes = await readBytes(input.path, null, Number(place?.[0]), Number(place?.[1]));
    if (!bytes.ok || !cells) return false;
    const ours = splitOne(bytes.value, plan);
    if (ours.length !== cells.length || ours.some((text, index) => text !== cells[index])) return false;
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
