/** Chart: any source or saved view as a picture that filters every other panel. */
import { definePanel } from '../../state/panel';
import { ChartView } from './view';

export const panel = definePanel({
  id: 'chart',
  title: 'Chart',
  View: ChartView,
  defaultPlace: 'centre-bottom',
  order: 30,
  shortcut: 'Alt+6',
});
