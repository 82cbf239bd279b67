/** When one evidence has events and when it is silent, among the details of it. */
import { type ReactNode, useState } from 'react';
import { useTimeWindow } from '../../state/hooks';
import { Button } from '../../ui/button';
import { countText, plural, timeLine } from '../../ui/event-text';
import { ProblemText } from '../../ui/problem-text';
import { type Coverage, stretchText } from './coverage';
import { CoverageBar } from './coverage-bar';
import type { LedgerEntry } from './ledger';
import { useGaps } from './use-coverage';

/** Beyond this many events the gaps are looked for when asked. */
const AT_ONCE = 1_000_000;
const SHOWN_AT_FIRST = 5;

export interface EvidenceCoverageProps {
  readonly row: LedgerEntry;
  readonly zone: string;
  readonly coverage: Coverage;
}

export function EvidenceCoverage({ row, zone, coverage }: EvidenceCoverageProps): ReactNode {
  const [asked, setAsked] = useState(false);
  const dated = row.events - row.undated;
  const isWanted = dated > 1 && (asked || dated <= AT_ONCE);
  const { gaps, problem } = useGaps(row.evidence_id, isWanted);
  if (dated === 0 || coverage.from === null || coverage.to === null) return null;
  const edge = (us: number) => timeLine(us, zone, 'minute', 0);
  return (
    <section className="evidence-coverage" aria-label="Coverage in time">
      <CoverageBar counts={coverage.bins.get(row.evidence_id)} className="large" />
      <p className="coverage-edges mono label">
        <span>{edge(coverage.from)}</span>
        <span className="coverage-whole">the whole case</span>
        <span>{edge(coverage.to)}</span>
      </p>
      {problem !== null && <ProblemText problem={problem} />}
      {!isWanted && dated > 1 && (
        <Button look="plain" onClick={() => setAsked(true)}>
          Look for gaps
        </Button>
      )}
      {gaps !== null && <GapList key={row.evidence_id} gaps={gaps} zone={zone} />}
    </section>
  );
}

interface GapListProps {
  readonly gaps: NonNullable<ReturnType<typeof useGaps>['gaps']>;
  readonly zone: string;
}

function GapList({ gaps, zone }: GapListProps): ReactNode {
  const time = useTimeWindow();
  const [all, setAll] = useState(false);
  const usual = gaps.usualUs === null ? '' : ` (usual: ${stretchText(gaps.usualUs)} at most)`;
  if (gaps.total === 0)
    return <p className="label">No gap: no silence is far longer than its usual ones{usual}.</p>;
  const shown = all ? gaps.gaps : gaps.gaps.slice(0, SHOWN_AT_FIRST);
  return (
    <>
      <p className="label">
        {plural(gaps.total, 'gap')}, longest first{usual}
      </p>
      <ul className="gap-list">
        {shown.map(({ from, to }) => (
          <li key={from}>
            <button
              type="button"
              className="gap"
              title="Show this stretch in the timeline"
              onClick={() => time.setWindow({ from: from - (to - from) / 2, to: to + (to - from) / 2 })}
            >
              <span className="mono">
                {timeLine(from, zone, 0, 0)} – {untilText(from, to, zone)}
              </span>
              <span className="label">{stretchText(to - from)}</span>
            </button>
          </li>
        ))}
      </ul>
      {gaps.gaps.length > shown.length && (
        <Button look="plain" onClick={() => setAll(true)}>
          {countText(gaps.gaps.length - shown.length)} more
        </Button>
      )}
    </>
  );
}

/** The day is left out where it is the same. */
function untilText(from: number, to: number, zone: string): string {
  const end = timeLine(to, zone, 0, 0);
  return end.slice(0, 10) === timeLine(from, zone, 0, 0).slice(0, 10) ? end.slice(11) : end;
}
