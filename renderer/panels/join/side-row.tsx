/** One side of a join: where its rows come from, which of them, and how many find a partner. */
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { Problem } from '../../../shared/problem';
import { SourceSelect } from '../../grid/source-select';
import { fromKey, fromOfKey } from '../../grid/tables';
import { countText } from '../../ui/event-text';
import { isEvents, type Side } from './plan';

export interface SideRowProps {
  readonly title: 'Left' | 'Right';
  readonly side: Side;
  readonly problem: Problem | null;
  readonly counts: { readonly rows: number; readonly matched: number } | null;
  readonly counting: boolean;
  readonly onChange: (side: Side) => void;
  /** Stands behind the counts: what the right is called. */
  readonly children?: ReactNode;
}

export function SideRow(props: SideRowProps): ReactNode {
  const { title, side, problem, counts, onChange } = props;
  const id = useId();
  const from = fromOfKey(side.from) ?? { kind: 'table', table: 'event_view' };
  return (
    <fieldset className="join-side">
      <legend className="label">{title}</legend>
      <SourceSelect
        label={`${title} rows`}
        from={from}
        onChange={(next) => onChange({ ...side, from: fromKey(next), current: false, text: '' })}
      />
      {isEvents(from) && (
        <label className="join-current">
          <input
            type="checkbox"
            checked={side.current}
            onChange={(event) => onChange({ ...side, current: event.target.checked })}
          />
          in the filter
        </label>
      )}
      <FilterInput
        id={id}
        label={`Filter of the ${title.toLowerCase()} rows`}
        placeholder={isEvents(from) ? 'and where: domain:ot' : 'where: column:value'}
        text={side.text}
        problem={problem}
        onChange={(text) => onChange({ ...side, text })}
      />
      <SideCounts title={title} counts={counts} counting={props.counting} />
      {props.children}
      {problem !== null && (
        <p id={`${id}-problem`} className="join-problem bad" role="alert">
          {problem.what} {problem.help}
        </p>
      )}
    </fieldset>
  );
}

interface FilterInputProps {
  readonly id: string;
  readonly label: string;
  readonly placeholder: string;
  readonly text: string;
  readonly problem: Problem | null;
  readonly onChange: (text: string) => void;
}

const TYPING_MS = 350;

/** Takes effect when the hand rests, on Enter and when it is left. */
function FilterInput({ id, label, placeholder, text, problem, onChange }: FilterInputProps): ReactNode {
  const [draft, setDraft] = useState(text);
  const latest = useRef({ text, onChange });
  latest.current = { text, onChange };
  useEffect(() => setDraft(text), [text]);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (draft !== latest.current.text) latest.current.onChange(draft);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  return (
    <input
      type="text"
      className="text-box mono join-filter"
      aria-label={label}
      aria-invalid={problem !== null}
      aria-describedby={problem === null ? undefined : `${id}-problem`}
      placeholder={placeholder}
      spellCheck={false}
      autoComplete="off"
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onChange(draft);
      }}
      onBlur={() => {
        if (draft !== text) onChange(draft);
      }}
    />
  );
}

/** `12 362 rows: 812 matched, 11 550 without`, with the share as a bar. */
function SideCounts({
  title,
  counts,
  counting,
}: {
  readonly title: string;
  readonly counts: SideRowProps['counts'];
  readonly counting: boolean;
}): ReactNode {
  const classes = counting ? 'join-counts stale' : 'join-counts';
  if (counts === null) return <output className={classes} aria-label={`${title} counts`} />;
  const { rows, matched } = counts;
  return (
    <output className={classes} aria-label={`${title} counts`} aria-busy={counting}>
      <span className="join-share" aria-hidden="true">
        <span style={{ width: `${rows === 0 ? 0 : (matched / rows) * 100}%` }} />
      </span>
      <strong>{countText(matched)}</strong> matched
      <span className="label">·</span>
      <strong>{countText(rows - matched)}</strong> without
      <span className="label">of {countText(rows)}</span>
    </output>
  );
}
