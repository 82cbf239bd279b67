/** Keys of a command as caps: `Ctrl+K F1` is two ways of doing one thing. */
import type { ReactNode } from 'react';
import './key-caps.css';

const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  ' ': 'Space',
  Delete: 'Del',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
};

/** Parts of one stroke, as they are printed on a keyboard. */
export function capsOf(stroke: string): readonly string[] {
  const parts = stroke.endsWith('+')
    ? [...stroke.slice(0, -1).split('+').filter(Boolean), '+']
    : stroke.split('+');
  return parts.map((part) => NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}

export function KeyCaps({ keys }: { readonly keys: string }): ReactNode {
  return (
    <span className="key-caps">
      {keys.split(' ').map((stroke, index) => (
        <span key={stroke} className="key-stroke">
          {index > 0 && <span className="label">or</span>}
          {capsOf(stroke).map((cap) => (
            <kbd key={cap}>{cap}</kbd>
          ))}
        </span>
      ))}
    </span>
  );
}
