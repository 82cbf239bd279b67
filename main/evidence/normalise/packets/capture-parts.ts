/**
 * A capture on its way into files, part by part: while one is decoded, DuckDB writes the rows of the one before, whose
 * tables then go. So a capture of any size takes the memory of two parts, and neither waits for the other.
 */
import { join as joinPath } from 'node:path';
import type { Database } from '../../../store/database';
import { parquetFiles } from '../../../store/parquet';
import type { FilledColumn } from '../../../store/parquet-fill';
import { type Sql, sql, trusted } from '../../../store/sql';
import { CaptureStore } from './capture-store';
import { lateMessages } from './late-flows';
import { type CaptureSizes, PART_TABLES, TABLES, type TableName } from './tables';
import { createTexts, dropTexts, textsOfEndedFlows } from './texts';
import { createFlowView, createViews, flowColumns, messageColumns, pointColumns } from './views';

const VIEWS = ['event', 'point', 'reject', 'record'];
const SPOKEN = 'capture_spoken';

/** Where the parts of a capture are written. */
export interface PartsOutput {
  /** Rows after which a part ends, at the next chunk of bytes. */
  readonly rows: number;
  /** Two parts may be written beside each other while the next is decoded. */
  readonly isPaired: boolean;
  readonly folder: string;
  /** Writes rows as a Parquet file, on this connection; `columns`: all of them, where some are the same in every row. */
  write(database: Database, select: Sql, path: string, columns?: readonly FilledColumn[]): Promise<void>;
}

/** Files of a capture in their order, by table; together they hold its rows. */
export type PartFiles = Readonly<Record<'record' | 'event' | 'point' | 'reject', readonly string[]>>;

/** Files of one part, each where it has such rows; `spoken`: which message of `event` is of which flow, and who asked. */
interface Written {
  record?: string;
  event?: string;
  point?: string;
  reject?: string;
  flow?: string;
  spoken?: string;
}

type Settings = Readonly<Record<string, string>>;

/**
 * While parts are written. Decoding keeps the other core busy, and each thread that writes takes the memory of its row
 * groups; what a part took is given back soon, for the next takes it anew.
 */
const FRUGAL: Settings = {
  threads: '1',
  allocator_flush_threshold: '16MB',
  allocator_bulk_deallocation_flush_threshold: '16MB',
  allocator_background_threads: 'true',
};

interface Part {
  readonly number: number;
  /** A connection of its own, which sees the part's tables. */
  readonly database: Database;
  /** Of the part's tables; null where they lie in the first. */
  readonly catalog: string | null;
  readonly store: CaptureStore;
}

export class CaptureParts {
  private readonly main: Database;
  private readonly evidenceId: number;
  private readonly output: PartsOutput;
  /** Connection for what comes between the parts. */
  private readonly control: Database;
  /** Of the database, as they were. */
  private readonly settings: Settings;
  /** Under way; null between two. */
  private part: Part | null;
  private number = 1;
  /** The part being written, and the one before it. */
  private writing: Promise<void> = Promise.resolve();
  private earlier: Promise<void> = Promise.resolve();
  private isIdle = true;
  /** Parts in their order. */
  private readonly written: Written[] = [];

  private constructor(
    main: Database,
    evidenceId: number,
    output: PartsOutput,
    control: Database,
    settings: Settings,
    part: Part,
  ) {
    this.main = main;
    this.evidenceId = evidenceId;
    this.output = output;
    this.control = control;
    this.settings = settings;
    this.part = part;
  }

  static async begin(main: Database, evidenceId: number, output: PartsOutput): Promise<CaptureParts> {
    const control = await main.fork();
    const database = await main.fork();
    const store = await CaptureStore.create(database, PART_TABLES);
    const part: Part = { number: 1, database, catalog: null, store };
    const names = Object.keys(FRUGAL);
    const settings = await main.all(
      trusted(`SELECT ${names.map((name) => `current_setting('${name}')`).join(', ')}`),
    );
    const known = settings.rows[0]?.map((value, index) => [names[index], String(value)]) ?? [];
    return new CaptureParts(main, evidenceId, output, control, Object.fromEntries(known), part);
  }

  /** Whether all rows are still in the tables of the first part. */
  get isOne(): boolean {
    return this.number === 1;
  }

  /** Whether rows are on their way into files: each step of it is waited for by whoever else uses this thread. */
  get isWriting(): boolean {
    return !this.isIdle;
  }

  append: CaptureStore['append'] = (table, chunk) => this.part?.store.append(table, chunk);

  /** The rows so far are a part; those that come belong to the next. Waits while the part before is being written. */
  async next(sizes: CaptureSizes): Promise<void> {
    await this.hand(sizes, false);
    this.number++;
    this.part = await this.open(this.number);
  }

  /** The capture is one part: its tables are whole, and views can be made over them. */
  closeOne(): void {
    this.part?.store.close();
  }

  /** Writes the last part and the flows; `messages`: those of the whole capture. The tables of facts must be whole. */
  async finish(sizes: CaptureSizes, messages: number): Promise<PartFiles> {
    const { main, output, evidenceId } = this;
    await this.hand(sizes, true);
    await this.earlier;
    await this.writing;
    const flows = sql`SELECT * FROM ${parquetFiles(this.files('flow'))}`;
    await main.run(sql`CREATE VIEW ${trusted(TABLES.flow)} AS ${flows}`);
    await createFlowView(main, evidenceId, messages, textsOfEndedFlows());
    await this.correctMessages();
    const path = this.path('event', 'flows');
    await output.write(main, trusted('SELECT * FROM event'), path, flowColumns(evidenceId));
    return {
      record: this.files('record'),
      event: [...this.files('event'), path],
      point: this.files('point'),
      reject: this.files('reject'),
    };
  }

