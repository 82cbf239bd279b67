/**
 * Joins and charts beside the same SQL by hand through the same client: first page and counts of each kind of join
 * at most 1.5 times as long, a chart drawn again after a brush within 300 ms at a million events.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ChartSpec } from '../../shared/chart';
import { EVERYTHING, type Join, type JoinCondition, type Source } from '../../shared/filter';
import type { Outcome } from '../../shared/problem';
import { chartData } from '../query/charts/chart-data';
import { joinCount } from '../query/sources/count';
import { OpenedSources } from '../query/sources/opened';
import { sourcePage } from '../query/sources/page';
import { Sources } from '../query/sources/sources';
import { Views } from '../query/views';
import type { Database } from '../store/database';
import { trusted } from '../store/sql';
import { makeJoinLoad } from './join-load';
import { spread, type Verdict } from './measure';
import type { Load } from './parts';

const EVENTS = 10_000_000;
const PAGE = 200;

interface Kind {
  readonly name: string;
  readonly how: Join['how'];
  readonly right: Source;
  readonly on: JoinCondition[];
  /** FROM and ON as an analyst would write them, `l` the traffic and `r` the other side. */
  readonly hand: string;
  /** Column of the right side on the page, by its name here and in a statement by hand; null: none. */
  readonly picked: readonly [ours: string, hand: string] | null;
  /** Whether a left row has a partner, and a right one, as an analyst would ask. */
  readonly left: string;
  readonly rightHas: string;
}

const table = (name: 'event_view' | 'asset_address' | 'zone', dataset?: string): Source => ({
  from: { kind: 'table', table: name },
  filter: dataset === undefined ? EVERYTHING : { kind: 'in', field: 'event_dataset', values: [dataset] },
});

const TRAFFIC = "(SELECT * FROM event WHERE event_dataset = 'traffic')";
const LOGONS = "(SELECT * FROM event WHERE event_dataset = 'vpn')";
const CHANGES = "(SELECT * FROM event WHERE event_dataset = 'change')";

const KINDS: readonly Kind[] = [
  {
    name: 'equal, left',
    picked: ['other.asset_id', 'r.asset_id'],
    how: 'left',
    right: table('asset_address'),
    on: [{ kind: 'equal', left: 'destination_ip', right: 'ip', ignoreCase: false }],
    hand: `${TRAFFIC} l LEFT JOIN asset_address r ON l.destination_ip = r.ip`,
    left: `${TRAFFIC} l SEMI JOIN asset_address r ON l.destination_ip = r.ip`,
    rightHas: `asset_address r SEMI JOIN ${TRAFFIC} l ON l.destination_ip = r.ip`,
  },
  {
    name: 'as-of, inner',
    picked: ['other.message', 'r.message'],
    how: 'inner',
    right: table('event_view', 'vpn'),
    on: [
      { kind: 'equal', left: 'user_name', right: 'user_name', ignoreCase: false },
      { kind: 'as-of', left: 'timestamp', right: 'timestamp', direction: 'last', withinUs: null },
    ],
    hand: `${TRAFFIC} l ASOF JOIN ${LOGONS} r ON l.user_name = r.user_name AND l."timestamp" >= r."timestamp"`,
    left: `${TRAFFIC} l ASOF JOIN ${LOGONS} r ON l.user_name = r.user_name AND l."timestamp" >= r."timestamp"`,
    rightHas: `(SELECT DISTINCT r.event_id FROM ${TRAFFIC} l ASOF JOIN ${LOGONS} r ON l.user_name = r.user_name AND l."timestamp" >= r."timestamp")`,
  },
  {
    name: 'window, anti',
    picked: null,
    how: 'anti',
    right: table('event_view', 'change'),
    on: [
      {
        kind: 'window',
        left: 'timestamp',
        leftEnd: null,
        from: 'timestamp',
        to: 'ended_at',
        beforeUs: 0,
        afterUs: 0,
      },
    ],
    hand: `${TRAFFIC} l LEFT JOIN ${CHANGES} r ON l."timestamp" >= r."timestamp" AND l."timestamp" < r.ended_at WHERE r.event_id IS NULL`,
    left: `(SELECT DISTINCT l.event_id FROM ${TRAFFIC} l JOIN ${CHANGES} r ON l."timestamp" >= r."timestamp" AND l."timestamp" < r.ended_at)`,
    rightHas: `(SELECT DISTINCT r.event_id FROM ${TRAFFIC} l JOIN ${CHANGES} r ON l."timestamp" >= r."timestamp" AND l."timestamp" < r.ended_at)`,
  },
  {
    name: 'network, left',
    picked: ['other.name', 'r.name'],
    how: 'left',
    right: table('zone'),
    on: [{ kind: 'cidr', left: 'source_ip', right: 'network' }],
    hand: `${TRAFFIC} l LEFT JOIN zone r ON split_part(l.source_ip, '.', 1) || '.' || split_part(l.source_ip, '.', 2) || '.' || split_part(l.source_ip, '.', 3) || '.0/24' = r.network`,
    left: `${TRAFFIC} l SEMI JOIN zone r ON split_part(l.source_ip, '.', 1) || '.' || split_part(l.source_ip, '.', 2) || '.' || split_part(l.source_ip, '.', 3) || '.0/24' = r.network`,
    rightHas: `zone r SEMI JOIN ${TRAFFIC} l ON split_part(l.source_ip, '.', 1) || '.' || split_part(l.source_ip, '.', 2) || '.' || split_part(l.source_ip, '.', 3) || '.0/24' = r.network`,
  },
];

