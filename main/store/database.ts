/** The one door to DuckDB: open, run, read columns, interrupt, close. No SQL of its own but the jail. */
import type { DuckDBConnection, DuckDBValue, DuckDBInstance as Instance } from '@duckdb/node-api';
import { DuckDBInstance } from './duckdb';
import { quoteText, type Sql, trusted } from './sql';

export interface DatabaseOptions {
  /** File path, or null for memory. */
  readonly path: string | null;
  readonly memoryLimitMb: number;
  readonly threads: number;
  /** Where DuckDB may spill; null forbids spilling. */
  readonly tempFolder: string | null;
  readonly readOnly?: boolean;
}

/** A result by column; values are DuckDB's JavaScript forms (bigint for 64-bit integers). */
export interface Table {
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly rows: ReadonlyArray<readonly DuckDBValue[]>;
}

export class Database {
  readonly connection: DuckDBConnection;
  private readonly instance: Instance;

  private constructor(instance: Instance, connection: DuckDBConnection) {
    this.instance = instance;
    this.connection = connection;
  }

  /** @throws when the file cannot be opened (locked, not a database); the caller turns it into a Problem. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const instance = await DuckDBInstance.create(options.path ?? ':memory:', {
      memory_limit: `${options.memoryLimitMb}MB`,
      threads: String(options.threads),
      temp_directory: options.tempFolder ?? '',
      access_mode: options.readOnly ? 'READ_ONLY' : 'AUTOMATIC',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
      preserve_insertion_order: 'true',
    });
    const database = new Database(instance, await instance.connect());
    // Evidence times are wall or UTC TIMESTAMPs; the computer's own zone must never reach a result.
    // Global, for what is set on one connection does not hold for its forks.
    await database.run(trusted("SET GLOBAL TimeZone = 'UTC'"));
    await database.run(trusted("SET GLOBAL Calendar = 'gregorian'"));
    return database;
  }

  /** A further connection on the same instance, for work that may be interrupted alone. */
  async fork(): Promise<Database> {
    return new Database(this.instance, await this.instance.connect());
  }

  async run(query: Sql): Promise<void> {
    await this.connection.run(query.text, [...query.values]);
  }

  async all(query: Sql): Promise<Table> {
    const reader = await this.connection.runAndReadAll(query.text, [...query.values]);
    return {
      names: reader.columnNames(),
      types: reader.columnTypes().map((type) => type.toString()),
      rows: reader.getRows(),
    };
  }

  /** First value of the first row; undefined when there is no row. */
  async one(query: Sql): Promise<DuckDBValue | undefined> {
    return (await this.all(query)).rows[0]?.[0];
  }

  /** Stops the statement under way on this connection; it rejects with "INTERRUPT Error". */
  interrupt(): void {
    this.connection.interrupt();
  }

  /**
   * Shuts the instance in: no extension, file or setting beyond `folders` and `files` (read and write) from here on.
   * Cannot be undone for the life of the instance.
   */
  async jail(folders: readonly string[], files: readonly string[] = []): Promise<void> {
    if (files.length > 0) {
      await this.run(trusted(`SET allowed_paths = [${files.map(quoteText).join(', ')}]`));
    }
    await this.run(trusted(`SET allowed_directories = [${folders.map(quoteText).join(', ')}]`));
    await this.run(trusted('SET enable_external_access = false'));
    await this.run(trusted('SET lock_configuration = true'));
  }

  /** Closes this connection only. */
  disconnect(): void {
    this.connection.closeSync();
  }

  /** Closes the connection and the instance; forks must have been disconnected, or the file lock stays. */
  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}
