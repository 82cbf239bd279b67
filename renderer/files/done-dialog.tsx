/** What a long call has made: names and values, and one button to go on. */
import { type ReactNode, useRef } from 'react';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';

export interface DoneDialogProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly onClose: () => void;
}

export function DoneDialog({ title, children, onClose }: DoneDialogProps): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      open
      title={title}
      size="medium"
      initialFocus={button}
      onClose={onClose}
      actions={
        <Button ref={button} look="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      {children}
    </Dialog>
  );
}
