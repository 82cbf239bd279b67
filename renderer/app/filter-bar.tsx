/** The chips of the filter in force, the same filter as text, and how much of the case passes it. */
import { SquarePen, X } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { parseFilter, printFilter, topParts } from '../../shared/filter/text';
import type { Problem } from '../../shared/problem';
import { combine } from '../state/filter';
import { useCommands, useCounts, useFilter, useZone } from '../state/hooks';
import { IconButton } from '../ui/button';
import { countText } from '../ui/event-text';
import { Chips } from './chips';
import { useCountWithoutGrid } from './count-without-grid';
import { useJudgeSelection } from './judge-selection';
import './filter-bar.css';

export function FilterBar(): ReactNode {
  const filter = useFilter();
  const [editing, setEditing] = useState(false);
  useCountWithoutGrid();
  useJudgeSelection();
  useCommands([
    {
      id: 'filter.text',
      title: 'Edit the filter as text',
      group: 'Filter',
      keys: 'Ctrl+/',
      run: () => setEditing(true),
    },
    {
      id: 'filter.clear',
      title: 'Remove all filters',
      group: 'Filter',
      keys: 'Ctrl+Backspace',
      unavailable: filter.clauses.length === 0 ? 'There is no filter.' : null,
      run: filter.clear,
    },
  ]);
  return (
    <section className="filter-bar" aria-label="Filter">
      {editing ? (
        <FilterText onDone={() => setEditing(false)} />
      ) : (
        <>
          <Chips />
          {filter.clauses.length > 0 && (
            <IconButton label="Remove all filters" keys="Ctrl+Backspace" onClick={filter.clear}>
              <X />
            </IconButton>
          )}
          <IconButton label="Edit the filter as text" keys="Ctrl+/" onClick={() => setEditing(true)}>
            <SquarePen />
          </IconButton>
        </>
      )}
      <ShownOfTotal />
    </section>
  );
}

/** The filter in force as one line of text. Muted chips are not part of it and stay as they are. */
function FilterText({ onDone }: { readonly onDone: () => void }): ReactNode {
  const { clauses, replaceAll } = useFilter();
  const zone = useZone();
  const [text, setText] = useState(() => printFilter(combine(clauses), zone));
  const [problem, setProblem] = useState<Problem | null>(null);
  const settled = useRef(false);
  const apply = (): void => {
    const read = parseFilter(text, zone);
    if (!read.ok) {
      setProblem(read.problem);
      return;
    }
    settled.current = true;
    replaceAll(
      topParts(read.value),
      clauses.filter(({ muted }) => muted),
    );
    onDone();
  };
  return (
    <div className="filter-text">
      <input
        type="text"
        className="text-box mono"
        aria-label="Filter as text"
        aria-invalid={problem !== null}
        // biome-ignore lint/a11y/noAutofocus: the analyst asked for this field.
        autoFocus
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setProblem(null);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') apply();
          if (event.key === 'Escape') {
            settled.current = true;
            onDone();
          }
        }}
        onBlur={() => {
          if (!settled.current) apply();
        }}
      />
      {problem !== null && (
        <span className="filter-problem bad" role="alert">
          {problem.what} {problem.help}
        </span>
      )}
    </div>
  );
}

function ShownOfTotal(): ReactNode {
  const { counts, stale } = useCounts();
  if (counts === null) return <output className="shown label" aria-label="Events shown" />;
  const undated = counts.undated > 0 ? `${countText(counts.undated)} undated` : null;
  return (
    <output className={stale ? 'shown stale' : 'shown'} aria-label="Events shown" aria-busy={stale}>
      {undated !== null && <span className="label">{undated}</span>}
      <span className="label">shown</span>
      <strong>{countText(counts.shown)}</strong>
      <span className="label">of</span>
      <span>{countText(counts.total)}</span>
    </output>
  );
}
