/** A scatter: one mark a row, or a grid of counts where the rows are more than can be drawn. */
import type { Axis } from '../../../shared/chart';
import { fail, type Outcome, type Problem, succeed } from '../../../shared/problem';
import type { Database } from '../../store/database';
import { join, readableSql, type Sql, sql, trusted } from '../../store/sql';
import { type ArrowColumn, toArrow } from '../arrow';
import { columnName, findColumn, NEED_NOTHING, type Need, type Relation } from '../sources/relation';
import { noColumn } from '../sources/sources';
import { wholeNumber } from '../whole-number';
import { floorBy } from './calendar';
import type { ChartAnswer, Charted } from './charted';

/** Rows drawn one by one; beyond, they are counted in a grid. */
export const MOST_POINTS = 20_000;
const ACROSS = 160;
const UP = 80;

interface Side {
  readonly name: 'x' | 'y';
  readonly label: string;
  readonly index: number;
  readonly kind: 'time' | 'number' | 'value';
}

export async function scatter(database: Database, charted: Charted): Promise<Outcome<ChartAnswer>> {
  const { spec, relation } = charted;
  if (!spec.x || !spec.y) return fail(needsBoth);
  const x = sideOf('x', spec.x, relation);
  if (!x.ok) return x;
  const y = sideOf('y', spec.y, relation);
  if (!y.ok) return y;
  const extra: { name: 'colour' | 'size'; index: number }[] = [];
  for (const [name, field] of [
    ['colour', spec.colour?.field ?? null],
    ['size', spec.size],
  ] as const) {
    if (field === null) continue;
    const index = findColumn(relation, field);
    if (index === null) return fail(noColumn(field));
    extra.push({ name, index });
  }
  const sides = [x.value, y.value] as const;
  const columns = new Set([...sides.map(({ index }) => index), ...extra.map(({ index }) => index)]);
  const statement = (readable: boolean, select: (need: Need) => Sql): Sql => {
    const need: Need = { ...NEED_NOTHING, columns, events: charted.events, readable };
    return sql`SELECT ${select(need)} FROM (${relation.rows(need)}) AS s`;
  };
  const value = (side: Side, need: Need): Sql =>
    drawable(side, sql`s.${columnName(relation, side.index, need)}`);
  const [counted = []] = (
    await database.all(
      statement(false, (need) => {
        const [a, b] = [value(x.value, need), value(y.value, need)];
        const both = sql`${a} IS NOT NULL AND ${b} IS NOT NULL`;
        const bounds = sides.flatMap((side) => {
          if (side.kind === 'value') return [trusted('NULL'), trusted('NULL')];
          return [
            sql`min(${value(side, need)}) FILTER (${both})`,
            sql`max(${value(side, need)}) FILTER (${both})`,
          ];
        });
        return join([trusted('count(*)'), sql`count(*) FILTER (${both})`, ...bounds], ', ');
      }),
    )
  ).rows;
  const all = Number(counted[0] ?? 0);
  const shown = Number(counted[1] ?? 0);
  const left =
    shown < all ? [{ rows: all - shown, why: `${x.value.label} or ${y.value.label} is empty` }] : [];
  const answer = { rows: shown, left, rest: [] };
  const both = (need: Need): Sql =>
    sql`${value(x.value, need)} IS NOT NULL AND ${value(y.value, need)} IS NOT NULL`;
  if (shown <= MOST_POINTS) {
    const raw = (readable: boolean): Sql => {
      const list = (need: Need): Sql =>
        join(
          [
            ...sides.map((side) => sql`${value(side, need)} AS ${trusted(side.name)}`),
            ...extra.map(({ name, index }) => {
              const own = sql`s.${columnName(relation, index, need)}`;
              return name === 'size'
                ? sql`TRY_CAST(${own} AS DOUBLE) AS size`
                : sql`CAST(${own} AS VARCHAR) AS colour`;
            }),
          ],
          ', ',
        );
      const need: Need = { ...NEED_NOTHING, columns, events: charted.events, readable };
      return sql`${statement(readable, list)} WHERE ${both(need)} ORDER BY ALL`;
    };
    const { rows } = await database.all(raw(false));
    const wires: ArrowColumn[] = [
      ...sides.map(({ name, kind }) => ({
        name,
        wire: kind === 'value' ? ('utf8' as const) : ('float64' as const),
      })),
      ...extra.map(({ name }) => ({
        name,
        wire: name === 'size' ? ('float64' as const) : ('utf8' as const),
      })),
    ];
    const arrow = toArrow(wires, rows);
    return succeed({
      ...answer,
      arrow,
      groups: rows.length,
      buckets: {},
      binned: false,
      sql: readableSql(raw(true)),
    });
  }
  const bins = sides.map((side, at) => binOf(side, counted[2 + at * 2], counted[3 + at * 2]));
  const grid = (readable: boolean): Sql => {
    const need: Need = { ...NEED_NOTHING, columns, events: charted.events, readable };
    const list = join(
      [
        ...sides.map(
          (side, at) => sql`${bins[at]?.key(value(side, need)) ?? trusted('NULL')} AS ${trusted(side.name)}`,
        ),
        trusted('CAST(count(*) AS DOUBLE) AS value'),
      ],
      ', ',
    );
    return sql`${statement(readable, () => list)} WHERE ${both(need)} GROUP BY 1, 2 ORDER BY 1, 2`;
  };
  const { rows } = await database.all(sql`SELECT * FROM (${grid(false)}) LIMIT 50001`);
  if (rows.length > 50_000) return fail(tooMany(shown));
  const values = rows.map((row) => [
    ...sides.map((_, at) => bins[at]?.back(row[at]) ?? null),
    row[2] ?? null,
  ]);
  const buckets: Record<string, number> = {};
  sides.forEach(({ name }, at) => {
    const width = bins[at]?.width ?? null;
    if (width !== null) buckets[name] = width;
  });
  const wires: ArrowColumn[] = sides.map(({ name, kind }) => ({
    name,
    wire: kind === 'value' ? 'utf8' : 'float64',
  }));
  return succeed({
    ...answer,
    arrow: toArrow([...wires, { name: 'value', wire: 'float64' }], values),
    groups: rows.length,
    buckets,
    binned: true,
    sql: readableSql(grid(true)),
  });
}

