/** Which columns are shown: every column of the source by where it comes from, searchable, by checkbox. */
import { Popover } from '@base-ui/react/popover';
import { Columns3 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { SourceColumn } from '../../shared/protocol';
import { type ResultColumns, shownColumns, toggleShown } from './result-columns';
import './columns-button.css';

export interface ColumnsButtonProps {
  readonly columns: readonly SourceColumn[];
  readonly state: ResultColumns;
  readonly onChange: (state: ResultColumns) => void;
}

export function ColumnsButton({ columns, state, onChange }: ColumnsButtonProps): ReactNode {
  const [search, setSearch] = useState('');
  const shown = new Set(shownColumns(columns, state).map(({ name }) => name));
  const wanted = search.trim().toLowerCase();
  const found = columns.filter(({ name, label }) => `${name} ${label}`.toLowerCase().includes(wanted));
  const origins = [...new Set(found.map(({ origin }) => origin))];
  return (
    <Popover.Root>
      <Popover.Trigger
        className="button plain columns-button"
        title={`Choose the columns: ${shown.size} of ${columns.length} shown`}
      >
        <Columns3 aria-hidden="true" />
        <span className="button-words">Columns</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="popover-place" align="end" sideOffset={2}>
          <Popover.Popup className="columns-popup" aria-label="Columns">
            <div className="columns-top">
              <input
                type="text"
                className="text-box"
                placeholder="Find a column"
                aria-label="Find a column"
                spellCheck={false}
                value={search}
                onChange={(event) => setSearch(event.target.value)}
              />
              <button type="button" className="button" onClick={() => onChange({ ...state, shown: null })}>
                Default columns
              </button>
            </div>
            <div className="columns-list">
              {origins.map((origin) => (
                <fieldset key={origin}>
                  <legend className="label">{origin === '' ? 'Columns' : origin}</legend>
                  {found
                    .filter((column) => column.origin === origin)
                    .map(({ name, label }) => (
                      <label key={name} title={name}>
                        <input
                          type="checkbox"
                          checked={shown.has(name)}
                          onChange={() => onChange(toggleShown(columns, state, name))}
                        />
                        {label}
                      </label>
                    ))}
                </fieldset>
              ))}
              {found.length === 0 && <p className="label">No column of that name.</p>}
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
