/** The filter boxes: what is being typed, and the clauses of the shared filter they stand for. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { FilterState } from '../../state/filter';
import { gridColumn } from './columns';
import { columnFilter, typedText } from './filter-row';

const AUTHOR = 'events.';
const PAUSE_MS = 220;

export interface ColumnFilters {
  readonly texts: Readonly<Record<string, string>>;
  readonly onFilter: (id: string, text: string) => void;
}

/** Boxes follow the clauses they made, wherever those are changed; typing becomes a clause after a short pause. */
export function useColumnFilters(filter: FilterState): ColumnFilters {
  const [drafts, setDrafts] = useState<Readonly<Record<string, string>>>({});
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  useEffect(() => {
    const held = timers.current;
    return () => {
      for (const timer of held.values()) clearTimeout(timer);
    };
  }, []);

  const fromClauses = useMemo(() => {
    const texts: Record<string, string> = {};
    for (const clause of filter.clauses) {
      const column = clause.author.startsWith(AUTHOR)
        ? gridColumn(clause.author.slice(AUTHOR.length))
        : undefined;
      const text = column === undefined || clause.muted ? null : typedText(column, clause.filter);
      if (column !== undefined && text !== null) texts[column.id] = text;
    }
    return texts;
  }, [filter.clauses]);

  const onFilter = (id: string, text: string) => {
    const column = gridColumn(id);
    if (column === undefined) return;
    setDrafts((was) => ({ ...was, [id]: text }));
    clearTimeout(timers.current.get(id));
    timers.current.set(
      id,
      setTimeout(
        () => {
          timers.current.delete(id);
          filter.setFrom(`${AUTHOR}${id}`, columnFilter(column, text));
          setDrafts(({ [id]: _done, ...rest }) => rest);
        },
        text === '' ? 0 : PAUSE_MS,
      ),
    );
  };

  return { texts: { ...fromClauses, ...drafts }, onFilter };
}
