/** Inspector: the selected event from its time down to its bytes. */
import { definePanel } from '../../state/panel';
import { InspectorView } from './view';

export const panel = definePanel({
  id: 'inspector',
  title: 'Inspector',
  View: InspectorView,
  defaultPlace: 'right',
  order: 10,
  shortcut: 'Alt+3',
});
