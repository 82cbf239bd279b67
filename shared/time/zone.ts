/**
 * Time zones: the one source of offsets for formats, readers and the window. Offsets are read from the platform's
 * own zone data (Intl) and cached as transitions; nothing else in the product asks for an offset.
 */
import { MICROS_PER_SECOND, type Micros, splitMicros } from './civil';

/** A moment at which a zone changes its offset from UTC. Local mean times make offsets of odd seconds. */
export interface ZoneTransition {
  readonly atUs: Micros;
  readonly offsetBeforeSeconds: number;
  readonly offsetAfterSeconds: number;
}

interface Chunk {
  readonly startOffset: number;
  readonly transitions: readonly ZoneTransition[];
}

/**
 * Steps at which offsets are sampled. The shortest spell in the zone data that ends with the offset it began with is
 * just under four days (Freetown, September 1939), and just under seven from then on (Recife in 2000, Gaza to come).
 */
const FINE_STEP_SECONDS = 3 * 86_400;
const STEP_SECONDS = 6 * 86_400;
const FINE_UNTIL = Date.UTC(1945, 0, 1) / 1000;
const CHUNK_SECONDS = 64 * STEP_SECONDS;

/** Offset at an instant given in whole seconds since 1970 UTC. */
type OffsetReader = (seconds: number) => number;

interface Zone {
  readonly read: OffsetReader;
  readonly chunks: Map<number, Chunk>;
}

const zones = new Map<string, Zone | null>();

/** `+10:00`, `-0330`, `+05`: a fixed offset written where a zone name is expected; null for anything else. */
function fixedOffset(name: string): number | null {
  const match = /^([+-])(\d{2})(?::?(\d{2}))?$/.exec(name);
  if (match === null) return null;
  const hours = Number(match[2]);
  const minutes = Number(match[3] ?? '0');
  if (hours > 23 || minutes > 59) return null;
  return (match[1] === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

function platformReader(name: string): OffsetReader | null {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return null;
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    return (seconds) => offsetFromText(format.format(seconds * 1000));
  } catch {
    return null;
  }
}

/** Reads the `GMT+10:00`, `GMT-00:01:15` or bare `GMT` that ends the platform's text. */
function offsetFromText(text: string): number {
  const match = /GMT(?:([+\-−])(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (match === null) throw new Error(`the platform wrote an offset in an unknown way: ${text}`);
  const size = Number(match[2] ?? '0') * 3600 + Number(match[3] ?? '0') * 60 + Number(match[4] ?? '0');
  return match[1] === undefined || match[1] === '+' ? size : 0 - size;
}

function findZone(name: string): Zone | null {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const fixed = name === 'UTC' || name === 'Z' ? 0 : fixedOffset(name);
  const read = fixed === null ? platformReader(name) : () => fixed;
  const zone = read === null ? null : { read, chunks: new Map<number, Chunk>() };
  zones.set(name, zone);
  return zone;
}

function requireZone(name: string): Zone {
  const zone = findZone(name);
  if (zone === null) throw new Error(`not a time zone: ${name} (ask isZone first)`);
  return zone;
}

/** True for an IANA name the platform knows (`Australia/Brisbane`, `UTC`) or a fixed offset (`+10:00`). */
export function isZone(name: string): boolean {
  return findZone(name) !== null;
}

/** IANA names to offer in a list, UTC first. Aliases are accepted by `isZone` but not listed. */
export function listZones(): readonly string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'UTC')];
}

function readChunk(zone: Zone, index: number): Chunk {
  const known = zone.chunks.get(index);
  if (known !== undefined) return known;
  const start = index * CHUNK_SECONDS;
  const step = start < FINE_UNTIL ? FINE_STEP_SECONDS : STEP_SECONDS;
  const startOffset = zone.read(start);
  const transitions: ZoneTransition[] = [];
  let from = start;
  let before = startOffset;
  for (let to = start + step; to <= start + CHUNK_SECONDS; to += step) {
    const after = zone.read(to);
    while (before !== after) {
      const at = firstChange(zone.read, from, to, before);
      const next = zone.read(at);
      transitions.push({
        atUs: at * MICROS_PER_SECOND,
        offsetBeforeSeconds: before,
        offsetAfterSeconds: next,
      });
      from = at;
      before = next;
    }
    from = to;
  }
  const chunk = { startOffset, transitions };
  zone.chunks.set(index, chunk);
  return chunk;
}

/** A second in (from, to] at which the offset stops being `before`, which it is at `from` and is not at `to`. */
function firstChange(read: OffsetReader, from: number, to: number, before: number): number {
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (read(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Offset from UTC in seconds (east positive) that a zone has at an instant. Throws on a name `isZone` refuses.
 */
export function offsetAt(zone: string, utcUs: Micros): number {
  const { seconds } = splitMicros(utcUs);
  const chunk = readChunk(requireZone(zone), Math.floor(seconds / CHUNK_SECONDS));
  let offset = chunk.startOffset;
  for (const transition of chunk.transitions) {
    if (utcUs < transition.atUs) break;
    offset = transition.offsetAfterSeconds;
  }
  return offset;
}

/**
 * Changes of offset with `fromUs` <= atUs < `toUs`, in order. About 0.1 ms a year the first time, cached after.
 * Throws on a name `isZone` refuses.
 */
export function zoneTransitions(zone: string, fromUs: Micros, toUs: Micros): readonly ZoneTransition[] {
  const found = requireZone(zone);
  const first = Math.floor(splitMicros(fromUs).seconds / CHUNK_SECONDS);
  const last = Math.floor(splitMicros(toUs).seconds / CHUNK_SECONDS);
  const all: ZoneTransition[] = [];
  // A change that falls on a chunk's first second is found as the last one of the chunk before.
  for (let index = first - 1; index <= last; index += 1) {
    for (const transition of readChunk(found, index).transitions) {
      if (transition.atUs >= fromUs && transition.atUs < toUs) all.push(transition);
    }
  }
  return all;
}
