/**
 * Parquet (parquet.apache.org/docs/file-format) as records: rows in file order, cells as text. DuckDB reads it in an
 * instance of its own that is shut in with that one file, and hands on plain text only. A row has no bytes of its own:
 * its place is its number from 0, its length 0. A damaged group of rows costs its rows, not the file.
 */
import { fail, type Outcome, type Problem, succeed } from '../../../../shared/problem';
import { Database } from '../../../store/database';
import { ident, join, quoteText, type Sql, sql, trusted } from '../../../store/sql';

const MEMORY_MB = 400;
const CANCEL_MS = 200;
const DAMAGED_HELP = 'Look for another copy of the file.';

export interface ParquetColumn {
  readonly name: string;
  /** DuckDB's word for it. */
  readonly type: string;
}

/** Bytes that a Parquet file begins with; one whose footer is encrypted begins with `PARE`. */
export function looksLikeParquet(head: Uint8Array): boolean {
  const mark = Buffer.from(head.buffer, head.byteOffset, Math.min(4, head.byteLength)).toString('latin1');
  return mark === 'PAR1' || mark === 'PARE';
}

/** Opens a file for the length of `work`; `folder` is the one place where something may be written. */
async function withFile<T>(
  path: string,
  folder: string | null,
  work: (database: Database) => Promise<T>,
): Promise<Outcome<T>> {
  const database = await Database.open({
    path: null,
    memoryLimitMb: MEMORY_MB,
    threads: 2,
    tempFolder: null,
  });
  try {
    await database.jail(folder === null ? [] : [folder], [path]);
    return succeed(await work(database));
  } catch (error) {
    return fail(damaged(path, error));
  } finally {
    database.close();
  }
}

/** Its columns, without reading rows. */
export function readParquetColumns(path: string): Promise<Outcome<readonly ParquetColumn[]>> {
  return withFile(path, null, async (database) => {
    const { rows } = await database.all(sql`DESCRIBE SELECT * FROM ${source(path)}`);
    return rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
  });
}

/** The first rows as texts, NULL for empty ones. */
export function readParquetRows(
  path: string,
  cells: readonly Sql[],
  most: number,
): Promise<Outcome<ReadonlyArray<ReadonlyArray<string | null>>>> {
  return withFile(path, null, async (database) => {
    const { rows } = await database.all(
      sql`SELECT ${join(cells, ', ')} FROM ${source(path)} LIMIT ${trusted(String(most))}`,
    );
    return rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : null)));
  });
}

export interface CopiedParquet {
  readonly rows: number;
  /** Plain Parquet files of `number` (from 0) and `c0` … `cN`. */
  readonly files: readonly string[];
  /** Numbers of rows [from, to) that could not be read, with DuckDB's word why. */
  readonly lost: ReadonlyArray<{ readonly from: number; readonly to: number; readonly why: string }>;
}

/** The name DuckDB gives the numbers of rows; a file's own column of that name keeps them from being had. */
const ROW_NUMBER = 'file_row_number';

/**
 * Writes all rows as texts into `folder`: at once, or where that fails group by group. Rows of a file that has a column
 * of DuckDB's own name are counted in the order they come, and one damaged group costs them all.
 */
