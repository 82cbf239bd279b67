/** The timeline's keys, for the palette and the shortcut sheet. */
import type { Command } from '../../state/commands';
import { useCommands } from '../../state/hooks';
import type { TimeWindow, TimeWindowState } from '../../state/time-window';

const GROUP = 'Timeline';

export function useTimelineCommands(
  time: TimeWindowState,
  brush: TimeWindow | null,
  onBrush: (brush: TimeWindow | null) => void,
): void {
  const nothing = time.extent === null ? 'There are no dated events.' : null;
  const commands: Command[] = [
    {
      id: 'timeline.zoomIn',
      title: 'Zoom in',
      group: GROUP,
      keys: '+ =',
      unavailable: nothing,
      run: () => time.zoom(2),
    },
    {
      id: 'timeline.zoomOut',
      title: 'Zoom out',
      group: GROUP,
      keys: '-',
      unavailable: nothing,
      run: () => time.zoom(0.5),
    },
    {
      id: 'timeline.zoomBrush',
      title: 'Zoom to the brushed range',
      group: GROUP,
      keys: 'z',
      unavailable: brush === null ? 'No range is brushed.' : null,
      run: () => time.setWindow(brush),
    },
    {
      id: 'timeline.all',
      title: 'Show all of the time',
      group: GROUP,
      keys: '0',
      unavailable: nothing,
      run: () => time.setWindow(null),
    },
    {
      id: 'timeline.brushWindow',
      title: 'Filter to the time shown',
      group: GROUP,
      keys: 'Shift+B',
      unavailable: time.window === null ? 'All of the time is shown.' : null,
      run: () => onBrush(time.window),
    },
    {
      id: 'timeline.clearBrush',
      title: 'Remove the brushed range',
      group: GROUP,
      unavailable: brush === null ? 'No range is brushed.' : null,
      run: () => onBrush(null),
    },
    {
      id: 'timeline.keys.move',
      title: 'Make or move the brush',
      group: GROUP,
      keys: 'ArrowLeft ArrowRight',
      local: true,
    },
    {
      id: 'timeline.keys.end',
      title: 'Move its end',
      group: GROUP,
      keys: 'Shift+ArrowLeft Shift+ArrowRight',
      local: true,
    },
    {
      id: 'timeline.keys.start',
      title: 'Move its start',
      group: GROUP,
      keys: 'Alt+ArrowLeft Alt+ArrowRight',
      local: true,
    },
    { id: 'timeline.keys.apply', title: 'Filter to the brush', group: GROUP, keys: 'Enter', local: true },
    {
      id: 'timeline.keys.pan',
      title: 'Earlier or later',
      group: GROUP,
      keys: 'PageUp PageDown',
      local: true,
    },
  ];
  useCommands(commands);
}
