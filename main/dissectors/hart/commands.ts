/**
 * Data of HART's universal commands and the commonest others: HCF_SPEC-127 (universal, revision 7), HCF_SPEC-151
 * (common practice): what a device is, its variables, its tags.
 */
import type { Cursor } from '../cursor';
import type { AssetFact, PointRun } from '../dissector';

export interface HartData {
  readonly points: readonly PointRun[];
  /** What the data say, for the message's line; empty when nothing. */
  readonly text: string;
  readonly facts: readonly AssetFact[];
}

const NOTHING: HartData = { points: [], text: '', facts: [] };
const PLACES = ['PV', 'SV', 'TV', 'QV'] as const;
/** Slots of one answer (HCF_SPEC-127 §6.9). */
const MAX_SLOTS = 8;

/** Unit codes met most (HCF_SPEC-183, table 2). */
const UNITS: Readonly<Record<number, string>> = {
  6: 'psi',
  7: 'bar',
  8: 'mbar',
  11: 'Pa',
  12: 'kPa',
  32: '°C',
  33: '°F',
  35: 'K',
  36: 'mV',
  37: 'Ω',
  39: 'mA',
  45: 'm',
  48: 'cm',
  49: 'mm',
  57: '%',
  58: 'V',
  237: 'MPa',
};

/** Makers by their code (HCF_SPEC-183, table 8), those that are certain. */
const MAKERS: Readonly<Record<number, string>> = {
  17: 'Endress+Hauser',
  23: 'Honeywell',
  38: 'Rosemount',
  42: 'Siemens',
  55: 'Yokogawa',
};

/** What a request brings or a response tells; `isResponse`: behind its two status bytes. */
export function readHart(command: number, body: Cursor, isResponse: boolean): HartData {
  if (body.left === 0) return NOTHING;
  if (isResponse) {
    if (command === 0 || command === 11 || command === 21) return readIdentity(body);
    if (command === 1) return values([variable(body, 'PV')]);
    if (command === 2) return values([value('loop current', body), value('percent of range', body)]);
    if (command === 3) return dynamicVariables(body);
    if (command === 9) return deviceVariables(body);
    if (command === 15) return rangeOf(body);
    if (command === 48) return { ...NOTHING, text: body.hex(Math.min(25, body.left)) };
  }
  if (command === 12 || command === 17) return { ...NOTHING, text: `“${packed(body, 24)}”` };
  if (command === 13 || command === 18) return tagOf(body, isResponse);
  if (command === 20 || command === 22) return longTag(body, isResponse);
  if (command === 6) return { ...NOTHING, text: `polling address ${body.u8()}` };
  if (command === 34) return values([value('damping', body)]);
  if (command === 35) {
    const unit = unitOf(body.u8());
    return values([value('upper range', body, unit), value('lower range', body, unit)]);
  }
  return command === 40 ? values([value('fixed current', body)]) : NOTHING;
}

interface Value {
  readonly name: string;
  readonly number: number;
  readonly unit: string;
  readonly quality: string | null;
}

function value(name: string, body: Cursor, unit = ''): Value {
  return { name, number: body.f32(), unit, quality: null };
}

function variable(body: Cursor, name: string): Value {
  const unit = unitOf(body.u8());
  return value(name, body, unit);
}

function unitOf(code: number): string {
  return UNITS[code] ?? (code >= 250 ? '' : `unit ${code}`);
}

function values(list: readonly Value[]): HartData {
  const points = list.map(({ name, number, quality }): PointRun => {
    const isNumber = Number.isFinite(number);
    return {
      object: name,
      address: null,
      stride: 0,
      values: [isNumber ? number : Number.NaN],
      ...(isNumber ? {} : { texts: ['not a number'] }),
      qualities: [quality],
    };
  });
  const text = list
    .map(({ name, number, unit, quality }) => {
      const shown = Number.isFinite(number) ? String(Number(number.toPrecision(7))) : 'not a number';
      return `${name} = ${shown}${unit === '' ? '' : ` ${unit}`}${quality === null ? '' : ` (${quality})`}`;
    })
    .join(', ');
  return { points, text, facts: [] };
}

