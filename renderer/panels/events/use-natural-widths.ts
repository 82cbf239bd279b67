/**
 * Samples the first view of the case once per column, so that widths suit its values and then stay put. A view of a few
 * rows says little of the case: the first much larger one is sampled again.
 */
import { useEffect, useRef, useState } from 'react';
import { type Engine, isCancelled } from '../../state/engine';
import { readArrowRows } from '../../ui/arrow-rows';
import { gridColumn, neededFields } from './columns';
import { naturalWidth, sampleOffsets } from './natural-widths';
import type { Opened } from './view-session';

const PAGES = 5;
const ROWS = 40;
const MUCH_LARGER = 20;

/** Widths by column id; a column is absent until sampled. `caseKey` starts afresh. */
export function useNaturalWidths(
  engine: Engine,
  opened: Opened | null,
  columnIds: readonly string[],
  zone: string,
  caseKey: string,
): Readonly<Record<string, number>> {
  const [widths, setWidths] = useState<{
    readonly of: string;
    /** Rows of the view that was sampled. */
    readonly rows: number;
    readonly by: Readonly<Record<string, number>>;
  }>({
    of: caseKey,
    rows: 0,
    by: {},
  });
  const known = widths.of === caseKey ? widths.by : {};
  const few = widths.of === caseKey && (opened?.counts.shown ?? 0) > widths.rows * MUCH_LARGER;
  const missing = columnIds.filter((id) => few || known[id] === undefined).join();
  const latestZone = useRef(zone);
  latestZone.current = zone;
  useEffect(() => {
    if (opened === null || missing === '' || opened.counts.shown === 0) return;
    const controller = new AbortController();
    const columns = missing.split(',').flatMap((id) => gridColumn(id) ?? []);
    const limit = opened.counts.shown <= PAGES * ROWS ? PAGES * ROWS : ROWS;
    const pages = sampleOffsets(opened.counts.shown, PAGES, ROWS).map((offset) =>
      engine.load(
        'view.page',
        { viewId: opened.viewId, offset, limit, columns: [...neededFields(columns)] },
        controller.signal,
      ),
    );
    Promise.all(pages).then(
      (answers) => {
        if (controller.signal.aborted) return;
        const samples = answers.map((answer) => readArrowRows(answer.arrow));
        const found = Object.fromEntries(
          columns.map((column) => [column.id, naturalWidth(column, samples, latestZone.current)]),
        );
        const { shown } = opened.counts;
        setWidths((was) => {
          const own = was.of === caseKey ? was : { rows: 0, by: {} };
          return { of: caseKey, rows: Math.max(own.rows, shown), by: { ...own.by, ...found } };
        });
      },
      (reason: unknown) => {
        // The rows themselves report what is wrong; the columns keep their usual widths.
        if (!isCancelled(reason)) setWidths((was) => was);
      },
    );
    return () => controller.abort();
  }, [engine, opened, missing, caseKey]);
  return known;
}
