/** The row above the chart: what it is stacked by, the legend that filters, undated events, zoom. */
import { Maximize2, ZoomIn, ZoomOut } from 'lucide-react';
import type { ReactNode } from 'react';
import { useFilter, useTimeWindow } from '../../state/hooks';
import { IconButton } from '../../ui/button';
import { countText } from '../../ui/event-text';
import { STACK_BY, type StackBy } from './histogram';
import { LEGEND, type LegendKey } from './legend';

const NAMES: Readonly<Record<StackBy, string>> = {
  event_domain: 'domain',
  event_dataset: 'dataset',
  evidence_id: 'evidence',
};

export interface ToolbarProps {
  readonly by: StackBy;
  readonly onBy: (by: StackBy) => void;
  readonly keys: readonly LegendKey[];
  readonly colourOf: (key: string) => string;
  readonly undated: number;
  readonly onChoose: (key: string, add: boolean) => void;
}

export function Toolbar({ by, onBy, keys, colourOf, undated, onChoose }: ToolbarProps): ReactNode {
  const { add } = useFilter();
  const time = useTimeWindow();
  return (
    <div className="timeline-bar">
      <label className="timeline-by label">
        by
        <select
          className="timeline-select"
          value={by}
          onChange={(event) => {
            const next = STACK_BY.find((one) => one === event.target.value);
            if (next !== undefined) onBy(next);
          }}
        >
          {STACK_BY.map((one) => (
            <option key={one} value={one}>
              {NAMES[one]}
            </option>
          ))}
        </select>
      </label>
      <ul className="timeline-legend" aria-label={`Events by ${NAMES[by]}: choose to filter`}>
        {keys.map((one) => (
          <LegendButton
            key={one.key}
            entry={one}
            isDomain={by === 'event_domain'}
            colour={colourOf(one.key)}
            onChoose={(added) => onChoose(one.key, added)}
          />
        ))}
      </ul>
      {undated > 0 && (
        <button
          type="button"
          className="timeline-undated"
          title="These events have no time that could be read. Show only them."
          onClick={() => add({ kind: 'null', field: 'timestamp' }, LEGEND)}
        >
          {countText(undated)} undated
        </button>
      )}
      <span className="timeline-zoom">
        <IconButton label="Zoom out" keys="-" onClick={() => time.zoom(1 / 2)}>
          <ZoomOut />
        </IconButton>
        <IconButton label="Zoom in" keys="+" onClick={() => time.zoom(2)}>
          <ZoomIn />
        </IconButton>
        <IconButton
          label="Show everything"
          keys="0"
          disabled={time.window === null}
          onClick={() => time.setWindow(null)}
        >
          <Maximize2 />
        </IconButton>
      </span>
    </div>
  );
}

interface LegendButtonProps {
  readonly entry: LegendKey;
  readonly isDomain: boolean;
  readonly colour: string;
  readonly onChoose: (add: boolean) => void;
}

function LegendButton({ entry, isDomain, colour, onChoose }: LegendButtonProps): ReactNode {
  return (
    <li>
      <button
        type="button"
        className={entry.chosen ? 'legend-key' : 'legend-key not-chosen'}
        data-domain={isDomain ? entry.key : undefined}
        aria-pressed={entry.chosen}
        title={`Show only ${entry.label} (Shift adds or takes away)`}
        onClick={(event) => onChoose(event.shiftKey || event.ctrlKey || event.metaKey)}
      >
        {isDomain ? (
          <span className="domain-mark" aria-hidden="true" />
        ) : (
          <span className="tip-mark" aria-hidden="true" style={{ background: colour }} />
        )}
        <span className="legend-label">{entry.label === '' ? 'none' : entry.label}</span>
        <span className="label">{countText(entry.count)}</span>
      </button>
    </li>
  );
}