/** The loop's current, then up to four variables with their units (HCF_SPEC-127 §6.4). */
function dynamicVariables(body: Cursor): HartData {
  const list = [value('loop current', body, 'mA')];
  for (const place of PLACES) if (body.left >= 5) list.push(variable(body, place));
  return values(list);
}

/** Slots of code, class, unit, value, status (HCF_SPEC-127 §6.10); a time of the device's own follows. */
function deviceVariables(body: Cursor): HartData {
  body.skip(1);
  const list: Value[] = [];
  while (body.left >= 8 && list.length < MAX_SLOTS) {
    const code = body.u8();
    body.skip(1);
    const read = variable(body, `variable ${code}`);
    list.push({ ...read, quality: qualityOf(body.u8()) });
  }
  return values(list);
}

/** The upper two bits of a variable's status; null: good (HCF_SPEC-183, common table 28). */
function qualityOf(status: number): string | null {
  return ['bad', 'fixed', 'poor accuracy', null][status >> 6] ?? null;
}

function rangeOf(body: Cursor): HartData {
  body.skip(2);
  const unit = unitOf(body.u8());
  return values([value('upper range', body, unit), value('lower range', body, unit), value('damping', body)]);
}

/*
 *   0    1          3           4            5          6          7              8       9           12
 *   +----+----------+-----------+------------+----------+----------+--------------+-------+-----------+----------
 *   | fe | type     | preambles | universal  | revision | software | hardware, ‑  | flags | device id | …, maker
 *   +----+----------+-----------+------------+----------+----------+--------------+-------+-----------+----------
 */
function readIdentity(body: Cursor): HartData {
  body.skip(1);
  const type = body.u16();
  body.skip(1);
  const [universal, revision, software] = [body.u8(), body.u8(), body.u8()];
  const hardware = body.u8() >> 3;
  body.skip(1);
  const id = body.u24();
  body.skip(5);
  const maker = body.left >= 2 ? body.u16() : type >> 8;
  const code = type.toString(16).padStart(4, '0');
  const vendor = MAKERS[maker] ?? '';
  const facts: readonly AssetFact[] = [
    { of: 'sender', fact: 'vendor', value: vendor },
    { of: 'sender', fact: 'model', value: `HART device type 0x${code}` },
    { of: 'sender', fact: 'firmware', value: `device revision ${revision}, software ${software}` },
    { of: 'sender', fact: 'serial', value: `HART device ${id}` },
  ];
  const text = `type 0x${code}, id ${id}, ${vendor || `maker ${maker}`}, HART ${universal}, revision ${revision}, software ${software}, hardware ${hardware}`;
  return body.isShort ? NOTHING : { points: [], text, facts };
}

/** Tag, descriptor, day (HCF_SPEC-127 §6.14). */
function tagOf(body: Cursor, isResponse: boolean): HartData {
  const [tag, descriptor] = [packed(body, 6), packed(body, 12)];
  const name = tag.replace(/^@+$/, '').trim();
  const [day, month, year] = [body.u8(), body.u8(), 1900 + body.u8()];
  const two = (number: number): string => String(number).padStart(2, '0');
  return {
    points: [],
    text: `tag “${tag}”, “${descriptor}”, ${year}-${two(month)}-${two(day)}`,
    facts: isResponse ? [{ of: 'sender', fact: 'name', value: name }] : [],
  };
}

function longTag(body: Cursor, isResponse: boolean): HartData {
  const tag = body.text(Math.min(32, body.left)).replace(/\.+$/, '').trim();
  const facts: readonly AssetFact[] = isResponse ? [{ of: 'sender', fact: 'name', value: tag }] : [];
  return { points: [], text: `“${tag}”`, facts };
}

/** Four characters of six bits in three bytes (HCF_SPEC-127 §4.1). */
function packed(body: Cursor, size: number): string {
  const part = body.part(Math.min(size, body.left));
  let text = '';
  while (part.left >= 3) {
    const bits = part.u24();
    for (const shift of [18, 12, 6, 0]) {
      const code = (bits >> shift) & 63;
      text += String.fromCharCode(code < 32 ? code + 64 : code);
    }
  }
  return text.trimEnd();
}
