/** Polling folded: how often a line happened and at what pace, before its message; and the switch's state. */
import type { ReactNode } from 'react';
import { z } from 'zod';
import { formatDuration } from '../../../shared/time';
import type { ArrowRows } from '../../ui/arrow-rows';
import { countText } from '../../ui/event-text';

export const foldStateSchema = z.boolean();

/** A page of a folded view has it. */
export function foldCount(rows: ArrowRows, index: number): number | null {
  return rows.number(index, 'fold_count');
}

/** Three digits say a pace well enough. */
export function paceText(us: number): string {
  if (us < 1000) return `${Math.round(us)} µs`;
  const digits = 10 ** Math.max(0, Math.floor(Math.log10(us)) - 2);
  return formatDuration(Math.round(us / digits) * digits);
}

export function FoldSign({ rows, index }: { readonly rows: ArrowRows; readonly index: number }): ReactNode {
  const count = foldCount(rows, index);
  if (count === null) return null;
  const pace = rows.number(index, 'fold_period_us');
  return (
    <span className="fold-sign" title="Polling folded: right click to show each by itself">
      <span aria-hidden="true">×</span>
      <span className="sr-only">times </span>
      {countText(count)}
      {pace !== null && ` every ${paceText(pace)}`}
    </span>
  );
}
