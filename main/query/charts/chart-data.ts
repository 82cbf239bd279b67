/** The groups of a chart, binned in the database: what is drawn, what was left out and why. */
import { type Axis, type ChartSpec, REST } from '../../../shared/chart';
import { fail, type Outcome, type Problem, succeed } from '../../../shared/problem';
import { isZone } from '../../../shared/time';
import type { Database } from '../../store/database';
import { join, readableSql, type Sql, sql, trusted } from '../../store/sql';
import { type ArrowColumn, toArrow } from '../arrow';
import type { Given } from '../params';
import { prepareFilter } from '../prepare-filter';
import { findColumn, NEED_NOTHING, type Need } from '../sources/relation';
import type { Sources } from '../sources/sources';
import { wholeNumber } from '../whole-number';
import { type PlacedAxis, placeAxis, type Span } from './axes';
import type { ChartAnswer, Charted } from './charted';
import { type Measured, measureOf } from './measure';
import { scatter } from './scatter';

/** More groups than this are no chart. */
const MOST_GROUPS = 50_000;

export async function chartData(
  sources: Sources,
  params: Given<'chart.data'>,
  signal?: AbortSignal,
): Promise<Outcome<ChartAnswer>> {
  const { spec, zone } = params;
  if (!isZone(zone)) return fail({ code: 'unknown-zone', what: `“${zone.slice(0, 60)}” is no time zone.` });
  const relation = await sources.relation(spec.source, signal);
  if (!relation.ok) return relation;
  let events: Sql | null = null;
  if (params.events && relation.value.hasEvents) {
    const filter = await prepareFilter(sources.views, params.events, signal);
    if (!filter.ok) return filter;
    events = isEverything(params.events) ? null : filter.value.condition;
  }
  const allowed = await sources.guard(relation.value, signal);
  if (!allowed.ok) return allowed;
  const charted: Charted = { spec, relation: relation.value, zone, events };
  const made = await sources.views.using(signal, (database) =>
    spec.mark === 'scatter' ? scatter(database, charted) : grouped(database, charted),
  );
  return made.ok ? made.value : made;
}

async function grouped(database: Database, charted: Charted): Promise<Outcome<ChartAnswer>> {
  const { spec, relation } = charted;
  const measure = measureOf(spec.measure, relation);
  if (!measure.ok) return measure;
  const axes: PlacedAxis[] = [];
  for (const [name, axis] of namedAxes(spec)) {
    const span = axis.time === null ? null : await spanOf(database, charted, axis);
    const placed = placeAxis(name, axis, relation, charted.zone, span);
    if (!placed.ok) return placed;
    axes.push(placed.value);
  }
  const statement = (readable: boolean): Sql => groupStatement(charted, axes, measure.value, readable);
  const { rows } = await database.all(
    sql`SELECT * FROM (${statement(false)}) LIMIT ${trusted(String(MOST_GROUPS + 1))}`,
  );
  if (rows.length > MOST_GROUPS) return fail(tooFine);
  const rest = new Set<string>();
  let all = 0;
  let unmeasured = 0;
  const keys = axes.length;
  const values = rows.map((row) => {
    all += Number(row[keys + 1] ?? 0);
    unmeasured += Number(row[keys + 2] ?? 0);
    const cells = axes.map((axis, at) => {
      if (axis.kind === 'value' && row[at] === REST && row[keys + 3 + at] === true) rest.add(axis.name);
      return axis.back(row[at]);
    });
    return [...cells, row[keys] ?? null];
  });
  const columns: ArrowColumn[] = axes.map(({ name, kind }) => ({
    name,
    wire: kind === 'value' ? 'utf8' : 'float64',
  }));
  columns.push({ name: 'value', wire: 'float64' });
  const left = unmeasured === 0 ? [] : [{ rows: unmeasured, why: `${measure.value.label} is empty` }];
  return succeed({
    arrow: toArrow(columns, values),
    groups: rows.length,
    rows: all - unmeasured,
    left,
    rest: [...rest],
    buckets: bucketsOf(axes),
    binned: false,
    sql: readableSql(statement(true)),
  });
}

export function bucketsOf(axes: readonly PlacedAxis[]): Record<string, number | string> {
  const buckets: Record<string, number | string> = {};
  for (const { name, bucket } of axes) if (bucket !== null) buckets[name] = bucket;
  return buckets;
}