interface Bench {
  readonly database: Database;
  readonly views: Views;
  readonly fresh: () => { sources: Sources; opened: OpenedSources };
}

async function openLoad(load: Load, rows: number): Promise<Bench> {
  const folder = join(load.folder, 'join');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const database = await makeJoinLoad(join(folder, `${rows}.duckdb`), join(folder, 'spill'), rows);
  const views = await Views.open(database);
  const fresh = (): { sources: Sources; opened: OpenedSources } => {
    const sources = new Sources({ views, savedView: () => null, runSql: null });
    return { sources, opened: new OpenedSources(sources) };
  };
  return { database, views, fresh };
}

function must<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problem));
  return outcome.value;
}

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const started = performance.now();
  const result = await work();
  return { seconds: (performance.now() - started) / 1000, result };
}

/** Counts and first page of each kind, ours and by hand in turns. */
export async function joinPart(load: Load): Promise<Verdict[]> {
  const rows = Math.round(EVENTS * load.scale);
  const { database, views, fresh } = await openLoad(load, rows);
  const verdicts: Verdict[] = [];
  for (const kind of KINDS) {
    const source: Source = {
      from: {
        kind: 'join',
        join: {
          left: table('event_view', 'traffic'),
          right: kind.right,
          how: kind.how,
          name: 'other',
          on: kind.on,
        },
      },
      filter: EVERYTHING,
    };
    const columns = kind.picked ? [kind.picked[0]] : [];
    const ours = async (): Promise<number> => {
      const { sources, opened } = fresh();
      const { counts } = must(await joinCount(sources, { source }));
      const { sourceId } = must(await opened.open({ source, sort: [] }));
      must(
        await sourcePage(sources, opened, {
          sourceId,
          offset: 0,
          limit: PAGE,
          columns: ['timestamp', 'message', 'user_name', ...columns],
        }),
      );
      await opened.close();
      return counts.rows;
    };
    const picked = kind.picked?.[1] ?? 'NULL';
    const hand = async (): Promise<number> => {
      const all = Number(await database.one(trusted(`SELECT count(*) FROM ${kind.hand}`)));
      for (const one of [TRAFFIC, kind.left, kind.rightHas])
        await database.one(trusted(`SELECT count(*) FROM ${one}`));
      await database.all(
        trusted(`SELECT l."timestamp", l.message, l.user_name, ${picked} FROM ${kind.hand}
          ORDER BY l."timestamp", l.time_remainder_ns, l.record_number, l.event_id LIMIT ${PAGE}`),
      );
      return all;
    };
    const ratios: number[] = [];
    const mine: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < Math.max(2, load.rounds); round += 1) {
      const first = await timed(round % 2 === 0 ? ours : hand);
      const second = await timed(round % 2 === 0 ? hand : ours);
      if (first.result !== second.result) {
        throw new Error(`${kind.name}: ${first.result} rows here, ${second.result} there`);
      }
      const own = round % 2 === 0 ? first : second;
      const other = round % 2 === 0 ? second : first;
      mine.push(own.seconds);
      theirs.push(other.seconds);
      ratios.push(own.seconds / other.seconds);
    }
    const ratio = spread(ratios);
    verdicts.push({
      part: 'join',
      held: ratio.median <= 1.5,
      text: `${kind.name}, ${rows} events, counts and first page: ours ${spread(mine).median.toFixed(2)} s, by hand ${spread(theirs).median.toFixed(2)} s, ours/hand ${ratio.median.toFixed(2)} (${ratio.least.toFixed(2)}–${ratio.most.toFixed(2)}); bound ≤ 1.5`,
    });
  }
  await views.close();
  database.close();
  return verdicts;
}

