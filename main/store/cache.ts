/**
 * The working database: a cache of the segments' Parquet, rebuilt whenever it does not match them. It never holds
 * anything that is not in the facts and the journal, so it may be thrown away at any time.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join as joinPath } from 'node:path';
import { fail, type Outcome, succeed } from '../../shared/problem';
import { clocksText, clockValues, type EvidenceClock } from './clock';
import { Database } from './database';
import { refreshEndpoints } from './endpoints';
import { exceptEvidence, onlyEvidence, type SegmentFiles, selectFacts } from './parquet';
import { ident, type Sql, sql, trusted } from './sql';
import {
  type CustodyValues,
  createTable,
  EVIDENCE_COLUMNS,
  type EvidenceValues,
  FACT_TABLES,
  fillEvidence,
  refreshBounds,
  setCustody,
} from './tables';
import { VIEWS } from './views';

export interface CacheSegment extends SegmentFiles {
  /** Rows for `evidence`, without `removed`. */
  readonly evidence: readonly EvidenceValues[];
  readonly evidenceIds: readonly number[];
}

export interface CacheOptions {
  readonly file: string;
  /** Where DuckDB may spill. */
  readonly spill: string;
  /** The only folder the database may touch from here on. */
  readonly jail: readonly string[];
  readonly segments: readonly CacheSegment[];
  readonly removed: ReadonlySet<number>;
  readonly clocks: Clocks;
  readonly memoryLimitMb: number;
  readonly threads: number;
}

/** By evidence number. */
export type Clocks = ReadonlyMap<number, EvidenceClock>;

/** What the journal says of the facts. */
export interface FactWork {
  readonly removed: ReadonlySet<number>;
  readonly clocks: Clocks;
}

export interface WorkingCache {
  readonly database: Database;
  /** True when it did not match the facts and was made anew. */
  readonly rebuilt: boolean;
  /** Adds committed segments, each in one transaction; `clocks` knows their evidences too. */
  append(segments: readonly CacheSegment[], clocks?: Clocks): Promise<void>;
  /**
   * Takes evidence out of the tables and puts it back, and works out anew the times of those whose clock has changed,
   * in one transaction: the tables hold exactly what is not removed, under the clocks as they are set.
   */
  setWork(work: FactWork): Promise<void>;
  /** Makes the ledger say who acquired what, and nothing besides. */
  setCustody(known: readonly CustodyValues[]): Promise<void>;
  countEvents(): Promise<number>;
  close(): void;
}

const SCHEMA = schemaFingerprint();

export async function openCache(options: CacheOptions): Promise<Outcome<WorkingCache>> {
  await mkdir(dirname(options.file), { recursive: true, mode: 0o700 });
  const state = await stateOf(options);
  const existing = await tryOpen(options);
  if (existing === 'locked') {
    return fail({
      code: 'case-locked',
      what: 'The case is open in another process.',
      why: 'its working database is locked',
      help: 'Close the other window, or open the case for reading.',
    });
  }
  try {
    const missing = existing ? await missingSegments(existing, state) : null;
    if (existing && missing) {
      const cache = new OpenedCache(existing, await existing.fork(), options, state, false);
      await existing.jail(options.jail);
      await cache.append(missing);
      return succeed(cache);
    }
    existing?.close();
    await rm(options.file, { force: true });
    await rm(`${options.file}.wal`, { force: true });
    const database = await openFile(options);
    await createAll(database);
    await database.jail(options.jail);
    const cache = new OpenedCache(database, await database.fork(), options, state, true);
    await cache.append(options.segments);
    return succeed(cache);
  } catch (error) {
    return fail({
      code: 'cache-failed',
      what: 'The working database of the case could not be built.',
      why: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      where: options.file,
      help: 'The evidence is safe. Free space on this disk and open the case again.',
    });
  }
}

class OpenedCache implements WorkingCache {
  readonly database: Database;
  readonly rebuilt: boolean;
  /** Its own connection: a query on the other must not find itself inside a transaction of this. */
  private readonly writer: Database;
  private removed: ReadonlySet<number>;
  private clocks: Clocks;
  private readonly segments: CacheSegment[] = [];
  private readonly state: CacheState;
  private writing: Promise<unknown> = Promise.resolve();

  constructor(
    database: Database,
    writer: Database,
    options: CacheOptions,
    state: CacheState,
    rebuilt: boolean,
  ) {
    this.database = database;
    this.writer = writer;
    this.removed = options.removed;
    this.clocks = options.clocks;
    this.state = state;
    this.rebuilt = rebuilt;
    if (!rebuilt) this.segments.push(...options.segments);
  }

  append(segments: readonly CacheSegment[], clocks: Clocks = this.clocks): Promise<void> {
    return this.inTurn(() => this.appendNow(segments, clocks));
  }

  setWork(work: FactWork): Promise<void> {
    return this.inTurn(() => this.setWorkNow(work));
  }

