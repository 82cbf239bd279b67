/**
 * A frozen set of cited events as bytes: `tlset1\n`, then per evidence its SHA-256 and per part the byte offsets of the
 * records, ascending, as differences. One set has one encoding, so that its SHA-256 names it.
 */
import { createHash } from 'node:crypto';
import type { CitationGroup } from '../store/marks';

const MAGIC = 'tlset1\n';
/** Sets are read from case files of others: no count in them is believed beyond the bytes that are there. */
const MOST = Number.MAX_SAFE_INTEGER;

/** Groups of one (SHA-256, part) each become one, in order; offsets sorted, none twice. */
export function normalise(groups: readonly CitationGroup[]): CitationGroup[] {
  const byKey = new Map<string, CitationGroup[]>();
  for (const group of groups) {
    const key = `${group.sha256}\0${group.part}`;
    const same = byKey.get(key);
    if (same) same.push(group);
    else byKey.set(key, [group]);
  }
  return [...byKey.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, same]) => ({
      sha256: same[0]?.sha256 ?? '',
      part: same[0]?.part ?? '',
      offsets: same.length === 1 && ascends(same[0]?.offsets ?? []) ? (same[0]?.offsets ?? []) : merged(same),
    }))
    .filter(({ offsets }) => offsets.length > 0);
}

/** How many events are cited. */
export function countCitations(groups: readonly CitationGroup[]): number {
  return groups.reduce((sum, { offsets }) => sum + offsets.length, 0);
}

/** What is in `from` and not in `without`; both normalised. */
export function subtract(from: readonly CitationGroup[], without: readonly CitationGroup[]): CitationGroup[] {
  const gone = new Map(without.map((group) => [`${group.sha256}\0${group.part}`, group.offsets]));
  return from.flatMap((group) => {
    const out = gone.get(`${group.sha256}\0${group.part}`);
    if (!out) return [group];
    const left: number[] = [];
    let at = 0;
    for (let index = 0; index < group.offsets.length; index += 1) {
      const offset = group.offsets[index] ?? 0;
      while (at < out.length && (out[at] ?? 0) < offset) at += 1;
      if (out[at] !== offset) left.push(offset);
    }
    return left.length === 0 ? [] : [{ ...group, offsets: left }];
  });
}

/** `groups` must be normalised. */
export function encodeSet(groups: readonly CitationGroup[]): Uint8Array {
  const out = new Bytes();
  out.bytes(new TextEncoder().encode(MAGIC));
  for (let at = 0; at < groups.length; ) {
    const sha256 = groups[at]?.sha256 ?? '';
    let end = at;
    while (groups[end]?.sha256 === sha256) end += 1;
    out.bytes(Buffer.from(sha256, 'hex'));
    out.number(end - at);
    for (const { part, offsets } of groups.slice(at, end)) {
      const name = new TextEncoder().encode(part);
      out.number(name.length);
      out.bytes(name);
      out.number(offsets.length);
      let before = 0;
      for (let index = 0; index < offsets.length; index += 1) {
        const offset = offsets[index] ?? 0;
        out.number(offset - before);
        before = offset;
      }
    }
    at = end;
  }
  return out.taken();
}

/** Null where the bytes are no set. */
export function decodeSet(bytes: Uint8Array): CitationGroup[] | null {
  if (new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) return null;
  const groups: CitationGroup[] = [];
  let at = MAGIC.length;
  const number = (): number => {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = bytes[at] ?? 0x80;
      if (at >= bytes.length) throw new RangeError('cut short');
      at += 1;
      value += (byte & 127) * unit;
      if (value > MOST) throw new RangeError('too large');
      if (byte < 128) return value;
      unit *= 128;
    }
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new RangeError('cut short');
    at += length;
    return bytes.subarray(at - length, at);
  };
  try {
    while (at < bytes.length) {
      const sha256 = Buffer.from(take(32)).toString('hex');
      for (let parts = number(); parts > 0; parts -= 1) {
        const part = new TextDecoder('utf-8', { fatal: true }).decode(take(number()));
        const count = number();
        if (count > bytes.length - at) return null;
        const offsets = new Float64Array(count);
        let before = 0;
        for (let index = 0; index < count; index += 1) {
          before += number();
          offsets[index] = before;
        }
        groups.push({ sha256, part, offsets });
      }
    }
    return groups;
  } catch {
    return null;
  }
}

export function setName(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function ascends(offsets: ArrayLike<number>): boolean {
  for (let index = 1; index < offsets.length; index += 1) {
    if ((offsets[index] ?? 0) <= (offsets[index - 1] ?? 0)) return false;
  }
  return true;
}

function merged(groups: readonly CitationGroup[]): Float64Array {
  const all = new Float64Array(countCitations(groups));
  let at = 0;
  for (const { offsets } of groups) {
    all.set(offsets, at);
    at += offsets.length;
  }
  all.sort();
  return all.filter((offset, index) => index === 0 || offset !== all[index - 1]);
}

class Bytes {
  private buffer = new Uint8Array(1 << 16);
  private length = 0;

  number(value: number): void {
    this.room(8);
    let rest = value;
    while (rest >= 128) {
      this.buffer[this.length] = (rest % 128) | 128;
      this.length += 1;
      rest = Math.floor(rest / 128);
    }
    this.buffer[this.length] = rest;
    this.length += 1;
  }

  bytes(given: Uint8Array): void {
    this.room(given.length);
    this.buffer.set(given, this.length);
    this.length += given.length;
  }

  taken(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  private room(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + more));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }
}
