/**
 * Gathers the facts of one segment and writes its Parquet files. With one evidence each SELECT goes straight into
 * its file; with several, tables gather them, so that many small evidences share files.
 */
import { rename, rm, stat } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import type { Database } from '../store/database';
import { parquetFile } from '../store/parquet';
import { type FilledColumn, fillParquet, prepareFill } from '../store/parquet-fill';
import { joinParquet } from '../store/parquet-join';
import type { SameValue } from '../store/parquet-pages';
import { ident, quoteText, type Sql, sql, trusted } from '../store/sql';
import { columnList, FACT_TABLES } from '../store/tables';

/**
 * Version 2 packs numbers as differences and level 1 takes half the time of level 3, for files of the same size. Row
 * groups of DuckDB's own size (122,880) fill the memory limit while text is read, and its threads then wait for each
 * other: a quarter of that takes a fifth less processor time and 200 MB less memory, for files larger by a twentieth.
 */
const SMALL_GROUPS = 30_720;

/** Rows that lie in tables already wait for nothing, and twice that size takes a fifth less processor time. */
const LARGE_GROUPS = 61_440;

/**
 * What hardly repeats (times, addresses, values of points) is as small without a dictionary, and written in a fifth
 * less time. DuckDB makes room for as many words in every column, which a wide table has no memory for.
 */
const DICTIONARY_WORDS = 1000;
const MOST_LIMITED = 100;

/** `width`: columns written; without it DuckDB takes as large dictionaries as there are rows. */
function copyOptions(rowGroup: number, width: number | null): Sql {
  const isLimited = width !== null && width <= MOST_LIMITED;
  const limit = isLimited ? `, DICTIONARY_SIZE_LIMIT ${DICTIONARY_WORDS}` : '';
  return trusted(
    `(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${rowGroup}${limit})`,
  );
}

/** How text is written while it is read: see `copyOptions`. */
export function textOptions(width: number): Sql {
  return copyOptions(SMALL_GROUPS, width);
}

/**
 * How rows become a file: in turn with what else this connection does, or beside it on a connection of their own, which
 * sees no temporary tables; `at hand` says that they lie in tables and none is still being read from text.
 */
export type Writing = 'in turn' | 'beside' | 'beside, at hand';

export class SegmentWriter {
  private readonly database: Database;
  private readonly folder: string;
  readonly isSingle: boolean;
  private readonly gathered = new Map<string, string>();
  /** Connections of files being written beside each other. */
  private readonly writing = new Set<Database>();
  private turn: Promise<unknown> = Promise.resolve();
  private readonly recordFiles = new Map<string, string>();

  constructor(database: Database, folder: string, isSingle: boolean) {
    this.database = database;
    this.folder = folder;
    this.isSingle = isSingle;
  }

  /**
   * Rows of a fact table: the SELECT has all its columns, in order. Those of `same` have that value in each row, and
   * reach a file without being written row by row.
   */
  async addFacts(
    table: string,
    select: Sql,
    writing: Writing = 'in turn',
    same: ReadonlyMap<string, SameValue> = new Map(),
  ): Promise<void> {
    const fact = FACT_TABLES.find(({ name }) => name === table);
    if (!fact) throw new Error(`no fact table ${table}`);
    if (!this.isSingle || same.size === 0)
      return this.add(`out_${table}`, fact.file, select, writing, fact.columns.length);
    const columns = fact.columns.map(({ name, type }) => ({ name, type, same: same.get(name) }));
    await this.add(`out_${table}`, fact.file, differing(select, columns), writing, columns.length);
    await fillParquet(joinPath(this.folder, fact.file), columns);
  }

  /** Rows of a record file; evidences of one format with the same columns share it. Gives the file's name. */
  async addRecords(
    format: string,
    names: readonly string[],
    select: Sql,
    writing: Writing = 'in turn',
  ): Promise<string> {
    const file = this.recordFile(format, names);
    await this.add(tableOf(file), file, select, writing, names.length);
    return file;
  }

  /**
   * Writes rows at hand into a file by itself, to be joined with others. The SELECT is run on that connection; `columns`
   * are all of its columns, where some are the same in every row.
   */
  async writePart(
    database: Database,
    select: Sql,
    path: string,
    columns: readonly FilledColumn[] = [],
  ): Promise<void> {
    this.writing.add(database);
    try {
      const rows = columns.length === 0 ? select : differing(select, columns);
      await this.copy(rows, path, copyOptions(LARGE_GROUPS, columns.length), database);
      if (columns.length > 0) await fillParquet(path, columns);
    } finally {
      this.writing.delete(database);
    }
  }

  /** As `addFacts`, for the one evidence of a segment: the rows are those of the files, which are taken. */
  async joinFacts(table: string, paths: readonly string[]): Promise<void> {
    const fact = FACT_TABLES.find(({ name }) => name === table);
    if (!fact) throw new Error(`no fact table ${table}`);
    if (paths.length > 0) await this.join(`out_${table}`, fact.file, paths);
  }