function namedAxes(spec: ChartSpec): (readonly [string, Axis])[] {
  const named: (readonly [string, Axis])[] = [];
  if (spec.mark === 'pivot') {
    spec.rows.forEach((axis, at) => void named.push([`row${at}`, axis]));
    spec.columns.forEach((axis, at) => void named.push([`column${at}`, axis]));
    return named;
  }
  if (spec.x) named.push(['x', spec.x]);
  if (spec.mark === 'heat-map' && spec.y) named.push(['y', spec.y]);
  if (spec.mark !== 'heat-map' && spec.colour) named.push(['colour', spec.colour]);
  return named;
}

/** First and last time of an axis; null where there is none. */
export async function spanOf(database: Database, charted: Charted, axis: Axis): Promise<Span> {
  const { relation, events } = charted;
  const index = findColumn(relation, axis.field);
  const column = index === null ? undefined : relation.columns[index];
  if (index === null || column?.column.type !== 'TIMESTAMP') return null;
  const rows = relation.rows({ ...NEED_NOTHING, columns: new Set([index]), events });
  const { rows: found } = await database.all(
    sql`SELECT epoch_us(min(v)), epoch_us(max(v)) FROM (SELECT * FROM (${rows}) AS s(v) WHERE isfinite(v)) AS t`,
  );
  const [from, to] = (found[0] ?? []).map(wholeNumber);
  return typeof from === 'number' && typeof to === 'number' ? { from, to } : null;
}

/**
 * One row a group: the axes' keys, the measure, the rows, those without a measure, and for each axis whether its
 * rarer values were counted as one. Rows are gone through once where the measure can be added up from parts.
 */
function groupStatement(
  charted: Charted,
  axes: readonly PlacedAxis[],
  measure: Measured,
  readable: boolean,
): Sql {
  const { relation, spec, events } = charted;
  const columns = new Set([
    ...axes.map(({ index }) => index),
    ...(measure.index === null ? [] : [measure.index]),
  ]);
  const need: Need = { ...NEED_NOTHING, columns, events, readable };
  const rows = relation.rows(need);
  const keys = axes.map((axis, at) => sql`${axis.key(need)} AS ${trusted(`g${at}`)}`);
  const names = axes.map((_, at) => `g${at}`);
  const parts = measure.parts(need);
  const cells = sql`SELECT ${list([...keys, ...parts.cell])} FROM (${rows}) AS s${
    parts.folds && names.length > 0
      ? trusted(` GROUP BY ${names.map((_, at) => at + 1).join(', ')}`)
      : trusted('')
  }`;
  const tops: Sql[] = [];
  const shown = axes.map((axis, at) => {
    if (axis.kind !== 'value') return trusted(`g${at}`);
    tops.push(topOf(at, parts.count, spec.top));
    return trusted(
      `CASE WHEN g${at} IS NULL THEN NULL WHEN g${at} IN (FROM top${at}) THEN g${at} ELSE '${REST}' END`,
    );
  });
  const flags = axes.map((axis, at) =>
    axis.kind === 'value'
      ? trusted(`bool_or(g${at} IS NOT NULL AND g${at} NOT IN (FROM top${at})) AS f${at}`)
      : trusted(`false AS f${at}`),
  );
  const chosen = shown.map((part, at) => sql`${part} AS ${trusted(`k${at}`)}`);
  const group =
    names.length === 0 ? trusted('') : trusted(` GROUP BY ${names.map((_, at) => at + 1).join(', ')}`);
  const ctes = [sql`cell AS MATERIALIZED (${cells})`, ...tops];
  return sql`WITH ${join(ctes, ', ')}
    SELECT ${list([...chosen, ...parts.fold, ...flags])} FROM cell${group} ORDER BY ALL`;
}

/** The values of an axis that are kept on their own; where some are not, the sign of the rest is none of them. */
function topOf(at: number, count: string, most: number): Sql {
  const ranked = `SELECT g${at} AS v, ${count} AS n, count(*) OVER () AS kinds FROM cell WHERE g${at} IS NOT NULL GROUP BY g${at}`;
  return trusted(`top${at} AS MATERIALIZED (SELECT v FROM (${ranked}) AS r
    WHERE kinds <= ${most} OR v <> '${REST}' ORDER BY n DESC, v LIMIT ${most})`);
}

export function list(parts: readonly Sql[]): Sql {
  return join(parts, ', ');
}

function isEverything(filter: { readonly kind: string; readonly of?: unknown }): boolean {
  return filter.kind === 'and' && Array.isArray(filter.of) && filter.of.length === 0;
}

const tooFine: Problem = {
  code: 'chart-too-fine',
  what: `The chart would have more than ${MOST_GROUPS.toLocaleString('en')} groups.`,
  help: 'Choose a wider bucket, fewer axes, or narrow the time.',
};
