/** Values that a format chooses from words of its own, and the SQL type of such words. */
import type { Value } from '../../formats/format';
import { quoteText } from '../../store/sql';

/** Types name all their words wherever one of them stands. */
const MOST_WORDS = 24;

/** Whether a value is always one that the format's author wrote, which the loader held against the list. */
export function isChosen(value: Value): boolean {
  if (typeof value !== 'object') return true;
  if (value.map !== undefined) return !value.keep;
  return (
    value.cases !== undefined &&
    value.extract === undefined &&
    value.as === undefined &&
    givenBy(value).every(isChosen)
  );
}

function givenBy(value: Exclude<Value, string | number | boolean>): readonly Value[] {
  return [...(value.cases ?? []).map((one) => one.give), ...(value.else === undefined ? [] : [value.else])];
}

/**
 * ENUM of all words of these values, of which DuckDB writes numbers: nothing is hashed row by row. Null where a value
 * may be something else, or the words are many.
 */
export function wordType(values: readonly Value[]): string | null {
  if (!values.every(isChosen)) return null;
  const words = new Set(values.flatMap(scalarsOf));
  const texts = [...words].filter((word) => typeof word === 'string');
  if (texts.length < words.size || words.size === 0 || words.size > MOST_WORDS) return null;
  return `ENUM(${texts.map(quoteText).join(', ')})`;
}

function scalarsOf(value: Value): ReadonlyArray<string | number | boolean> {
  if (typeof value !== 'object') return [value];
  const others = value.default === undefined ? [] : [value.default];
  if (value.map !== undefined) return [...Object.values(value.map), ...others];
  return [...givenBy(value).flatMap(scalarsOf), ...others];
}
