/** Every shipped format: each sample gives exactly its event, each refusal is refused, names and order hold. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVENT_FIELDS } from '../../shared/fields';
import { describeProblem } from '../../shared/problem';
import { compile } from '../evidence/normalise/compile';
import { type StagedRows, stagedRefusal, stagedSample, stageRows } from '../evidence/normalise/stage-sample';
import { Database, type Table } from '../store/database';
import { trusted } from '../store/sql';
import type { Format, Sample } from './format';
import { shippedFormats } from './index';

/** Follow from the time and the record; compared only where a sample names them. */
const DERIVED = new Set([
  'evidence_id',
  'record_number',
  'event_part',
  'recorded_at',
  'recorded_wall',
  'recorded_offset_minutes',
  'time_precision_us',
  'event_duration',
  'ordinal',
  'asset_id',
]);
const ZERO = new Set(['time_flags', 'time_remainder_ns']);
const FILE_TIME = Date.UTC(2026, 5, 30) * 1000;

type Row = Record<string, string | number | boolean | null>;

let database: Database;
beforeAll(async () => {
  database = await Database.open({ path: null, memoryLimitMb: 512, threads: 1, tempFolder: null });
});
afterAll(() => {
  database.close();
});

/** Timestamps without trailing zeros, the way samples write them. */
function plain(value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  const text = String(value);
  const time = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?Z?$/.exec(text);
  if (time === null) return text;
  const fraction = (time[3] ?? '').replace(/\.?0+$/, '');
  return `${time[1]}T${time[2]}${fraction}Z`;
}

async function rowsOf(sql: string): Promise<Row[]> {
  return rowsIn(await database.all(trusted(sql)));
}

function rowsIn(table: Table): Row[] {
  return table.rows.map((row) =>
    Object.fromEntries(
      table.names.map((name, index) => {
        const value = row[index];
        const isText = table.types[index] === 'TIMESTAMP' || table.types[index]?.startsWith('DECIMAL');
        return [name, plain(isText && value !== null ? String(value) : value)];
      }),
    ),
  );
}

/** Only what a sample must name, or does. */
function shown(row: Row, expected: Row): Row {
  return Object.fromEntries(
    Object.entries(row).filter(([name, value]) => {
      if (name in expected) return true;
      if (DERIVED.has(name) || value === null) return false;
      return !(ZERO.has(name) && value === 0);
    }),
  );
}

function wanted(expected: Row): Row {
  return Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, plain(value)]));
}

/** How much of the evidence is looked at before it is read. */
type Size = { readonly isBig: true } | { readonly records: number };

async function run(format: Format, staged: StagedRows, options: Sample['options'], size?: Size) {
  await stageRows(database, 'record', staged);
  const outcome = await compile(database, format, {
    evidenceId: 7,
    kind: staged.kind,
    columns: staged.columns,
    meta: staged.meta,
    zone: options.zone ?? null,
    year: options.year ?? null,
    fileTimeUs: options.file_time === undefined ? FILE_TIME : Date.parse(options.file_time) * 1000,
    mapping: options.mapping ?? null,
    ...size,
  });
  if (!outcome.ok) return { refused: describeProblem(outcome.problem), compiled: null };
  for (const step of outcome.value.prepare) await database.run(step);
  return { refused: null, compiled: outcome.value };
}

const COLUMNS = EVENT_FIELDS.filter(({ name }) => name !== 'event_id');
const { formats, problems } = shippedFormats();

describe('formats', () => {
  test('every definition loads', () => {
    expect(problems.map(describeProblem)).toEqual([]);
    expect(formats.length).toBeGreaterThan(0);
  });

  describe.each(formats.map((format) => [format.id, format] as const))('%s', (_, format) => {
    test.each(format.samples.map((sample, index) => [index + 1, sample] as const))(
      'sample %i gives exactly its event, in the columns of event',
      async (_index, sample) => {
        const { refused, compiled } = await run(format, stagedSample(format, sample), sample.options);
        expect(refused).toBeNull();
        if (compiled === null) return;
        expect(await rowsOf(compiled.rejects.text), 'rejects').toEqual([]);
        const events = sample.events ?? (sample.event === undefined ? [] : [sample.event]);
        const table = await database.all(trusted(compiled.events.text));
        expect(table.names, 'columns of event, in order').toEqual(COLUMNS.map(({ name }) => name));
        expect(table.types, 'their types').toEqual(COLUMNS.map(({ type }) => type));
        const actual = rowsIn(table);
        expect(
          actual.map((row, index) => shown(row, events[index] ?? {})),
          'events',
        ).toEqual(events.map(wanted));
        const big = await run(format, stagedSample(format, sample), sample.options, { isBig: true });
        expect(await rowsOf(big.compiled?.events.text ?? ''), 'events of big evidence').toEqual(actual);
        const staged = stagedSample(format, sample);
        const small = await run(format, staged, sample.options, { records: staged.rows.length });
        expect(await rowsOf(small.compiled?.events.text ?? ''), 'events of small evidence').toEqual(actual);
        for (const kind of ['points', 'assets', 'addresses', 'zones'] as const) {
          expect(await rowsOf(small.compiled?.[kind]?.text ?? 'SELECT 1 WHERE false'), kind).toEqual(
            await rowsOf(compiled[kind]?.text ?? 'SELECT 1 WHERE false'),
          );
          const expected = sample[kind];
          const statement = compiled[kind];
          if (statement === null) {
            expect(expected, kind).toBeUndefined();
            continue;
          }
          const rows = await rowsOf(statement.text);
          const visible = rows.map((row, index) => {
            const { timestamp: _time, ...rest } = shown(row, expected?.[index] ?? {});
            return kind === 'points' && !('timestamp' in (expected?.[index] ?? {}))
              ? rest
              : shown(row, expected?.[index] ?? {});
          });
          expect(visible, kind).toEqual((expected ?? []).map(wanted));
        }
      },
    );

    test.each(format.refuses.map((refusal, index) => [index + 1, refusal] as const))(
      'refusal %i is refused',
      async (_index, refusal) => {
        const { refused, compiled } = await run(format, stagedRefusal(format, refusal), {});
        if (refused !== null || compiled === null) return;
        expect(await rowsOf(compiled.rejects.text)).toHaveLength(1);
        expect(await rowsOf(compiled.events.text)).toEqual([]);
      },
    );
  });
});
