/** Chooses where rows come from: a table of the case or a view saved in it. */
import type { ReactNode } from 'react';
import type { From } from '../../shared/filter';
import { useWork } from '../state/hooks';
import { fromKey, fromOfKey, TABLE_CHOICES } from './tables';

export interface SourceSelectProps {
  readonly label: string;
  readonly from: From;
  readonly onChange: (from: From) => void;
  /** A source that is neither table nor saved view stands first under these words. */
  readonly other?: string;
}

export function SourceSelect({ label, from, onChange, other }: SourceSelectProps): ReactNode {
  const { views } = useWork();
  const key = fromKey(from);
  const isOther = from.kind === 'join' || from.kind === 'sql';
  return (
    <select
      className="text-box source-select"
      aria-label={label}
      value={key}
      onChange={(event) => {
        const next = fromOfKey(event.target.value);
        if (next !== null) onChange(next);
      }}
    >
      {isOther && <option value={key}>{other ?? 'This source'}</option>}
      <optgroup label="Tables">
        {TABLE_CHOICES.map(([table, title]) => (
          <option key={table} value={`table:${table}`}>
            {title}
          </option>
        ))}
      </optgroup>
      {views.length > 0 && (
        <optgroup label="Saved views">
          {views.map((view) => (
            <option key={view.id} value={`saved:${view.id}`}>
              {view.name}
            </option>
          ))}
        </optgroup>
      )}
    </select>
  );
}
