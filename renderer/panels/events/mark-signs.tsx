/** The analyst's marks on a row, before its message: star, tags, a sign for a note. */
import type { ReactNode } from 'react';
import type { ArrowRows } from '../../ui/arrow-rows';

const MOST_TAGS = 3;

export interface RowMarks {
  readonly starred: boolean;
  readonly tags: readonly string[];
  readonly note: string | null;
}

export function rowMarks(rows: ArrowRows, index: number): RowMarks {
  const tags = rows.text(index, 'tags');
  return {
    starred: rows.value(index, 'starred') === true,
    tags: tags === null || tags === '' ? [] : tags.split(', '),
    note: rows.text(index, 'note'),
  };
}

export function isMarked({ starred, tags, note }: RowMarks): boolean {
  return starred || tags.length > 0 || note !== null;
}

export function MarkSigns({ starred, tags, note }: RowMarks): ReactNode {
  const more = tags.length - MOST_TAGS;
  return (
    <span className="mark-signs">
      {starred && (
        <span className="mark-star" role="img" aria-label="starred">
          ★
        </span>
      )}
      {tags.slice(0, MOST_TAGS).map((tag) => (
        <span key={tag} className="mark-tag">
          <span className="sr-only">tagged </span>
          {tag}
        </span>
      ))}
      {more > 0 && <span className="label">+{more}</span>}
      {note !== null && (
        <span className="mark-note" role="img" aria-label={`note: ${note}`} title={note}>
          ✎
        </span>
      )}
    </span>
  );
}
