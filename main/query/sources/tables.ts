/** The tables of a case as leaves of sources, with their columns as they stand in the working database. */
import { EVENT_FIELDS, type Field, POINT_FIELDS, REJECT_FIELDS } from '../../../shared/fields';
import type { SourceTable } from '../../../shared/filter';
import { MARK_FIELDS } from '../../../shared/view-fields';
import type { Database } from '../../store/database';
import { ident, type Sql, sql, trusted } from '../../store/sql';
import { fieldExpression } from '../marks';
import { EVENTS_IN_ORDER } from '../order';
import { type Leaf, type LeafColumn, labelOf, plainType, roleOf } from './leaf';

const TITLES: Record<SourceTable, string> = {
  event_view: 'Events',
  evidence: 'Evidence',
  reject: 'Rejected records',
  point: 'Points',
  asset: 'Assets by inventory',
  asset_address: 'Addresses by inventory',
  asset_view: 'Assets',
  address_view: 'Addresses',
  asset_fact_view: 'Facts from the wire',
  wire_view: 'Machines on the wire',
  zone: 'Zones',
  conduit: 'Conduits',
  span: 'Spans',
};

/** Columns that order a table, the rest of its columns after them; a table has no order of its own. */
const ORDERED_BY: Partial<Record<SourceTable, readonly string[]>> = {
  point: ['timestamp', 'event_id', 'ordinal'],
  reject: ['evidence_id', 'record_number', 'byte_offset'],
  evidence: ['evidence_id'],
  span: ['started_at', 'event_id'],
};

/** Columns that importers and views fill with canonical addresses. */
const ADDRESSES = /(^|_)(ip|mac|address)$/;

const KNOWN = new Map<string, Field>(
  [...REJECT_FIELDS, ...POINT_FIELDS, ...EVENT_FIELDS].map((field) => [field.name, field]),
);

const EVENT_ORDER: readonly Sql[] = [
  trusted('e."timestamp"'),
  trusted('e.time_remainder_ns'),
  trusted('s.sha_rank'),
  trusted('e.record_number'),
  trusted('e.event_id'),
];
const WIDE_IN_ORDER = trusted(EVENTS_IN_ORDER.text.replace(/^event AS e/, 'event_view AS e'));

export function titleOf(table: SourceTable): string {
  return TITLES[table];
}

/** Null when this database has no such table. `fresh` names a table to copy a view into. */
export async function tableLeaf(
  database: Database,
  table: SourceTable,
  fresh: () => Sql,
): Promise<Leaf | null> {
  const { rows } = await database.all(sql`SELECT column_name, data_type FROM duckdb_columns()
    WHERE database_name = current_database() AND schema_name = 'main' AND table_name = ${table}
    ORDER BY column_index`);
  if (rows.length === 0) return null;
  // In a case file that is looked into, `event` itself is a view that names its place so.
  const found = rows
    .map(([name, type]) => ({ name: String(name), type: String(type) }))
    .filter(({ name }) => name !== 'rowid');
  if (table === 'event_view') return eventLeaf(found);
  let from = sql`${ident(table)}`;
  const isTable = await database.one(sql`SELECT count(*) FROM duckdb_tables()
    WHERE database_name = current_database() AND schema_name = 'main' AND table_name = ${table}`);
  if (Number(isTable) === 0) {
    // Rows of a view have no place: they are copied once and kept.
    from = fresh();
    await database.run(sql`CREATE TABLE ${from} AS SELECT * FROM ${ident(table)}`);
  }
  const columns = found.map((column) => leafColumn(column, false));
  const first = ORDERED_BY[table] ?? [];
  const order = first.length > 0 ? first : columns.map(({ name }) => name);
  const event = found.some(({ name }) => name === 'event_id')
    ? { column: 'event_id', isItself: false }
    : null;
  return {
    title: TITLES[table],
    columns,
    from: () => sql`${from} AS e`,
    shown: () => sql`${ident(table)} AS e`,
    place: trusted('e.rowid'),
    order: [...order.map((name) => sql`e.${ident(name)}`), trusted('e.rowid')],
    event,
    cap: null,
  };
}

function eventLeaf(found: readonly { readonly name: string; readonly type: string }[]): Leaf {
  const own = new Set(EVENT_FIELDS.map(({ name }) => name));
  const columns = [
    ...found.map((column) => leafColumn(column, !own.has(column.name))),
    ...MARK_FIELDS.map(
      (field): LeafColumn => ({
        name: field.name,
        label: field.label,
        type: field.type,
        role: 'text',
        expression: fieldExpression(field, trusted('e')),
        isWide: false,
        isMark: true,
        isCanonical: false,
      }),
    ),
  ];
  return {
    title: TITLES.event_view,
    columns,
    from: ({ wide, order }) => {
      if (order) return wide ? WIDE_IN_ORDER : EVENTS_IN_ORDER;
      return trusted(wide ? 'event_view AS e' : 'event AS e');
    },
    shown: ({ order }) => (order ? WIDE_IN_ORDER : trusted('event_view AS e')),
    // Not the row number: `event_view` has none, and numbers of events lie together where their rows do.
    place: trusted('e.event_id'),
    order: EVENT_ORDER,
    event: { column: 'event_id', isItself: true },
    cap: null,
  };
}

function leafColumn(
  { name, type }: { readonly name: string; readonly type: string },
  isWide: boolean,
): LeafColumn {
  const plain = plainType(type);
  const own = sql`e.${ident(name)}`;
  return {
    name,
    label: KNOWN.get(name)?.label ?? labelOf(name),
    type: plain.type,
    role: roleOf(name, plain.type),
    expression: plain.isCast ? sql`CAST(${own} AS ${trusted(plain.type)})` : own,
    isWide,
    isMark: false,
    isCanonical: plain.type === 'VARCHAR' && ADDRESSES.test(name),
  };
}
