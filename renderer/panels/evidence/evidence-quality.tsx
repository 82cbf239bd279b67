/** What a capture could not see, each with what follows from it; and what an import has to say of any other file. */
import type { ReactNode } from 'react';
import type { CaptureQuality } from '../../../shared/evidence';

export function CouldNotBeSeen({ quality }: { readonly quality: readonly CaptureQuality[] }): ReactNode {
  if (quality.length === 0) {
    return (
      <p className="label evidence-quality">
        Nothing amiss was found in this capture: no gaps, no packet twice, nothing cut, no clock stepping
        back.
      </p>
    );
  }
  return (
    <div className="evidence-quality">
      <h4>What could not be seen</h4>
      <ul>
        {quality.map(({ what, text, means }) => (
          <li key={`${what} ${text}`}>
            {text} <span className="label">{means}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function Notes({ notes }: { readonly notes: readonly string[] }): ReactNode {
  if (notes.length === 0) return null;
  return (
    <ul className="evidence-quality" aria-label="Notes of the import">
      {[...new Set(notes)].map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