export async function copyParquet(
  path: string,
  columns: readonly ParquetColumn[],
  cells: readonly Sql[],
  folder: string,
  cancelled: () => boolean,
): Promise<Outcome<CopiedParquet>> {
  return withFile(path, folder, async (database) => {
    const watch = setInterval(() => cancelled() && database.interrupt(), CANCEL_MS);
    const named = join(
      cells.map((cell, index) => sql`${cell} AS ${ident(`c${index}`)}`),
      ', ',
    );
    const isNumbered = columns.every(({ name }) => name.toLowerCase() !== ROW_NUMBER);
    const number = trusted(isNumbered ? ROW_NUMBER : '(row_number() OVER () - 1)');
    const copy = async (file: string, where: Sql): Promise<void> => {
      const rows = sql`SELECT ${number}::UBIGINT AS number, ${named} FROM ${source(path, isNumbered)} ${where}`;
      await database.run(
        sql`COPY (${rows}) TO ${trusted(quoteText(file))} (FORMAT parquet, COMPRESSION lz4_raw)`,
      );
    };
    try {
      const groups = await readGroups(database, path);
      const whole = `${folder}/rows.parquet`;
      const total = groups.at(-1)?.to ?? 0;
      try {
        await copy(whole, trusted(''));
        return { rows: total, files: [whole], lost: [] };
      } catch (error) {
        if (cancelled()) return { rows: 0, files: [], lost: [] };
        if (groups.length === 1 || !isNumbered) throw error;
      }
      const files: string[] = [];
      const lost: Array<CopiedParquet['lost'][number]> = [];
      for (const [index, { from, to }] of groups.entries()) {
        if (cancelled()) break;
        const file = `${folder}/rows-${index}.parquet`;
        const where = trusted(`WHERE ${ROW_NUMBER} >= ${from} AND ${ROW_NUMBER} < ${to}`);
        try {
          await copy(file, where);
          files.push(file);
        } catch (error) {
          lost.push({ from, to, why: reason(error) });
        }
      }
      return { rows: total, files, lost };
    } finally {
      clearInterval(watch);
    }
  });
}

interface RowGroup {
  readonly from: number;
  readonly to: number;
}

async function readGroups(database: Database, path: string): Promise<readonly RowGroup[]> {
  const { rows } = await database.all(
    sql`SELECT row_group_id, any_value(row_group_num_rows) FROM parquet_metadata(${trusted(quoteText(path))})
      GROUP BY row_group_id ORDER BY row_group_id`,
  );
  const groups: RowGroup[] = [];
  let from = 0;
  for (const [, count] of rows) {
    const to = from + Number(count);
    groups.push({ from, to });
    from = to;
  }
  return groups;
}

/** What a table function takes is no parameter. Shut in, DuckDB takes the path as it stands, never as a pattern; nor for cells. */
function source(path: string, numbered = false): Sql {
  const options = trusted(`, hive_partitioning = false${numbered ? `, ${ROW_NUMBER} = true` : ''}`);
  return sql`read_parquet(${trusted(quoteText(path))}${options})`;
}

/** A cell as text: moments of UTC end in Z, others state no zone; nested values are JSON; bytes that are text are text. */
export function cellText({ name, type }: ParquetColumn): Sql {
  const column = ident(name);
  const text = sql`${column}::VARCHAR`;
  if (type === 'TIMESTAMP WITH TIME ZONE') return sql`regexp_replace(${text}, '\\+00$', 'Z')`;
  if (type === 'BLOB') return sql`nullif(coalesce(TRY(decode(${column})), ${text}), '')`;
  if (/^(?:STRUCT|MAP|UNION)\(|\[\d*\]$/.test(type)) return sql`to_json(${column})::VARCHAR`;
  return sql`nullif(${text}, '')`;
}

/** The whole row as one JSON object, for formats whose records nest. */
export function rowJson(columns: readonly ParquetColumn[]): Sql {
  const members = columns.map((column) => {
    const isPlain = column.type !== 'TIMESTAMP WITH TIME ZONE' && column.type !== 'BLOB';
    return sql`${ident(column.name)} := ${isPlain ? ident(column.name) : cellText(column)}`;
  });
  return sql`to_json(struct_pack(${join(members, ', ')}))::VARCHAR`;
}

export function lostReason(why: string): readonly [reason: string, help: string] {
  return [`The group of rows it lies in cannot be read: ${why}`, DAMAGED_HELP];
}

function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  // DuckDB names the file and cites the statement; neither is the analyst's.
  return (text.split('\n')[0] ?? '').replace(/^[A-Za-z ]+Error: /, '').slice(0, 300);
}

function damaged(path: string, error: unknown): Problem {
  const why = reason(error);
  const isEncrypted = /encrypt|decrypt/i.test(why);
  return {
    code: isEncrypted ? 'parquet-encrypted' : 'parquet-damaged',
    what: isEncrypted ? 'The Parquet file is encrypted.' : 'The Parquet file is damaged or cut short.',
    why,
    where: path,
    help: isEncrypted ? 'Export it without encryption.' : DAMAGED_HELP,
  };
}
