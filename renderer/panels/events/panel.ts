/** Events: every event of the filter in force, one row each. */
import { definePanel } from '../../state/panel';
import { EventsView } from './view';

export const panel = definePanel({
  id: 'events',
  title: 'Events',
  View: EventsView,
  defaultPlace: 'centre-bottom',
  order: 10,
  shortcut: 'Alt+2',
});
