/** What is charted, and the answer. */
import type { ChartSpec } from '../../../shared/chart';
import type { Result } from '../../../shared/protocol';
import type { Sql } from '../../store/sql';
import type { Relation } from '../sources/relation';

export type ChartAnswer = Result<'chart.data'>;

/** A chart ready to be asked for: what it is over and under which filter of the events. */
export interface Charted {
  readonly spec: ChartSpec;
  readonly relation: Relation;
  readonly zone: string;
  /** Condition over `event AS e`; null: none. */
  readonly events: Sql | null;
}
