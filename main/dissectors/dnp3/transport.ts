/** Application fragments out of transport segments (IEEE 1815-2012 §8.2), between each two stations of a conversation. */
import type { Side } from '../dissector';

const FIN = 0x80;
const FIR = 0x40;
const SEQUENCE = 0x3f;
const MAX_FRAGMENT = 65536;
const MAX_SERIES = 64;

export interface Link {
  readonly source: number;
  readonly destination: number;
  /** The link header's DIR bit. */
  readonly isMaster: boolean;
}

/** A fragment that could not be put together. */
export interface LostFragment {
  readonly link: Link;
  /** Its application header's function code; null where its first segment is missing. */
  readonly code: number | null;
  readonly segments: number;
  readonly bytes: number;
}

/** Segments of one fragment as they came; `last` with its transport header. Closed once whole, or told as lost. */
interface Series {
  readonly link: Link;
  readonly from: Side;
  parts: Uint8Array[];
  bytes: number;
  last: Uint8Array;
  isWhole: boolean;
  isOpen: boolean;
  isLost: boolean;
}

export class Fragments {
  private readonly series = new Map<number, Series>();
  private lost: LostFragment[] = [];
  /** Whether the link checks held in all frames of the fragment that `add` gave last. */
  isWhole = true;

  /**
   * The fragment that the segment ends, else null. A break in the sequence drops what was begun, and the rest of it
   * until the next first segment; the repetition of the last segment is passed over (§8.2.1).
   */
  add(segment: Uint8Array, link: Link, from: Side, isWhole: boolean): Uint8Array | null {
    const head = segment[0] ?? 0;
    const key = link.source * 65536 + link.destination;
    const before = this.series.get(key);
    this.isWhole = isWhole;
    const isAlone = (head & (FIR | FIN)) === (FIR | FIN);
    if (before === undefined && isAlone) return segment.subarray(1);
    if (before !== undefined && !isAlone && !before.isLost && isSame(before.last, segment)) return null;
    if ((head & FIR) !== 0) {
      if (before !== undefined) this.close(before);
      this.series.delete(key);
      if (isAlone) return segment.subarray(1);
      this.begin(key, { ...EMPTY, parts: [], link, from, isOpen: true });
    } else if (before === undefined || (!before.isOpen && !before.isLost)) {
      this.series.delete(key);
      this.begin(key, { ...EMPTY, parts: [], link, from, isLost: true });
      this.lost.push({ link, code: null, segments: 1, bytes: segment.length - 1 });
      return null;
    }
    const series = this.series.get(key);
    return series?.isOpen ? this.append(series, segment, isWhole) : null;
  }

  /** Bytes of that side are missing: what it has begun cannot be ended. */
  gap(from: Side): void {
    for (const series of this.series.values()) if (series.from === from) this.close(series);
  }

  /** The fragments found lost since this was asked last. */
  takeLost(): readonly LostFragment[] {
    const { lost } = this;
    if (lost.length > 0) this.lost = [];
    return lost;
  }

  private append(series: Series, segment: Uint8Array, isWhole: boolean): Uint8Array | null {
    const head = segment[0] ?? 0;
    const expected = ((series.last[0] ?? 0) + 1) & SEQUENCE;
    const isNext = series.parts.length === 0 || (head & SEQUENCE) === expected;
    if (!isNext || series.bytes + segment.length > MAX_FRAGMENT) {
      this.close(series);
      return null;
    }
    series.parts.push(segment.subarray(1));
    series.bytes += segment.length - 1;
    series.last = segment;
    series.isWhole &&= isWhole;
    if ((head & FIN) === 0) return null;
    const whole = new Uint8Array(series.bytes);
    let at = 0;
    for (const part of series.parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.isWhole = series.isWhole;
    series.isOpen = false;
    series.parts = [];
    return whole;
  }

  private begin(key: number, series: Series): void {
    const [oldest] = this.series;
    if (oldest !== undefined && this.series.size >= MAX_SERIES) {
      this.close(oldest[1]);
      this.series.delete(oldest[0]);
    }
    this.series.set(key, series);
  }

  private close(series: Series): void {
    if (!series.isOpen) return;
    const { link, parts, bytes } = series;
    this.lost.push({ link, code: parts[0]?.[1] ?? null, segments: parts.length, bytes });
    series.isOpen = false;
    series.isLost = true;
    series.parts = [];
  }
}

const NO_BYTES = new Uint8Array(0);
const EMPTY = { bytes: 0, last: NO_BYTES, isWhole: true, isOpen: false, isLost: false };

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
