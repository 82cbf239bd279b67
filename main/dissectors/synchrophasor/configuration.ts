/** Configuration frames of IEEE C37.118.2-2011 (§6.4 CFG-1 and CFG-2, §6.5 CFG-3): what a data frame is made of. */
import type { Cursor } from '../cursor';

const MAX_UNITS = 256;
const MAX_CHANNELS = 1024;
const NAME_BYTES = 16;

export interface Phasor {
  readonly name: string;
  /** What one count of a 16-bit phasor is worth. */
  readonly scale: number;
  readonly isCurrent: boolean;
}

/** One measurement unit of a stream. */
export interface PmuConfiguration {
  readonly station: string;
  readonly id: number;
  readonly isPolar: boolean;
  readonly hasFloatPhasors: boolean;
  readonly hasFloatAnalogs: boolean;
  readonly hasFloatFrequency: boolean;
  readonly phasors: readonly Phasor[];
  readonly analogs: readonly string[];
  readonly digitals: readonly string[];
  /** Hz. */
  readonly nominal: number;
}

export interface Configuration {
  /** Parts of a second the fraction counts. */
  readonly timeBase: number;
  readonly units: readonly PmuConfiguration[];
  /** Frames per second, or seconds per frame where negative. */
  readonly rate: number;
  /** False when it is spread over several frames (§6.5, CONT_IDX), or cut. */
  readonly isWhole: boolean;
}

/*
 *   CFG-1, CFG-2   time base (4), units (2), units …, rate (2)
 *   a unit         station (16), id, format, phasors, analogs, digitals (2 each), names (16 each), units (4 each),
 *                  nominal (2), count of changes (2)
 */
export function readConfiguration(cursor: Cursor): Configuration {
  const timeBase = cursor.u32() % 16777216;
  const count = cursor.u16();
  const units: PmuConfiguration[] = [];
  while (units.length < Math.min(count, MAX_UNITS) && !cursor.isShort) {
    const station = cursor.text(NAME_BYTES);
    const head = readHead(cursor, station);
    const names = readNames(cursor, head, () => cursor.text(NAME_BYTES));
    const scales = names.phasors.map(() => ({ isCurrent: cursor.u8() === 1, scale: cursor.u24() / 100_000 }));
    cursor.skip(4 * (head.analogs + head.digitals));
    units.push(unitOf(head, names, scales, cursor));
  }
  return { timeBase, units, rate: signed(cursor.u16()), isWhole: !cursor.isShort && units.length === count };
}

/*
 *   CFG-3    continuation (2), time base (4), units (2), units …, rate (2)
 *   a unit   station (length, text), id (2), global id (16), format, phasors, analogs, digitals (2 each), names (length,
 *            text each), phasor scales (12 each), analog scales (8 each), digital masks (4 each), place (12), class (1),
 *            window (4), delay (4), nominal (2), count of changes (2)
 */
export function readConfiguration3(cursor: Cursor): Configuration {
  const continuation = cursor.u16();
  const timeBase = cursor.u32() % 16777216;
  const count = cursor.u16();
  const units: PmuConfiguration[] = [];
  while (continuation === 0 && units.length < Math.min(count, MAX_UNITS) && !cursor.isShort) {
    const station = cursor.text(cursor.u8());
    const id = cursor.u16();
    cursor.skip(16);
    const head = { ...readCounts(cursor), station, id };
    const names = readNames(cursor, head, () => cursor.text(cursor.u8()));
    const scales = names.phasors.map(() => {
      cursor.skip(2);
      const isCurrent = (cursor.u8() & 8) !== 0;
      cursor.skip(1);
      const scale = cursor.f32();
      cursor.skip(4);
      return { isCurrent, scale };
    });
    cursor.skip(8 * head.analogs + 4 * head.digitals + 12 + 1 + 4 + 4);
    units.push(unitOf(head, names, scales, cursor));
  }
  const rate = continuation === 0 ? signed(cursor.u16()) : 0;
  return { timeBase, units, rate, isWhole: continuation === 0 && !cursor.isShort && units.length === count };
}

interface Counts {
  readonly format: number;
  readonly phasors: number;
  readonly analogs: number;
  readonly digitals: number;
}

interface Head extends Counts {
  readonly station: string;
  readonly id: number;
}

function readHead(cursor: Cursor, station: string): Head {
  const id = cursor.u16();
  return { station, id, ...readCounts(cursor) };
}

function readCounts(cursor: Cursor): Counts {
  return {
    format: cursor.u16(),
    phasors: Math.min(cursor.u16(), MAX_CHANNELS),
    analogs: Math.min(cursor.u16(), MAX_CHANNELS),
    digitals: Math.min(cursor.u16(), MAX_CHANNELS),
  };
}

interface Names {
  readonly phasors: readonly string[];
  readonly analogs: readonly string[];
  readonly digitals: readonly string[];
}

/** Sixteen labels stand for each digital word; the first names it. */
function readNames(cursor: Cursor, { phasors, analogs, digitals }: Counts, read: () => string): Names {
  const take = (count: number): string[] => {
    const names: string[] = [];
    while (names.length < count && !cursor.isShort) names.push(read());
    return names;
  };
  const found = { phasors: take(phasors), analogs: take(analogs) };
  const labels = take(digitals * 16);
  return { ...found, digitals: labels.filter((_, index) => index % 16 === 0) };
}

function unitOf(
  head: Head,
  names: Names,
  scales: readonly { readonly isCurrent: boolean; readonly scale: number }[],
  cursor: Cursor,
): PmuConfiguration {
  const nominal = (cursor.u16() & 1) === 1 ? 50 : 60;
  cursor.skip(2);
  const { station, id, format } = head;
  return {
    station,
    id,
    isPolar: (format & 1) !== 0,
    hasFloatPhasors: (format & 2) !== 0,
    hasFloatAnalogs: (format & 4) !== 0,
    hasFloatFrequency: (format & 8) !== 0,
    phasors: names.phasors.map((name, index) => ({
      name,
      ...(scales[index] ?? { isCurrent: false, scale: 1 }),
    })),
    analogs: names.analogs,
    digitals: names.digitals,
    nominal,
  };
}

function signed(value: number): number {
  return (value << 16) >> 16;
}
