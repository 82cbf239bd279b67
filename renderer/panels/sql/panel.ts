/** SQL: one SELECT over the tables of the case, read-only, in a process of its own. */
import { definePanel } from '../../state/panel';
import { SqlView } from './view';

export const panel = definePanel({
  id: 'sql',
  title: 'SQL',
  View: SqlView,
  defaultPlace: 'centre-bottom',
  order: 40,
  shortcut: 'Alt+7',
});
