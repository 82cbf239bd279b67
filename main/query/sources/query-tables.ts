/** Tables and columns that a query may name, with what they mean. */
import { EVENT_FIELDS, POINT_FIELDS, REJECT_FIELDS } from '../../../shared/fields';
import type { Result } from '../../../shared/protocol';
import type { Database } from '../../store/database';
import { sql } from '../../store/sql';

type QueryTable = Result<'query.tables'>['tables'][number];

const HELP: Readonly<Record<string, string>> = {
  event: 'Every event, one row each',
  event_view: 'Every event with the assets, zones and levels of its two sides',
  evidence: 'The ledger: one row per file taken in',
  reject: 'Records that could not be read',
  point: 'Process values read or written',
  asset: 'Assets as the inventories give them',
  asset_address: 'Their addresses, with the time each was true',
  asset_view: 'Assets, one row each over all inventories',
  address_view: 'Addresses with their assets',
  asset_fact: 'What the wire told of machines, as imported',
  asset_fact_view: 'What the wire told of machines: each fact with who told it, when and in which packet',
  wire_view: 'One row per address with what the wire told of it, its roles, and where an inventory differs',
  zone: 'Zones of the plant and the network',
  conduit: 'Permitted communication between zones',
  span: 'What lasted from a time to a time',
  mark: 'Stars, tags, notes and findings: one row per event and mark',
};

const MARK_COLUMNS = [
  { name: 'event_id', type: 'UBIGINT', help: 'The event that is marked' },
  { name: 'what', type: 'VARCHAR', help: 'star, tag, note or finding' },
  { name: 'value', type: 'VARCHAR', help: 'The tag, the note, or the finding’s id' },
  { name: 'mark_id', type: 'VARCHAR', help: '' },
];

export interface RecordTable {
  readonly evidenceId: number;
  readonly name: string;
  readonly columns: readonly string[];
}

/** `names` are those a query may use, in the order to offer them in. */
export async function queryTables(
  database: Database,
  names: readonly string[],
  records: readonly RecordTable[],
): Promise<QueryTable[]> {
  const { rows } = await database.all(sql`SELECT table_name, column_name, data_type FROM duckdb_columns()
    WHERE database_name = current_database() AND schema_name = 'main' ORDER BY table_name, column_index`);
  const help = new Map(
    [...REJECT_FIELDS, ...POINT_FIELDS, ...EVENT_FIELDS].map((field) => [
      field.name,
      field.help || field.label,
    ]),
  );
  const tables = new Map<string, QueryTable>();
  for (const [table, column, type] of rows) {
    const name = String(table);
    if (!names.includes(name) || column === 'rowid') continue;
    const known = tables.get(name) ?? { name, help: HELP[name] ?? '', columns: [] };
    known.columns.push({ name: String(column), type: String(type), help: help.get(String(column)) ?? '' });
    tables.set(name, known);
  }
  if (names.includes('mark'))
    tables.set('mark', { name: 'mark', help: HELP.mark ?? '', columns: MARK_COLUMNS });
  const ordered = names.flatMap((name) => tables.get(name) ?? []);
  const own = records.map(
    ({ evidenceId, name, columns }): QueryTable => ({
      name: `record_${evidenceId}`,
      help: `The source’s own columns of ${name}`,
      columns: [
        { name: 'record_number', type: 'UBIGINT', help: 'Number of the record, from 1' },
        { name: 'byte_offset', type: 'UBIGINT', help: 'Where the record begins' },
        { name: 'byte_length', type: 'UBIGINT', help: '' },
        ...columns.map((column) => ({ name: column, type: 'VARCHAR', help: 'As the source wrote it' })),
      ],
    }),
  );
  return [...ordered, ...own];
}
