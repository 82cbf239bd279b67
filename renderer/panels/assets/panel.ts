/** Assets: what inventories list, what the wire shows, and where the two differ. */
import { definePanel } from '../../state/panel';
import { AssetsView } from './view';

export const panel = definePanel({
  id: 'assets',
  title: 'Assets',
  View: AssetsView,
  defaultPlace: 'centre-bottom',
  order: 20,
  shortcut: 'Alt+0',
});
