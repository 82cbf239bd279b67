/**
 * Gathers the facts of one segment and writes its Parquet files. With one evidence each SELECT goes straight into
 * its file; with several, tables gather them, so that many small evidences share files.
 */
import { rm, stat } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import type { Database } from '../store/database';
import { ident, quoteText, type Sql, sql, trusted } from '../store/sql';
import { FACT_TABLES } from '../store/tables';

/** Version 2 packs numbers as differences and level 1 takes half the time of level 3, for files of the same size. */
const COPY_OPTIONS = '(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1)';

export class SegmentWriter {
  private readonly database: Database;
  private readonly folder: string;
  private readonly single: boolean;
  private readonly gathered = new Map<string, string>();
  private readonly recordFiles = new Map<string, string>();

  constructor(database: Database, folder: string, single: boolean) {
    this.database = database;
    this.folder = folder;
    this.single = single;
  }

  /** Rows of a fact table; the SELECT's columns are found by name and cast, absent ones are NULL. */
  async addFacts(table: string, select: Sql): Promise<void> {
    const fact = FACT_TABLES.find(({ name }) => name === table);
    if (!fact) throw new Error(`no fact table ${table}`);
    await this.add(`out_${table}`, fact.file, select);
  }

  /** Rows of a record file; evidences of one format with the same columns share it. Gives the file's name. */
  async addRecords(format: string, names: readonly string[], select: Sql): Promise<string> {
    const key = JSON.stringify([format, names]);
    const file = this.recordFiles.get(key) ?? `record-${this.recordFiles.size}.parquet`;
    this.recordFiles.set(key, file);
    await this.add(`out_${file.replace('.parquet', '').replace('-', '_')}`, file, select);
    return file;
  }

  /** What to read a table from again after `addFacts`; null when nothing was added. */
  source(table: string, file: string): Sql | null {
    if (!this.gathered.has(`out_${table}`)) return null;
    return this.single
      ? trusted(`read_parquet(${quoteText(joinPath(this.folder, file))})`)
      : gatheredIn(`out_${table}`);
  }

  /** Takes an evidence whose import failed half-way out again. */
  async forget(evidenceId: number): Promise<void> {
    for (const [table, file] of this.gathered) {
      if (this.single) await rm(joinPath(this.folder, file), { force: true });
      else await this.database.run(sql`DELETE FROM ${gatheredIn(table)} WHERE evidence_id = ${evidenceId}`);
    }
    if (this.single) this.gathered.clear();
  }

  /** Writes what was gathered; files without rows are not made. */
  async finish(): Promise<void> {
    if (this.single) return;
    for (const [table, file] of this.gathered) {
      const rows = await this.database.one(sql`SELECT count(*) FROM ${gatheredIn(table)}`);
      if (Number(rows) > 0) await this.copy(sql`SELECT * FROM ${gatheredIn(table)}`, file);
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

  private async add(table: string, file: string, select: Sql): Promise<void> {
    const known = this.gathered.has(table);
    this.gathered.set(table, file);
    if (this.single) return this.copy(select, file);
    const query = known
      ? sql`INSERT INTO ${gatheredIn(table)} ${select}`
      : sql`CREATE TABLE ${gatheredIn(table)} AS ${select}`;
    await this.database.run(query);
  }

  private async copy(select: Sql, file: string): Promise<void> {
    const target = quoteText(joinPath(this.folder, file));
    await this.database.run(sql`COPY (${select}) TO ${trusted(target)} ${trusted(COPY_OPTIONS)}`);
  }
}

/** Qualified: a reader may work in a schema of its own. */
function gatheredIn(table: string): Sql {
  return sql`main.${ident(table)}`;
}