  setCustody(known: readonly CustodyValues[]): Promise<void> {
    return this.inTurn(() =>
      this.transaction(() => setCustody((statement) => this.writer.run(statement), known)),
    );
  }

  private async appendNow(segments: readonly CacheSegment[], clocks: Clocks): Promise<void> {
    for (const segment of segments) {
      const fingerprint = this.state.fingerprints.get(segment.name) ?? (await fingerprintOf(segment));
      await this.transaction(async () => {
        for (const table of FACT_TABLES) {
          const rows = selectFacts(
            table,
            [segment],
            exceptEvidence(segment.evidenceIds.filter((id) => this.removed.has(id))),
            clocksAmong(clocks, segment.evidenceIds),
          );
          if (rows) await this.writer.run(sql`INSERT INTO ${ident(table.name)} ${rows}`);
        }
        await this.fillLedger(segment.evidence, { removed: this.removed, clocks });
        await this.writer.run(sql`INSERT INTO cache_segment VALUES (${segment.name}, ${fingerprint})`);
        await this.keepWork({ removed: this.removed, clocks });
      });
      if (!this.segments.includes(segment)) this.segments.push(segment);
    }
    this.clocks = clocks;
    await this.keepEndpoints();
    if (segments.length > 0) await this.writer.run(trusted('CHECKPOINT'));
  }

  /** Which asset each address is follows from the events and inventories there are; it is worked out when they change. */
  private async keepEndpoints(): Promise<void> {
    const state = JSON.stringify([this.segments.map(({ name }) => name), packed(this.removed)]);
    const value = await this.writer.one(sql`SELECT value FROM cache_meta WHERE key = 'endpoint'`);
    if (value === state) return;
    await this.transaction(async () => {
      await refreshEndpoints(this.writer);
      await this.writer.run(setMeta('endpoint', state));
    });
  }

  private async setWorkNow(work: FactWork): Promise<void> {
    const { removed, clocks } = work;
    const known = this.segments.flatMap(({ evidenceIds }) => evidenceIds);
    const out = known.filter((id) => removed.has(id) && !this.removed.has(id));
    const back = known.filter((id) => !removed.has(id) && this.removed.has(id));
    const moved = known.filter((id) => !isSame(clocks.get(id), this.clocks.get(id)));
    const gone = [...out, ...moved.filter((id) => !this.removed.has(id))];
    const fresh = [...new Set([...back, ...moved.filter((id) => !removed.has(id))])];
    const wanted = new Set(fresh);
    const from = this.segments.filter((segment) => segment.evidenceIds.some((id) => wanted.has(id)));
    // Clocks move events and their points only.
    const timed = new Set(['event', 'point']);
    await this.transaction(async () => {
      for (const table of FACT_TABLES) {
        const old = timed.has(table.name) ? gone : out;
        const rows = timed.has(table.name) ? fresh : back;
        if (old.length > 0)
          await this.writer.run(sql`DELETE FROM ${ident(table.name)} WHERE ${onlyEvidence(old)}`);
        if (rows.length === 0) continue;
        const select = selectFacts(table, from, onlyEvidence(rows), clocksAmong(clocks, rows));
        if (select) await this.writer.run(sql`INSERT INTO ${ident(table.name)} ${select}`);
      }
      const changed = new Set([...out, ...back, ...moved]);
      if (changed.size > 0) {
        await this.writer.run(sql`DELETE FROM evidence WHERE ${onlyEvidence(changed)}`);
        const rows = this.segments.flatMap(({ evidence }) => evidence);
        await this.fillLedger(
          rows.filter((row) => changed.has(Number(row.evidence_id))),
          work,
        );
      }
      await this.keepWork(work);
    });
    this.removed = removed;
    this.clocks = clocks;
    await this.keepEndpoints();
  }

  /** Rows of `evidence`, whose first and last time follow the clock. */
  private async fillLedger(
    evidence: readonly EvidenceValues[],
    { removed, clocks }: FactWork,
  ): Promise<void> {
    const rows = evidence.map((row) => {
      const id = Number(row.evidence_id);
      return { ...clockValues(row, clocks.get(id)), evidence_id: id, removed: removed.has(id) };
    });
    for (let from = 0; from < rows.length; from += 500) {
      await this.writer.run(fillEvidence(rows.slice(from, from + 500)));
    }
    const clocked = rows.map(({ evidence_id: id }) => id).filter((id) => clocks.has(id));
    if (clocked.length > 0) await this.writer.run(refreshBounds(clocked));
  }

  private async keepWork({ removed, clocks }: FactWork): Promise<void> {
    await this.writer.run(setMeta('removed', packed(removed)));
    await this.writer.run(setMeta('clocks', clocksText(clocks.values())));
  }

  async countEvents(): Promise<number> {
    return Number(await this.database.one(sql`SELECT count(*) FROM event`));
  }

