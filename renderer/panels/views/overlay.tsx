/** Opens a saved view where it was made, for whoever asks by its id, whether the panel is open or not. */
import { type ReactNode, useCallback } from 'react';
import type { SavedView } from '../../../shared/case';
import { useChartIt, viewRequestSchema } from '../../grid/requests';
import { useCommands, useFilter, usePanelState, useShowPanel, useWork } from '../../state/hooks';

/** Charts open in the chart builder, joins and queries where they are built; other rows become a filter. */
export function useOpenView(): (view: SavedView) => void {
  const showPanel = useShowPanel();
  const chartIt = useChartIt();
  const { setFrom } = useFilter();
  const [, askJoin] = usePanelState('join.request', viewRequestSchema, null);
  const [, askSql] = usePanelState('sql.request', viewRequestSchema, null);
  return useCallback(
    (view) => {
      const { from, filter } = view.source;
      if (view.chart !== null) chartIt(view.source, view.id);
      else if (from.kind === 'join') {
        askJoin({ id: view.id });
        showPanel('join');
      } else if (from.kind === 'sql') {
        askSql({ id: view.id });
        showPanel('sql');
      } else if (from.kind === 'table' && from.table === 'event_view') {
        setFrom('views', filter);
        showPanel('events');
      } else chartIt(view.source, view.id);
    },
    [showPanel, chartIt, setFrom, askJoin, askSql],
  );
}

export function ViewsOverlay(): ReactNode {
  const { views } = useWork();
  const open = useOpenView();
  useCommands(
    views.map((view) => ({
      id: `views.open.${view.id}`,
      title: `Open the view ${view.name}`,
      group: 'Views',
      run: () => open(view),
    })),
  );
  return null;
}