  /** As `addRecords`, for the one evidence of a segment: the rows are those of the files, which are taken. */
  async joinRecords(format: string, names: readonly string[], paths: readonly string[]): Promise<string> {
    const file = this.recordFile(format, names);
    await this.join(tableOf(file), file, paths);
    return file;
  }

  /**
   * As `addRecords`, for the one evidence of a segment: the rows are those of the file, which is taken. `columns` are all
   * its columns, the numbers among them not yet in it; until what is given is called, the file lies where it is and may
   * be read.
   */
  async takeRecords(
    format: string,
    names: readonly string[],
    path: string,
    columns: readonly FilledColumn[],
  ): Promise<() => Promise<string>> {
    if (!this.isSingle) throw new Error('a file belongs to one evidence');
    const write = await prepareFill(path, columns);
    return async () => {
      const file = this.recordFile(format, names);
      this.gathered.set(tableOf(file), file);
      await write();
      await rename(path, joinPath(this.folder, file));
      return file;
    };
  }

  /** Stops the files being written beside each other; each rejects with "INTERRUPT Error". */
  interrupt(): void {
    for (const database of this.writing) database.interrupt();
  }

  /** What to read a table from again after `addFacts`; null when nothing was added. */
  source(table: string, file: string): Sql | null {
    if (!this.gathered.has(`out_${table}`)) return null;
    return this.isSingle ? parquetFile(joinPath(this.folder, file)) : gatheredIn(`out_${table}`);
  }

  /** Takes an evidence whose import failed half-way out again. */
  async forget(evidenceId: number): Promise<void> {
    for (const [table, file] of this.gathered) {
      if (this.isSingle) await rm(joinPath(this.folder, file), { force: true });
      else await this.database.run(sql`DELETE FROM ${gatheredIn(table)} WHERE evidence_id = ${evidenceId}`);
    }
    if (this.isSingle) this.gathered.clear();
  }

  /** Writes what was gathered; files without rows are not made. */
  async finish(): Promise<void> {
    if (this.isSingle) return;
    for (const [table, file] of this.gathered) {
      const rows = await this.database.one(sql`SELECT count(*) FROM ${gatheredIn(table)}`);
      if (Number(rows) > 0)
        await this.copy(sql`SELECT * FROM ${gatheredIn(table)}`, joinPath(this.folder, file));
    }
  }

  /** Bytes written so far. */
  async size(): Promise<number> {
    let bytes = 0;
    for (const file of this.gathered.values()) {
      bytes += (await stat(joinPath(this.folder, file)).catch(() => null))?.size ?? 0;
    }
    return bytes;
  }

  private async add(
    table: string,
    file: string,
    select: Sql,
    writing: Writing,
    width: number,
  ): Promise<void> {
    const known = this.gathered.has(table);
    this.gathered.set(table, file);
    if (this.isSingle && writing !== 'in turn') {
      return this.copyBeside(
        select,
        file,
        copyOptions(writing === 'beside' ? SMALL_GROUPS : LARGE_GROUPS, width),
      );
    }
    if (this.isSingle) {
      const options = copyOptions(SMALL_GROUPS, width);
      return this.inTurn(() => this.copy(select, joinPath(this.folder, file), options));
    }
    const query = known
      ? sql`INSERT INTO ${gatheredIn(table)} ${select}`
      : sql`CREATE TABLE ${gatheredIn(table)} AS ${select}`;
    await this.inTurn(() => this.database.run(query));
  }

  private recordFile(format: string, names: readonly string[]): string {
    const key = JSON.stringify([format, names]);
    const file = this.recordFiles.get(key) ?? `record-${this.recordFiles.size}.parquet`;
    this.recordFiles.set(key, file);
    return file;
  }

  private async join(table: string, file: string, paths: readonly string[]): Promise<void> {
    if (!this.isSingle) throw new Error('files of parts belong to one evidence');
    this.gathered.set(table, file);
    await joinParquet(joinPath(this.folder, file), paths);
  }

  /** A connection runs one statement at a time. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async copyBeside(select: Sql, file: string, options: Sql): Promise<void> {
    const database = await this.database.fork();
    this.writing.add(database);
    try {
      await this.copy(select, joinPath(this.folder, file), options, database);
    } finally {
      this.writing.delete(database);
      database.disconnect();
    }
  }

  private async copy(
    select: Sql,
    path: string,
    options = copyOptions(SMALL_GROUPS, null),
    database = this.database,
  ): Promise<void> {
    await database.run(sql`COPY (${select}) TO ${trusted(quoteText(path))} ${options}`);
  }
}

/** The columns that DuckDB writes; the others are filled in. */
function differing(select: Sql, columns: readonly FilledColumn[]): Sql {
  return sql`SELECT ${columnList(columns.filter(({ same }) => same === undefined))} FROM (${select})`;
}

function tableOf(file: string): string {
  return `out_${file.replace('.parquet', '').replace('-', '_')}`;
}

/** Qualified: a reader may work in a schema of its own. */
function gatheredIn(table: string): Sql {
  return sql`main.${ident(table)}`;
}
