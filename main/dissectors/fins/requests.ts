/** What requests of Omron FINS are about: areas, parameters, programs, modes, clocks (Omron W227 §5-2, §5-3). */
import type { Cursor } from '../cursor';

export interface Target {
  readonly object: string | null;
  readonly address: number | null;
  /** Number of the first bit in its word; null where words or flags are meant. */
  readonly bit: number | null;
  readonly quantity: number | null;
  /** What more is said, for the message's line; empty when nothing. */
  readonly detail: string;
}

export const NO_TARGET: Target = { object: null, address: null, bit: null, quantity: null, detail: '' };

/** Memory areas (W227 §5-2-2): bits and words of the CV mode below 0x30 and from 0x80, of CS and CJ around them. */
const AREAS: Readonly<Record<number, string>> = {
  0: 'CIO bit',
  1: 'T/C flag',
  2: 'DM bit',
  3: 'transition flag',
  4: 'step flag',
  5: 'forced status bit',
  9: 'T/C flag',
  27: 'action flag',
  48: 'CIO bit',
  49: 'W bit',
  50: 'H bit',
  51: 'A bit',
  64: 'CIO forced bit',
  128: 'CIO',
  129: 'T/C',
  130: 'DM',
  133: 'forced status',
  137: 'T/C',
  152: 'EM',
  176: 'CIO',
  177: 'W',
  178: 'H',
  179: 'A',
};
/** Written right before the number, as engineers do. */
const JOINED = new Set(['CIO', 'T/C', 'DM', 'EM', 'W', 'H', 'A']);
/** Each of whose elements is one bit of a word. */
const BIT_AREAS = new Set([
  'CIO bit',
  'W bit',
  'H bit',
  'A bit',
  'DM bit',
  'CIO forced bit',
  'forced status bit',
]);
const PARAMETERS: Readonly<Record<number, string>> = {
  32768: 'parameters',
  32770: 'CPU bus unit settings',
  32784: 'PC setup',
  32785: 'peripheral device settings',
  32786: 'I/O tables',
  32787: 'routing tables',
};
const MODES: Readonly<Record<number, string>> = { 1: 'debug', 2: 'monitor', 4: 'run' };
const FORCES: Readonly<Record<number, string>> = {
  0: 'forced off',
  1: 'forced on',
  32768: 'released and off',
  32769: 'released and on',
  65535: 'released',
};
const MAX_LISTED = 64;
const MAX_TOLD = 8;

/** The command's own data; null targets for commands that are about the controller as a whole. */
export function readTarget(cursor: Cursor, code: number): Target {
  switch (code) {
    case 0x0101:
    case 0x0102:
    case 0x0103:
    case 0x230a:
      return { ...area(cursor), quantity: cursor.u16() };
    case 0x0104:
      return areas(cursor);
    case 0x0105: {
      const source = area(cursor);
      const target = area(cursor);
      return { ...source, quantity: cursor.u16(), detail: ` to ${placeText(target)}` };
    }
    case 0x0201:
    case 0x0202:
    case 0x0203:
      return parameters(cursor);
    case 0x0306:
    case 0x0307:
      return { ...program(cursor), address: cursor.u32(), quantity: cursor.u16() };
    case 0x0304:
    case 0x0305:
    case 0x0308:
      return program(cursor);
    case 0x0401: {
      if (cursor.left < 2) return NO_TARGET;
      const which = program(cursor);
      const mode = cursor.left > 0 ? cursor.u8() : 2;
      return { ...which, detail: ` in ${MODES[mode] ?? `mode ${mode}`}${mode in MODES ? ' mode' : ''}` };
    }
    case 0x0702:
      return { ...NO_TARGET, detail: ` to ${clock(cursor)}` };
    case 0x2101: {
      const error = cursor.u16();
      const what = error === 0xffff ? ' all' : error === 0xfffe ? ' the present one' : ` 0x${hex(error)}`;
      return { ...NO_TARGET, address: error, detail: what };
    }
    case 0x2301:
      return forces(cursor);
    default:
      return NO_TARGET;
  }
}

const hex = (value: number): string => value.toString(16).padStart(4, '0');

function area(cursor: Cursor): Target {
  const code = cursor.u8();
  const address = cursor.u16();
  const bit = cursor.u8();
  const bank = code >= 0x90 && code <= 0x97 ? `E${code - 0x90}` : null;
  const object = AREAS[code] ?? bank ?? `area 0x${code.toString(16)}`;
  return { ...NO_TARGET, object, address, bit: BIT_AREAS.has(object) ? bit : null };
}

/** `DM100`, `CIO bit 100.05`, `transition flag 7`. */
export function placeText({ object, address, bit }: Target): string {
  if (object === null) return '';
  if (bit !== null) return `${object} ${address ?? 0}.${String(bit).padStart(2, '0')}`;
  return address === null ? object : `${object}${JOINED.has(object) ? '' : ' '}${address}`;
}

/** The bit so many after the first one; words have sixteen. */
export function bitAfter(target: Target, ahead: number): Target {
  const place = (target.bit ?? 0) + ahead;
  // No word has a bit of that number: told as it stands.
  if ((target.bit ?? 0) > 15) return { ...target, bit: place };
  return { ...target, address: (target.address ?? 0) + (place >> 4), bit: place & 15 };
}

function areas(cursor: Cursor): Target {
  const found: Target[] = [];
  while (cursor.left >= 4 && found.length < MAX_LISTED) found.push(area(cursor));
  const [first, ...rest] = found;
  if (first === undefined) return NO_TARGET;
  const told = rest.slice(0, MAX_TOLD - 1).map(placeText);
  const more = rest.length > told.length ? ' …' : '';
  const detail = told.length === 0 ? '' : `, ${told.join(', ')}${more}`;
  return { ...first, quantity: found.length, detail };
}

function parameters(cursor: Cursor): Target {
  const code = cursor.u16();
  const address = cursor.u16();
  // The highest bit says that nothing follows.
  const quantity = cursor.u16() & 0x7fff;
  return { ...NO_TARGET, object: PARAMETERS[code] ?? `parameter area 0x${hex(code)}`, address, quantity };
}

function program(cursor: Cursor): Target {
  return { ...NO_TARGET, object: `program ${cursor.u16()}` };
}

/** Year to second, two decimal digits a byte; the seconds may be left out (§5-3-20). */
function clock(cursor: Cursor): string {
  const two = (): string => cursor.u8().toString(16).padStart(2, '0');
  const [year, month, day, hour, minute] = [two(), two(), two(), two(), two()];
  const second = cursor.left > 0 ? `:${two()}` : '';
  return `${Number(year) < 98 ? '20' : '19'}${year}-${month}-${day} ${hour}:${minute}${second}`;
}

/** How each bit is forced (§5-3-38): what is done, then where. */
function forces(cursor: Cursor): Target {
  const quantity = cursor.u16();
  let first: Target | null = null;
  const told: string[] = [];
  for (let index = 0; index < quantity && index < MAX_TOLD && cursor.left >= 6; index++) {
    const how = cursor.u16();
    const place = area(cursor);
    const done = FORCES[how] ?? `0x${hex(how)}`;
    told.push(first === null ? done : `${placeText(place)} ${done}`);
    first ??= place;
  }
  if (first === null) return { ...NO_TARGET, quantity };
  return { ...first, quantity, detail: ` ${told.join(', ')}${quantity > told.length ? ' …' : ''}` };
}
