/** The offer to cite what is shown, and when it is none: all events of a case are nothing a finding rests on. */
import { countText } from '../../ui/event-text';

export function citeShown(shown: number): string {
  if (shown === 0) return 'the events shown';
  return shown === 1 ? 'the one event shown' : `all ${countText(shown)} events shown`;
}

/** Why the events shown cannot be cited together, or null; `isFiltered` where a filter leaves something out. */
export function whyNotShown(shown: number, isFiltered: boolean): string | null {
  if (shown === 0) return 'none is shown';
  return isFiltered ? null : 'filter them first';
}
