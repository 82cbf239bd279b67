/** From staged records to facts: runs a compiled format and writes events, points, inventory, rejects and records. */
import type { ImportOptions, LedgerRow } from '../../shared/evidence';
import { EVENT_FIELDS, POINT_FIELDS } from '../../shared/fields';
import { type Outcome, succeed } from '../../shared/problem';
import type { Format } from '../formats/format';
import type { Database } from '../store/database';
import { ident, join, type Sql, sql, trusted } from '../store/sql';
import { asPlanned } from './iso-times';
import type { FormatLibrary } from './library';
import type { Compiled } from './normalise/compile';
import { planColumns, planMeta, type ReadPlan, stagedKind } from './plan';
import {
  keptColumns,
  placedRecords,
  type RecordColumns,
  recordColumns,
  recordText,
  selectRecordColumns,
} from './record-columns';
import type { SegmentWriter } from './segment-writer';
import type { FastStaged } from './stage-fast';
import { together } from './together';

export interface FactInput {
  readonly database: Database;
  readonly library: FormatLibrary;
  readonly writer: SegmentWriter;
  readonly file: { readonly evidenceId: number; readonly options: ImportOptions };
  readonly format: Format;
  readonly plan: ReadPlan;
  /** Staged the fast way: cells and places lie apart, and the record file is there but for its numbers. */
  readonly fast: FastStaged | null;
  readonly fileTimeUs: number;
  /** As they were split; the table may hold fewer. */
  readonly records: number;
}

export interface FactCounts {
  readonly loaded: number;
  readonly rejected: number;
  readonly skipped: number;
  readonly events: number;
  readonly undated: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly timeZone: string | null;
  readonly timeZoneSource: LedgerRow['time_zone_source'];
  readonly yearSource: LedgerRow['year_source'];
  readonly recordFile: string | null;
  readonly sourceColumns: readonly string[];
  readonly recordColumns: readonly string[];
  readonly keysInText: boolean;
  readonly notes: readonly string[];
}

/** Events of one evidence have room for 2^36 numbers; see `event_id` in the field catalogue. */
const EVENT_ID_BITS = 36;

/** What is found out of an evidence before any of its facts is written. */
export interface PreparedFacts {
  readonly compiled: Compiled;
  readonly columns: RecordColumns;
}

/** Reads the table `record`; writes no facts. */
export async function prepareFacts(input: FactInput): Promise<Outcome<PreparedFacts>> {
  const { database, library, writer, file, format, plan } = input;
  const { evidenceId, options } = file;
  const outcome = await library.compile(database, asPlanned(format, plan), {
    evidenceId,
    zone: options.zone ?? null,
    year: options.year ?? null,
    fileTimeUs: input.fileTimeUs,
    kind: stagedKind(plan),
    columns: planColumns(plan),
    meta: planMeta(plan),
    mapping: options.mapping ?? null,
    records: input.records,
    isBig: input.fast !== null && writer.isSingle,
    ...(input.fast === null ? {} : { writeDayEdges: input.fast.writeDayEdges }),
  });
  if (!outcome.ok) return outcome;
  for (const statement of outcome.value.prepare) await database.run(statement);
  const columns = await recordColumns(database, plan, input.fast?.keyRecords ?? null);
  return succeed({ compiled: outcome.value, columns });
}

/** Reads the tables `record` and `unsplit`. Where it throws, the caller takes the evidence out of the writer. */
export async function writeFacts(input: FactInput, prepared: PreparedFacts): Promise<FactCounts> {
  const { compiled, columns } = prepared;
  const { database, writer, file, format } = input;
  const { evidenceId, options } = file;
  const even = isOneToOne(format);
  const kept = keptColumns(columns);
  // Both read the staged records and neither keeps two cores busy by itself.
  const [takeRecords] = await together([
    writeRecords(input, kept),
    writer.addFacts('event', numbered(evidenceId, compiled, even), 'in turn', compiled.same),
  ]);
  if (compiled.points) await writePoints(input, compiled.points);
  const inventory: Array<readonly [string, Sql | null]> = [
    ['asset', compiled.assets],
    ['asset_address', compiled.addresses],
    ['zone', compiled.zones],
  ];
  for (const [table, select] of inventory) if (select) await writer.addFacts(table, select);
  const events = await countEvents(database, writer, evidenceId, even);
  const records = Number(await database.one(trusted('SELECT count(*) FROM record')));
  // Where every record gave its event, none was refused, and they need not be read once more to know.
  const isWhole = even && events.records === records;
  const rejected = await writeRejects(input, isWhole ? null : compiled.rejects);
  const skipped =
    compiled.skips && !isWhole
      ? Number(await database.one(sql`SELECT count(*) FROM (${compiled.skips})`))
      : 0;
  const recordFile = await takeRecords();
  // An inventory's rows are loaded as assets, not as events.
  const loaded = format.events?.length === 0 ? records - rejected.byFormat - skipped : events.records;
  const isLate = compiled.lateZoneSource !== null && events.withoutZone > 0;
  const source = isLate ? compiled.lateZoneSource : compiled.timeZoneSource;
  const zone = zoneName(source, options);
  const late = `${events.withoutZone} of its times, not among the first, state no zone and were read as ${zone}.`;
  return {
    ...events,
    loaded,
    rejected: rejected.byFormat + rejected.bySplitter,
    skipped,
    timeZone: zone,
    timeZoneSource: source,
    yearSource: compiled.yearSource,
    recordFile,
    sourceColumns: columns.source,
    recordColumns: columns.names,
    keysInText: columns.keysInText,
    notes: isLate ? [...compiled.notes, late] : compiled.notes,
  };
}

