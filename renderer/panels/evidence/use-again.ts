/** Opens the import dialog on the original of an evidence, with the settings it was imported with. */
import { useCallback } from 'react';
import { create } from 'zustand';
import type { Result } from '../../../shared/protocol';
import { useEngine, useReport } from '../../state/hooks';
import type { LedgerEntry } from './ledger';

const AUTHOR = 'evidence';

/** `describe`: straight on to the wizard for its lines. */
export type Again = Result<'evidence.again'> & { readonly describe?: boolean };

interface AgainState {
  readonly wanted: Again | null;
  readonly set: (wanted: Again | null) => void;
}

/** What the overlay's dialog is to be opened on; it takes it. */
export const useWantedAgain = create<AgainState>()((set) => ({
  wanted: null,
  set: (wanted) => set({ wanted }),
}));

export function useAgain(): (row: LedgerEntry, describe?: boolean) => Promise<void> {
  const engine = useEngine();
  const report = useReport();
  const want = useWantedAgain((state) => state.set);
  return useCallback(
    async (row, describe = false) => {
      const found = await engine.call('evidence.again', { evidenceId: row.evidence_id });
      if (found.ok) want({ ...found.value, describe });
      else report(found.problem, AUTHOR);
    },
    [engine, report, want],
  );
}
