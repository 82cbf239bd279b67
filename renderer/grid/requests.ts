/** What one panel hands to another through the window's state: neither knows the other, both know these words. */
import { useCallback } from 'react';
import { z } from 'zod';
import { type Source, sourceSchema } from '../../shared/filter';
import { type ExportRequest, useShownDialog } from '../files/shown';
import { usePanelState, useShowPanel } from '../state/hooks';

/** A source to chart; `view` is the saved view whose chart is meant. */
export const chartRequestSchema = z.object({ source: sourceSchema, view: z.string().nullable() }).nullable();
/** A saved view to build on in the panel that made it, or to look at. */
export const viewRequestSchema = z.object({ id: z.string() }).nullable();

/** Opens the chart builder over a source. */
export function useChartIt(): (source: Source, view?: string | null) => void {
  const [, ask] = usePanelState('chart.request', chartRequestSchema, null);
  const showPanel = useShowPanel();
  return useCallback(
    (source, view = null) => {
      ask({ source, view });
      showPanel('chart');
    },
    [ask, showPanel],
  );
}

/** Asks how and where to write these rows. */
export function useExportIt(): (request: ExportRequest) => void {
  const show = useShownDialog((state) => state.show);
  return useCallback((request) => show({ kind: 'export', request }), [show]);
}
