/** What the search field offers while typing: names of fields, then the values found under the filter in force. */
import { eventField } from '../../shared/fields';
import { resolveField, SHORT_NAMES } from '../../shared/filter/text';

export interface Suggestion {
  /** Text of the field with the suggestion taken. */
  readonly text: string;
  readonly shown: string;
  /** What a field means. */
  readonly hint: string;
  readonly count: number | null;
}

/** What the last clause of the text asks for. */
export type Want =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'field'; readonly before: string; readonly start: string }
  | { readonly kind: 'value'; readonly before: string; readonly field: string; readonly start: string };

const FIELD = /^(.*?(?:^|[\s(])-?)([A-Za-z_][\w.]*)$/s;
const VALUE = /^(.*?(?:^|[\s(])-?)([A-Za-z_][\w.]*)([:=])((?:[^\s"(),]*,)*)([^\s"(),]*)$/s;

export function wantOf(text: string): Want {
  const value = VALUE.exec(text);
  if (value !== null) {
    const [, head = '', name = '', sign = ':', earlier = '', start = ''] = value;
    const field = resolveField(name)?.name;
    if (field === undefined) return { kind: 'nothing' };
    return { kind: 'value', before: `${head}${name}${sign}${earlier}`, field, start };
  }
  const field = FIELD.exec(text);
  if (field === null) return { kind: 'nothing' };
  const [, before = '', start = ''] = field;
  return { kind: 'field', before, start };
}

const MOST = 12;

/** Field names that begin with, then contain, what was typed. */
export function suggestFields(before: string, start: string): readonly Suggestion[] {
  const wanted = start.toLowerCase();
  const begins = SHORT_NAMES.filter((name) => name.startsWith(wanted));
  const holds = SHORT_NAMES.filter((name) => !name.startsWith(wanted) && name.includes(wanted));
  return [...begins, ...holds].slice(0, MOST).map((name) => ({
    text: `${before}${name}:`,
    shown: `${name}:`,
    hint: describeField(name),
    count: null,
  }));
}

function describeField(name: string): string {
  const field = resolveField(name);
  if (field === undefined) return '';
  return field.help === '' ? field.label : field.help;
}

/** Values of a field with their counts; those that begin with what was typed come first. */
export function suggestValues(
  before: string,
  start: string,
  values: readonly { readonly value: string | null; readonly count: number }[],
): readonly Suggestion[] {
  const wanted = start.toLowerCase();
  const found = values.flatMap(({ value, count }) => {
    if (value === null || value === '' || !value.toLowerCase().includes(wanted)) return [];
    const text = /^[^\s"(),*\\/]+$/.test(value) ? value : JSON.stringify(value);
    return [{ text: `${before}${text} `, shown: value, hint: '', count }];
  });
  const rank = ({ shown }: Suggestion): number => (shown.toLowerCase().startsWith(wanted) ? 0 : 1);
  return found.sort((one, other) => rank(one) - rank(other)).slice(0, MOST);
}

/** A closed list needs no question to the engine before it can be offered. */
export function closedValues(field: string): readonly { value: string; count: number }[] | null {
  const values = eventField(field)?.values;
  return values === undefined ? null : values.map((value) => ({ value, count: 0 }));
}
