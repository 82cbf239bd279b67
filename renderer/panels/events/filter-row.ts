/**
 * What is typed in a filter box under a column header, as a clause of the shared filter. Plain text is "contains";
 * `=x` equals, `!x` leaves out, `·` or `""` finds empty cells, `<` `>` compare numbers, `a/8` is a network.
 */
import { eventField } from '../../../shared/fields';
import type { Filter } from '../../../shared/filter';
import type { GridColumn } from './columns';

const ADDRESS_FIELDS = new Set(['source_ip', 'destination_ip']);
const NETWORK = /^[0-9a-fA-F.:]+\/\d{1,3}$/;
const COMPARISON = /^(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)$/;
const INTEGER = /^-?\d+$/;

/** The clause a box's text means for its column, or null when it restricts nothing. */
export function columnFilter(column: GridColumn, typed: string): Filter | null {
  const text = typed.trim();
  if (text === '') return null;
  if (text.startsWith('!') && text.length > 1) {
    const inner = columnFilter(column, text.slice(1));
    return inner === null ? null : { kind: 'not', of: inner };
  }
  const parts = column.filterFields.map((field) => fieldFilter(field, text));
  const first = parts[0];
  if (parts.length === 1 && first !== undefined) return first;
  // A joined column is empty only where every one of its fields is.
  return { kind: isEmptySign(text) ? 'and' : 'or', of: dedupe(parts) };
}

function isEmptySign(text: string): boolean {
  return text === '·' || text === '""' || text === '=';
}

function dedupe(parts: readonly Filter[]): Filter[] {
  const seen = new Map(parts.map((part) => [JSON.stringify(part), part]));
  return [...seen.values()];
}

function fieldFilter(field: string, text: string): Filter {
  if (text === '·' || text === '=') return { kind: 'null', field };
  if (text === '""') return { kind: 'in', field, values: [''] };
  const comparison = COMPARISON.exec(text);
  if (comparison !== null && isNumeric(field)) {
    const [, op, value] = comparison;
    if (op === '<' || op === '<=' || op === '>' || op === '>=') {
      return { kind: 'compare', field, op, value: Number(value) };
    }
  }
  if (ADDRESS_FIELDS.has(field) && NETWORK.test(text)) return { kind: 'cidr', field, network: text };
  if (text.startsWith('=')) return equals(field, text.slice(1).trim());
  if (isNumeric(field) && INTEGER.test(text)) return equals(field, text);
  if (eventField(field)?.type === 'BOOLEAN') return equals(field, text);
  return { kind: 'contains', field, text };
}

function isNumeric(field: string): boolean {
  const type = eventField(field)?.type;
  return type !== undefined && type !== 'VARCHAR' && type !== 'BOOLEAN' && type !== 'TIMESTAMP';
}

function equals(field: string, text: string): Filter {
  if (isNumeric(field)) {
    const number = Number(text);
    // An id beyond 2^53 stays text, as the wire has it.
    if (Number.isSafeInteger(number) || !INTEGER.test(text)) return { kind: 'in', field, values: [number] };
  }
  if (eventField(field)?.type === 'BOOLEAN')
    return { kind: 'in', field, values: [/^(true|yes|1)$/i.test(text)] };
  return { kind: 'in', field, values: [text] };
}

/** Hint shown in an empty box. */
export function filterHint(column: GridColumn): string {
  if (column.kind === 'route') return 'address or 10.0.0.0/8';
  if (column.kind === 'number' || column.kind === 'severity') return '= < >';
  return 'contains';
}

/** What would have been typed for a clause, so that a box shows a clause made elsewhere; null when nothing would. */
export function typedText(column: GridColumn, filter: Filter): string | null {
  const text = plainText(filter);
  if (text === null) return null;
  const same = columnFilter(column, text);
  return same !== null && JSON.stringify(same) === JSON.stringify(filter) ? text : null;
}

function plainText(filter: Filter): string | null {
  switch (filter.kind) {
    case 'not': {
      const inner = plainText(filter.of);
      return inner === null ? null : `!${inner}`;
    }
    case 'and':
    case 'or': {
      const first = filter.of[0];
      return first === undefined ? null : plainText(first);
    }
    case 'contains':
      return filter.text;
    case 'null':
      return '·';
    case 'compare':
      return `${filter.op}${filter.value}`;
    case 'cidr':
      return filter.network;
    case 'in': {
      const value = filter.values[0];
      if (filter.values.length !== 1 || value === undefined) return null;
      if (value === '') return '""';
      return typeof value === 'string' ? `=${value}` : String(value);
    }
    default:
      return null;
  }
}