function sideOf(name: 'x' | 'y', axis: Axis, relation: Relation): Outcome<Side> {
  const index = findColumn(relation, axis.field);
  const column = index === null ? undefined : relation.columns[index];
  if (index === null || !column) return fail(noColumn(axis.field));
  const { type } = column.column;
  const kind = type === 'TIMESTAMP' ? 'time' : type === 'VARCHAR' || type === 'BOOLEAN' ? 'value' : 'number';
  return succeed({ name, label: column.label, index, kind });
}

/** Times in microseconds, numbers as reals without those that are none, everything else as text. */
function drawable({ kind }: Side, column: Sql): Sql {
  if (kind === 'time') return sql`CAST(epoch_us(${column}) AS DOUBLE)`;
  if (kind === 'value') return sql`CAST(${column} AS VARCHAR)`;
  return sql`CASE WHEN isfinite(CAST(${column} AS DOUBLE)) THEN CAST(${column} AS DOUBLE) END`;
}

interface Bin {
  readonly width: number | null;
  key(value: Sql): Sql;
  back(key: unknown): number | string | null;
}

/** Bins over [least, most]; values that are no numbers are bins themselves. */
function binOf({ kind, name }: Side, least: unknown, most: unknown): Bin {
  if (kind === 'value')
    return { width: null, key: (value) => value, back: (key) => (key === null ? null : String(key)) };
  const [from, to] = [asNumber(least), asNumber(most)];
  const count = name === 'x' ? ACROSS : UP;
  if (kind === 'time') {
    const width = Math.max(1, Math.ceil((to - from + 1) / count));
    return {
      width,
      key: (value) => floorBy(sql`(CAST(${value} AS BIGINT) - ${trusted(String(from))})`, width),
      back: (key) => from + Number(key) * width,
    };
  }
  const width = to > from ? (to - from) / count : 1;
  const at = (value: Sql): Sql =>
    sql`least(${trusted(String(count - 1))}, floor((${value} - CAST(${String(from)} AS DOUBLE)) / CAST(${String(width)} AS DOUBLE)))`;
  return { width, key: at, back: (key) => from + Number(key) * width };
}

function asNumber(value: unknown): number {
  return typeof value === 'number' ? value : (wholeNumber(value) ?? 0);
}

const needsBoth: Problem = { code: 'chart-no-field', what: 'A scatter needs a column across and one up.' };

function tooMany(rows: number): Problem {
  return {
    code: 'chart-too-fine',
    what: `${rows.toLocaleString('en')} rows have too many different values to be drawn.`,
    help: 'Put times or numbers on the axes, or filter first.',
  };
}
