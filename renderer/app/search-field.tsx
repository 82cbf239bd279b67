/** `/`: words or filter text; Enter adds it to the filter as chips. Offers fields and values while typing. */
import { Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { parseFilter, topParts } from '../../shared/filter/text';
import type { Problem } from '../../shared/problem';
import {
  useAnnounce,
  useCommands,
  useEngine,
  useFilter,
  useImports,
  useShowPanel,
  useZone,
} from '../state/hooks';
import { countText } from '../ui/event-text';
import { ProblemText } from '../ui/problem-text';
import { evidenceName } from './evidence-names';
import { type Suggestion, suggestFields, suggestValues, wantOf } from './suggest';

const FACET_LIMIT = 200;
const FACET_DELAY_MS = 120;

export function SearchField(): ReactNode {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [active, setActive] = useState(-1);
  const [focused, setFocused] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const cameFrom = useRef<HTMLElement | null>(null);
  const showPanel = useShowPanel();
  const { add } = useFilter();
  const zone = useZone();
  const announce = useAnnounce();
  const id = useId();
  const suggestions = useSuggestions(focused ? text : '');
  const open = focused && suggestions.length > 0 && problem === null;

  useCommands([
    {
      id: 'filter.search',
      title: 'Search or filter',
      group: 'Filter',
      keys: '/',
      run: () => {
        input.current?.focus();
        input.current?.select();
      },
    },
  ]);

  const take = (suggestion: Suggestion): void => {
    setText(suggestion.text);
    setActive(-1);
  };
  const apply = (): void => {
    const filter = parseFilter(text, zone);
    if (!filter.ok) {
      setProblem(filter.problem);
      return;
    }
    const parts = topParts(filter.value);
    for (const part of parts) add(part, 'bar');
    if (parts.length > 0) announce(parts.length === 1 ? 'Filter added' : `${parts.length} filters added`);
    setText('');
  };
  /** Back to where the keys went before, else to the events, whose rows a filter is about. */
  const leave = (): void => {
    cameFrom.current?.focus();
    if (document.activeElement === input.current || document.activeElement === document.body)
      showPanel('events');
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (!open) return;
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((was) => Math.max(-1, Math.min(was + step, suggestions.length - 1)));
      return;
    }
    // The key that leads here is pressed again by habit; nothing begins with it.
    if (event.key === '/' && event.currentTarget.value === '') event.preventDefault();
    const chosen = open ? suggestions[active] : undefined;
    if (chosen !== undefined && (event.key === 'Enter' || event.key === 'Tab')) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === 'Enter') apply();
    else if (event.key === 'Escape') {
      if (problem !== null) setProblem(null);
      else if (text !== '') setText('');
      else leave();
    }
  };

  return (
    <search className="search">
      <div className={problem === null ? 'search-box' : 'search-box refused'}>
        <Search aria-hidden="true" />
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label="Search or filter"
          aria-expanded={open}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={open && active >= 0 ? `${id}-${active}` : undefined}
          aria-invalid={problem !== null}
          autoComplete="off"
          spellCheck={false}
          placeholder="Search the fields of events, or filter: domain:ot -action:denied 10.0.0.0/8"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setProblem(null);
            setActive(-1);
          }}
          onKeyDown={onKeyDown}
          onFocus={(event) => {
            setFocused(true);
            cameFrom.current = event.relatedTarget instanceof HTMLElement ? event.relatedTarget : null;
          }}
          onBlur={() => setFocused(false)}
        />
        <span className="search-hint label" aria-hidden="true">
          <kbd>Ctrl</kbd>
          <kbd>K</kbd> commands
        </span>
      </div>
      {open && (
        <div id={`${id}-list`} className="search-list" role="listbox" aria-label="Suggestions">
          {suggestions.map((suggestion, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the input takes the keys and names the active option.
            <div
              key={suggestion.text}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              className="search-item"
              onPointerDown={(event) => event.preventDefault()}
              onPointerMove={() => setActive(index)}
              onClick={() => take(suggestion)}
            >
              <span className="mono">{suggestion.shown}</span>
              {suggestion.count === null ? (
                <span className="label">{suggestion.hint}</span>
              ) : (
                <span className="label count">{suggestion.count > 0 ? countText(suggestion.count) : ''}</span>
              )}
            </div>
          ))}
        </div>
      )}
      {problem !== null && (
        <div className="search-problem">
          <ProblemText problem={problem} />
        </div>
      )}
    </search>
  );
}

function useSuggestions(text: string): readonly Suggestion[] {
  const engine = useEngine();
  const { filter } = useFilter();
  const { evidence } = useImports();
  const [values, setValues] = useState<{
    readonly field: string;
    readonly values: readonly { readonly value: string | null; readonly count: number }[];
  } | null>(null);
  const want = wantOf(text);
  const field = want.kind === 'value' ? want.field : null;
  useEffect(() => {
    if (field === null) return;
    const controller = new AbortController();
    const ask = async (): Promise<void> => {
      const facet = await engine.call('view.facet', { filter, field, limit: FACET_LIMIT }, controller.signal);
      if (facet.ok) setValues({ field, values: facet.value.values });
    };
    const timer = setTimeout(() => void ask(), FACET_DELAY_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [engine, filter, field]);
  if (want.kind === 'field') return suggestFields(want.before, want.start);
  if (want.kind !== 'value' || values?.field !== want.field) return [];
  const found = values.values.map(({ value, count }) => ({
    value: (field === 'evidence_id' && value !== null ? evidenceName(evidence, value) : null) ?? value,
    count,
  }));
  return suggestValues(want.before, want.start, found);
}
