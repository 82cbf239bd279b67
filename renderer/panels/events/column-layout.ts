/**
 * Widths that suit the room: the message takes what others leave, and where there is too little, columns nobody has
 * sized give way together, so that every one of them stays in sight.
 */
import type { ShownColumn } from './use-columns';

/** What a column may shrink to before the grid scrolls sideways; others keep half their width. */
const LEAST: Readonly<Record<string, number>> = {
  timestamp: 206,
  event_domain: 50,
  event_dataset: 58,
  host_name: 46,
  // Two addresses without their ports.
  route: 204,
  event_action: 60,
  user_name: 42,
  message: 252,
};
/** The one that is never wide enough. */
const WIDEST = 'message';

/** Columns as wide as their values, but no wider than usual; those sized by the reader stay as they are. */
export function suitWidths(
  columns: readonly ShownColumn[],
  natural: Readonly<Record<string, number>>,
): readonly ShownColumn[] {
  return columns.map((one) => {
    const wish = natural[one.column.id];
    return one.sized || wish === undefined ? one : { ...one, width: Math.min(one.width, wish) };
  });
}

function least({ column, width, sized }: ShownColumn): number {
  if (sized) return width;
  return Math.min(width, LEAST[column.id] ?? Math.max(column.minWidth, Math.round(width / 2)));
}

/**
 * The same columns in `available` px: the message gets what the others leave and, unless the reader sized it, never less
 * than can be read; then the others shrink as far as they go, wider ones keeping their share of what they give.
 */
export function fitWidths(columns: readonly ShownColumn[], available: number): readonly ShownColumn[] {
  if (available <= 0) return columns;
  const isFree = ({ column, sized }: ShownColumn): boolean => column.id === WIDEST && !sized;
  const widest = columns.find(isFree);
  const rest = available - sum(columns);
  if (widest === undefined) return rest < 0 ? shrink(columns, -rest) : columns;
  const width = Math.max(least(widest), widest.width + rest);
  const suited = columns.map((one) => (one === widest ? { ...one, width } : one));
  const deficit = sum(suited) - available;
  if (deficit <= 0) return suited;
  const shrunk = shrink(suited, deficit);
  // What rounding leaves is the message's too.
  const left = Math.max(0, available - sum(shrunk));
  return shrunk.map((one) => (isFree(one) ? { ...one, width: one.width + left } : one));
}

function sum(columns: readonly ShownColumn[]): number {
  return columns.reduce((total, one) => total + one.width, 0);
}

function shrink(columns: readonly ShownColumn[], deficit: number): readonly ShownColumn[] {
  const give = columns.reduce((total, one) => total + one.width - least(one), 0);
  if (give <= 0) return columns;
  const share = Math.min(1, deficit / give);
  return columns.map((one) => ({ ...one, width: Math.floor(one.width - (one.width - least(one)) * share) }));
}
