/** Star, tag and note on the rows selected, or on all that are shown: by key, by menu, by palette. */
import { type ReactNode, useState } from 'react';
import type { Filter } from '../../../shared/filter';
import { NoteDialog } from '../../marks/note-dialog';
import { TagDialog } from '../../marks/tag-dialog';
import { type MarkOn, useMarks } from '../../marks/use-marks';
import { useCase, useCommands, useTell } from '../../state/hooks';
import { countText, plural } from '../../ui/event-text';
import type { MenuEntry } from '../../ui/menu';
import { rowMarks } from './mark-signs';
import type { Opened } from './view-session';

const AUTHOR = 'events';
/** Rows that are named one by one; more are a filter's business. */
const MOST_ROWS = 1000;

interface Asked {
  readonly kind: 'tag' | 'note';
  readonly on: MarkOn;
  readonly count: number;
  readonly tags: readonly string[];
}

export interface RowMarkActs {
  readonly entries: (rows: number) => readonly MenuEntry[];
  readonly dialog: ReactNode;
}

/** `range` gives the first and last row selected, or null. */
export function useRowMarks(
  opened: Opened | null,
  filter: Filter,
  range: () => readonly [number, number] | null,
): RowMarkActs {
  const marks = useMarks(AUTHOR);
  const tell = useTell();
  const readOnly = useCase()?.readOnly ?? null;
  const [asked, ask] = useState<Asked | null>(null);

  const chosen = () => {
    const ends = range();
    if (opened === null || ends === null) return null;
    const [first, last] = ends;
    if (last - first >= MOST_ROWS) {
      tell(`Up to ${MOST_ROWS} rows are marked one by one; for more, filter to them and mark all shown`);
      return null;
    }
    const eventIds: string[] = [];
    let starred = 0;
    const tags = new Set<string>();
    for (let row = first; row <= last; row += 1) {
      const found = opened.cache.find(row);
      const id = found?.page.text(found.index, 'event_id') ?? null;
      if (found === undefined || id === null) continue;
      const has = rowMarks(found.page, found.index);
      eventIds.push(id);
      starred += has.starred ? 1 : 0;
      for (const tag of has.tags) tags.add(tag);
    }
    if (eventIds.length < last - first + 1) {
      tell('Some of these rows are still being read; try again');
      return null;
    }
    return {
      on: { eventIds },
      count: eventIds.length,
      isStarred: starred === eventIds.length,
      tags: [...tags],
    };
  };
  const star = (): void => {
    const rows = chosen();
    if (rows !== null) void (rows.isStarred ? marks.take : marks.put)('star', null, rows.on);
  };
  const askFor = (kind: Asked['kind']): void => {
    const rows = chosen();
    if (rows !== null) ask({ kind, on: rows.on, count: rows.count, tags: rows.tags });
  };
  const all = { on: { filter }, count: opened?.counts.shown ?? 0, tags: [] };
  const none = readOnly ?? (all.count === 0 ? 'No event is shown.' : null);

  useCommands([
    {
      id: 'events.star',
      title: 'Star the selected events, or take the star off',
      group: 'Marks',
      keys: 's',
      unavailable: none,
      run: star,
    },
    {
      id: 'events.tag',
      title: 'Tag the selected events…',
      group: 'Marks',
      keys: 't',
      unavailable: none,
      run: () => askFor('tag'),
    },
    {
      id: 'events.note',
      title: 'Note on the selected events…',
      group: 'Marks',
      keys: 'm',
      unavailable: none,
      run: () => askFor('note'),
    },
    {
      id: 'events.star-all',
      title: `Star all ${countText(all.count)} events shown`,
      group: 'Marks',
      unavailable: none,
      run: () => void marks.put('star', null, all.on),
    },
    {
      id: 'events.tag-all',
      title: `Tag all ${countText(all.count)} events shown…`,
      group: 'Marks',
      keys: 'Shift+T',
      unavailable: none,
      run: () => ask({ kind: 'tag', ...all }),
    },
  ]);

  const off = readOnly !== null;
  return {
    entries: (rows) => [
      { label: rows === 1 ? 'Star' : `Star ${rows} rows`, keys: 's', disabled: off, run: star },
      {
        label: rows === 1 ? 'Tag…' : `Tag ${rows} rows…`,
        keys: 't',
        disabled: off,
        run: () => askFor('tag'),
      },
      {
        label: rows === 1 ? 'Note…' : `Note on ${rows} rows…`,
        keys: 'm',
        disabled: off,
        run: () => askFor('note'),
      },
      {
        kind: 'submenu',
        label: `All ${plural(all.count, 'event')} shown`,
        entries: [
          { label: 'Star', disabled: off, run: () => void marks.put('star', null, all.on) },
          { label: 'Tag…', keys: 'Shift+T', disabled: off, run: () => ask({ kind: 'tag', ...all }) },
          { label: 'Take the star off', disabled: off, run: () => void marks.take('star', null, all.on) },
        ],
      },
    ],
    dialog:
      asked === null ? null : asked.kind === 'tag' ? (
        <TagDialog
          on={plural(asked.count, 'event')}
          tags={asked.tags}
          onTag={(tag) => void marks.put('tag', tag, asked.on)}
          onTake={(tag) => void marks.take('tag', tag, asked.on)}
          onClose={() => ask(null)}
        />
      ) : (
        <NoteDialog
          on={plural(asked.count, 'event')}
          onNote={(text) => void marks.put('note', text, asked.on)}
          onClose={() => ask(null)}
        />
      ),
  };
}