  /** Lets go of everything, also in the middle; files stay. */
  async close(): Promise<void> {
    await Promise.allSettled([this.earlier, this.writing]);
    const { part } = this;
    this.part = null;
    try {
      part?.store.close();
    } finally {
      if (part) await this.release(part);
      if (!this.isOne) await this.set(this.settings);
      this.control.disconnect();
    }
  }

  private async open(number: number): Promise<Part> {
    if (number === 2) await this.set(FRUGAL);
    const catalog = `capture_part_${number}`;
    await this.control.run(sql`ATTACH ':memory:' AS ${trusted(catalog)}`);
    const database = await this.main.fork();
    await database.run(sql`USE ${trusted(catalog)}`);
    const store = await CaptureStore.create(database, PART_TABLES, catalog);
    return { number, database, catalog, store };
  }

  /** Has the part at hand written, once the one before is, or beside it. */
  private async hand(sizes: CaptureSizes, isLast: boolean): Promise<void> {
    const { part } = this;
    if (part === null) throw new Error('no part is under way');
    part.store.close();
    await (this.output.isPaired ? this.earlier : this.writing);
    this.part = null;
    this.earlier = this.writing;
    this.isIdle = false;
    const written: Written = {};
    this.written.push(written);
    this.writing = this.writeAndRelease(part, sizes, isLast, written);
    // Whoever waits for it next is told.
    this.writing.catch(() => undefined);
  }

  private async writeAndRelease(
    part: Part,
    sizes: CaptureSizes,
    isLast: boolean,
    written: Written,
  ): Promise<void> {
    try {
      await this.write(part, sizes, isLast, written);
    } finally {
      await this.release(part);
      this.isIdle = part.number === this.written.length;
    }
  }

  private async set(settings: Settings): Promise<void> {
    for (const [name, value] of Object.entries(settings))
      await this.control.run(trusted(`SET GLOBAL ${name} = '${value}'`));
  }

  private async release({ database, catalog }: Part): Promise<void> {
    database.disconnect();
    if (catalog !== null) await this.control.run(sql`DETACH ${trusted(catalog)}`);
  }

  private async write(part: Part, sizes: CaptureSizes, isLast: boolean, written: Written): Promise<void> {
    const { database, number } = part;
    const texts = await createTexts(database, sizes, true);
    await createViews(database, this.evidenceId, null, texts);
    /** Of rows that are written nothing need stay while the others are. */
    const drop = (name: TableName): Promise<void> => database.run(trusted(`DROP TABLE ${TABLES[name]}`));
    const put = async (
      name: keyof Written,
      select: string,
      columns?: readonly FilledColumn[],
    ): Promise<void> => {
      const path = this.path(name, number);
      await this.output.write(database, trusted(select), path, columns);
      written[name] = path;
    };
    if (sizes.packets > 0) await put('record', 'SELECT * FROM record');
    await drop('packet');
    if (sizes.pointRuns > 0) await put('point', 'SELECT * FROM point', pointColumns(this.evidenceId));
    await drop('point');
    if (sizes.messages > 0) {
      await put('event', 'SELECT * FROM event', messageColumns(this.evidenceId));
      await put('spoken', `SELECT ordinal, flow, asked_by_a FROM ${TABLES.message}`);
    }
    if (sizes.rejected > 0) await put('reject', 'SELECT * FROM reject');
    if (sizes.ended > 0 || isLast) await put('flow', `SELECT * FROM ${TABLES.flow}`);
    if (part.catalog === null) await dropPart(database);
  }

  /** Puts right the messages that were written before all was known of their flow. */
  private async correctMessages(): Promise<void> {
    const { main, output } = this;
    const late = await main.one(sql`SELECT count(*) FROM ${trusted(TABLES.late)}`);
    if (Number(late) === 0) return;
    for (const written of this.written) {
      const { event: path, spoken } = written;
      if (path === undefined || spoken === undefined) continue;
      await main.run(
        sql`CREATE OR REPLACE VIEW ${trusted(SPOKEN)} AS SELECT * FROM ${parquetFiles([spoken])}`,
      );
      const those = trusted(`${SPOKEN} WHERE flow IN (SELECT number FROM ${TABLES.late})`);
      if (Number(await main.one(sql`SELECT count(*) FROM ${those}`)) === 0) continue;
      const corrected = `${path}.corrected`;
      await output.write(main, lateMessages(this.evidenceId, path, SPOKEN), corrected);
      written.event = corrected;
    }
    await main.run(sql`DROP VIEW IF EXISTS ${trusted(SPOKEN)}`);
  }

  private files(name: keyof Written): readonly string[] {
    return this.written.flatMap((written) => written[name] ?? []);
  }

  private path(table: string, part: number | 'flows'): string {
    return joinPath(this.output.folder, `${table}-${part}.parquet`);
  }
}

/** Takes away the view of the flows of all parts, which stands where a capture of one part has their table. */
export async function dropFlowFiles(database: Database): Promise<void> {
  const views = sql`SELECT count(*) FROM duckdb_views() WHERE view_name = ${TABLES.flow}`;
  if (Number(await database.one(views)) > 0) await database.run(sql`DROP VIEW ${trusted(TABLES.flow)}`);
}

/** Takes away the tables and views of a part, or of a capture that is one. */
export async function dropPart(database: Database): Promise<void> {
  for (const view of VIEWS) await database.run(trusted(`DROP VIEW IF EXISTS ${view}`));
  await dropTexts(database);
  for (const name of PART_TABLES) await database.run(trusted(`DROP TABLE IF EXISTS ${TABLES[name]}`));
}
