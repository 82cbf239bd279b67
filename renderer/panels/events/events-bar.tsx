/** The line above the grid: where the reader stands, find, columns. The counts of the filter stand in its bar. */
import { Columns3, Download } from 'lucide-react';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import type { Density } from '../../state/display';
import { Button } from '../../ui/button';
import { countText } from '../../ui/event-text';
import { ColumnChooser } from './column-chooser';
import type { ColumnState } from './column-state';
import type { Cursor } from './grid-rows';
import type { Find } from './use-find';
import type { OpenedCounts } from './view-session';

export interface EventsBarProps {
  readonly counts: OpenedCounts | null;
  readonly cursor: Cursor | null;
  readonly columns: ColumnState;
  readonly onColumns: (columns: ColumnState) => void;
  readonly density: Density;
  readonly onDensity: (density: Density) => void;
  readonly find: Find;
  /** Back to the rows. */
  readonly onLeave: () => void;
  readonly onExport: () => void;
  readonly folds: boolean;
  readonly onFold: (folds: boolean) => void;
}

export function EventsBar(props: EventsBarProps): ReactNode {
  const { counts, cursor, find } = props;
  const [choosing, setChoosing] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => setChoosing(false), []);
  return (
    <div className="events-bar">
      <span className="events-count">
        {counts !== null && counts.shown > 0 && cursor !== null && (
          <>
            <span className="label">row </span>
            <span className="mono">{countText(cursor.row + 1)}</span>
            <span className="label"> of {countText(counts.shown)}</span>
            {cursor.anchor !== cursor.row && (
              <span> · {countText(Math.abs(cursor.row - cursor.anchor) + 1)} rows selected</span>
            )}
          </>
        )}
        {counts !== null && cursor === null && (
          <>
            <span className="mono">{countText(counts.shown)}</span>
            <span className="label"> of {countText(counts.total)} events</span>
          </>
        )}
      </span>
      <span className="spring" />
      <span className="events-find">
        <input
          ref={find.box}
          type="text"
          className="text-box"
          aria-label="Find in the rows shown"
          placeholder="Find in rows (Ctrl F)"
          value={find.text}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => find.setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void find.go(event.shiftKey);
            else if (event.key === 'Escape') {
              find.setText('');
              props.onLeave();
            } else if (event.key === 'ArrowDown') props.onLeave();
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
        <span className="label find-note">{find.note}</span>
      </span>
      <label className="events-fold" title="A read that repeats at a steady pace is one line">
        <input
          type="checkbox"
          checked={props.folds}
          onChange={(event) => props.onFold(event.target.checked)}
        />
        <span>Fold polling</span>
        {counts !== null && counts.folded > 0 && (
          <span className="label">{countText(counts.folded)} folded</span>
        )}
      </label>
      <Button look="plain" className="columns-button" onClick={props.onExport}>
        <Download aria-hidden="true" />
        Export…
      </Button>
      <span>
        <Button
          ref={button}
          look="plain"
          className="columns-button"
          aria-expanded={choosing}
          aria-haspopup="dialog"
          onClick={() => setChoosing(!choosing)}
        >
          <Columns3 aria-hidden="true" />
          Columns
        </Button>
        {choosing && (
          <ColumnChooser
            state={props.columns}
            onChange={props.onColumns}
            density={props.density}
            onDensity={props.onDensity}
            anchor={button}
            onClose={close}
          />
        )}
      </span>
    </div>
  );
}
