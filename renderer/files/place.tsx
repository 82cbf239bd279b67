/**
 * Where to write a file: the system's own dialog in the desktop window, a path in a browser. A file that is there
 * already is replaced only after the analyst has said so.
 */
import { type ReactNode, useState } from 'react';
import { type Outcome, succeed } from '../../shared/problem';
import { useEngine } from '../state/hooks';
import { Button } from '../ui/button';
import { desktopPick, type Grant } from './bridge';

export interface Place {
  readonly isChosen: boolean;
  /** The path of a file that is there and would be replaced; asked about on the button. */
  readonly replaces: string | null;
  /** A token to write to; null when the analyst must be asked about `replaces` first. */
  readonly take: () => Promise<Outcome<string | null>>;
  readonly field: ReactNode;
}

export function usePlace(suggestion: string): Place {
  const engine = useEngine();
  const pick = desktopPick('pickSave');
  const [text, setText] = useState(suggestion);
  const [grant, setGrant] = useState<Grant | null>(null);
  const [replaces, setReplaces] = useState<string | null>(null);
  if (pick !== null) {
    return {
      isChosen: grant !== null,
      replaces: null,
      take: () => Promise.resolve(succeed(grant?.token ?? null)),
      field: (
        <PlaceRow label="Save to">
          <span className="place-name mono">{grant?.name ?? 'nothing chosen yet'}</span>
          <Button onClick={() => void pick(suggestion).then((chosen) => chosen !== null && setGrant(chosen))}>
            Choose…
          </Button>
        </PlaceRow>
      ),
    };
  }
  return {
    isChosen: text.trim() !== '',
    replaces,
    take: async () => {
      const granted = await engine.call('host.grantSave', { path: text.trim() });
      if (!granted.ok) return granted;
      const { token, path, exists } = granted.value;
      if (exists && replaces !== path) {
        setReplaces(path);
        return succeed(null);
      }
      return succeed(token);
    },
    field: (
      <>
        <PlaceRow label="Save to">
          <input
            type="text"
            className="text-box mono whole-width"
            aria-label="Save to"
            value={text}
            spellCheck={false}
            autoComplete="off"
            maxLength={4096}
            onChange={(event) => {
              setText(event.target.value);
              setReplaces(null);
            }}
          />
        </PlaceRow>
        {replaces === null ? (
          <p className="label">
            A name alone is put beside the cases; for another place give the whole path.
          </p>
        ) : (
          <p className="warn" role="alert">
            There is a file already at <span className="mono">{replaces}</span>. It will be replaced.
          </p>
        )}
      </>
    ),
  };
}

function PlaceRow({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className="place-row">
      <span className="label" aria-hidden="true">
        {label}
      </span>
      <div className="place-line">{children}</div>
    </div>
  );
}
