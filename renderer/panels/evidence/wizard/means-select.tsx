/** What a piece means: the time, a field of the event, a name of one's own, or nothing. */
import { Fragment, type ReactNode } from 'react';
import type { FieldGroup } from '../../../../shared/fields';
import { NAMEABLE_FIELDS } from '../../../../shared/propose/meanings';
import type { Means } from '../../../../shared/propose/template';

export interface MeansSelectProps {
  readonly label: string;
  readonly id?: string;
  readonly means: Means;
  /** Keys of pairs are neither the time nor the same in every line. */
  readonly isKey: boolean;
  readonly onChange: (means: Means) => void;
}

const GROUPS: readonly (readonly [FieldGroup, string])[] = [
  ['event', 'Event'],
  ['who', 'Who'],
  ['network', 'Network'],
  ['service', 'Service'],
  ['ot', 'OT'],
];

/** In words, for lists and screen readers. */
export function meansText(means: Means): string {
  switch (means.to) {
    case 'nothing':
      return 'not kept';
    case 'time':
      return 'Time';
    case 'fixed':
      return 'same text in every line';
    case 'field':
      return NAMEABLE_FIELDS.find(({ name }) => name === means.field)?.label ?? means.field;
    case 'own':
      return means.name === '' ? 'own name' : means.name;
  }
}

export function MeansSelect({ label, id, means, isKey, onChange }: MeansSelectProps): ReactNode {
  return (
    <span className="means">
      <select
        id={id}
        aria-label={label}
        className={means.to === 'nothing' ? 'unmapped' : undefined}
        value={means.to === 'field' ? `field:${means.field}` : means.to}
        onChange={(event) => onChange(meansOf(event.target.value))}
      >
        <option value="nothing">not kept</option>
        {!isKey && <option value="time">Time</option>}
        {GROUPS.map(([group, title]) => (
          <Fragment key={group}>
            <optgroup label={title}>
              {NAMEABLE_FIELDS.filter((field) => field.group === group).map(({ name, label: text }) => (
                <option key={name} value={`field:${name}`}>
                  {text}
                </option>
              ))}
            </optgroup>
          </Fragment>
        ))}
        <optgroup label="Other">
          <option value="own">own name…</option>
          {!isKey && <option value="fixed">the same text in every line</option>}
        </optgroup>
      </select>
      {means.to === 'own' && (
        <input
          type="text"
          className="text-box"
          aria-label={`Own name of ${label}`}
          placeholder="name"
          title="Told at the end of the message"
          value={means.name}
          maxLength={40}
          spellCheck={false}
          onChange={(event) => onChange({ to: 'own', name: event.target.value })}
        />
      )}
    </span>
  );
}

function meansOf(value: string): Means {
  if (value.startsWith('field:')) return { to: 'field', field: value.slice('field:'.length) };
  if (value === 'time') return { to: 'time' };
  if (value === 'fixed') return { to: 'fixed' };
  return value === 'own' ? { to: 'own', name: '' } : { to: 'nothing' };
}
