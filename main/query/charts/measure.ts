/** What a group of a chart is measured by: counted, or a column added up, averaged or compared. */
import type { Measure } from '../../../shared/chart';
import { fail, type Outcome, type Problem, succeed } from '../../../shared/problem';
import { type Sql, sql, trusted } from '../../store/sql';
import { columnName, findColumn, type Need, type Relation } from '../sources/relation';
import { noColumn } from '../sources/sources';

export interface Measured {
  readonly label: string;
  readonly index: number | null;
  parts(need: Need): MeasureParts;
}

export interface MeasureParts {
  /** Cells are groups already; else they are rows. */
  readonly folds: boolean;
  /** Of a cell, over `s`. */
  readonly cell: readonly Sql[];
  /** Number of rows of some cells. */
  readonly count: string;
  /** Of a group of cells: the measure, its rows, and those without a measure. */
  readonly fold: readonly Sql[];
}

export function measureOf(measure: Measure, relation: Relation): Outcome<Measured> {
  const { kind } = measure;
  if (kind === 'count') {
    return succeed({
      label: 'rows',
      index: null,
      parts: () => ({
        folds: true,
        cell: [trusted('count(*) AS n')],
        count: 'sum(n)',
        fold: [
          trusted('CAST(sum(n) AS DOUBLE) AS value'),
          trusted('CAST(sum(n) AS BIGINT) AS n'),
          trusted('0 AS missing'),
        ],
      }),
    });
  }
  if (measure.field === null) return fail(noField);
  const index = findColumn(relation, measure.field);
  const column = index === null ? undefined : relation.columns[index];
  if (index === null || !column) return fail(noColumn(measure.field));
  const { type } = column.column;
  const isCounted = kind === 'count-distinct';
  if (!isCounted && (type === 'VARCHAR' || type === 'BOOLEAN')) return fail(noNumber(column.label));
  if (kind === 'sum' && type === 'TIMESTAMP') return fail(noNumber(column.label));
  const value = (need: Need): Sql => {
    const own = sql`s.${columnName(relation, index, need)}`;
    if (isCounted) return own;
    if (type === 'TIMESTAMP') return sql`epoch_us(${own})`;
    // Not a number and endless are no measures: one of them would hide all the others.
    return type === 'DOUBLE' ? sql`CASE WHEN isfinite(${own}) THEN ${own} END` : own;
  };
  const tail = ['CAST(sum(n) AS BIGINT) AS n', 'CAST(sum(n) - sum(c) AS BIGINT) AS missing'].map(trusted);
  if (kind === 'count-distinct' || kind === 'median') {
    const call = isCounted ? 'count(DISTINCT v)' : 'CAST(median(v) AS DOUBLE)';
    return succeed({
      label: column.label,
      index,
      parts: (need) => ({
        folds: false,
        cell: [sql`${value(need)} AS v`],
        count: 'count(*)',
        fold: [
          trusted(`CAST(${call} AS DOUBLE) AS value`),
          trusted('count(*) AS n'),
          trusted('count(*) - count(v) AS missing'),
        ],
      }),
    });
  }
  const [part, folded] = PARTS[kind];
  return succeed({
    label: column.label,
    index,
    parts: (need) => ({
      folds: true,
      cell: [
        trusted('count(*) AS n'),
        sql`count(${value(need)}) AS c`,
        sql`${trusted(part)}(${value(need)}) AS v`,
      ],
      count: 'sum(n)',
      fold: [trusted(`CAST(${folded} AS DOUBLE) AS value`), ...tail],
    }),
  });
}

/** How a cell is measured, and how cells are put together. */
const PARTS = {
  sum: ['sum', 'sum(v)'],
  mean: ['sum', 'CAST(sum(v) AS DOUBLE) / nullif(CAST(sum(c) AS DOUBLE), 0)'],
  min: ['min', 'min(v)'],
  max: ['max', 'max(v)'],
} as const;

const noField: Problem = {
  code: 'chart-no-field',
  what: 'The measure needs a column.',
  help: 'Choose what is to be added up, averaged or compared.',
};

function noNumber(label: string): Problem {
  return {
    code: 'chart-no-number',
    what: `“${label}” cannot be measured so: it is no number.`,
    help: 'Count it, or count its distinct values.',
  };
}
