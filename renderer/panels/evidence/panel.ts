/** Evidence: the ledger of everything taken in. */
import { definePanel } from '../../state/panel';
import { EvidenceOverlay } from './overlay';
import { EvidenceView } from './view';

export const panel = definePanel({
  id: 'evidence',
  title: 'Evidence',
  View: EvidenceView,
  Overlay: EvidenceOverlay,
  defaultPlace: 'left',
  order: 10,
  shortcut: 'Alt+1',
});
