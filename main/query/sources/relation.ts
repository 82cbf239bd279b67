/**
 * What a source is made into: typed columns over the rows of one or more leaves. Inside statements a column is called
 * `c<number>`, a leaf's place `p<number>`, a part of the order `o<number>`; names and labels are data only.
 */
import type { Source } from '../../../shared/filter';
import type { Outcome } from '../../../shared/problem';
import type { JoinCounts, SourceColumn } from '../../../shared/protocol';
import type { Database } from '../../store/database';
import { ident, type Sql, trusted } from '../../store/sql';
import type { Views } from '../views';
import type { Leaf, LeafColumn } from './leaf';

export interface RelationColumn extends SourceColumn {
  readonly leaf: number;
  readonly column: LeafColumn;
}

/** What a statement over a relation must give. */
export interface Need {
  /** Indexes of columns. */
  readonly columns: ReadonlySet<number>;
  readonly places: boolean;
  readonly order: boolean;
  /** Condition over `event AS e` on the events of the left-most rows; null: all. */
  readonly events: Sql | null;
  /** For reading, not for running: columns go by their names. */
  readonly readable: boolean;
}

export interface Relation {
  readonly title: string;
  readonly columns: readonly RelationColumn[];
  readonly leaves: readonly Leaf[];
  /** How many `o<n>` there are. */
  readonly orders: number;
  /** The left-most rows have events. */
  readonly hasEvents: boolean;
  /** Rows or values change with the marks or saved views. */
  readonly usesMarks: boolean;
  /** Joins inside, innermost first: each must be counted before it is run. */
  readonly joins: readonly JoinMade[];
  /** SELECT of what is needed. */
  rows(need: Need): Sql;
}

/** A join ready to be counted and run. */
export interface JoinMade {
  readonly key: string;
  /** Its rows change with the marks or saved views. */
  readonly usesMarks: boolean;
  /** `mostPairs` bounds what is gone through one by one. */
  count(database: Database, mostPairs?: number): Promise<Outcome<JoinCounts>>;
  capOf(counts: JoinCounts): number;
}

/** What joins ask of the sources of a case. */
export interface SourceMaker {
  readonly views: Views;
  relation(
    source: Source,
    signal: AbortSignal | undefined,
    stack: readonly string[],
  ): Promise<Outcome<Relation>>;
  guard(relation: Relation, signal?: AbortSignal): Promise<Outcome<null>>;
  needAddresses(relation: Relation, index: number, signal?: AbortSignal): Promise<Outcome<null>>;
  freshTable(prefix: string): Sql;
  /** The table made under this key before, or made now; it is kept while the facts (and marks) stand. */
  kept(key: string, usesMarks: boolean, make: () => Promise<Outcome<Sql>>): Promise<Outcome<Sql>>;
}

export function columnName(
  relation: Pick<Relation, 'columns'>,
  index: number,
  need: Pick<Need, 'readable'>,
): Sql {
  if (!need.readable) return trusted(`c${index}`);
  return ident((relation.columns[index]?.name ?? `c${index}`).replaceAll('\0', '␀'));
}

export function findColumn(relation: Pick<Relation, 'columns'>, name: string): number | null {
  const index = relation.columns.findIndex((column) => column.name === name);
  return index < 0 ? null : index;
}

export const NEED_NOTHING: Need = {
  columns: new Set(),
  places: false,
  order: false,
  events: null,
  readable: false,
};
