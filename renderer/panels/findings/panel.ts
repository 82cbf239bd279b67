/** Findings: what the investigator concludes, the events it rests on, and the views that show it. */
import { definePanel } from '../../state/panel';
import { FindingsOverlay } from './overlay';
import { FindingsView } from './view';

export const panel = definePanel({
  id: 'findings',
  title: 'Findings',
  View: FindingsView,
  Overlay: FindingsOverlay,
  defaultPlace: 'right',
  order: 20,
  shortcut: 'Alt+9',
});
