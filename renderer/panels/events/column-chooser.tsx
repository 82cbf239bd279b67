/** Which columns are shown: every field by group, searchable by any name it goes by; row height; back to the default. */
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { eventField } from '../../../shared/fields';
import { DENSITIES, type Density } from '../../state/display';
import { type ColumnState, INITIAL_COLUMN_STATE, toggleColumn } from './column-state';
import { GRID_COLUMNS, GROUP_TITLES, type GridColumn } from './columns';

export interface ColumnChooserProps {
  readonly state: ColumnState;
  readonly onChange: (state: ColumnState) => void;
  readonly density: Density;
  readonly onDensity: (density: Density) => void;
  /** The button it hangs from; the focus goes back to it. */
  readonly anchor: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
}

const MARGIN = 8;

const GROUPS = ['time', 'event', 'who', 'network', 'ot', 'service', 'provenance'] as const;

function matches(column: GridColumn, words: string): boolean {
  const field = eventField(column.id);
  const names = [column.title, column.id, column.help, field?.ecs ?? '', ...(field?.also ?? [])];
  return names.join(' ').toLowerCase().includes(words.toLowerCase());
}

export function ColumnChooser(props: ColumnChooserProps): ReactNode {
  const { state, onChange, density, onDensity, anchor, onClose } = props;
  const [search, setSearch] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ left: 0, top: 0 });
  // Over everything: the panel below the timeline is too low to hold it.
  useLayoutEffect(() => {
    const from = anchor.current?.getBoundingClientRect();
    const size = box.current?.getBoundingClientRect();
    if (from === undefined || size === undefined) return;
    setPlace({
      left: Math.max(MARGIN, Math.min(from.right - size.width, innerWidth - size.width - MARGIN)),
      top: Math.max(MARGIN, Math.min(from.bottom + 2, innerHeight - size.height - MARGIN)),
    });
  }, [anchor]);
  useEffect(() => {
    box.current?.querySelector('input')?.focus();
    const away = (event: Event) => {
      if (event.target instanceof Element && !event.target.closest('.column-chooser, .columns-button'))
        onClose();
    };
    addEventListener('pointerdown', away, true);
    return () => removeEventListener('pointerdown', away, true);
  }, [onClose]);
  const found = GRID_COLUMNS.filter((column) => search.trim() === '' || matches(column, search.trim()));
  return createPortal(
    <div
      ref={box}
      role="dialog"
      aria-label="Columns"
      className="column-chooser"
      style={place}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        anchor.current?.focus();
        onClose();
      }}
    >
      <div className="chooser-top">
        <input
          type="text"
          className="text-box"
          placeholder="Find a column: user, id.orig_h, dest_port…"
          aria-label="Find a column"
          value={search}
          spellCheck={false}
          onChange={(event) => setSearch(event.target.value)}
        />
        <button
          type="button"
          className="button"
          onClick={() => onChange({ ...INITIAL_COLUMN_STATE, sort: state.sort })}
        >
          Default columns
        </button>
      </div>
      <div className="chooser-list">
        {GROUPS.map((group) => {
          const columns = found.filter((column) => column.group === group);
          if (columns.length === 0) return null;
          return (
            <fieldset key={group}>
              <legend>{GROUP_TITLES[group]}</legend>
              {columns.map((column) => (
                <label key={column.id} title={column.help}>
                  <input
                    type="checkbox"
                    checked={!state.hidden.includes(column.id)}
                    onChange={() => onChange(toggleColumn(state, column.id))}
                  />
                  {column.title}
                </label>
              ))}
            </fieldset>
          );
        })}
        {found.length === 0 && <p className="label">No column of that name.</p>}
      </div>
      <fieldset className="chooser-density">
        <legend>Row height</legend>
        {DENSITIES.map((one) => (
          <label key={one}>
            <input type="radio" name="density" checked={density === one} onChange={() => onDensity(one)} />
            {one}
          </label>
        ))}
      </fieldset>
    </div>,
    document.body,
  );
}
