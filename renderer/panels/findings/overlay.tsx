/** New findings and citing, from anywhere in the window. */
import { type ReactNode, useState } from 'react';
import { z } from 'zod';
import type { Filter } from '../../../shared/filter';
import { useFewEvents } from '../../marks/use-few-events';
import type { MarkOn } from '../../marks/use-marks';
import {
  useCase,
  useCommands,
  useCounts,
  useFilter,
  usePanelState,
  useSelection,
  useShowPanel,
  useWork,
} from '../../state/hooks';
import { type FirstCite, NewFinding } from './new-finding';
import { useFindingActs } from './use-findings';

export const openFindingSchema = z.string().nullable();

export function FindingsOverlay(): ReactNode {
  const acts = useFindingActs();
  const open = useCase();
  const { filter } = useFilter();
  const { counts } = useCounts();
  const { selected, outside } = useSelection();
  const { findings } = useWork();
  const showPanel = useShowPanel();
  const [current, setCurrent] = usePanelState('findings.open', openFindingSchema, null);
  const [asking, setAsking] = useState(false);
  const [line] = useFewEvents(asking && selected !== null ? oneEvent(selected.eventId) : null, 1) ?? [];
  const finding = findings.find(({ id }) => id === current);
  const cannot = open === null ? 'No case is open.' : open.readOnly;
  useCommands([
    {
      id: 'findings.new',
      title: 'New finding…',
      group: 'Findings',
      keys: 'Shift+F',
      unavailable: cannot,
      run: () => setAsking(true),
    },
    {
      id: 'findings.cite',
      title:
        finding === undefined ? 'Cite the selected event' : `Cite the selected event in “${finding.title}”`,
      group: 'Findings',
      keys: 'Alt+C',
      unavailable:
        cannot ??
        (finding === undefined ? 'No finding is open.' : selected === null ? 'No event is selected.' : null),
      run: () => {
        if (finding !== undefined && selected !== null)
          void acts.cite(finding, { eventIds: [selected.eventId] }, 1);
      },
    },
  ]);
  if (!asking) return null;
  const targets: Readonly<Record<FirstCite, MarkOn | null>> = {
    selected: selected === null ? null : { eventIds: [selected.eventId] },
    shown: { filter },
    none: null,
  };
  return (
    <NewFinding
      selected={selected === null ? null : { line: line ?? null, outside }}
      shown={counts?.shown ?? 0}
      isFiltered={counts !== null && counts.shown < counts.total}
      onMake={(title, cite) => {
        void acts.make(title, targets[cite]).then((id) => {
          if (id === null) return;
          setCurrent(id);
          showPanel('findings', false);
        });
      }}
      onClose={() => setAsking(false)}
    />
  );
}

function oneEvent(eventId: string): Filter {
  return { kind: 'in', field: 'event_id', values: [eventId] };
}
