/** Start: shown while no case is open. */
import { definePanel } from '../../state/panel';
import { StartView } from './view';

export const panel = definePanel({ id: 'start', title: 'Start', View: StartView, defaultPlace: 'window' });
