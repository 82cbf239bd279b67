/** A leaf of a source: one table whose rows have a place to be found again by, an order, and typed columns. */
import type { SqlType } from '../../../shared/fields';
import type { SourceColumn } from '../../../shared/protocol';
import type { Sql } from '../../store/sql';

export interface LeafColumn {
  readonly name: string;
  readonly label: string;
  readonly type: SqlType;
  readonly role: SourceColumn['role'];
  /** Over the alias `e`. */
  readonly expression: Sql;
  /** Only the wider form of the table has it: `event_view` beside `event`. */
  readonly isWide: boolean;
  /** Its values change with the marks. */
  readonly isMark: boolean;
  /** Addresses in the one form the importers give them; all other texts are as somebody wrote them. */
  readonly isCanonical: boolean;
}

export interface Leaf {
  readonly title: string;
  readonly columns: readonly LeafColumn[];
  /** FROM item aliased `e` (and whatever the order needs besides). */
  from(need: { readonly wide: boolean; readonly order: boolean }): Sql;
  /** FROM item aliased `e`, to be read by the analyst. */
  shown(need: { readonly order: boolean }): Sql;
  /** The row's own number, over `e`: unique, never NULL. */
  readonly place: Sql;
  /** Whole order of the rows, over `from({ order: true })`; ascending, empty last. */
  readonly order: readonly Sql[];
  /** Which column names the event of a row, and whether the rows are the events themselves. */
  readonly event: { readonly column: string; readonly isItself: boolean } | null;
  /** Where only the first rows are held. */
  readonly cap: { readonly held: number; readonly of: number | null } | null;
}

const ADDRESS_NAME = /(^|_)(ip|mac|address|network)$/;

/** How a column is shown, by its name and type. */
export function roleOf(name: string, type: SqlType): SourceColumn['role'] {
  // What a record wrote is no instant until a zone is known.
  if (type === 'TIMESTAMP') return name === 'recorded_wall' ? 'wall' : 'time';
  if (name === 'event_id' || name.endsWith('_event_id')) return 'event';
  if (name === 'evidence_id') return 'evidence';
  if (name === 'event_domain') return 'domain';
  if (type === 'VARCHAR') return ADDRESS_NAME.test(name) ? 'address' : 'text';
  return type === 'BOOLEAN' ? 'text' : 'number';
}

/** `source_asset_id` as people read it. */
export function labelOf(name: string): string {
  const words = name.replaceAll('_', ' ').trim();
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1);
}

const DIRECT = new Set<string>([
  'VARCHAR',
  'BOOLEAN',
  'UTINYINT',
  'SMALLINT',
  'USMALLINT',
  'UINTEGER',
  'BIGINT',
  'UBIGINT',
  'DOUBLE',
  'TIMESTAMP',
]);

/** What a column of any DuckDB type becomes here; null where its own type can stay. */
export function plainType(type: string): { readonly type: SqlType; readonly isCast: boolean } {
  if (isDirect(type)) return { type, isCast: false };
  if (type === 'TINYINT') return { type: 'SMALLINT', isCast: true };
  if (type === 'INTEGER') return { type: 'BIGINT', isCast: true };
  if (type.startsWith('DECIMAL') || type === 'FLOAT' || type.endsWith('HUGEINT'))
    return { type: 'DOUBLE', isCast: true };
  if (type === 'DATE' || type.startsWith('TIMESTAMP')) return { type: 'TIMESTAMP', isCast: true };
  return { type: 'VARCHAR', isCast: true };
}

function isDirect(type: string): type is SqlType {
  return DIRECT.has(type);
}
