/**
 * One chip for each clause. A toolbar: arrows walk, Enter edits, `m` mutes, `i` inverts, Delete removes; the menu key
 * or a right click offers the same.
 */
import { X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import type { Filter } from '../../shared/filter';
import { canonical, describeFilter, parseFilter, printFilter } from '../../shared/filter/text';
import type { Problem } from '../../shared/problem';
import type { Clause } from '../state/filter';
import { useFilter, useImports, useRunCommand, useWork, useZone } from '../state/hooks';
import { savedView } from '../state/work';
import { ContextMenuAt, type MenuEntry } from '../ui/menu';
import { nameEvidence } from './evidence-names';

/** The domain a chip speaks of, when it speaks of exactly one. */
function domainOf(filter: Filter): string | undefined {
  if (filter.kind !== 'in' || filter.field !== 'event_domain' || filter.values.length !== 1) return undefined;
  return String(filter.values[0]);
}

export function Chips(): ReactNode {
  const filter = useFilter();
  const run = useRunCommand();
  const [at, setAt] = useState<{ x: number; y: number; id: string } | null>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const [stop, setStop] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const { clauses } = filter;

  if (clauses.length === 0) {
    return (
      <p className="no-chips label">
        Everything is shown. Press <kbd>/</kbd> to search, or right-click a value to filter by it.
      </p>
    );
  }
  const focusChip = (index: number): void => {
    const next = Math.max(0, Math.min(index, clauses.length - 1));
    setStop(next);
    list.current?.querySelectorAll<HTMLElement>('.chip-main')[next]?.focus();
  };
  const remove = (index: number, id: string): void => {
    filter.remove(id);
    requestAnimationFrame(() => {
      if (list.current === null) run('filter.search');
      else focusChip(index);
    });
  };
  const onKeyDown = (event: KeyboardEvent, clause: Clause, index: number): void => {
    const actions: Readonly<Record<string, () => void>> = {
      ArrowRight: () => focusChip(index + 1),
      ArrowLeft: () => focusChip(index - 1),
      Home: () => focusChip(0),
      End: () => focusChip(clauses.length - 1),
      Delete: () => remove(index, clause.id),
      Backspace: () => remove(index, clause.id),
      m: () => filter.toggleMuted(clause.id),
      i: () => filter.invert(clause.id),
      F2: () => setEditing(clause.id),
    };
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };
  const chosen = clauses.find(({ id }) => id === at?.id);
  return (
    <>
      <div role="toolbar" aria-label="Filters in force" className="chips-bar">
        <ul ref={list} className="chips">
          {clauses.map((clause, index) =>
            editing === clause.id ? (
              <li key={clause.id} className="chip chip-editing">
                <ChipText
                  clause={clause}
                  onDone={() => {
                    setEditing(null);
                    requestAnimationFrame(() => focusChip(index));
                  }}
                />
              </li>
            ) : (
              <Chip
                key={clause.id}
                clause={clause}
                tabIndex={index === Math.min(stop, clauses.length - 1) ? 0 : -1}
                onFocus={() => setStop(index)}
                onKeyDown={(event) => onKeyDown(event, clause, index)}
                onEdit={() => setEditing(clause.id)}
                onMenu={(x, y) => setAt({ x, y, id: clause.id })}
                onRemove={() => remove(index, clause.id)}
              />
            ),
          )}
        </ul>
      </div>
      <ContextMenuAt
        at={at}
        entries={chosen === undefined ? [] : chipEntries(chosen, filter, () => setEditing(chosen.id))}
        onClose={() => setAt(null)}
      />
    </>
  );
}

function chipEntries(
  clause: Clause,
  filter: ReturnType<typeof useFilter>,
  edit: () => void,
): readonly MenuEntry[] {
  const others = filter.clauses.filter(({ id }) => id !== clause.id);
  return [
    { label: clause.muted ? 'Unmute' : 'Mute', keys: 'M', run: () => filter.toggleMuted(clause.id) },
    { label: 'Invert', keys: 'I', run: () => filter.invert(clause.id) },
    { label: 'Edit…', keys: 'Enter', run: edit },
    {
      label: 'Keep only this one',
      disabled: others.length === 0,
      run: () => filter.replaceAll([], [{ ...clause, muted: false }]),
    },
    { kind: 'line' },
    { label: 'Remove', keys: 'Del', run: () => filter.remove(clause.id) },
  ];
}

interface ChipProps {
  readonly clause: Clause;
  readonly tabIndex: number;
  readonly onFocus: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onEdit: () => void;
  readonly onMenu: (x: number, y: number) => void;
  readonly onRemove: () => void;
}

function Chip({ clause, tabIndex, onFocus, onKeyDown, onEdit, onMenu, onRemove }: ChipProps): ReactNode {
  const zone = useZone();
  const { filter, muted } = clause;
  const { views } = useWork();
  const nameOf = (id: string): string | undefined => savedView(views, id)?.name;
  const { evidence } = useImports();
  const named = nameEvidence(filter, evidence);
  const words = describeFilter(named, zone, nameOf);
  const domain = domainOf(filter);
  return (
    <li className={muted ? 'chip muted' : 'chip'} data-domain={domain}>
      {domain !== undefined && <span className="domain-mark" aria-hidden="true" />}
      <button
        type="button"
        className="chip-main"
        tabIndex={tabIndex}
        title={`${printFilter(filter, zone)}${muted ? '\nMuted: without effect' : ''}`}
        aria-label={muted ? `${words}, muted` : words}
        onFocus={onFocus}
        onKeyDown={onKeyDown}
        onClick={onEdit}
        onContextMenu={(event) => {
          event.preventDefault();
          const box = event.currentTarget.getBoundingClientRect();
          onMenu(event.clientX || box.left, event.clientY || box.bottom);
        }}
      >
        {named.kind === 'not' && named.of.kind !== 'null' ? (
          <>
            <span className="chip-not">not</span> {describeFilter(named.of, zone, nameOf)}
          </>
        ) : (
          words
        )}
      </button>
      <button
        type="button"
        className="chip-remove"
        tabIndex={-1}
        aria-label={`Remove ${words}`}
        title="Remove (Del)"
        onClick={onRemove}
      >
        <X aria-hidden="true" />
      </button>
    </li>
  );
}

function ChipText({ clause, onDone }: { readonly clause: Clause; readonly onDone: () => void }): ReactNode {
  const { replace } = useFilter();
  const zone = useZone();
  const [text, setText] = useState(() => printFilter(clause.filter, zone));
  const [problem, setProblem] = useState<Problem | null>(null);
  const settle = (keep: boolean): void => {
    const read = parseFilter(text, zone);
    if (keep && !read.ok) {
      setProblem(read.problem);
      return;
    }
    if (keep && read.ok) replace(clause.id, canonical(read.value));
    onDone();
  };
  return (
    <input
      type="text"
      className="mono"
      aria-label="Edit this filter"
      aria-invalid={problem !== null}
      title={problem === null ? undefined : `${problem.what} ${problem.help ?? ''}`}
      // biome-ignore lint/a11y/noAutofocus: the analyst asked for this field.
      autoFocus
      spellCheck={false}
      size={Math.min(80, Math.max(12, text.length + 2))}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        setProblem(null);
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') settle(true);
        if (event.key === 'Escape') settle(false);
      }}
      onBlur={() => settle(problem === null)}
    />
  );
}
