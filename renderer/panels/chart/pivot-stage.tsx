/** The pivot over its answer; choosing a cell, a row or a column filters every panel. */
import { type ReactNode, useMemo } from 'react';
import type { Axis } from '../../../shared/chart';
import { nextBucket } from '../../../shared/chart/buckets';
import type { GroupValue, PlacedAxis } from '../../../shared/chart/groups';
import type { ChartInput } from '../../../shared/chart/option';
import { readPivot } from '../../../shared/chart/pivot';
import type { Filter } from '../../../shared/filter';
import type { SourceColumn } from '../../../shared/protocol';
import { placesFilter } from './clause';
import { PivotTable } from './pivot-table';
import type { Brushing } from './use-brush';

export interface PivotStageProps {
  readonly input: ChartInput;
  readonly words: string;
  readonly columns: readonly SourceColumn[];
  readonly brushing: Brushing;
}

export function PivotStage({ input, words, columns, brushing }: PivotStageProps): ReactNode {
  const { spec, answer, zone, labels } = input;
  const pivot = useMemo(() => readPivot(spec, answer, zone), [spec, answer, zone]);
  const isEvents = spec.source.from.kind === 'table' && spec.source.from.table === 'event_view';
  const partsOf = (axes: readonly Axis[], values: readonly GroupValue[], name: string): Filter[] =>
    axes.flatMap((axis, at) => {
      const value = values[at] ?? null;
      const bucket = answer.buckets[`${name}${at}`] ?? axis.width;
      const end =
        typeof value !== 'number' || bucket === null
          ? null
          : axis.time !== null
            ? nextBucket(value, bucket, zone)
            : axis.width === null
              ? null
              : value + Number(bucket);
      const place = { kind: value === null ? ('none' as const) : ('value' as const), value, end, label: '' };
      const placed: PlacedAxis = { kind: 'value', field: axis.field, width: null, places: [place] };
      return placesFilter(placed, [place], columns, isEvents) ?? [];
    });
  return (
    <PivotTable
      pivot={pivot}
      caption={words}
      rowLabels={labels.rows}
      onChoose={(row, column) => {
        const parts = [
          ...(row === null ? [] : partsOf(spec.rows, pivot.rows[row]?.values ?? [], 'row')),
          ...(column === null ? [] : partsOf(spec.columns, pivot.columns[column]?.values ?? [], 'column')),
        ];
        const [only] = parts;
        if (only === undefined) return;
        brushing.putClause(parts.length === 1 ? only : { kind: 'and', of: parts });
      }}
    />
  );
}
