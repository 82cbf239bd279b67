/** What was filtered in a result itself: small chips that a click removes. */
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Filter } from '../../shared/filter';
import { describeFilter } from '../../shared/filter/text';
import { useZone } from '../state/hooks';
import './filter-chips.css';

export interface FilterChipsProps {
  readonly filters: readonly Filter[];
  readonly onChange: (filters: readonly Filter[]) => void;
}

export function FilterChips({ filters, onChange }: FilterChipsProps): ReactNode {
  const zone = useZone();
  if (filters.length === 0) return null;
  return (
    <ul className="result-chips" aria-label="Filters of this result">
      {filters.map((filter, index) => {
        const words = describeFilter(filter, zone);
        return (
          <li key={words} className="result-chip">
            <span>{words}</span>
            <button
              type="button"
              className="result-chip-remove"
              aria-label={`Remove ${words}`}
              onClick={() => onChange(filters.filter((_, at) => at !== index))}
            >
              <X />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
