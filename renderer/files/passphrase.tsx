/** A passphrase, typed blind; twice where a slip would lock the file for good. */
import type { ReactNode } from 'react';

export interface PassphraseFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isNew?: boolean;
}

export function PassphraseField({ label, value, onChange, isNew = false }: PassphraseFieldProps): ReactNode {
  return (
    <label className="passphrase">
      <span className="label">{label}</span>
      <input
        type="password"
        className="text-box whole-width"
        value={value}
        maxLength={1000}
        autoComplete={isNew ? 'new-password' : 'off'}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}

export const needsPassphrase = (code: string): boolean =>
  code === 'passphrase-needed' || code === 'passphrase-wrong';