/** A chart drawn again under a brushed time range, at a million events. */
export async function chartPart(load: Load): Promise<Verdict[]> {
  const rows = Math.round(1_000_000 * load.scale);
  const { database, views, fresh } = await openLoad(load, rows);
  const { sources } = fresh();
  const axis = (field: string, time: 'auto' | null = null) => ({ field, time, width: null });
  const base: ChartSpec = {
    source: { from: { kind: 'table', table: 'event_view' }, filter: EVERYTHING },
    mark: 'stacked-bar',
    x: axis('timestamp', 'auto'),
    y: null,
    colour: axis('event_domain'),
    size: null,
    rows: [],
    columns: [],
    measure: { kind: 'count', field: null },
    top: 10,
  };
  const charts: [string, ChartSpec][] = [
    ['stacked bars over time', base],
    ['heat map of users', { ...base, mark: 'heat-map', colour: null, y: axis('user_name'), top: 40 }],
    [
      'mean bytes by address',
      {
        ...base,
        mark: 'bar',
        x: axis('destination_ip'),
        colour: null,
        measure: { kind: 'mean', field: 'network_bytes' },
      },
    ],
    [
      'median bytes over time',
      { ...base, mark: 'line', colour: null, measure: { kind: 'median', field: 'network_bytes' } },
    ],
    ['scatter', { ...base, mark: 'scatter', x: axis('timestamp'), y: axis('network_bytes'), colour: null }],
  ];
  const verdicts: Verdict[] = [];
  for (const [name, spec] of charts) {
    const times: number[] = [];
    for (let round = 0; round < Math.max(3, load.rounds); round += 1) {
      const from = 1_780_000_000_000_000 + round * 3_600_000_000;
      const events = { kind: 'time', from, to: from + 20 * 86_400_000_000 } as const;
      const { seconds } = await timed(async () =>
        must(await chartData(sources, { spec, events, zone: 'Europe/Berlin' })),
      );
      times.push(seconds);
    }
    const { median, least, most } = spread(times);
    verdicts.push({
      part: 'chart',
      held: median <= 0.3,
      text: `${name}, ${rows} events, after a brush: ${(median * 1000).toFixed(0)} ms (${(least * 1000).toFixed(0)}–${(most * 1000).toFixed(0)}); bound ≤ 300 ms`,
    });
  }
  await views.close();
  database.close();
  return verdicts;
}
