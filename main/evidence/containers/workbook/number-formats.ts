/**
 * What a cell's number stands for, by the number format of its style (ECMA-376 Part 1, 18.8.30 and 18.8.31): a plain
 * number, or days since the workbook's first day. Shown as ISO 8601 texts without a zone: a cell states none.
 */

/** Parts of a moment that a number format shows; null for plain numbers. */
export interface MomentFormat {
  readonly date: boolean;
  readonly time: boolean;
  /** `[h]:mm`: hours, minutes or seconds that go on beyond a day. */
  readonly elapsed: boolean;
}

const DATE: MomentFormat = { date: true, time: false, elapsed: false };
const TIME: MomentFormat = { date: false, time: true, elapsed: false };
const BOTH: MomentFormat = { date: true, time: true, elapsed: false };
const ELAPSED: MomentFormat = { date: false, time: true, elapsed: true };

/** Ids that need no format code, the East Asian ones among them. */
export function builtInFormat(id: number): MomentFormat | null {
  if (id === 22) return BOTH;
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58)) return DATE;
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id === 45 || id === 47) return TIME;
  return id === 46 ? ELAPSED : null;
}

/** Reads a format code such as `yyyy\-mm\-dd hh:mm;@`; only its first section counts. */
export function momentFormat(code: string): MomentFormat | null {
  const elapsed = /\[(?:h+|m+|s+)\]/i.test(code);
  const letters = firstSection(code)
    .replace(/\[[^\]]*\]/g, '')
    .replace(/am\/pm|a\/p|general/gi, '')
    .toLowerCase();
  const isDate = /[yd]/.test(letters);
  const isTime = elapsed || /[hs]/.test(letters);
  if (elapsed) return isDate ? BOTH : ELAPSED;
  if (isDate) return isTime ? BOTH : DATE;
  if (isTime) return TIME;
  return letters.includes('m') ? DATE : null;
}

/** Without texts in quotes, escaped characters, and what only pads. */
function firstSection(code: string): string {
  let letters = '';
  for (let at = 0; at < code.length; at++) {
    const character = code[at] ?? '';
    if (character === ';') break;
    if (character === '\\' || character === '_' || character === '*') at++;
    else if (character === '"') {
      const end = code.indexOf('"', at + 1);
      at = end < 0 ? code.length : end;
    } else letters += character;
  }
  return letters;
}

const DAY_MS = 86_400_000;
/** Day 0 of the 1900 system once its 29 February 1900, which never was, is past. */
const BASE_1900 = Date.UTC(1899, 11, 30);
const BASE_1904 = Date.UTC(1904, 0, 1);
/** 10000-01-01 in the 1900 system. */
const END_1900 = 2_958_466;

/**
 * A moment as text: `2026-03-04 05:06:07.250`, `2026-03-04`, `05:06:07`, or hours beyond a day `123:04:05`. Null
 * where the number is none (before the first day, after 9999): it stays a number.
 */
export function momentText(serial: number, format: MomentFormat, is1904: boolean): string | null {
  if (!Number.isFinite(serial) || serial < 0) return null;
  if (format.elapsed) {
    const ms = Math.round(serial * DAY_MS);
    return Number.isSafeInteger(ms) ? clock(ms) : null;
  }
  const end = is1904 ? END_1900 - 1462 : END_1900;
  if (serial + 1 / DAY_MS >= end) return null;
  const days = Math.floor(serial);
  const ms = Math.round((serial - days) * DAY_MS);
  // Day 0 has no date of its own in the 1900 system: the number is a time of day.
  if (days === 0 && !is1904 && ms < DAY_MS) return clock(ms);
  if (days === 0 && is1904 && !format.date) return clock(ms);
  const isLost = !is1904 && days === 60;
  const shift = is1904 || days > 60 ? 0 : 1;
  const moment = (is1904 ? BASE_1904 : BASE_1900) + (days + shift) * DAY_MS + ms;
  const iso = new Date(moment).toISOString();
  const date = isLost ? '1900-02-29' : iso.slice(0, 10);
  const showsTime = format.time || ms !== 0;
  return showsTime ? `${date} ${clock(ms % DAY_MS)}` : date;
}

/** Hours (any number), minutes, seconds, and milliseconds where there are some. */
function clock(ms: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const seconds = Math.floor(ms / 1000);
  const fraction = ms % 1000;
  const whole = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return fraction === 0 ? whole : `${whole}.${String(fraction).padStart(3, '0')}`;
}

/** A number as it was meant: files hold seventeen digits of what is 1.1. Whole numbers stay as they are written. */
export function numberText(written: string): string {
  const text = written.trim();
  if (!/^-?\d*\.?\d+(?:[eE][-+]?\d+)?$/.test(text) || /^-?\d+$/.test(text)) return text;
  const digits = text.replace(/[eE].*$/, '').replace(/[-.]/g, '').length;
  const value = Number(text);
  const size = Math.abs(value);
  const isPlain = size === 0 || (size >= 1e-6 && size < 1e21);
  return digits <= 18 && Number.isFinite(value) && isPlain ? String(value) : text;
}
