/** Menu entry of packets' events: writes the whole conversations the chosen rows are of. Pure but for the request. */
import type { ExportRequest } from '../../files/shown';
import type { ArrowRows } from '../../ui/arrow-rows';
import type { MenuEntry } from '../../ui/menu';

/** Rows named one by one in the filter of the export. */
const MOST_ROWS = 500;

interface LoadedRows {
  readonly find: (row: number) => { readonly page: ArrowRows; readonly index: number } | undefined;
}

/** Nothing where none of the rows was read from a capture, as far as their columns tell. */
export function conversationEntries(
  rows: LoadedRows | undefined,
  [first, last]: readonly [number, number],
  exportIt: (request: ExportRequest) => void,
): readonly MenuEntry[] {
  const ids: string[] = [];
  for (let row = first; row <= Math.min(last, first + MOST_ROWS - 1); row++) {
    const found = rows?.find(row);
    const id = found?.page.text(found.index, 'event_id') ?? null;
    const dataset = found?.page.text(found.index, 'event_dataset') ?? '';
    if (id !== null && dataset.startsWith('pcap.')) ids.push(id);
  }
  if (ids.length === 0) return [];
  const label =
    ids.length === 1 ? 'Write its conversation as packets…' : 'Write their conversations as packets…';
  const run = (): void =>
    exportIt({
      source: {
        from: { kind: 'table', table: 'event_view' },
        filter: { kind: 'in', field: 'event_id', values: ids },
      },
      sort: [],
      columns: [],
      conversations: true,
    });
  return [{ kind: 'line' }, { label, run }];
}
