/** Imports captures in tests: one in-memory database, rows as plain values. */
import { createReadStream } from 'node:fs';
import { Database } from '../../../store/database';
import { trusted } from '../../../store/sql';
import { type CaptureReport, importCapture } from '../packets';

export type Row = ReadonlyArray<string | number | boolean | null>;

export async function openDatabase(): Promise<Database> {
  return Database.open({ path: null, memoryLimitMb: 512, threads: 1, tempFolder: null });
}

export async function importBytes(
  database: Database,
  bytes: Uint8Array,
  chunk = 1 << 20,
): Promise<CaptureReport> {
  async function* chunks(): AsyncIterable<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.slice(at, at + chunk);
  }
  return run(database, chunks());
}

export async function importFile(database: Database, path: string): Promise<CaptureReport> {
  return run(database, createReadStream(path, { highWaterMark: 1 << 20 }));
}

async function run(database: Database, read: AsyncIterable<Uint8Array>): Promise<CaptureReport> {
  const report = await importCapture({
    evidenceId: 3,
    read,
    database,
    isAlone: true,
    progress: () => {},
    cancelled: () => false,
  });
  if (report.loaded + report.rejected + report.skipped !== report.records)
    throw new Error('the ledger does not add up');
  return report;
}

/** Rows of a query; 64-bit integers as numbers, times as text. */
export async function rows(database: Database, query: string): Promise<readonly Row[]> {
  const table = await database.all(trusted(query));
  return table.rows.map((row) => row.map(plain));
}

function plain(value: unknown): string | number | boolean | null {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  return typeof value === 'bigint' ? Number(value) : String(value);
}
