/** An opened row: the whole message and the source's own columns, without leaving the grid. */
import { type ReactNode, useEffect, useState } from 'react';
import type { Problem } from '../../../shared/problem';
import type { Result } from '../../../shared/protocol';
import { CANCELLED } from '../../state/engine';
import { useEngine } from '../../state/hooks';
import { ProblemText } from '../../ui/problem-text';

type Detail = Result<'event.detail'>;

/** Reads an event's detail; null while it is on its way. */
function useDetail(eventId: string | null): {
  readonly detail: Detail | null;
  readonly problem: Problem | null;
} {
  const engine = useEngine();
  const [state, setState] = useState<{ id: string; detail: Detail | null; problem: Problem | null } | null>(
    null,
  );
  useEffect(() => {
    if (eventId === null) return;
    const controller = new AbortController();
    void engine.call('event.detail', { eventId }, controller.signal).then((outcome) => {
      if (controller.signal.aborted) return;
      if (outcome.ok) setState({ id: eventId, detail: outcome.value, problem: null });
      else if (outcome.problem.code !== CANCELLED)
        setState({ id: eventId, detail: null, problem: outcome.problem });
    });
    return () => controller.abort();
  }, [engine, eventId]);
  return state !== null && state.id === eventId ? state : { detail: null, problem: null };
}

export function RowDetail({ eventId }: { readonly eventId: string | null }): ReactNode {
  const { detail, problem } = useDetail(eventId);
  if (problem !== null) return <ProblemText problem={problem} />;
  if (detail === null) return null;
  const message = detail.fields.message;
  return (
    <div className="row-detail">
      <p className="row-detail-message">{typeof message === 'string' ? message : ''}</p>
      <dl className="row-detail-fields">
        {detail.record.map((one) => (
          <div key={one.name} className="row-detail-pair">
            <dt title={one.name}>{one.name}</dt>
            <dd className="mono">
              {one.value === null ? (
                <span className="faint">·</span>
              ) : one.value === '' ? (
                <span className="faint">""</span>
              ) : (
                one.value
              )}
            </dd>
          </div>
        ))}
      </dl>
      <p className="label row-detail-source">
        {detail.source.name}, record {detail.source.recordNumber}
      </p>
    </div>
  );
}