  close(): void {
    this.writer.disconnect();
    this.database.close();
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.writing.then(work);
    this.writing = done.catch(() => undefined);
    return done;
  }

  private async transaction(work: () => Promise<void>): Promise<void> {
    await this.writer.run(trusted('BEGIN'));
    try {
      await work();
      await this.writer.run(trusted('COMMIT'));
    } catch (error) {
      await this.writer.run(trusted('ROLLBACK')).catch(() => undefined);
      throw error;
    }
  }
}

interface CacheState {
  readonly segments: readonly CacheSegment[];
  /** Of each segment's own description, by segment name. */
  readonly fingerprints: ReadonlyMap<string, string>;
  readonly removed: string;
  readonly clocks: string;
}

function clocksAmong(clocks: Clocks, ids: Iterable<number>): EvidenceClock[] {
  return [...ids].flatMap((id) => clocks.get(id) ?? []);
}

function isSame(a: EvidenceClock | undefined, b: EvidenceClock | undefined): boolean {
  return clocksText(a ? [a] : []) === clocksText(b ? [b] : []);
}

async function stateOf(options: CacheOptions): Promise<CacheState> {
  const fingerprints = new Map<string, string>();
  for (const segment of options.segments) fingerprints.set(segment.name, await fingerprintOf(segment));
  return {
    segments: options.segments,
    fingerprints,
    removed: packed(options.removed),
    clocks: clocksText(options.clocks.values()),
  };
}

/** Null when the file is absent or no database of ours: it is then made anew. */
async function tryOpen(options: CacheOptions): Promise<Database | 'locked' | null> {
  if (!existsSync(options.file)) return null;
  try {
    return await openFile(options);
  } catch (error) {
    return error instanceof Error && error.message.includes('Could not set lock') ? 'locked' : null;
  }
}

async function openFile(options: CacheOptions): Promise<Database> {
  const database = await Database.open({
    path: options.file,
    memoryLimitMb: options.memoryLimitMb,
    threads: options.threads,
    tempFolder: options.spill,
  });
  // Every query sorts for itself, so tables may be filled in any order: to keep it, an insert under this memory limit
  // does its work twice (measured 6.8 s against 3.4 s of processor time a million events).
  await database.run(trusted('SET preserve_insertion_order = false'));
  return database;
}

async function createAll(database: Database): Promise<void> {
  for (const table of FACT_TABLES) await database.run(createTable(table.name, table.columns));
  await database.run(createTable('evidence', EVIDENCE_COLUMNS));
  await database.run(trusted('CREATE TABLE cache_segment (name VARCHAR, fingerprint VARCHAR)'));
  await database.run(trusted('CREATE TABLE cache_meta (key VARCHAR, value VARCHAR)'));
  await database.run(setMeta('schema', SCHEMA));
  await database.run(setMeta('removed', ''));
  await database.run(setMeta('clocks', '[]'));
  for (const view of VIEWS) await database.run(view);
}

/** Segments not yet in the cache; null when it does not fit and must be made anew. */
async function missingSegments(database: Database, state: CacheState): Promise<CacheSegment[] | null> {
  try {
    if ((await database.one(sql`SELECT value FROM cache_meta WHERE key = 'schema'`)) !== SCHEMA) return null;
    if ((await database.one(sql`SELECT value FROM cache_meta WHERE key = 'removed'`)) !== state.removed)
      return null;
    if ((await database.one(sql`SELECT value FROM cache_meta WHERE key = 'clocks'`)) !== state.clocks)
      return null;
    const { rows } = await database.all(sql`SELECT name, fingerprint FROM cache_segment`);
    const have = new Map(rows.map(([name, fingerprint]) => [String(name), String(fingerprint)]));
    for (const [name, fingerprint] of have) if (state.fingerprints.get(name) !== fingerprint) return null;
    return state.segments.filter((segment) => !have.has(segment.name));
  } catch {
    return null;
  }
}

function setMeta(key: string, value: string): Sql {
  // One row per key without a unique index: the cache has no indexes, whose replay has a poor history.
  return sql`MERGE INTO cache_meta USING (SELECT ${key} AS k, ${value} AS v) AS given ON cache_meta.key = given.k
    WHEN MATCHED THEN UPDATE SET value = given.v WHEN NOT MATCHED THEN INSERT VALUES (given.k, given.v)`;
}

async function fingerprintOf(segment: SegmentFiles): Promise<string> {
  return createHash('sha256')
    .update(await readFile(joinPath(segment.folder, 'segment.json')))
    .digest('hex');
}

function schemaFingerprint(): string {
  const parts = [
    ...FACT_TABLES.map((table) => createTable(table.name, table.columns).text),
    createTable('evidence', EVIDENCE_COLUMNS).text,
    ...VIEWS.map((view) => view.text),
  ];
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

function packed(ids: ReadonlySet<number>): string {
  return [...ids].sort((a, b) => a - b).join(',');
}
