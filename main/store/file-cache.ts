/**
 * The working database of a case that is only looked into: nothing is filled, the tables are views over the Parquet
 * itself, so that the first rows show at once. A row's place is its event id, by whose bounds DuckDB skips row groups.
 */
import { existsSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { fail, type Outcome, succeed } from '../../shared/problem';
import type { CacheSegment, Clocks, WorkingCache } from './cache';
import { clockValues } from './clock';
import { Database } from './database';
import { refreshEndpoints } from './endpoints';
import { exceptEvidence, selectFacts } from './parquet';
import { ident, sql, trusted } from './sql';
import {
  type CustodyValues,
  createTable,
  EVIDENCE_COLUMNS,
  FACT_TABLES,
  type FactTable,
  fillEvidence,
  refreshBounds,
  setCustody,
} from './tables';
import { VIEWS } from './views';

export interface FileCacheOptions {
  readonly spill: string;
  /** The only folder the database may touch. */
  readonly folder: string;
  readonly segments: readonly CacheSegment[];
  readonly removed: ReadonlySet<number>;
  readonly clocks: Clocks;
  readonly memoryLimitMb: number;
  readonly threads: number;
}

export interface FileCache extends WorkingCache {
  /** Takes in the files that came since: tables that had none are made anew. False where none was. */
  takeIn(): Promise<boolean>;
}

export async function openFileCache(options: FileCacheOptions): Promise<Outcome<FileCache>> {
  try {
    const database = await Database.open({
      path: null,
      memoryLimitMb: options.memoryLimitMb,
      threads: options.threads,
      tempFolder: options.spill,
    });
    await database.jail([options.folder]);
    const cache = new ParquetCache(database, options);
    await cache.create();
    return succeed(cache);
  } catch (error) {
    return fail({
      code: 'cache-failed',
      what: 'The tables of the case file could not be opened.',
      why: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      help: 'Check the file with verify. If it is whole, send the log file.',
    });
  }
}

class ParquetCache implements FileCache {
  readonly database: Database;
  readonly rebuilt = false;
  private readonly options: FileCacheOptions;
  /** Files each table stands on now. */
  private readonly standing = new Map<string, number>();

  constructor(database: Database, options: FileCacheOptions) {
    this.database = database;
    this.options = options;
  }

  async create(): Promise<void> {
    for (const table of FACT_TABLES) await this.createFacts(table);
    await this.database.run(createTable('evidence', EVIDENCE_COLUMNS));
    const { removed, clocks } = this.options;
    const rows = this.options.segments.flatMap(({ evidence }) =>
      evidence.map((row) => {
        const id = Number(row.evidence_id);
        return { ...clockValues(row, clocks.get(id)), removed: removed.has(id) };
      }),
    );
    for (let from = 0; from < rows.length; from += 500)
      await this.database.run(fillEvidence(rows.slice(from, from + 500)));
    if (clocks.size > 0) await this.database.run(refreshBounds([...clocks.keys()]));
    for (const view of VIEWS) await this.database.run(view);
    await refreshEndpoints(this.database);
  }

  async takeIn(): Promise<boolean> {
    let changed = false;
    for (const table of FACT_TABLES) {
      if (this.standing.get(table.name) === this.filesOf(table)) continue;
      const kind = this.standing.get(table.name) === 0 ? 'TABLE' : 'VIEW';
      await this.database.run(sql`DROP ${trusted(kind)} ${ident(table.name)}`);
      await this.createFacts(table);
      changed = true;
    }
    return changed;
  }

  async append(): Promise<void> {
    throw new Error('a case file is not written to');
  }

  setCustody(known: readonly CustodyValues[]): Promise<void> {
    return setCustody((statement) => this.database.run(statement), known);
  }

  async setWork(): Promise<void> {
    throw new Error('a case file is not written to');
  }

  async countEvents(): Promise<number> {
    return Number(await this.database.one(sql`SELECT count(*) FROM event`));
  }

  close(): void {
    this.database.close();
  }

  private async createFacts(table: FactTable): Promise<void> {
    const { segments, removed, clocks } = this.options;
    this.standing.set(table.name, this.filesOf(table));
    const rows = selectFacts(table, segments, exceptEvidence(removed), clocks.values());
    if (!rows) return this.database.run(createTable(table.name, table.columns));
    const place = trusted(table.name === 'event' ? ', event_id AS rowid' : '');
    await this.database.run(sql`CREATE VIEW ${ident(table.name)} AS SELECT *${place} FROM (${rows})`);
  }

  private filesOf(table: FactTable): number {
    return this.options.segments.filter(({ folder }) => existsSync(joinPath(folder, table.file))).length;
  }
}
