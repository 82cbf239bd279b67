/** Asks for the title of a new finding and what it cites to begin with. */
import { type ReactNode, useState } from 'react';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { DialogForm } from '../../ui/dialog-form';
import { type EventLine, lineTime } from '../../ui/event-list';
import { citeShown, whyNotShown } from './cite-shown';

export type FirstCite = 'selected' | 'shown' | 'none';

/** As many events as a finding may well rest on, so that they are offered first. */
const FEW = 500;

export interface NewFindingProps {
  /** Null where no event is selected. */
  readonly selected: { readonly line: EventLine | null; readonly outside: boolean } | null;
  readonly shown: number;
  /** True where a filter leaves something out; all events of a case are seldom what a finding rests on. */
  readonly isFiltered: boolean;
  readonly onMake: (title: string, cite: FirstCite) => void;
  readonly onClose: () => void;
}

export function NewFinding({ selected, shown, isFiltered, onMake, onClose }: NewFindingProps): ReactNode {
  const [title, setTitle] = useState('');
  const [cite, setCite] = useState<FirstCite>(
    selected !== null && !selected.outside
      ? 'selected'
      : isFiltered && shown > 0 && shown <= FEW
        ? 'shown'
        : 'none',
  );
  const given = title.trim();
  const make = (): void => {
    if (given === '') return;
    onMake(given, cite);
    onClose();
  };
  const whyNot = whyNotShown(shown, isFiltered);
  const choices: readonly {
    readonly id: FirstCite;
    readonly label: string;
    readonly off: boolean;
    readonly more?: ReactNode;
  }[] = [
    {
      id: 'selected',
      label: `the selected event${selected?.outside ? ', which the filter leaves out' : ''}`,
      off: selected === null,
      more: selected !== null && selected.line !== null && <Named line={selected.line} />,
    },
    {
      id: 'shown',
      label: `${citeShown(shown)}${whyNot === null ? '' : `: ${whyNot}`}`,
      off: whyNot !== null,
    },
    { id: 'none', label: 'nothing yet', off: false },
  ];
  return (
    <Dialog
      open
      title="New finding"
      size="narrow"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={given === ''} onClick={make}>
            Make it
          </Button>
        </>
      }
    >
      <DialogForm className="finding-new" ready={given !== ''} onSubmit={make}>
        <input
          type="text"
          className="text-box whole-width"
          aria-label="Title of the finding"
          placeholder="One sentence: what happened"
          maxLength={300}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <fieldset>
          <legend className="label">It cites</legend>
          {choices.map(({ id, label, off, more }) => (
            <label key={id}>
              <input
                type="radio"
                name="cite"
                checked={cite === id}
                disabled={off}
                onChange={() => setCite(id)}
              />
              <span className="finding-choice">
                {label}
                {more}
              </span>
            </label>
          ))}
        </fieldset>
      </DialogForm>
    </Dialog>
  );
}

/** Which event that is, in time and words. */
function Named({ line }: { readonly line: EventLine }): ReactNode {
  return (
    <span className="finding-named" title={line.message}>
      <span className="mono">{lineTime(line)}</span> {line.message}
    </span>
  );
}
