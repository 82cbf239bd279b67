/** The analyst's marks on the event and the findings that cite it, with the ways to change them. */
import { Star } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { NoteDialog } from '../../marks/note-dialog';
import { TagDialog } from '../../marks/tag-dialog';
import { useMarks } from '../../marks/use-marks';
import { useCase, useFilter, useShowPanel } from '../../state/hooks';
import { Button, IconButton } from '../../ui/button';
import type { EventDetail } from './detail';

const AUTHOR = 'inspector';

export interface MarksSectionProps {
  readonly detail: EventDetail;
  readonly eventId: string;
}

export function MarksSection({ detail, eventId }: MarksSectionProps): ReactNode {
  const marks = useMarks(AUTHOR);
  const filter = useFilter();
  const showPanel = useShowPanel();
  const readOnly = useCase()?.readOnly ?? null;
  const [asked, ask] = useState<'tag' | 'note' | null>(null);
  const on = { eventIds: [eventId] };
  const of = (what: 'star' | 'tag' | 'note') => detail.marks.filter((mark) => mark.what === what);
  const isStarred = of('star').length > 0;
  const tags = [...new Set(of('tag').flatMap(({ value }) => value ?? []))].sort();
  const off = readOnly !== null;
  return (
    <div className="marks-section">
      <div className="marks-line">
        <IconButton
          label={isStarred ? 'Take the star off' : 'Star'}
          aria-pressed={isStarred}
          disabled={off}
          onClick={() => void (isStarred ? marks.take : marks.put)('star', null, on)}
        >
          <Star aria-hidden="true" className={isStarred ? 'star-on' : ''} />
        </IconButton>
        {tags.map((tag) => (
          <span key={tag} className="mark-chip">
            <button
              type="button"
              title={`Filter to “${tag}”`}
              onClick={() => filter.add({ kind: 'marked', what: 'tag', value: tag }, AUTHOR)}
            >
              {tag}
            </button>
            <button
              type="button"
              aria-label={`Take “${tag}” off`}
              disabled={off}
              onClick={() => void marks.take('tag', tag, on)}
            >
              ×
            </button>
          </span>
        ))}
        <Button look="plain" disabled={off} onClick={() => ask('tag')}>
          Tag…
        </Button>
        <Button look="plain" disabled={off} onClick={() => ask('note')}>
          Note…
        </Button>
      </div>
      {of('note').map((mark) => (
        <div key={mark.id} className="mark-said">
          <p>{mark.value}</p>
          <p className="label">
            {mark.by ?? 'nobody named'}
            <Button
              look="plain"
              disabled={off}
              onClick={() => void marks.take('note', mark.value, on)}
              aria-label="Take this note off"
            >
              Remove
            </Button>
          </p>
        </div>
      ))}
      {detail.findings.map((finding) => (
        <p key={finding.id} className="mark-cited">
          <span className="label">cited in </span>
          <button
            type="button"
            className="link"
            onClick={() => {
              filter.setFrom('findings', { kind: 'marked', what: 'finding', value: finding.id });
              showPanel('findings', false);
            }}
          >
            {finding.title}
          </button>
        </p>
      ))}
      {asked === 'tag' && (
        <TagDialog
          on="this event"
          tags={tags}
          onTag={(tag) => void marks.put('tag', tag, on)}
          onTake={(tag) => void marks.take('tag', tag, on)}
          onClose={() => ask(null)}
        />
      )}
      {asked === 'note' && (
        <NoteDialog
          on="this event"
          onNote={(text) => void marks.put('note', text, on)}
          onClose={() => ask(null)}
        />
      )}
    </div>
  );
}
