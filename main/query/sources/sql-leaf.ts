/** Analyst SQL as a leaf: its rows come out of the sandbox and are kept in the engine's memory, up to a cap. */
import { type Cell, type Column, cellText, uniqueNames } from '../../../shared/cell';
import type { SqlType } from '../../../shared/fields';
import { type Outcome, succeed } from '../../../shared/problem';
import { join, type Sql, sql, trusted } from '../../store/sql';
import type { Views } from '../views';
import { type Leaf, type LeafColumn, labelOf, plainType, roleOf } from './leaf';

/** Rows of a query that are held. */
export const SQL_CAP = 1_000_000;

/** Runs a query and hands on its rows in order, at most `limit` and one more; gives how many there were. */
export type MadeOfSql = (
  text: string,
  limit: number,
  begin: (columns: readonly Column[]) => Promise<void>,
  take: (rows: ReadonlyArray<readonly Cell[]>) => Promise<void>,
  signal: AbortSignal | undefined,
) => Promise<Outcome<{ readonly total: number | null; readonly held: number }>>;

export async function sqlLeaf(
  views: Views,
  run: MadeOfSql,
  text: string,
  table: Sql,
  signal: AbortSignal | undefined,
): Promise<Outcome<Leaf>> {
  let types: SqlType[] = [];
  let names: string[] = [];
  const ran = await run(
    text,
    SQL_CAP,
    async (columns) => {
      types = columns.map(({ type }) => plainType(type).type);
      names = uniqueNames(columns.map(({ name }) => name));
      const list = types.map((type, at) => trusted(`c${at} ${type}`));
      const made = await views.using(signal, (database) =>
        database.run(sql`CREATE TABLE ${table} (${join(list, ', ')})`),
      );
      if (!made.ok) throw new Error(made.problem.what);
    },
    async (rows) => {
      if (rows.length === 0) return;
      const given = JSON.stringify(rows.map((row) => row.map(cellText)));
      const picked = types.map((type, at) => typed(type, sql`r[${trusted(String(at + 1))}]`));
      const added = await views.using(signal, (database) =>
        database.run(sql`INSERT INTO ${table} SELECT ${join(picked, ', ')}
          FROM (SELECT unnest(CAST(CAST(${given} AS JSON) AS VARCHAR[][])) AS r) AS g`),
      );
      if (!added.ok) throw new Error(added.problem.what);
    },
    signal,
  );
  if (!ran.ok) return ran;
  const { held, total } = ran.value;
  const columns = names.map((name, at): LeafColumn => {
    const type = types[at] ?? 'VARCHAR';
    const expression = trusted(`e.c${at}`);
    return {
      name,
      label: labelOf(name),
      type,
      role: roleOf(name, type),
      expression,
      isWide: false,
      isMark: false,
      isCanonical: false,
    };
  });
  const event = columns.find(({ name, type }) => name === 'event_id' && type === 'UBIGINT');
  return succeed({
    title: 'Query',
    columns,
    from: () => sql`${table} AS e`,
    shown: () => sql`(${trusted(text.replace(/[\s;]+$/, ''))}\n) AS e`,
    place: trusted('e.rowid'),
    order: [trusted('e.rowid')],
    event: event ? { column: `c${columns.indexOf(event)}`, isItself: false } : null,
    cap: total === null || total > held ? { held, of: total } : null,
  });
}

/** Times come out of the sandbox as ISO 8601 in UTC; `Z` is left off, for a TIMESTAMP has no zone. */
function typed(type: SqlType, text: Sql): Sql {
  if (type === 'VARCHAR') return text;
  if (type === 'TIMESTAMP') return sql`TRY_CAST(rtrim(left(${text}, 26), 'Z') AS TIMESTAMP)`;
  return sql`TRY_CAST(${text} AS ${trusted(type)})`;
}
