/** Timeline: when things happened, in every domain at once. */
import { definePanel } from '../../state/panel';
import { TimelineView } from './view';

export const panel = definePanel({
  id: 'timeline',
  title: 'Timeline',
  View: TimelineView,
  defaultPlace: 'centre-top',
  order: 10,
  shortcut: 'Alt+4',
});
