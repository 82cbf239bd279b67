/** Polling folded: how often a line happened, at what pace and with what changes, before its message; the switch's state. */
import type { ReactNode } from 'react';
import { z } from 'zod';
import { formatDuration } from '../../../shared/time';
import type { ArrowRows } from '../../ui/arrow-rows';
import { countText, plural } from '../../ui/event-text';
import { textWidth } from '../../ui/text-width';

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

/** What changed inside a run of answers: `37 changes`, `2 changes, 4–7`; nothing where all are the same. */
export function changesText(
  changes: number | null,
  least: number | null,
  most: number | null,
): string | null {
  if (changes === null || changes === 0) return null;
  const ends = least === null || most === null || least === most ? '' : `, ${short(least)}–${short(most)}`;
  return `${plural(changes, 'change')}${ends}`;
}

/** Six digits of a measured value: the rest is how it was stored. */
function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function hint(changes: number | null): string {
  const answers =
    changes === null
      ? ''
      : changes === 0
        ? '; every answer is the same'
        : `; what was answered changed ${plural(changes, 'time')}`;
  return `Polling folded${answers}: right click to show each by itself`;
}

const SIGN_PADDING_PX = 24;

/** Pixels that the sign of a folded row takes from its message. */
export function foldWidth(rows: ArrowRows, index: number): number {
  const count = foldCount(rows, index);
  if (count === null) return 0;
  const pace = rows.number(index, 'fold_period_us');
  const told = changesText(
    rows.number(index, 'fold_changes'),
    rows.number(index, 'fold_least'),
    rows.number(index, 'fold_most'),
  );
  const words = `×${countText(count)}${pace === null ? '' : ` every ${paceText(pace)}`}${told === null ? '' : ` · ${told}`}`;
  return SIGN_PADDING_PX + textWidth(words, false);
}

export function FoldSign({ rows, index }: { readonly rows: ArrowRows; readonly index: number }): ReactNode {
  const count = foldCount(rows, index);
  if (count === null) return null;
  const pace = rows.number(index, 'fold_period_us');
  const changes = rows.number(index, 'fold_changes');
  const told = changesText(changes, rows.number(index, 'fold_least'), rows.number(index, 'fold_most'));
  return (
    <span className="fold-sign" title={hint(changes)}>
      <span aria-hidden="true">×</span>
      <span className="sr-only">times </span>
      {countText(count)}
      {pace !== null && ` every ${paceText(pace)}`}
      {told !== null && <span className="changed"> · {told}</span>}
    </span>
  );
}
