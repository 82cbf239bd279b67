/** Conditions of a join: their kinds in words, which columns fit where, and a first guess for each. Pure. */
import type { JoinCondition } from '../../../shared/filter';
import type { SourceColumn } from '../../../shared/protocol';
import { baseName } from '../../grid/result-cell';

export type ConditionKind = JoinCondition['kind'];

/** Between a column of the left and one of the right. */
export const KIND_WORDS: Readonly<Record<ConditionKind, string>> = {
  equal: 'is the same as',
  asset: 'is the same asset as',
  'as-of': 'goes with',
  window: 'falls within',
  cidr: 'is in the network',
};

/** The same as choices of a menu. */
export const KIND_MENU: Readonly<Record<ConditionKind, string>> = {
  equal: 'A column is the same as one of the right',
  asset: 'Both are of the same asset',
  'as-of': 'The last one before it, or the next after it',
  window: 'It falls within a stretch of time',
  cidr: 'Its address is in a network',
};

/** Columns that make sense for a place of a condition; all where none is of the kind. */
export function fitting(
  columns: readonly SourceColumn[],
  kind: 'time' | 'address' | 'any' | 'network',
): readonly SourceColumn[] {
  if (kind === 'any') return columns;
  const found = columns.filter(({ role, type, name }) => {
    if (kind === 'time') return role === 'time';
    if (kind === 'network')
      return type === 'VARCHAR' && (role === 'address' || /network|cidr|prefix/.test(name));
    return role === 'address';
  });
  return found.length > 0 ? found : kind === 'time' ? [] : columns.filter(({ type }) => type === 'VARCHAR');
}

function first(columns: readonly SourceColumn[], ...names: readonly string[]): string {
  for (const name of names) {
    const found = columns.find((column) => baseName(column.name) === name);
    if (found !== undefined) return found.name;
  }
  return columns[0]?.name ?? '';
}

/** A condition of a kind with the columns most likely meant. */
export function guess(
  kind: ConditionKind,
  left: readonly SourceColumn[],
  right: readonly SourceColumn[],
): JoinCondition {
  const leftTime = first(fitting(left, 'time'), 'timestamp', 'started_at');
  const rightTimes = fitting(right, 'time');
  switch (kind) {
    case 'equal': {
      const shared = left.find(
        ({ name, role }) =>
          role !== 'event' &&
          role !== 'evidence' &&
          role !== 'time' &&
          right.some((one) => one.name === name),
      )?.name;
      return {
        kind,
        left: first(left, 'source_ip', 'ip', 'user_name', shared ?? ''),
        right: first(right, 'ip', 'source_ip', 'user_name', shared ?? ''),
        ignoreCase: false,
      };
    }
    case 'asset':
      return {
        kind,
        left: left.some(({ name }) => name === 'source_ip') ? 'source' : 'itself',
        right: right.some(({ name }) => name === 'source_ip') ? 'source' : 'itself',
      };
    case 'as-of':
      return {
        kind,
        left: leftTime,
        right: first(rightTimes, 'timestamp', 'started_at'),
        direction: 'last',
        withinUs: 900_000_000,
      };
    case 'window':
      return {
        kind,
        left: leftTime,
        leftEnd: null,
        from: first(rightTimes, 'started_at', 'valid_from', 'timestamp'),
        to: first(rightTimes, 'ended_at', 'valid_to'),
        beforeUs: 0,
        afterUs: 0,
      };
    case 'cidr':
      return {
        kind,
        left: first(fitting(left, 'address'), 'source_ip', 'ip'),
        right: first(fitting(right, 'network'), 'network'),
      };
  }
}
