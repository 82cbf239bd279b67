/** Join: rows of one table beside their partners in another, without a line of code. */
import { definePanel } from '../../state/panel';
import { JoinView } from './view';

export const panel = definePanel({
  id: 'join',
  title: 'Join',
  View: JoinView,
  defaultPlace: 'centre-bottom',
  order: 20,
  shortcut: 'Alt+5',
});
