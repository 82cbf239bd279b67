/** Asks for a tag, with the case's own tags to choose from; several words make one tag. */
import { type ReactNode, useId, useState } from 'react';
import { useWork } from '../state/hooks';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { countText } from '../ui/event-text';
import './marks.css';

export interface TagDialogProps {
  /** What will be tagged: `3 events`. */
  readonly on: string;
  /** Tags that are there already, to be taken off by a click. */
  readonly tags: readonly string[];
  readonly onTag: (tag: string) => void;
  readonly onTake: (tag: string) => void;
  readonly onClose: () => void;
}

export function TagDialog({ on, tags, onTag, onTake, onClose }: TagDialogProps): ReactNode {
  const known = useWork().tags;
  const id = useId();
  const [text, setText] = useState('');
  const tag = text.trim().replace(/\s+/g, ' ');
  const words = tag.toLowerCase();
  const offered = known.filter(
    (one) => !tags.includes(one.tag) && one.tag.toLowerCase().includes(words) && one.tag !== tag,
  );
  const apply = (chosen: string): void => {
    if (chosen === '') return;
    onTag(chosen);
    onClose();
  };
  return (
    <Dialog
      open
      title={`Tag ${on}`}
      size="narrow"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={tag === '' || tags.includes(tag)} onClick={() => apply(tag)}>
            Tag
          </Button>
        </>
      }
    >
      <form
        className="tag-form"
        onSubmit={(event) => {
          event.preventDefault();
          apply(tag);
        }}
      >
        {tags.length > 0 && (
          <div className="tag-there">
            {tags.map((one) => (
              <button
                key={one}
                type="button"
                className="tag-chip"
                title={`Take “${one}” off`}
                onClick={() => {
                  onTake(one);
                  onClose();
                }}
              >
                {one} <span aria-hidden="true">×</span>
                <span className="sr-only">: take it off</span>
              </button>
            ))}
          </div>
        )}
        <input
          type="text"
          className="text-box whole-width"
          aria-label="Tag"
          aria-describedby={`${id}-known`}
          placeholder="A word or two: recon, set point change"
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <div id={`${id}-known`} className="tag-known">
          {offered.slice(0, 12).map((one) => (
            <button key={one.tag} type="button" className="tag-offer" onClick={() => apply(one.tag)}>
              <span>{one.tag}</span>
              <span className="label">{countText(one.events)}</span>
            </button>
          ))}
        </div>
      </form>
    </Dialog>
  );
}
