/** Finding words among the rows shown: hits are marked in place, n and N walk them, nothing is filtered. */
import { type RefObject, useRef, useState } from 'react';
import type { Engine } from '../../state/engine';
import type { GridHandle } from './grid';
import type { Opened } from './view-session';

export interface Find {
  readonly text: string;
  /** What the last step came to: "no hit", "from the start again". */
  readonly note: string;
  readonly box: RefObject<HTMLInputElement | null>;
  readonly setText: (text: string) => void;
  readonly focus: () => void;
  /** Takes new words and goes to their first hit from the cursor on. */
  readonly start: (text: string) => void;
  readonly go: (backwards: boolean) => Promise<void>;
}

export function useFind(
  engine: Engine,
  opened: Opened | null,
  grid: RefObject<GridHandle | null>,
  announce: (text: string) => void,
): Find {
  const [text, setText] = useState('');
  const [note, setNote] = useState('');
  const box = useRef<HTMLInputElement>(null);
  const running = useRef<AbortController | null>(null);

  const say = (words: string) => {
    setNote(words);
    if (words !== '') announce(words);
  };
  const seek = async (words: string, start: number, backwards: boolean): Promise<void> => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    if (opened === null || words.trim() === '') return;
    const { shown } = opened.counts;
    if (shown === 0) return say('no hit');
    const ask = (from: number) =>
      engine.call('view.find', { viewId: opened.viewId, text: words, from, backwards }, controller.signal);
    const inside = start >= 0 && start < shown;
    const first = inside ? await ask(start) : null;
    if (controller.signal.aborted) return;
    if (first !== null && !first.ok) return say(first.problem.what);
    if (first !== null && first.value.row !== null) {
      say('');
      grid.current?.goTo(first.value.row, true);
      return;
    }
    const again = await ask(backwards ? shown - 1 : 0);
    if (controller.signal.aborted) return;
    if (!again.ok) return say(again.problem.what);
    if (again.value.row === null) return say('no hit');
    say(backwards ? 'from the end again' : 'from the start again');
    grid.current?.goTo(again.value.row, true);
  };
  const cursorRow = () => grid.current?.cursor()?.row ?? grid.current?.topRow() ?? 0;

  return {
    text,
    note,
    box,
    setText: (next) => {
      setText(next);
      setNote('');
    },
    focus: () => {
      box.current?.focus();
      box.current?.select();
    },
    start: (next) => {
      setText(next);
      void seek(next, cursorRow() + 1, false);
    },
    go: (backwards) => {
      if (text === '') {
        box.current?.focus();
        return Promise.resolve();
      }
      return seek(text, cursorRow() + (backwards ? -1 : 1), backwards);
    },
  };
}
