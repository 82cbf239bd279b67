/** Changes of findings with words for what came of them. */
import { useMemo } from 'react';
import type { Finding } from '../../../shared/case';
import type { MarkOn } from '../../marks/use-marks';
import { CANCELLED } from '../../state/engine';
import { useReport, useTell, useWork } from '../../state/hooks';

const AUTHOR = 'findings';

export interface FindingActs {
  /** Gives the id of the finding made, or null. */
  readonly make: (title: string, cite: MarkOn | null) => Promise<string | null>;
  readonly change: (
    finding: Finding,
    to: Partial<Pick<Finding, 'title' | 'text' | 'views' | 'order'>>,
  ) => Promise<void>;
  readonly cite: (finding: Finding, on: MarkOn, count: number) => Promise<void>;
  readonly uncite: (finding: Finding, eventId: string) => Promise<void>;
  readonly remove: (finding: Finding) => Promise<void>;
}

/** Events a finding cites; one cited twice counts twice. */
export function citedEvents({ cites }: Finding): number {
  return cites.reduce((sum, target) => sum + (Array.isArray(target) ? target.length : target.count), 0);
}

export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((one, other) => one.order - other.order || (one.at < other.at ? -1 : 1));
}

export function useFindingActs(): FindingActs {
  const { putFinding, remove, findings } = useWork();
  const tell = useTell();
  const report = useReport();
  return useMemo(() => {
    const put = async (
      finding: Pick<Finding, 'title' | 'text' | 'views' | 'order'> & { readonly id: string | null },
      cite: MarkOn | null,
      uncite: readonly string[],
    ): Promise<string | null> => {
      const { id, title, text, views, order } = finding;
      const outcome = await putFinding({ id, title, text, views, order, cite, uncite: [...uncite] });
      if (outcome.ok) return outcome.value;
      if (outcome.problem.code !== CANCELLED) report(outcome.problem, AUTHOR);
      return null;
    };
    return {
      make: async (title, cite) => {
        const order = Math.max(0, ...findings.map((one) => one.order)) + 1;
        const id = await put({ id: null, title, text: '', views: [], order }, cite, []);
        if (id !== null) tell(`Finding “${title}”`, true);
        return id;
      },
      change: async (finding, to) => {
        await put({ ...finding, ...to }, null, []);
      },
      cite: async (finding, on, count) => {
        const id = await put(finding, on, []);
        if (id !== null)
          tell(`“${finding.title}” cites ${count === 1 ? 'the event' : `${count} events`}`, true);
      },
      uncite: async (finding, eventId) => {
        const id = await put(finding, null, [eventId]);
        if (id !== null) tell(`“${finding.title}” no longer cites the event`, true);
      },
      remove: async (finding) => {
        const outcome = await remove('finding', finding.id);
        if (outcome.ok) tell(`Removed “${finding.title}”`, true);
        else if (outcome.problem.code !== CANCELLED) report(outcome.problem, AUTHOR);
      },
    };
  }, [putFinding, remove, findings, tell, report]);
}
