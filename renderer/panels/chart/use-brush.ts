/** What is brushed on the chart, and the one clause of the shared filter that comes of it. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { ChartSpec } from '../../../shared/chart';
import type { Groups } from '../../../shared/chart/groups';
import type { ScatterData } from '../../../shared/chart/scatter';
import type { Filter } from '../../../shared/filter';
import type { SourceColumn } from '../../../shared/protocol';
import { useAnnounce, useFilter } from '../../state/hooks';
import { type Box, type Brush, boxFilter, brushFilter, eventClause, isEmpty, NO_BRUSH } from './clause';

const AUTHOR = 'chart';

export interface Brushing {
  readonly brush: Brush;
  readonly box: Box | null;
  readonly isActive: boolean;
  /** False where rows are no events: nothing else could follow. */
  readonly canFilter: boolean;
  readonly put: (brush: Brush) => void;
  readonly putBox: (box: Box | null) => void;
  /** Any clause on the source's own columns, such as a pivot's cell. */
  readonly putClause: (clause: Filter | null) => void;
  readonly clear: () => void;
}

export function useBrush(
  spec: ChartSpec | null,
  groups: Groups | null,
  columns: readonly SourceColumn[],
  event: string | null,
): Brushing {
  const { clauses, setFrom } = useFilter();
  const announce = useAnnounce();
  const [brush, setBrush] = useState(NO_BRUSH);
  const [box, setBox] = useState<Box | null>(null);
  const own = clauses.some(({ author }) => author === AUTHOR);
  const isEvents = spec?.source.from.kind === 'table' && spec.source.from.table === 'event_view';
  const canFilter = isEvents || event !== null;

  // Taken away as a chip, the clause takes its picture with it.
  useEffect(() => {
    if (own) return;
    setBrush(NO_BRUSH);
    setBox(null);
  }, [own]);

  const putClause = useCallback(
    (chosen: Filter | null) => {
      if (spec === null) return;
      const clause = chosen === null ? null : eventClause(spec.source, chosen, event);
      if (clause === null && chosen !== null) {
        announce('The rows of this chart are no events: no other panel can follow');
        return;
      }
      setFrom(AUTHOR, clause);
      announce(clause === null ? 'The chart’s filter was taken back' : 'Every panel follows the chart');
    },
    [spec, event, setFrom, announce],
  );
  const put = (next: Brush): void => {
    setBrush(next);
    setBox(null);
    if (isEmpty(next) || groups === null) putClause(null);
    else putClause(brushFilter(groups.x, groups.rows, next, columns, isEvents));
  };
  const scatter: Pick<ScatterData, 'x' | 'y'> = useMemo(() => axesOf(spec, columns), [spec, columns]);
  const putBox = (next: Box | null): void => {
    setBox(next);
    if (next === null) {
      if (own) putClause(null);
      return;
    }
    putClause(boxFilter(scatter.x, scatter.y, next, isEvents));
  };
  const clear = (): void => {
    setBrush(NO_BRUSH);
    setBox(null);
    if (own) setFrom(AUTHOR, null);
  };
  return { brush, box, isActive: own, canFilter, put, putBox, putClause, clear };
}

/** Kinds of a scatter plot's axes, as far as a box on them needs. */
function axesOf(spec: ChartSpec | null, columns: readonly SourceColumn[]): Pick<ScatterData, 'x' | 'y'> {
  const side = (axis: ChartSpec['x']): ScatterData['x'] => {
    if (axis === null) return null;
    const role = columns.find(({ name }) => name === axis.field)?.role;
    // Values of text are no range; such an axis leaves the box open on its side.
    if (axis.time === null && role !== 'number') return null;
    return { kind: axis.time === null ? 'number' : 'time', field: axis.field, from: 0, to: 0, values: [] };
  };
  return { x: side(spec?.x ?? null), y: side(spec?.y ?? null) };
}
