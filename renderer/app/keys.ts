/** Runs commands by their keys, anywhere in the window, unless a text field, a dialog or the panel wants the key. */
import { useEffect } from 'react';
import type { Command } from '../state/commands';
import { useWorkbench } from '../state/hooks';

export interface KeyStroke {
  readonly key: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

/** `Ctrl+Shift+K` → its parts. A sign that needs Shift on some keyboards (`?`) is written without it. */
export function parseKeys(keys: string): readonly KeyStroke[] {
  return keys.split(' ').map((text) => {
    const parts = text.split('+');
    // `Ctrl++` names the plus sign itself.
    const key = text.endsWith('+') ? '+' : (parts.at(-1) ?? '');
    return {
      key: key.length === 1 ? key.toLowerCase() : key,
      ctrl: parts.includes('Ctrl'),
      alt: parts.includes('Alt'),
      shift: parts.includes('Shift'),
    };
  });
}

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

export function matchesKeys(event: Pressed, keys: string): boolean {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isLetter = /^[a-z0-9]$/.test(key);
  return parseKeys(keys).some(
    (stroke) =>
      stroke.key === key &&
      stroke.ctrl === (event.ctrlKey || event.metaKey) &&
      stroke.alt === event.altKey &&
      // For signs the layout decides whether Shift is held; for letters and named keys it is part of the stroke.
      (stroke.shift === event.shiftKey || (!isLetter && key.length === 1)),
  );
}

/** True for a place where letters are typed. */
export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type)
  );
}

/** The command a key press stands for, if any. */
export function findCommand(
  event: Pressed,
  commands: readonly Command[],
  typing: boolean,
): Command | undefined {
  const isText = !event.ctrlKey && !event.metaKey && !event.altKey && !/^F\d+$/.test(event.key);
  if (typing && isText) return undefined;
  return commands.find(
    ({ keys, local, run, unavailable }) =>
      keys !== undefined && local !== true && run !== undefined && !unavailable && matchesKeys(event, keys),
  );
}

function isModal(): boolean {
  return document.querySelector('dialog[open], [role="dialog"], [role="menu"]') !== null;
}

/** Runs the command a key press stands for, unless somebody took the key before. */
export function pressKey(event: KeyboardEvent, commands: readonly Command[]): void {
  if (event.defaultPrevented || event.isComposing || isModal()) return;
  const command = findCommand(event, commands, isTextField(event.target));
  if (command === undefined) return;
  event.preventDefault();
  command.run?.();
}

export function useKeys(): void {
  const { commands } = useWorkbench();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => pressKey(event, commands.getState().commands);
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [commands]);
}