/** Gives what is left to be done once the records are read no more; that gives the record file's name. */
async function writeRecords(
  { writer, fast, format, file: { evidenceId } }: FactInput,
  kept: ReturnType<typeof keptColumns>,
): Promise<() => Promise<string>> {
  if (fast !== null && writer.isSingle) {
    return writer.takeRecords(format.id, kept.names, fast.path, fast.columns(evidenceId));
  }
  await fast?.writePlaces();
  const select = selectRecordColumns(evidenceId, kept, fast !== null);
  const recordFile = await writer.addRecords(format.id, kept.names, select, 'beside');
  return async () => recordFile;
}

function zoneName(source: Compiled['timeZoneSource'], options: ImportOptions): string | null {
  if (source === 'asked') return options.zone ?? null;
  return source === 'assumed' ? 'UTC' : null;
}

/** No record gives more than one event: the event's ordinal follows from the record's number. */
function isOneToOne(format: Format): boolean {
  return format.events === undefined || (format.events.length === 1 && format.events[0]?.when === undefined);
}

function numbered(evidenceId: number, { events, chosen }: Compiled, even: boolean): Sql {
  const base = trusted(`(${evidenceId}::UBIGINT << ${EVENT_ID_BITS})`);
  // Numbering rows by a window costs a third of the whole import; see the bench.
  const ordinal = trusted(even ? 'record_number - 1' : 'row_number() OVER () - 1');
  const fields = join(
    EVENT_FIELDS.map(({ name, type }) => {
      if (name === 'event_id') return sql`(${base} + ${ordinal})::UBIGINT AS event_id`;
      return chosen.has(name) ? ident(name) : sql`${ident(name)}::${trusted(type)} AS ${ident(name)}`;
    }),
    ', ',
  );
  return sql`SELECT ${fields} FROM (${events})`;
}

/** Points come with the record and part of their event, whose number is looked up. */
async function writePoints({ writer, file }: FactInput, points: Sql): Promise<void> {
  const events = writer.source('event', 'event.parquet');
  if (!events) return;
  const fields = join(
    POINT_FIELDS.map(({ name, type }) => {
      const from = name === 'event_id' ? trusted('e') : trusted('p');
      return sql`${from}.${ident(name)}::${trusted(type)} AS ${ident(name)}`;
    }),
    ', ',
  );
  await writer.addFacts(
    'point',
    sql`SELECT ${fields} FROM (${points}) p JOIN ${events} e
      ON e.evidence_id = ${file.evidenceId} AND e.record_number = p.record_number AND e.event_part = p.event_part
      ORDER BY e.event_id, p.ordinal`,
  );
}

/** `rejects` null: the format refused none. */
async function writeRejects(
  { database, writer, file: { evidenceId }, plan, fast }: FactInput,
  rejects: Sql | null,
): Promise<{ bySplitter: number; byFormat: number }> {
  const refused =
    rejects ?? trusted("SELECT 0::UBIGINT AS record_number, '' AS reason, '' AS help WHERE false");
  await database.run(sql`CREATE OR REPLACE TEMP TABLE refused AS ${refused}`);
  const byFormat = Number(await database.one(trusted('SELECT count(*) FROM refused')));
  const bySplitter = Number(await database.one(trusted('SELECT count(*) FROM unsplit')));
  if (byFormat + bySplitter > 0) {
    if (writer.isSingle) await fast?.writePlaces();
    await writer.addFacts(
      'reject',
      sql`SELECT ${trusted(String(evidenceId))}::UINTEGER AS evidence_id, * FROM (
        SELECT record_number, byte_offset, byte_length, excerpt, reason, help FROM unsplit
        UNION ALL
        SELECT record_number, byte_offset, byte_length, left(${recordText(plan)}, 400), reason, help
        FROM refused JOIN ${placedRecords(fast !== null)} USING (record_number)
      ) ORDER BY record_number`,
    );
  }
  return { bySplitter, byFormat };
}

async function countEvents(database: Database, writer: SegmentWriter, evidenceId: number, even: boolean) {
  const source = writer.source('event', 'event.parquet');
  const none = { records: 0, events: 0, undated: 0, withoutZone: 0, first: null, last: null };
  if (!source) return none;
  const table = await database.all(sql`
    SELECT ${trusted(even ? 'count(record_number)' : 'count(DISTINCT record_number)')}, count(*), count(*) FILTER ("timestamp" IS NULL),
      count(*) FILTER (recorded_offset_minutes IS NULL AND "timestamp" IS NOT NULL),
      strftime(min("timestamp"), '%Y-%m-%dT%H:%M:%S.%fZ'), strftime(max("timestamp"), '%Y-%m-%dT%H:%M:%S.%fZ')
    FROM ${source} WHERE evidence_id = ${evidenceId}`);
  const [records, events, undated, withoutZone, first, last] = table.rows[0] ?? [];
  return {
    records: Number(records ?? 0),
    events: Number(events ?? 0),
    undated: Number(undated ?? 0),
    withoutZone: Number(withoutZone ?? 0),
    first: typeof first === 'string' ? first : null,
    last: typeof last === 'string' ? last : null,
  };
}
