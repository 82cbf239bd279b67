/** The findings in the order of the report; one is open at a time. */
import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Finding } from '../../../shared/case';
import {
  useCase,
  useCounts,
  useFilter,
  usePanelState,
  useRunCommand,
  useSelection,
  useShowPanel,
  useWork,
} from '../../state/hooks';
import { Button } from '../../ui/button';
import { plural } from '../../ui/event-text';
import { FindingCard } from './finding-card';
import { openFindingSchema } from './overlay';
import { citedEvents, inOrder, useFindingActs } from './use-findings';
import './view.css';

const AUTHOR = 'findings';

export function FindingsView(): ReactNode {
  const work = useWork();
  const acts = useFindingActs();
  const filter = useFilter();
  const run = useRunCommand();
  const showPanel = useShowPanel();
  const { counts } = useCounts();
  const { selected, outside, select } = useSelection();
  const readOnly = (useCase()?.readOnly ?? null) !== null;
  const [open, setOpen] = usePanelState('findings.open', openFindingSchema, null);
  const findings = inOrder(work.findings);

  /** Between its neighbours on the other side; orders are numbers with room between them. */
  const move = (finding: Finding, by: -1 | 1): void => {
    const rest = findings.filter(({ id }) => id !== finding.id);
    const to = findings.findIndex(({ id }) => id === finding.id) + by;
    const before = rest[to - 1]?.order;
    const after = rest[to]?.order;
    const order =
      before === undefined ? (after ?? 1) - 1 : after === undefined ? before + 1 : (before + after) / 2;
    void acts.change(finding, { order });
  };
  return (
    <div className="findings">
      <div className="findings-bar">
        <Button disabled={readOnly} onClick={() => run('findings.new')} title="New finding (Shift+F)">
          <Plus aria-hidden="true" /> New finding…
        </Button>
      </div>
      {findings.length === 0 && (
        <div className="empty">
          A finding says what you conclude and cites the events it rests on. The report is made of findings.
        </div>
      )}
      <ol className="findings-list">
        {findings.map((finding, index) => {
          const isOpen = open === finding.id;
          return (
            <li key={finding.id} className={isOpen ? 'finding open' : 'finding'}>
              <h3>
                <button
                  type="button"
                  className="finding-head"
                  aria-expanded={isOpen}
                  onClick={() => setOpen(isOpen ? null : finding.id)}
                >
                  <span className="finding-number">{index + 1}</span>
                  <span className={isOpen ? 'sr-only' : 'finding-name'}>{finding.title}</span>
                  {isOpen && <span className="spring" />}
                  <span className="label">{plural(citedEvents(finding), 'event')}</span>
                </button>
              </h3>
              {isOpen && (
                <FindingCard
                  finding={finding}
                  views={work.views}
                  acts={acts}
                  readOnly={readOnly}
                  selectedId={selected?.eventId ?? null}
                  outside={outside}
                  shown={counts?.shown ?? 0}
                  isFiltered={counts !== null && counts.shown < counts.total}
                  isFirst={index === 0}
                  isLast={index === findings.length - 1}
                  onMove={(by) => move(finding, by)}
                  onShow={() => {
                    // Whatever was filtered to must not hide a cited event; `[` goes back to it.
                    filter.replaceAll([{ kind: 'marked', what: 'finding', value: finding.id }], []);
                    showPanel('events', false);
                  }}
                  onGo={(line) => select(line.eventId, line.at, AUTHOR)}
                  onCiteShown={() => void acts.cite(finding, { filter: filter.filter }, counts?.shown ?? 0)}
                  onOpenView={(view) => run(`views.open.${view.id}`)}
                />
              )}
            </li>
          );
        })}
      </ol>
      {work.lost.length > 0 && (
        <p className="warn findings-lost">
          {plural(work.lost.length, 'mark')} cannot be placed: {work.lost[0]?.why}
        </p>
      )}
    </div>
  );
}
