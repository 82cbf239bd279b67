/** Data frames of IEEE C37.118.2-2011 (§6.3), read by the configuration of their stream. */
import type { Cursor } from '../cursor';
import { newNamedRun, type PointRun } from '../dissector';
import type { Configuration, PmuConfiguration } from './configuration';

const ERRORS = [null, 'PMU error', 'test mode', 'PMU error, not to be used'] as const;
const MAX_POINTS = 4096;
/** Units named in a message line. */
const SAID_UNITS = 4;

export interface DataFrame {
  readonly points: readonly PointRun[];
  /** Values in them. */
  readonly count: number;
  readonly text: string;
  /** Words of the first status that is not plainly good. */
  readonly quality: string | null;
}

/*
 *   a unit: status (2), phasors (4 or 8 each), frequency (2 or 4), its rate of change (2 or 4), analogs (2 or 4 each),
 *   digital words (2 each)
 */
export function readDataFrame(cursor: Cursor, { units }: Configuration, timeUs: number): DataFrame {
  const points: PointRun[] = [];
  let said = '';
  let saidUnits = 0;
  let worst: string | null = null;
  let count = 0;
  for (const unit of units) {
    if (cursor.isShort || count > MAX_POINTS) break;
    const quality = statusWords(cursor.u16());
    worst ??= quality;
    const objects = objectsOf(unit);
    const { values, isWhole } = readValues(cursor, unit);
    count += values.length;
    if (values.length > 0) points.push(newNamedRun(objects, values, quality, timeUs));
    if (saidUnits < SAID_UNITS && isWhole) {
      const frequency = values[unit.phasors.length * 2] ?? 0;
      said += `${saidUnits === 0 ? '' : ', '}${unit.station} ${Number(frequency.toPrecision(7))} Hz`;
      saidUnits++;
    }
  }
  const more = units.length > saidUnits ? `, … (${units.length})` : '';
  return { points, count, text: `${said}${more}`, quality: worst };
}

/** The values of one unit, as many as were there. */
function readValues(
  cursor: Cursor,
  unit: PmuConfiguration,
): { readonly values: readonly number[]; readonly isWhole: boolean } {
  const values: number[] = [];
  const add = (value: number): void => {
    if (!cursor.isShort) values.push(value);
  };
  for (const { scale } of unit.phasors) {
    if (unit.hasFloatPhasors) {
      add(cursor.f32());
      add(cursor.f32());
    } else if (unit.isPolar) {
      add(cursor.u16() * scale);
      add(signed(cursor.u16()) / 10_000);
    } else {
      add(signed(cursor.u16()) * scale);
      add(signed(cursor.u16()) * scale);
    }
  }
  add(unit.hasFloatFrequency ? cursor.f32() : unit.nominal + signed(cursor.u16()) / 1000);
  add(unit.hasFloatFrequency ? cursor.f32() : signed(cursor.u16()) / 100);
  for (let left = unit.analogs.length; left > 0; left--)
    add(unit.hasFloatAnalogs ? cursor.f32() : signed(cursor.u16()));
  for (let left = unit.digitals.length; left > 0; left--) add(cursor.u16());
  return { values, isWhole: !cursor.isShort };
}

const known = new WeakMap<PmuConfiguration, readonly string[]>();

/** Names of a unit's values in the order of a frame; made once, for frames come fifty times a second. */
function objectsOf(unit: PmuConfiguration): readonly string[] {
  const made = known.get(unit);
  if (made !== undefined) return made;
  const [first, second] = unit.isPolar ? ['magnitude', 'angle'] : ['real', 'imaginary'];
  const names = [
    ...unit.phasors.flatMap(({ name }) => [`${name} ${first}`, `${name} ${second}`]),
    'frequency',
    'rate of change of frequency',
    ...unit.analogs,
    ...unit.digitals.map((name) => `digital ${name}`),
  ].map((name) => `${unit.station}/${name}`);
  known.set(unit, names);
  return names;
}

function signed(value: number): number {
  return (value << 16) >> 16;
}

/** Words of the STAT field (table 7); null when all is well. */
function statusWords(status: number): string | null {
  if ((status & 0xfe00) === 0) return null;
  const words: string[] = [];
  const error = ERRORS[status >>> 14];
  if (error) words.push(error);
  if ((status & 0x2000) !== 0) words.push('not synchronised');
  if ((status & 0x1000) !== 0) words.push('sorted by arrival');
  if ((status & 0x0800) !== 0) words.push(`trigger ${status & 15}`);
  if ((status & 0x0400) !== 0) words.push('configuration about to change');
  if ((status & 0x0200) !== 0) words.push('modified by processing');
  return words.length === 0 ? null : words.join(', ');
}
