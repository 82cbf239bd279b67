/** Views: what was saved of joins, charts, queries and filters, to be opened again. */
import { definePanel } from '../../state/panel';
import { ViewsOverlay } from './overlay';
import { ViewsView } from './view';

export const panel = definePanel({
  id: 'views',
  title: 'Views',
  View: ViewsView,
  Overlay: ViewsOverlay,
  defaultPlace: 'left',
  order: 40,
  shortcut: 'Alt+8',
});
