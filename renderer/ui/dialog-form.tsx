/** The fields of a dialog: Enter in any of them does what its primary button does. */
import type { ReactNode } from 'react';

export interface DialogFormProps {
  readonly className?: string;
  readonly ready: boolean;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

export function DialogForm({
  className = 'dialog-form',
  ready,
  onSubmit,
  children,
}: DialogFormProps): ReactNode {
  return (
    <form
      className={className}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onSubmit();
      }}
    >
      {children}
      <button type="submit" hidden disabled={!ready} />
    </form>
  );
}
