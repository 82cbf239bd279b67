/** A file to read: chosen in the system's dialog in the desktop window, named by its path in a browser. */
import { type ReactNode, useState } from 'react';
import { type Outcome, succeed } from '../../shared/problem';
import { useEngine } from '../state/hooks';
import { Button } from '../ui/button';
import { type DesktopPick, desktopPick, type Grant } from './bridge';

export interface GrantedFile {
  readonly isChosen: boolean;
  /** Its name as typed or chosen. */
  readonly name: string;
  /** A token to read it by; null when nothing was chosen. */
  readonly take: () => Promise<Outcome<string | null>>;
  readonly field: ReactNode;
}

export interface GrantedFileOptions {
  readonly label: string;
  readonly placeholder: string;
  /** Buttons of the desktop window, each with the dialog it opens. */
  readonly picks: readonly { readonly pick: DesktopPick; readonly title: string }[];
  readonly initial?: string;
}

export function useGrantedFile({ label, placeholder, picks, initial = '' }: GrantedFileOptions): GrantedFile {
  const engine = useEngine();
  const [text, setText] = useState(initial);
  const [grant, setGrant] = useState<Grant | null>(null);
  const buttons = picks.flatMap(({ pick, title }) => {
    const open = desktopPick(pick);
    return open === null ? [] : [{ title, open }];
  });
  if (buttons.length > 0) {
    return {
      isChosen: grant !== null,
      name: grant?.name ?? '',
      take: () => Promise.resolve(succeed(grant?.token ?? null)),
      field: (
        <div className="place-row">
          <span className="label">{label}</span>
          <div className="place-line">
            <span className="place-name mono">{grant?.name ?? placeholder}</span>
            {buttons.map(({ title, open }) => (
              <Button
                key={title}
                onClick={() => void open().then((chosen) => chosen !== null && setGrant(chosen))}
              >
                {title}
              </Button>
            ))}
          </div>
        </div>
      ),
    };
  }
  return {
    isChosen: text.trim() !== '',
    name: text.trim(),
    take: async () => {
      if (text.trim() === '') return succeed(null);
      const granted = await engine.call('host.grantPath', { path: text.trim() });
      return granted.ok ? succeed(granted.value.token) : granted;
    },
    field: (
      <label className="place-row">
        <span className="label">{label}</span>
        <input
          type="text"
          className="text-box mono whole-width"
          placeholder={placeholder}
          value={text}
          spellCheck={false}
          autoComplete="off"
          maxLength={4096}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
    ),
  };
}
