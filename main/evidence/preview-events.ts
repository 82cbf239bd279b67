/** Events as a preview tells them: plain values by field, times as ISO text. */
import type { Preview } from '../../shared/evidence';
import { EVENT_FIELDS } from '../../shared/fields';
import type { Database, Table } from '../store/database';
import { ident, join, type Sql, sql, trusted } from '../store/sql';

export type EventRow = NonNullable<Preview['records'][number]['event']>;

/** The rows of events that `from` (from FROM on) names. */
export async function eventRows(database: Database, from: Sql): Promise<EventRow[]> {
  const fields = EVENT_FIELDS.filter(({ name }) => name !== 'event_id' && name !== 'evidence_id');
  const list = join(
    fields.map(({ name, type }): Sql => {
      if (type !== 'TIMESTAMP') return ident(name);
      // A wall time has no zone, so no Z.
      const pattern = trusted(
        name === 'recorded_wall' ? "'%Y-%m-%dT%H:%M:%S.%f'" : "'%Y-%m-%dT%H:%M:%S.%fZ'",
      );
      return sql`strftime(${ident(name)}, ${pattern}) AS ${ident(name)}`;
    }),
    ', ',
  );
  const table = await database.all(sql`SELECT ${list} ${from}`);
  return table.rows.map((row) =>
    Object.fromEntries(table.names.map((name, index) => [name, plainValue(row[index])])),
  );
}

function plainValue(value: Table['rows'][number][number] | undefined): string | number | boolean | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'bigint') return null;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
