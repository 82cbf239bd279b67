/** Sample lines with their pieces marked: point at one, or walk them by the arrow keys, and say what it means. */
// biome-ignore-all lint/a11y/useSemanticElements: options of a select cannot be pieces of a line.
// biome-ignore-all lint/a11y/useFocusableInteractive: the list is the tab stop and names the active piece.
import { type KeyboardEvent, type ReactNode, useId } from 'react';
import { kindTitle } from '../../../../shared/propose/shapes';
import { slotsOf, type Template } from '../../../../shared/propose/template';
import { segments } from './draft';
import { meansText } from './means-select';

export interface SampleLinesProps {
  readonly lines: readonly string[];
  readonly template: Template;
  readonly selected: number;
  readonly onSelect: (slot: number) => void;
  /** Enter: on to what the piece means. */
  readonly onName: () => void;
}

export function SampleLines({ lines, template, selected, onSelect, onName }: SampleLinesProps): ReactNode {
  const id = useId();
  const slots = slotsOf(template);
  // The one that is walked by keys: the first that fits.
  const walked = Math.max(
    0,
    lines.findIndex((line) => segments(template, line) !== null),
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: selected + 1,
      ArrowDown: selected + 1,
      ArrowLeft: selected - 1,
      ArrowUp: selected - 1,
      Home: 0,
      End: slots.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) onSelect(Math.min(Math.max(0, to), slots.length - 1));
    else if (event.key === 'Enter') onName();
    else return;
    event.preventDefault();
  };
  return (
    <div
      className="sample-lines mono"
      role="listbox"
      tabIndex={0}
      aria-label="Pieces of the lines; Enter says what one means"
      aria-orientation="horizontal"
      aria-activedescendant={selected < slots.length ? `${id}-${selected}` : undefined}
      onKeyDown={onKeyDown}
    >
      {lines.map((line, at) => {
        const parts = segments(template, line);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines may be the same, and stay where they are.
          <div key={at} className={parts === null ? 'sample-line unread' : 'sample-line'} role="presentation">
            <span
              className="sample-fit"
              aria-hidden="true"
              title={parts === null ? 'does not fit' : undefined}
            >
              {parts === null ? '✗' : ''}
            </span>
            {parts === null
              ? line
              : parts.map((part, index) => {
                  const slot = part.slot === null ? undefined : slots[part.slot];
                  if (part.slot === null || slot === undefined) return part.text;
                  const isSelected = part.slot === selected;
                  const isKept = slot.means.to !== 'nothing';
                  const words = `${kindTitle(slot.kind)}: ${meansText(slot.means)}`;
                  return (
                    <span
                      // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name.
                      key={index}
                      id={at === walked ? `${id}-${part.slot}` : undefined}
                      role="option"
                      aria-hidden={at === walked ? undefined : true}
                      aria-selected={isSelected}
                      aria-label={`${part.text}, ${words}`}
                      title={words}
                      className={`piece${isSelected ? ' selected' : ''}${isKept ? ' kept' : ''}`}
                      onClick={() => onSelect(part.slot ?? 0)}
                      onDoubleClick={onName}
                    >
                      {part.text === '' ? '\u200b' : part.text}
                    </span>
                  );
                })}
          </div>
        );
      })}
    </div>
  );
}
