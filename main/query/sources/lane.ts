/** Rows of a saved view on the timeline. */
import type { SavedView } from '../../../shared/case';
import { fail, type Outcome, type Problem, succeed } from '../../../shared/problem';
import type { Result } from '../../../shared/protocol';
import { type Sql, sql, trusted } from '../../store/sql';
import { toArrow } from '../arrow';
import type { Given } from '../params';
import { wholeValue } from '../values';
import { orderWords } from './join-rows';
import { columnName, findColumn, NEED_NOTHING, type Need, type Relation } from './relation';
import { noColumn, type Sources } from './sources';

const TIME = { type: 'TIMESTAMP' } as const;

/** Rows that begin in [from, to), or last into it; in order of their beginning. */
export async function viewLane(
  sources: Sources,
  view: SavedView | null,
  { from, to, limit }: Omit<Given<'view.lane'>, 'id'>,
  signal?: AbortSignal,
): Promise<Outcome<Result<'view.lane'>>> {
  if (!view) return fail({ code: 'no-view', what: 'There is no such saved view.' });
  if (!view.lane) return fail(noLane);
  const source = { from: { kind: 'saved', id: view.id }, filter: { kind: 'and', of: [] } } as const;
  const relation = await sources.relation(source, signal);
  if (!relation.ok) return relation;
  const { lane } = view;
  const start = timeOf(relation.value, lane.time);
  if (!start.ok) return start;
  const end = lane.end === null ? succeed(null) : timeOf(relation.value, lane.end);
  if (!end.ok) return end;
  const label = lane.label === null ? null : findColumn(relation.value, lane.label);
  if (label === null && lane.label !== null) return fail(noColumn(lane.label));
  const allowed = await sources.guard(relation.value, signal);
  if (!allowed.ok) return allowed;
  const event = relation.value.columns.findIndex(({ role }) => role === 'event');
  const wanted = [start.value, end.value, label, event < 0 ? null : event].filter((at) => at !== null);
  const need: Need = { ...NEED_NOTHING, columns: new Set(wanted), order: true };
  const at = (index: number | null): Sql =>
    index === null ? trusted('NULL') : sql`s.${columnName(relation.value, index, need)}`;
  const [first, last] = [at(start.value), at(end.value)];
  const [least, most] = [from, to].map((time) => wholeValue(TIME, clamp(time)));
  const reaches = end.value === null ? trusted('false') : sql`${last} > ${least ?? trusted('NULL')}`;
  const rows = sql`SELECT * FROM (${relation.value.rows(need)}) AS s
    WHERE ${first} < ${most ?? trusted('NULL')} AND (${first} >= ${least ?? trusted('NULL')} OR ${reaches})`;
  const read = await sources.views.using(signal, async (database) => {
    const total = Number(await database.one(sql`SELECT count(*) FROM (${rows}) AS n`));
    const found = await database.all(sql`SELECT CAST(epoch_us(${first}) AS DOUBLE),
      ${end.value === null ? trusted('CAST(NULL AS DOUBLE)') : sql`CAST(epoch_us(${last}) AS DOUBLE)`},
      CAST(${at(label)} AS VARCHAR), CAST(${at(event < 0 ? null : event)} AS VARCHAR)
      FROM (${rows}) AS s ORDER BY ${first}, ${orderWords(relation.value.orders, false, 's.')} LIMIT ${trusted(String(limit))}`);
    return { total, rows: found.rows };
  });
  if (!read.ok) return read;
  const arrow = toArrow(
    [
      { name: 'start', wire: 'float64' },
      { name: 'end', wire: 'float64' },
      { name: 'label', wire: 'utf8' },
      { name: 'event_id', wire: 'utf8' },
    ],
    read.value.rows,
  );
  return succeed({ total: read.value.total, arrow });
}

function timeOf(relation: Relation, name: string): Outcome<number> {
  const index = findColumn(relation, name);
  if (index === null) return fail(noColumn(name));
  if (relation.columns[index]?.column.type === 'TIMESTAMP') return succeed(index);
  return fail({
    code: 'lane-no-time',
    what: `“${name.slice(0, 100)}” is no time.`,
    help: 'Choose a column of times.',
  });
}

/** What DuckDB's TIMESTAMP surely holds. */
function clamp(time: number): bigint {
  return BigInt(Math.round(Math.max(-9.2e18, Math.min(9.2e18, time))));
}

const noLane: Problem = {
  code: 'no-lane',
  what: 'This view is not on the timeline.',
  help: 'Choose its column of time first.',
};
