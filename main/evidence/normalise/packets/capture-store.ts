/** A capture's narrow tables in a database. */
import { ChunkAppender } from '../../../store/append';
import type { Database } from '../../../store/database';
import type { Chunk } from '../../../store/rows';
import { COLUMNS, NAMES, TABLES, type TableName } from './tables';

export class CaptureStore {
  private appenders: ReadonlyMap<TableName, ChunkAppender>;

  private constructor(appenders: ReadonlyMap<TableName, ChunkAppender>) {
    this.appenders = appenders;
  }

  /** Makes the tables, replacing those of an earlier capture there; `catalog` where not the first. */
  static async create(
    database: Database,
    names: readonly TableName[] = NAMES,
    catalog: string | null = null,
  ): Promise<CaptureStore> {
    const appenders = new Map<TableName, ChunkAppender>();
    for (const name of names)
      appenders.set(name, await ChunkAppender.create(database, TABLES[name], COLUMNS[name], catalog));
    return new CaptureStore(appenders);
  }

  append(table: TableName, chunk: Chunk): void {
    this.appenders.get(table)?.append(chunk);
  }

  /** The tables are whole; nothing may follow. */
  close(): void {
    const { appenders } = this;
    this.appenders = new Map();
    for (const appender of appenders.values()) appender.close();
  }
}
