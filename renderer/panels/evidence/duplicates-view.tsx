/** Pairs of evidences that share records: overlapping exports of the same source. */
import { type ReactNode, useEffect, useState } from 'react';
import type { Problem } from '../../../shared/problem';
import type { Result } from '../../../shared/protocol';
import { CANCELLED } from '../../state/engine';
import { useEngine, useFactsVersion, useFilter } from '../../state/hooks';
import { Button } from '../../ui/button';
import { countText, plural } from '../../ui/event-text';
import { ProblemText } from '../../ui/problem-text';
import { ListCell, ListHeadCell, VirtualList } from '../../ui/virtual-list';
import { type LedgerEntry, rowName } from './ledger';
import { MiddleText } from './ledger-columns';

type Found = Result<'evidence.duplicates'>;
type Pair = Found['pairs'][number];

const AUTHOR = 'evidence';

export interface DuplicatesViewProps {
  readonly wide: boolean;
  readonly entryOf: (evidenceId: number) => LedgerEntry | undefined;
  readonly writable: boolean;
  readonly onRemove: (row: LedgerEntry) => void;
  readonly onBack: () => void;
}

export function DuplicatesView(props: DuplicatesViewProps): ReactNode {
  const { wide, entryOf } = props;
  const engine = useEngine();
  const facts = useFactsVersion();
  const [found, setFound] = useState<Found | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [selected, setSelected] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `facts` grows when evidence came or went.
  useEffect(() => {
    const controller = new AbortController();
    setFound(null);
    setProblem(null);
    setSelected(null);
    void engine.call('evidence.duplicates', {}, controller.signal).then((outcome) => {
      if (controller.signal.aborted) return;
      if (outcome.ok) setFound(outcome.value);
      else if (outcome.problem.code !== CANCELLED) setProblem(outcome.problem);
    });
    return () => controller.abort();
  }, [engine, facts]);
  const name = (id: number) => rowName(entryOf(id) ?? { name: `evidence ${id}`, member: null });
  const share = (id: number, records: number) => shareText(records, entryOf(id)?.records ?? 0);
  const chosen = selected === null ? undefined : found?.pairs[selected];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape from anywhere inside leads back; nothing here is pressed.
    <div
      className="rejects"
      onKeyDown={(event) => {
        if (event.key === 'Escape') props.onBack();
      }}
    >
      <header className="rejects-head">
        <Button onClick={props.onBack}>← Ledger</Button>
        <h3>Shared records</h3>
      </header>
      <p className="rejects-note" role="status">
        {found === null && problem === null && 'Comparing every record with every other…'}
        {found !== null && (
          <>
            {found.total === 0
              ? 'No two evidences share a record. '
              : `${plural(found.total, 'pair')} of evidences. `}
            <span className="label">
              Two records are the same when their source wrote the same columns with the same text.{' '}
              {plural(found.compared, 'evidence')} compared
              {found.notCompared > 0 &&
                `, ${countText(found.notCompared)} without such columns (captures) not`}
              .
            </span>
          </>
        )}
      </p>
      {problem !== null && <ProblemText problem={problem} />}
      {found !== null && found.pairs.length > 0 && (
        <VirtualList
          id="duplicates"
          label="Evidences that share records"
          rowCount={found.pairs.length}
          rowHeight={24}
          template={wide ? 'minmax(160px, 1fr) 76px minmax(160px, 1fr) 76px 110px' : '1fr 1fr 76px'}
          head={
            <>
              <ListHeadCell>Evidence</ListHeadCell>
              {wide && <ListHeadCell right>of it</ListHeadCell>}
              <ListHeadCell>Also in</ListHeadCell>
              {wide && <ListHeadCell right>of it</ListHeadCell>}
              <ListHeadCell right>Records</ListHeadCell>
            </>
          }
          selected={selected}
          onSelect={setSelected}
          renderRow={(at) => {
            const pair = found.pairs[at];
            if (pair === undefined) return null;
            return (
              <>
                <ListCell>
                  <MiddleText text={name(pair.one)} tail={9} />
                </ListCell>
                {wide && (
                  <ListCell right className="mono label">
                    {share(pair.one, pair.records)}
                  </ListCell>
                )}
                <ListCell>
                  <MiddleText text={name(pair.other)} tail={9} />
                </ListCell>
                {wide && (
                  <ListCell right className="mono label">
                    {share(pair.other, pair.records)}
                  </ListCell>
                )}
                <ListCell right className="mono">
                  {countText(pair.records)}
                </ListCell>
              </>
            );
          }}
        />
      )}
      {chosen !== undefined && <PairDetail {...props} pair={chosen} name={name} share={share} />}
    </div>
  );
}

interface PairDetailProps extends DuplicatesViewProps {
  readonly pair: Pair;
  readonly name: (id: number) => string;
  readonly share: (id: number, records: number) => string;
}

function PairDetail({ pair, name, share, entryOf, writable, onRemove }: PairDetailProps): ReactNode {
  const filter = useFilter();
  const { one, other, records } = pair;
  const whole = [one, other].filter((id) => entryOf(id)?.records === records);
  return (
    <section className="reject-detail" aria-label="The chosen pair" aria-live="polite">
      <p>
        {plural(records, 'record')}: {share(one, records)} of {name(one)}, {share(other, records)} of{' '}
        {name(other)}.
      </p>
      {whole.map((id) => (
        <p key={id}>Everything in {name(id)} is in the other one as well.</p>
      ))}
      <div className="evidence-acts">
        <Button
          onClick={() => filter.setFrom(AUTHOR, { kind: 'in', field: 'evidence_id', values: [one, other] })}
        >
          Show the events of both
        </Button>
        {whole.map((id) => (
          <Button
            key={id}
            disabled={!writable}
            onClick={() => {
              const row = entryOf(id);
              if (row !== undefined) onRemove(row);
            }}
          >
            Remove {name(id)}
          </Button>
        ))}
      </div>
    </section>
  );
}

/** A share that is not whole never reads 0 % or 100 %. */
export function shareText(part: number, whole: number): string {
  if (whole === 0) return '·';
  if (part >= whole) return '100 %';
  const percent = Math.round((part / whole) * 100);
  return percent === 0 ? '< 1 %' : percent === 100 ? '> 99 %' : `${percent} %`;
}
