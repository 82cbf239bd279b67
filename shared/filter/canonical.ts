/** One shape for filters that mean the same, so that text and tree lead back to each other. Pure. */

import type { Filter, FilterValue } from '../filter';
import { valueKind } from './names';

/** What no event passes. */
export const NOTHING: Filter = { kind: 'not', of: { kind: 'and', of: [] } };

function isNothing(filter: Filter): boolean {
  return filter.kind === 'not' && filter.of.kind === 'and' && filter.of.of.length === 0;
}

/** A value in the type its field has: text for text fields, numbers where the field and the text are numeric. */
export function canonicalValue(field: string, value: FilterValue): FilterValue {
  const text = String(value);
  switch (valueKind(field)) {
    case 'number':
    case 'time': {
      const number = Number(text);
      return Number.isFinite(number) && String(number) === text ? number + 0 : text;
    }
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'text':
      return text;
  }
}

/**
 * The same filter in its shortest form: no `and` in `and`, no `or` in `or`, none of one part, no double `not`; values
 * in their field's type. A list of no values, or an `or` of no parts, is `NOTHING`.
 */
export function canonical(filter: Filter): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return canonicalList(filter.kind, filter.of);
    case 'not': {
      const inner = canonical(filter.of);
      return inner.kind === 'not' ? inner.of : { kind: 'not', of: inner };
    }
    case 'in':
      if (filter.values.length === 0) return NOTHING;
      return { ...filter, values: filter.values.map((value) => canonicalValue(filter.field, value)) };
    case 'compare':
      return { ...filter, value: filter.value + 0 };
    case 'member':
      return { ...filter, of: { ...filter.of, filter: canonical(filter.of.filter) } };
    default:
      return filter;
  }
}

function canonicalList(kind: 'and' | 'or', parts: readonly Filter[]): Filter {
  const flat = parts
    .map(canonical)
    .flatMap((part) => (part.kind === kind ? part.of : [part]))
    // Nothing adds nothing to an "or".
    .filter((part) => kind === 'and' || !isNothing(part));
  const [only] = flat;
  if (only !== undefined && flat.length === 1) return only;
  if (only === undefined) return kind === 'and' ? { kind, of: [] } : NOTHING;
  return { kind, of: flat };
}

/** The parts of a filter that all must hold: what becomes one chip each. */
export function topParts(filter: Filter): readonly Filter[] {
  const plain = canonical(filter);
  return plain.kind === 'and' ? plain.of : [plain];
}
