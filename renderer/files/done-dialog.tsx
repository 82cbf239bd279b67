/** What a long call has made: names and values, and one button to go on. */
import { type ReactNode, useRef, useState } from 'react';
import { useAnnounce } from '../state/hooks';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';

export interface DoneDialogProps {
  readonly title: string;
  /** Where it lies; offered to the clipboard. */
  readonly path: string;
  readonly children: ReactNode;
  readonly onClose: () => void;
}

export function DoneDialog({ title, path, children, onClose }: DoneDialogProps): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      open
      title={title}
      size="medium"
      initialFocus={button}
      onClose={onClose}
      actions={
        <>
          <CopyPath path={path} />
          <Button ref={button} look="primary" onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}

function CopyPath({ path }: { readonly path: string }): ReactNode {
  const announce = useAnnounce();
  const [said, setSaid] = useState('Copy the path');
  const say = (text: string): void => {
    setSaid(text);
    announce(text);
  };
  return (
    <Button
      onClick={() =>
        void navigator.clipboard.writeText(path).then(
          () => say('Path copied'),
          () => say('The clipboard cannot be written'),
        )
      }
    >
      {said}
    </Button>
  );
}
