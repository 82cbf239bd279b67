/** A capture's narrow tables in a database. */
import { ChunkAppender } from '../../../store/append';
import type { Database } from '../../../store/database';
import type { Chunk } from '../../../store/rows';
import { COLUMNS, NAMES, TABLES, type TableName } from './tables';

export class CaptureStore {
  private readonly appenders: ReadonlyMap<TableName, ChunkAppender>;

  private constructor(appenders: ReadonlyMap<TableName, ChunkAppender>) {
    this.appenders = appenders;
  }

  /** Makes the tables, replacing those of an earlier capture in this database. */
  static async create(database: Database): Promise<CaptureStore> {
    const appenders = new Map<TableName, ChunkAppender>();
    for (const name of NAMES)
      appenders.set(name, await ChunkAppender.create(database, TABLES[name], COLUMNS[name]));
    return new CaptureStore(appenders);
  }

  append(table: TableName, chunk: Chunk): void {
    this.appenders.get(table)?.append(chunk);
  }

  /** The tables are whole; nothing may follow. */
  close(): void {
    for (const appender of this.appenders.values()) appender.close();
  }
}
