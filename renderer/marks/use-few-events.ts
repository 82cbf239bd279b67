/** The first few events under a filter in time order, as lines: what a finding cites, what a dialog speaks of. */
import { useEffect, useMemo, useState } from 'react';
import type { Filter } from '../../shared/filter';
import { useEngine, useFactsVersion, useWork, useZone } from '../state/hooks';
import { type ArrowRows, readArrowRows } from '../ui/arrow-rows';
import { EVENT_LINE_COLUMNS, type EventLine, readEventLines } from '../ui/event-list';

/** Null while they are read, and where `filter` is null. */
export function useFewEvents(filter: Filter | null, limit: number): readonly EventLine[] | null {
  const engine = useEngine();
  const zone = useZone();
  const version = useFactsVersion() + useWork().version;
  const [rows, setRows] = useState<{ readonly text: string; readonly rows: ArrowRows } | null>(null);
  const text = filter === null ? null : JSON.stringify(filter);
  // biome-ignore lint/correctness/useExhaustiveDependencies: marks and facts decide which events pass.
  useEffect(() => {
    if (text === null) return;
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      const spec = { filter: JSON.parse(text), sort: [{ field: 'timestamp', descending: false }] };
      const { viewId } = await engine.load('view.open', spec, controller.signal);
      const page = { viewId, offset: 0, limit, columns: [...EVENT_LINE_COLUMNS] };
      const { arrow } = await engine.load('view.page', page, controller.signal);
      if (!controller.signal.aborted) setRows({ text, rows: readArrowRows(arrow) });
    };
    // The number of events is said elsewhere; lines that cannot be read are only missing.
    read().catch(() => undefined);
    return () => controller.abort();
  }, [engine, text, limit, version]);
  return useMemo(
    () => (rows === null || rows.text !== text ? null : readEventLines(rows.rows, zone)),
    [rows, text, zone],
  );
}
