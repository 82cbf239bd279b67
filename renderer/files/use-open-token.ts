/** Opens a case or a case file by its token; one that is sealed asks for its passphrase in a dialog. */
import { useCallback } from 'react';
import type { Outcome } from '../../shared/problem';
import type { CaseState } from '../../shared/protocol';
import { useSession } from '../state/hooks';
import { needsPassphrase } from './passphrase';
import { useShownDialog } from './shown';

/** Null: the dialog has taken over. */
export function useOpenToken(): (token: string, name: string) => Promise<Outcome<CaseState> | null> {
  const { openCase } = useSession();
  const show = useShownDialog((state) => state.show);
  return useCallback(
    async (token, name) => {
      const outcome = await openCase(token);
      if (outcome.ok || !needsPassphrase(outcome.problem.code)) return outcome;
      show({ kind: 'open-case', token, name });
      return null;
    },
    [openCase, show],
  );
}
