/** Filter → text. What is written here, `parse.ts` reads back to the same tree. */
import { formatNetwork, parseNetwork } from '../address';
import type { Filter, FilterValue } from '../filter';
import { formatInstant, formatOffset, isoInstant, offsetAt } from '../time';
import { canonical } from './canonical';
import { ADDRESS_NAMES, SEVERITY_FIELD, SEVERITY_NAMES, shortName, valueKind } from './names';

/** Instants the calendar forms can write: years 1601–9999, with a day to spare for offsets. */
const LEAST_US = Date.UTC(1601, 0, 2) * 1000;
const MOST_US = Date.UTC(9999, 11, 30) * 1000;

/** An instant as filter text writes it, in a zone, as short as it stays exact: `2016-12-15T18:06+10:00`. */
export function timeText(us: number, zone: string): string {
  const whole = Math.round(us);
  if (!(whole >= LEAST_US && whole <= MOST_US)) return epochText(whole);
  const offset = offsetAt(zone, whole);
  if (offset === 0 || offset % 60 !== 0) return `${shorten(isoInstant(whole).slice(0, -1))}Z`;
  return `${shorten(formatInstant(whole, zone, 6).replace(' ', 'T'))}${formatOffset(offset)}`;
}

function shorten(text: string): string {
  return text.replace(/(:00)?\.000000$|(?<=\.\d*[1-9])0+$/, '');
}

/** Seconds since 1970 with microseconds, `@-12.000005`. */
function epochText(us: number): string {
  const sign = us < 0 ? '-' : '';
  const digits = String(Math.abs(us)).padStart(7, '0');
  return `@${sign}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

export function quote(text: string): string {
  return `"${text.replace(/["\\\n\r\t]/g, (sign) => ESCAPES[sign] ?? sign)}"`;
}

/** Characters that may stand in a value without quotes. */
const BARE_VALUE = /^[^\s"(),*\\]+$/;
/** Words without quotes: nothing that could begin or part a clause. */
const BARE_WORD = /^[^\s"(),*\\:~<>=-][^\s"(),*\\:~<>=]*$/;
const EXACT_NAMES = ['timestamp', 'note'];
const RESERVED = new Set(['OR', 'AND', 'NOT']);

function wordText(text: string): string {
  const isPlain = BARE_WORD.test(text) && !RESERVED.has(text) && parseNetwork(text) === null;
  return isPlain ? text : quote(text);
}

function valueText(field: string, value: FilterValue, zone: string): string {
  if (typeof value === 'number' && valueKind(field) === 'time') return timeText(value, zone);
  if (typeof value === 'number' && field === SEVERITY_FIELD) return SEVERITY_NAMES[value] ?? String(value);
  if (typeof value !== 'string') return String(value);
  const isNetwork = ADDRESS_NAMES.includes(field) && value.includes('/');
  const isRange = valueKind(field) !== 'text';
  return BARE_VALUE.test(value) && !isNetwork && !isRange ? value : quote(value);
}

/**
 * The text of a filter, empty for everything. Times carry their offset, so that the text means the same in every
 * display zone.
 */
export function printFilter(filter: Filter, zone = 'UTC'): string {
  const plain = canonical(filter);
  if (plain.kind === 'and') return plain.of.map((part) => print(part, zone)).join(' ');
  if (plain.kind === 'or') return plain.of.map((part) => print(part, zone)).join(' OR ');
  return print(plain, zone);
}

function print(filter: Filter, zone: string): string {
  switch (filter.kind) {
    case 'and':
      return `(${filter.of.map((part) => print(part, zone)).join(' ')})`;
    case 'or':
      return `(${filter.of.map((part) => print(part, zone)).join(' OR ')})`;
    case 'not':
      if (filter.of.kind === 'null') return `${shortName(filter.of.field)}:*`;
      return `-${print(filter.of, zone)}`;
    case 'in':
      // After `:` a single time would be the stretch it names, and `note:` is a mark.
      return `${shortName(filter.field)}${EXACT_NAMES.includes(filter.field) ? '=' : ':'}${filter.values
        .map((value) => valueText(filter.field, value, zone))
        .join(',')}`;
    case 'null':
      return `-${shortName(filter.field)}:*`;
    case 'compare':
      return `${shortName(filter.field)}${filter.op}${valueText(filter.field, filter.value, zone)}`;
    case 'time':
      return `time:${timeText(filter.from, zone)}..${timeText(filter.to, zone)}`;
    case 'contains':
      return `${shortName(filter.field)}~${BARE_VALUE.test(filter.text) ? filter.text : quote(filter.text)}`;
    case 'words':
      return wordText(filter.text);
    case 'cidr': {
      const network = parseNetwork(filter.network);
      const text = network === null ? filter.network : formatNetwork(network);
      return filter.field === null ? text : `${shortName(filter.field)}:${text}`;
    }
    case 'marked':
      if (filter.value === null) return `is:${filter.what}`;
      return `${filter.what}:${BARE_VALUE.test(filter.value) ? filter.value : quote(filter.value)}`;
    case 'member':
      return `member:${quote(JSON.stringify(filter))}`;
  }
}
