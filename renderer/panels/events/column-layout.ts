/** Widths on a narrow screen: columns nobody has sized give way together, so that every one of them stays in sight. */
import type { ShownColumn } from './use-columns';

/** What a column may shrink to before the grid scrolls sideways; others keep half their width. */
const LEAST: Readonly<Record<string, number>> = {
  timestamp: 206,
  event_domain: 50,
  event_dataset: 64,
  host_name: 56,
  route: 228,
  event_action: 60,
  user_name: 50,
  message: 200,
};

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

/** The same columns, shrunk to fit `available` px as far as they go; wider ones keep their share of what they give. */
export function fitWidths(columns: readonly ShownColumn[], available: number): readonly ShownColumn[] {
  const wanted = columns.reduce((sum, one) => sum + one.width, 0);
  const deficit = wanted - available;
  if (deficit <= 0 || available <= 0) return columns;
  const give = columns.reduce((sum, one) => sum + one.width - least(one), 0);
  if (give <= 0) return columns;
  const share = Math.min(1, deficit / give);
  return columns.map((one) => ({ ...one, width: Math.ceil(one.width - (one.width - least(one)) * share) }));
}
