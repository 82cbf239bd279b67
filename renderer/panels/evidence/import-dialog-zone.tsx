/**
 * A searchable list of time zones, each with the offset it had at the time that matters. Type any part of a name or
 * an offset; arrow keys walk, Enter takes, Escape leaves the choice as it was.
 */
// biome-ignore-all lint/a11y/useSemanticElements: a native select cannot be searched by any part of a name.
// biome-ignore-all lint/a11y/useFocusableInteractive: the text box keeps the focus and names the active option.
import { type KeyboardEvent, type ReactNode, useId, useMemo, useRef, useState } from 'react';
import { formatOffset, isZone, listZones, offsetAt } from '../../../shared/time';

export interface ZoneChoice {
  readonly zone: string;
  readonly offset: string;
}

/** Zones whose name or offset holds every word typed; a fixed offset such as `+10:00` is offered as typed. */
export function searchZones(typed: string, atUs: number): readonly ZoneChoice[] {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const offset = (zone: string) => formatOffset(offsetAt(zone, atUs));
  const found = listZones()
    .map((zone) => ({ zone, offset: offset(zone) }))
    .filter((one) => {
      const text = `${one.zone.toLowerCase().replace(/_/g, ' ')} ${one.zone.toLowerCase()} ${one.offset}`;
      return words.every((word) => text.includes(word));
    });
  const exact = typed.trim();
  if (exact !== '' && isZone(exact) && !found.some((one) => one.zone === exact)) {
    return [{ zone: exact, offset: offset(exact) }, ...found];
  }
  return found;
}

export interface ZonePickerProps {
  readonly label: string;
  /** Null shows `placeholder`: nobody has chosen. */
  readonly zone: string | null;
  readonly placeholder: string;
  /** What taking the choice back leads to. */
  readonly back?: string;
  /** Where the list opens; upwards by default. */
  readonly opens?: 'up' | 'down';
  /** Instant whose offsets are shown, microseconds. */
  readonly atUs: number;
  readonly onChange: (zone: string | null) => void;
}

export function ZonePicker({
  label,
  zone,
  placeholder,
  back = 'Back to UTC, assumed',
  opens = 'up',
  atUs,
  onChange,
}: ZonePickerProps): ReactNode {
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const choices = useMemo(() => (typed === null ? [] : searchZones(typed, atUs)), [typed, atUs]);
  const isOpen = typed !== null;

  const take = (choice: ZoneChoice | undefined) => {
    if (choice !== undefined) onChange(choice.zone);
    setTyped(null);
  };
  const walk = (to: number) => {
    const next = Math.min(Math.max(0, to), choices.length - 1);
    setActive(next);
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' && !isOpen) setTyped('');
    else if (event.key === 'ArrowDown') walk(active + 1);
    else if (event.key === 'ArrowUp') walk(active - 1);
    else if (event.key === 'PageDown') walk(active + 8);
    else if (event.key === 'PageUp') walk(active - 8);
    else if (event.key === 'Enter' && isOpen) take(choices[active]);
    else if (event.key === 'Escape' && isOpen) setTyped(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <span className="zone-picker">
      <input
        role="combobox"
        className="text-box"
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && choices.length > 0 ? `${id}-${active}` : undefined}
        placeholder={zone === null ? placeholder : `${zone} ${formatOffset(offsetAt(zone, atUs))}`}
        data-chosen={zone !== null}
        value={typed ?? ''}
        spellCheck={false}
        autoComplete="off"
        onFocus={() => setActive(0)}
        onClick={() => setTyped((was) => was ?? '')}
        onBlur={() => setTyped(null)}
        onChange={(event) => {
          setTyped(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      {zone !== null && (
        <button
          type="button"
          className="clear-button"
          aria-label={back}
          title={back}
          onClick={() => onChange(null)}
        >
          ×
        </button>
      )}
      {isOpen && (
        <div
          role="listbox"
          id={`${id}-list`}
          aria-label="Time zones"
          className={`zone-list ${opens}`}
          ref={list}
        >
          {choices.slice(0, 500).map((choice, at) => (
            <div
              key={choice.zone}
              role="option"
              id={`${id}-${at}`}
              aria-selected={at === active}
              className={at === active ? 'zone-option active' : 'zone-option'}
              // Before the text box loses focus and the list goes.
              onMouseDown={(event) => {
                event.preventDefault();
                take(choice);
              }}
            >
              <span>{choice.zone}</span>
              <span className="mono label">{choice.offset}</span>
            </div>
          ))}
          {choices.length === 0 && (
            <p className="zone-none">No zone of that name. Offsets like +10:00 work too.</p>
          )}
        </div>
      )}
    </span>
  );
}
