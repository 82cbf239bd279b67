/** What a right click on a value of the inspector offers. */
import type { Filter } from '../../../shared/filter';
import type { MenuEntry } from '../../ui/menu';
import type { ValueMenu } from './field-rows';

export interface ValueActs {
  readonly add: (filter: Filter) => void;
  readonly copy: (text: string) => void;
}

export function valueMenu(value: ValueMenu, acts: ValueActs): readonly MenuEntry[] {
  const { fact } = value;
  const entries: MenuEntry[] = [];
  if (fact !== null) {
    const filter: Filter =
      fact.value === null
        ? { kind: 'null', field: fact.field }
        : { kind: 'in', field: fact.field, values: [fact.value] };
    entries.push(
      { kind: 'heading', label: `${value.label} ${shorten(value.text)}` },
      { label: 'Filter to', run: () => acts.add(filter) },
      { label: 'Filter out', run: () => acts.add({ kind: 'not', of: filter }) },
      { kind: 'line' },
    );
  } else if (value.text.length > 2) {
    entries.push(
      { label: 'Find events with this text', run: () => acts.add({ kind: 'words', text: value.text }) },
      { kind: 'line' },
    );
  }
  entries.push(
    { label: 'Copy value', run: () => acts.copy(value.text) },
    { label: 'Copy with name', run: () => acts.copy(`${value.label}: ${value.text}`) },
  );
  return entries;
}

function shorten(text: string): string {
  return text.length > 36 ? `${text.slice(0, 22)}…${text.slice(-12)}` : text;
}
