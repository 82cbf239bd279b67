/** Test support: writes a committed-looking segment folder with made-up events, through DuckDB itself. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { EVENT_FIELDS } from '../../shared/fields';
import type { CacheSegment } from './cache';
import { Database } from './database';
import { quoteText, trusted } from './sql';
import { FACT_TABLES } from './tables';

export interface MadeEvidence {
  readonly id: number;
  readonly events: number;
}

/** One segment in `facts/<name>` whose events are one second apart from 2026-01-01 00:00 UTC on. */
export async function makeSegment(
  factsFolder: string,
  name: string,
  evidences: readonly MadeEvidence[],
): Promise<CacheSegment> {
  const folder = joinPath(factsFolder, name);
  await mkdir(folder, { recursive: true });
  const database = await Database.open({ path: null, memoryLimitMb: 400, threads: 1, tempFolder: null });
  const given = new Map<string, string>([
    ['event_id', '(e.id::UBIGINT << 36) + i'],
    ['evidence_id', 'e.id'],
    ['record_number', 'i + 1'],
    ['timestamp', "TIMESTAMP '2026-01-01' + to_seconds(i)"],
    ['recorded_at', "TIMESTAMP '2026-01-01' + to_seconds(i)"],
    ['recorded_wall', "TIMESTAMP '2026-01-01' + to_seconds(i)"],
    ['recorded_offset_minutes', '0'],
    ['time_flags', '0'],
    ['time_remainder_ns', '0'],
    ['event_domain', "'security'"],
    ['event_dataset', "'made.up'"],
    ['message', "'event ' || i"],
    ['source_ip', "'10.0.0.' || (i % 250)"],
  ]);
  const list = EVENT_FIELDS.map(
    (field) => `(${given.get(field.name) ?? 'NULL'})::${field.type} AS "${field.name}"`,
  ).join(', ');
  const values = evidences.map(({ id, events }) => `(${id}, ${events})`).join(', ');
  const events = `SELECT ${list} FROM (VALUES ${values}) AS e(id, n), LATERAL (SELECT unnest(range(e.n)) AS i)`;
  const copy = (query: string, file: string): Promise<void> =>
    database.run(trusted(`COPY (${query}) TO ${quoteText(joinPath(folder, file))} (FORMAT parquet)`));
  await copy(events, 'event.parquet');
  for (const table of FACT_TABLES.slice(1, 3)) {
    const empty = table.columns.map((column) => `NULL::${column.type} AS "${column.name}"`).join(', ');
    await copy(`SELECT ${empty} WHERE FALSE`, table.file);
  }
  await copy(
    `SELECT e.id::UINTEGER AS evidence_id, (i + 1)::UBIGINT AS record_number, (i * 10)::UBIGINT AS byte_offset,
     10::UBIGINT AS byte_length, 'line ' || i AS line FROM (VALUES ${values}) AS e(id, n), LATERAL (SELECT unnest(range(e.n)) AS i)`,
    'record-1.parquet',
  );
  database.close();
  const evidence = evidences.map(({ id, events: count }) => ({
    evidence_id: id,
    path: `/evidence/${id}.log`,
    name: `${id}.log`,
    size_bytes: count * 10,
    sha256: String(id).padStart(64, '0'),
    dissectors: ['a', "b'"],
    records: count,
    loaded: count,
    rejected: 0,
    skipped: 0,
    events: count,
    undated: 0,
    first: '2026-01-01T00:00:00.000000Z',
    seconds: 0.5,
    status: 'loaded',
  }));
  await writeFile(joinPath(folder, 'segment.json'), JSON.stringify({ name, evidence }));
  return { name, folder, version: 2, evidence, evidenceIds: evidences.map(({ id }) => id) };
}
