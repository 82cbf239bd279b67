/**
 * Our events of a capture beside the log another analyser made of it: rows of both are reduced to the same fields,
 * rows of one conversation are paired, and each field of a pair agrees or does not; what was needed to pair them is not
 * counted. One file here per protocol.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** One row, field by field; null: not written there. */
export type Cells = readonly (string | null)[];

export type ReadLine = (line: readonly string[]) => Cells | readonly Cells[] | null;

export interface GoldenCase {
  /** Below `03-ot-pcap`. */
  readonly capture: string;
  /** Below the capture's folder. */
  readonly log: string;
  /** Lines another program makes of the capture, where there is no log of it. */
  readonly lines?: (capture: string) => readonly (readonly string[])[];
  readonly fields: readonly string[];
  /** How many of the fields, from the left, two rows must share to be of one conversation. */
  readonly together: number;
  /** A line of the log; null leaves it out, several where one line stands for several rows. */
  readonly theirs: ReadLine;
  /** Instead of `theirs` where a line is taken by what stood before it. */
  readonly begin?: () => ReadLine;
  /** One row per row of ours, its columns the fields in order. */
  readonly ours: string;
  /** Set when the log tells of some of the messages only; our other rows are then left aside. */
  readonly isPartial?: boolean;
  /** Why a field that differs is not to be compared, or null. */
  readonly apart?: (field: string, ours: string | null, theirs: string, row: Cells) => string | null;
}

export interface Golden {
  readonly protocol: string;
  readonly cases: readonly GoldenCase[];
  /** Programs it runs. */
  readonly tools?: readonly string[];
  /** What the reference is, where it is no golden log. */
  readonly note?: string;
}

export function defineGolden(golden: Golden): Golden {
  return golden;
}

export interface Agreement {
  readonly rows: number;
  readonly compared: number;
  readonly agreed: number;
  readonly apart: ReadonlyMap<string, number>;
  readonly disagreements: readonly string[];
}

/** Lines of a Zeek log without its head, each as its cells. */
export function readLog(path: string): readonly (readonly string[])[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'));
}

/** A cell of a log: `-` is not written. */
export function cell(line: readonly string[], at: number): string | null {
  const text = line[at];
  return text === undefined || text === '-' ? null : text;
}

/** `Read Var (0x04)`, `read-property` and `READ_VAR` alike: lower case, words joined by underscores. */
export function snake(text: string | null): string | null {
  return text === null
    ? null
    : text
        .replace(/\s*\(0x[0-9a-f]+\)$/i, '')
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '_')
        .replace(/^_|_$/g, '');
}

/** Bytes printed as text, those that are no letters as `\\xNN`, as hexadecimal digits. */
export function hexOf(text: string | null): string | null {
  if (text === null) return null;
  return text.replace(
    /\\x([0-9a-f]{2})|([\s\S])/gi,
    (_all, code: string | undefined, char: string | undefined) =>
      code ?? (char ?? '').charCodeAt(0).toString(16).padStart(2, '0'),
  );
}

/** Both ends of a message of ours in order of their text, and its values, for the statements of comparisons. */
export const FLOW =
  "least(e.source_ip || ':' || e.source_port, e.destination_ip || ':' || e.destination_port) || ' ' || greatest(e.source_ip || ':' || e.source_port, e.destination_ip || ':' || e.destination_port)";
export const VALUES =
  "(SELECT string_agg(coalesce(value_text, value::DECIMAL(38, 6)::VARCHAR), ',' ORDER BY ordinal) FROM point p WHERE p.event_id = e.event_id)";
export const WHOLE_VALUES =
  "(SELECT string_agg(value::BIGINT, ',' ORDER BY ordinal) FROM point p WHERE p.event_id = e.event_id)";

/** Both ends of a conversation, which stand in four cells from `at` on, in order of their text. */
export function flow(line: readonly string[], at: number): string {
  return [`${line[at]}:${line[at + 1]}`, `${line[at + 2]}:${line[at + 3]}`].sort().join(' ');
}

export function isRows(found: Cells | readonly Cells[]): found is readonly Cells[] {
  return Array.isArray(found[0]);
}

/** Pairs rows (alike first, then the most alike, each in order) and compares what theirs tells. */
export function agreement(test: GoldenCase, ours: readonly Cells[], theirs: readonly Cells[]): Agreement {
  const { fields, together } = test;
  const free = groups(ours, together);
  const apart = new Map<string, number>();
  const disagreements: string[] = [];
  let compared = 0;
  let agreed = 0;
  const pairs = new Map<Cells, Cells>();
  for (const isExact of [true, false]) {
    for (const row of theirs) {
      if (pairs.has(row)) continue;
      const group = free.get(keyOf(row, together)) ?? [];
      const at = bestOf(row, group, isExact);
      const mate = group[at];
      if (mate === undefined) continue;
      pairs.set(row, mate);
      group.splice(at, 1);
    }
  }
  for (const row of theirs) {
    const mate = pairs.get(row);
    if (mate === undefined) {
      compared += Math.max(1, row.filter((their, at) => at >= together && their !== null).length);
      disagreements.push(`only theirs: ${row.join(' ')}`);
      continue;
    }
    row.forEach((their, at) => {
      if (their === null || at < together) return;
      const our = mate[at] ?? null;
      const field = fields[at] ?? '';
      const isSame = isAlike(our, their);
      const reason = isSame ? null : (test.apart?.(field, our, their, row) ?? null);
      if (reason !== null) {
        apart.set(reason, (apart.get(reason) ?? 0) + 1);
        return;
      }
      compared += 1;
      if (isSame) agreed += 1;
      else disagreements.push(`${field} ${our ?? '–'}, theirs ${their} (${row.join(' ')})`);
    });
  }
  if (!test.isPartial) {
    for (const row of [...free.values()].flat()) {
      compared += Math.max(1, fields.length - together);
      disagreements.push(`only ours: ${row.join(' ')}`);
    }
  }
  return { rows: theirs.length, compared, agreed, apart, disagreements };
}

/** The same text, or the same numbers where one of them has a fraction: both print single precision their own way. */
function isAlike(ours: string | null, theirs: string): boolean {
  if (ours === theirs) return true;
  if (ours === null || !(ours.includes('.') || theirs.includes('.'))) return false;
  const [mine, other] = [ours.split(','), theirs.split(',')];
  if (mine.length !== other.length) return false;
  return mine.every((text, at) => {
    const [a, b] = [Number(text), Number(other[at])];
    return text === other[at] || Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));
  });
}

function keyOf(row: Cells, together: number): string {
  return row.slice(0, together).join(' ');
}

function groups(rows: readonly Cells[], together: number): Map<string, Cells[]> {
  const found = new Map<string, Cells[]>();
  for (const row of rows) {
    const key = keyOf(row, together);
    const group = found.get(key);
    if (group) group.push(row);
    else found.set(key, [row]);
  }
  return found;
}

function bestOf(row: Cells, group: readonly Cells[], isExact: boolean): number {
  const told = row.filter((their) => their !== null).length;
  let best = -1;
  let most = -1;
  for (const [at, mate] of group.entries()) {
    const same = row.reduce(
      (sum: number, their, place) => sum + Number(their !== null && isAlike(mate[place] ?? null, their)),
      0,
    );
    if (same > most) {
      most = same;
      best = at;
    }
    if (same === told) return at;
  }
  return isExact ? -1 : best;
}
