/**
 * The fast way for big, clean text files: DuckDB reads the cells, or the lines, from the file itself while our splitter
 * counts records, finds their places and hashes. Where the two disagree in anything, the slow way is taken: only our
 * own splitter decides what a record is.
 */
import type { Database } from '../store/database';
import { ident, join, quoteText, type Sql, sql, trusted } from '../store/sql';
import { planColumns, type ReadPlan } from './plan';
import { DelimitedSplitter, PLAIN, unquote } from './readers/delimited';
import type { Cells, RecordSink } from './readers/reader';
import type { Window } from './readers/window';
import { readBytes } from './source';
import { type Staged, type StageInput, stageFile } from './stage';
import { together } from './together';

type TablePlan = ReadPlan & { kind: 'delimited' };

/** Below this the slow way takes no time to speak of. */
const LEAST_BYTES = 4 << 20;
const MAX_LINE_BYTES = 16 << 20;
/** Records whose cells are compared one by one. */
const CHECKED_RECORDS = 50;

/** Whether the file may be tried the fast way: plain UTF-8 on disk, and a shape both read alike. */
export function isFastCandidate(input: StageInput, sizeBytes: number): boolean {
  const { plan, path, compression, encoding } = input;
  if (!isPlain(plan) || compression !== null || sizeBytes < LEAST_BYTES) return false;
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

/**
 * Stages as view `record` (number and cells) over `raw`, and table `place`. Gives null, with nothing staged, when the
 * file turned out not to be clean; a cancelled pass is given as such.
 */
export async function stageFast(database: Database, input: StageInput): Promise<Staged | null> {
  const { plan } = input;
  await database.run(trusted('DROP TABLE IF EXISTS record'));
  await database.run(trusted('DROP TABLE IF EXISTS raw'));
  const reader = await database.fork();
  let readerFailed = false;
  try {
    const reading = reader.run(readText(plan, input.path)).catch(() => {
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

/** The file as table `raw`. What a table function takes is no parameter; every value is quoted or a number. */
function readText(plan: ReadPlan, path: string): Sql {
  const columns = planColumns(plan).map((_, index) => `'c${index}': 'VARCHAR'`);
  // A line is a row of one cell, cut by a character that no text has: where one has it all the same, or a CR stands
  // anywhere but in each line's end, the strict reader refuses the file.
  const dialect =
    plan.kind === 'delimited'
      ? `header = ${plan.dialect.header}, delim = ${quoteText(plan.dialect.delimiter)}, quote = '"', escape = '"'`
      : `header = false, delim = chr(1), quote = '', escape = ''`;
  // Buffers of the longest line's size: by itself DuckDB takes sixteen times as much, and no thread gets a second.
  return trusted(`CREATE TABLE raw AS SELECT * FROM read_csv(${quoteText(path)}, auto_detect = false, ${dialect},
    columns = {${columns.join(', ')}}, comment = '', nullstr = '', strict_mode = true, null_padding = false,
    max_line_size = ${MAX_LINE_BYTES}, buffer_size = ${MAX_LINE_BYTES})`);
}

function recordView(plan: ReadPlan): Sql {
  const cells = join(
    planColumns(plan).map((_, index) => ident(`c${index}`)),
    ', ',
  );
  return sql`CREATE OR REPLACE VIEW record AS SELECT (rowid + 1)::UBIGINT AS record_number, ${cells} FROM raw`;
}

const OTHER_LENGTHS =
  'SELECT count(*) FROM place POSITIONAL JOIN raw WHERE strlen(c0) IS DISTINCT FROM byte_length';
/** Half of a surrogate pair makes a value invalid; the slow way replaces it. */
const HALF_PAIRS = `SELECT count(*) FROM raw WHERE (contains(c0, '\\ud') OR contains(c0, '\\uD')) AND NOT json_valid(c0)`;

async function beside<T>(database: Database, work: (own: Database) => Promise<T>): Promise<T> {
  const own = await database.fork();
  try {
    return await work(own);
  } finally {
    own.disconnect();
  }
}

function countBeside(database: Database, query: string): Promise<number> {
  return beside(database, async (own) => Number(await own.one(trusted(query))));
}

/** Counts must agree, and so must the length of every line and the cells of records spread over the whole file. */
async function compare(
  database: Database,
  plan: ReadPlan,
  input: StageInput,
  staged: Staged,
): Promise<boolean> {
  const rows = Number(await database.one(trusted('SELECT count(*) FROM raw')));
  if (rows !== staged.records) return false;
  const last = rows - 1;
  const checks = Math.min(CHECKED_RECORDS, rows);
  const chosen = Array.from({ length: checks }, (_, index) =>
    Math.floor((last * index) / Math.max(1, checks - 1)),
  );
  const these = trusted(`WHERE rowid IN (${chosen.join(', ')}) ORDER BY rowid`);
  // Beside each other: none of them keeps two cores busy.
  const [others, halves, places, cells] = await together([
    plan.kind === 'delimited' ? Promise.resolve(0) : countBeside(database, OTHER_LENGTHS),
    plan.kind === 'json' ? countBeside(database, HALF_PAIRS) : Promise.resolve(0),
    database.all(sql`SELECT byte_offset, byte_length FROM place ${these}`),
    beside(database, (own) => own.all(sql`SELECT * FROM raw ${these}`)),
  ]);
  if (others + halves > 0) return false;
  for (const [index, [offset, length]] of places.rows.entries()) {
    const bytes = await readBytes(input.path, null, Number(offset), Number(length));
    const theirs = cells.rows[index];
    if (!bytes.ok || !theirs) return false;
    const ours =
      plan.kind === 'delimited' ? splitOne(bytes.value, plan) : [Buffer.from(bytes.value).toString('utf8')];
    if (ours.length !== theirs.length || ours.some((text, cell) => text !== theirs[cell])) return false;
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
