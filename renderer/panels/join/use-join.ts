/** The plan as sources: both sides, their columns, the join, and what keeps it from running. */
import { useMemo } from 'react';
import type { Join, Source } from '../../../shared/filter';
import type { Outcome, Problem } from '../../../shared/problem';
import type { SourceColumn } from '../../../shared/protocol';
import { fromOfKey } from '../../grid/tables';
import { useColumns } from '../../grid/use-columns';
import { useFilterExcept, useZone } from '../../state/hooks';
import { type Plan, planJoin, planSource, type Side, sideSource } from './plan';

/** Clauses of these panels stand on the join itself: they must not narrow what it is made of. */
export const OWN_CLAUSES: readonly string[] = ['join', 'chart'];

export interface JoinState {
  readonly left: readonly SourceColumn[];
  readonly right: readonly SourceColumn[];
  readonly leftProblem: Problem | null;
  readonly rightProblem: Problem | null;
  readonly join: Outcome<Join>;
  /** Null while something is missing. */
  readonly source: Source | null;
  /** The join without what was filtered in its result: what the counts are of. */
  readonly bare: Source | null;
}

export function useJoin(plan: Plan): JoinState {
  const inForce = useFilterExcept(OWN_CLAUSES);
  const zone = useZone();
  const left = useColumns(bareSource(plan.left));
  const right = useColumns(bareSource(plan.right));
  return useMemo(() => {
    const leftSource = sideSource(plan.left, inForce, left.columns, zone);
    const rightSource = sideSource(plan.right, inForce, right.columns, zone);
    const join = planJoin(plan, leftSource, rightSource);
    const isThere = left.problem === null && right.problem === null;
    return {
      left: left.columns,
      right: right.columns,
      leftProblem: left.problem ?? (leftSource.ok ? null : leftSource.problem),
      rightProblem: right.problem ?? (rightSource.ok ? null : rightSource.problem),
      join,
      source: join.ok && isThere ? planSource(join.value, plan.result) : null,
      bare: join.ok && isThere ? planSource(join.value, []) : null,
    };
  }, [plan, inForce, left.columns, left.problem, right.columns, right.problem, zone]);
}

function bareSource(side: Side): Source | null {
  const from = fromOfKey(side.from);
  return from === null ? null : { from, filter: { kind: 'and', of: [] } };
}
