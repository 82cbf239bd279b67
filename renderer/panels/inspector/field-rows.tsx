/** Labelled values of the inspector: each can be copied, and filtered by where it is a field of the event. */
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import type { DetailRow } from './detail';

/** A value the reader asked about, and where on the screen. */
export interface ValueMenu {
  readonly label: string;
  readonly text: string;
  readonly fact: DetailRow['fact'];
  readonly x: number;
  readonly y: number;
}

export interface FieldRowsProps {
  readonly rows: readonly DetailRow[];
  readonly onMenu: (menu: ValueMenu) => void;
}

/**
 * One tab stop for the list; arrow keys walk its values, Enter or the menu key opens the menu of the one in focus.
 */
export function FieldRows({ rows, onMenu }: FieldRowsProps): ReactNode {
  const list = useRef<HTMLDListElement>(null);
  const walk = (event: KeyboardEvent<HTMLElement>, at: number) => {
    const values = list.current?.querySelectorAll<HTMLElement>('dd') ?? [];
    const to =
      event.key === 'ArrowDown' || event.key === 'j'
        ? at + 1
        : event.key === 'ArrowUp' || event.key === 'k'
          ? at - 1
          : at;
    if (to !== at) values[Math.min(Math.max(0, to), values.length - 1)]?.focus();
    else if (
      event.key === 'Enter' ||
      event.key === 'ContextMenu' ||
      (event.key === 'F10' && event.shiftKey)
    ) {
      const row = rows[at];
      const box = event.currentTarget.getBoundingClientRect();
      if (row !== undefined)
        onMenu({ label: row.label, text: row.text, fact: row.fact, x: box.left + 8, y: box.bottom });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <dl className="fields" ref={list}>
      {rows.map((row, at) => (
        // A warning may come twice under one label; its text tells them apart.
        <div className="field-row" key={`${row.label} ${row.text}`}>
          <dt title={row.help === '' ? undefined : row.help}>{row.label}</dt>
          <dd
            tabIndex={at === 0 ? 0 : -1}
            aria-haspopup="menu"
            className={valueClass(row)}
            onKeyDown={(event) => walk(event, at)}
            onContextMenu={(event) => {
              event.preventDefault();
              onMenu({
                label: row.label,
                text: row.text,
                fact: row.fact,
                x: event.clientX,
                y: event.clientY,
              });
            }}
          >
            {row.text === '' ? <span className="quiet">""</span> : row.text}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function valueClass(row: DetailRow): string {
  return [row.mono ? 'mono' : '', row.doubt ? 'doubt' : ''].filter((name) => name !== '').join(' ');
}
