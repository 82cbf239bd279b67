/** Rows of `asset` and `zone` from inventories; columns as in store/tables.ts. */
import type { Format, Value } from '../../formats/format';
import { ASSET_COLUMNS, ZONE_COLUMNS } from '../../formats/inventory';
import { quoteIdent } from '../../store/sql';
import { asText } from './convert-sql';
import type { Expression } from './layers';
import { planRecords, type RecordPlan, type Staged } from './record-sql';
import { NULL, openScope, valueSql } from './value-sql';

const TYPES: Readonly<Record<string, string>> = { purdue_level: 'DECIMAL(2,1)' };

/** Local to the evidence; the record it stands on gives it. */
export function assetId(evidenceId: number): Expression {
  return `'${evidenceId}:' || record_number`;
}

interface Row {
  readonly columns: ReadonlyMap<string, string>;
  readonly record: RecordPlan;
}

function readRow(
  fields: Readonly<Record<string, Value>>,
  names: readonly string[],
  format: Format,
  staged: Staged,
): Row {
  const record = planRecords(format, staged, 'record');
  const scope = openScope(record.layers, record.resolve, staged.meta);
  const top = record.layers.open();
  const columns = new Map<string, string>();
  for (const name of names) {
    const value = fields[name];
    const sql = value === undefined ? NULL.sql : `nullif(trim(${asText(valueSql(value, scope))}), '')`;
    const type = TYPES[name];
    columns.set(name, top.add(type === undefined ? sql : `TRY_CAST(${sql} AS ${type})`));
  }
  return { columns, record };
}

function select(row: Row, first: string, last: string, where: readonly Expression[]): string {
  const columns = [...row.columns].map(([name, sql]) => `${sql} AS ${quoteIdent(name)}`);
  const fits = row.record.fits === null ? [] : [row.record.fits];
  const all = [...fits, ...where];
  const filter = all.length === 0 ? '' : ` WHERE ${all.join(' AND ')}`;
  const lead = first === '' ? [] : [first];
  return row.record.layers.select([...lead, ...columns, last].join(', '), filter);
}

/** A row of which the format tells nothing, as of an address that did not answer a scan, is no asset. */
export function assetSelect(format: Format, staged: Staged, evidenceId: number): string | null {
  if (format.asset === undefined) return null;
  const row = readRow(format.asset, ASSET_COLUMNS, format, staged);
  const told = [...row.columns.values()].map((column) => `${column} IS NOT NULL`);
  return select(row, `${assetId(evidenceId)} AS asset_id`, `CAST(${evidenceId} AS UINTEGER) AS evidence_id`, [
    `(${told.join(' OR ')})`,
  ]);
}

export function zoneSelect(format: Format, staged: Staged, evidenceId: number): string | null {
  if (format.zones.length === 0) return null;
  const selects = format.zones.map((fields) => {
    // A zone is known by its name where it has no other word.
    const named = { ...(fields.name === undefined ? {} : { zone_id: fields.name }), ...fields };
    const row = readRow(named, ZONE_COLUMNS, format, staged);
    const id = row.columns.get('zone_id') ?? NULL.sql;
    return select(row, 'record_number', `CAST(${evidenceId} AS UINTEGER) AS evidence_id`, [
      `${id} IS NOT NULL`,
    ]);
  });
  const first = (name: string): string => `arg_min(${name}, record_number) AS ${name}`;
  const columns = [
    'zone_id',
    first('name'),
    first('type'),
    'network',
    ...['purdue_level', 'security_level_target', 'parent', 'evidence_id'].map(first),
  ];
  // A zone may be listed once per network; each keeps its row.
  return `SELECT ${columns.join(', ')} FROM (${selects.join(' UNION ALL ')}) GROUP BY zone_id, network ORDER BY min(record_number)`;
}
