/** Asks for a note on events. */
import { type ReactNode, useState } from 'react';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import './marks.css';

export interface NoteDialogProps {
  readonly on: string;
  readonly onNote: (text: string) => void;
  readonly onClose: () => void;
}

export function NoteDialog({ on, onNote, onClose }: NoteDialogProps): ReactNode {
  const [text, setText] = useState('');
  const apply = (): void => {
    if (text.trim() === '') return;
    onNote(text.trim());
    onClose();
  };
  return (
    <Dialog
      open
      title={`Note on ${on}`}
      size="narrow"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={text.trim() === ''} onClick={apply}>
            Note it
          </Button>
        </>
      }
    >
      <textarea
        className="text-box whole-width note-text"
        aria-label="Note"
        placeholder="What you saw, and why it matters. Ctrl+Enter notes it."
        maxLength={20_000}
        rows={5}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            apply();
          }
        }}
      />
    </Dialog>
  );
}
