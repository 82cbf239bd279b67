/** Narrows the rejected records to one reason and to a text; what is left can be charted and exported like any table. */
import { BarChart3, Download } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { Filter, Source } from '../../../shared/filter';
import type { Result } from '../../../shared/protocol';
import { useChartIt, useExportIt } from '../../grid/requests';
import { useEngine, useFactsVersion } from '../../state/hooks';
import { IconButton } from '../../ui/button';
import { countText } from '../../ui/event-text';

export interface RejectWish {
  readonly reason: string | null;
  readonly text: string;
}

export const EVERY_REJECT: RejectWish = { reason: null, text: '' };

export interface RejectFilterProps {
  readonly evidenceId: number | null;
  readonly wish: RejectWish;
  readonly onWish: (wish: RejectWish) => void;
}

const COLUMNS = ['evidence_id', 'record_number', 'byte_offset', 'byte_length', 'reason', 'help', 'excerpt'];

export function RejectFilter({ evidenceId, wish, onWish }: RejectFilterProps): ReactNode {
  const reasons = useReasons(evidenceId);
  const chartIt = useChartIt();
  const exportIt = useExportIt();
  const source = rejectSource(evidenceId, wish);
  return (
    <div className="rejects-filter">
      <select
        aria-label="Reason"
        value={wish.reason ?? ''}
        onChange={(event) =>
          onWish({ ...wish, reason: event.target.value === '' ? null : event.target.value })
        }
      >
        <option value="">every reason{reasons === null ? '' : `, ${countText(reasons.total)}`}</option>
        {reasons?.reasons.map(({ reason, records }) => (
          <option key={reason} value={reason}>
            {countText(records)} · {reason}
          </option>
        ))}
      </select>
      <input
        type="search"
        className="text-box"
        aria-label="Text in reason or excerpt"
        placeholder="find in reason, excerpt"
        value={wish.text}
        maxLength={1000}
        spellCheck={false}
        onChange={(event) => onWish({ ...wish, text: event.target.value })}
      />
      <span className="rejects-acts">
        <IconButton label="Chart the rejects" onClick={() => chartIt(source)}>
          <BarChart3 />
        </IconButton>
        <IconButton
          label="Export the rejects…"
          onClick={() => exportIt({ source, sort: [], columns: COLUMNS })}
        >
          <Download />
        </IconButton>
      </span>
    </div>
  );
}

/** The same records as a source for charts, joins and exports. */
export function rejectSource(evidenceId: number | null, { reason, text }: RejectWish): Source {
  const of: Filter[] = [];
  if (evidenceId !== null) of.push({ kind: 'in', field: 'evidence_id', values: [evidenceId] });
  if (reason !== null) of.push({ kind: 'in', field: 'reason', values: [reason] });
  if (text.trim() !== '')
    of.push({
      kind: 'or',
      of: [
        { kind: 'contains', field: 'reason', text: text.trim() },
        { kind: 'contains', field: 'excerpt', text: text.trim() },
      ],
    });
  return { from: { kind: 'table', table: 'reject' }, filter: { kind: 'and', of } };
}

function useReasons(evidenceId: number | null): Result<'evidence.rejectReasons'> | null {
  const engine = useEngine();
  const facts = useFactsVersion();
  const [reasons, setReasons] = useState<Result<'evidence.rejectReasons'> | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `facts` grows when evidence came or went.
  useEffect(() => {
    const controller = new AbortController();
    void engine.call('evidence.rejectReasons', { evidenceId }, controller.signal).then((outcome) => {
      if (!controller.signal.aborted && outcome.ok) setReasons(outcome.value);
    });
    return () => controller.abort();
  }, [engine, facts, evidenceId]);
  return reasons;
}
