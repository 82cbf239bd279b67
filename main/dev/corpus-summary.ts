/** The figures of a run over the corpus as a table of README.md: what was recognised, and why the rest was not. */
import type { LedgerRow } from '../../shared/evidence';
import { explainCount, type IndexCount } from './corpus-counts';
import { excluded } from './corpus-exclusions';

export interface CorpusLine extends IndexCount {
  readonly file: string;
  readonly bytes: number;
  readonly row: LedgerRow | null;
}

/** The least share of evidence files that a format or dissector of their own must recognise. */
export const LEAST_RECOGNISED = 0.97;

/** Rows of `| what | files |`; every file stands in exactly one of those after the first two. */
export function summarise(lines: readonly CorpusLine[]): string {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const place = placeOf(line);
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  const counted = lines.filter(({ row }) => isRead(row));
  const same = counted.filter(({ row, expected }) => row?.records === expected);
  const differences = new Map<string, number>();
  for (const line of counted) {
    if (line.row?.records === line.expected) continue;
    const reason = differenceOf(line) ?? 'NOT EXPLAINED';
    differences.set(reason, (differences.get(reason) ?? 0) + 1);
  }
  const { recognised, evidence } = recognition(lines);
  const balanced = lines.filter(({ row }) => row !== null && addsUp(row)).length;
  const places = [...counts].sort((a, b) => b[1] - a[1]);
  return [
    '| | files |',
    '|---|--:|',
    `| taken in | ${number(lines.length)} |`,
    `| whose records = loaded + rejected + skipped | ${number(balanced)} |`,
    ...places.map(([place, count]) => `| ${place} | ${number(count)} |`),
    `| share recognised of what is evidence | ${number(recognised)} of ${number(evidence)} = ${((100 * recognised) / Math.max(evidence, 1)).toFixed(1)} % |`,
    `| as many records as the index counted | ${number(same.length)} of ${number(counted.length)} read |`,
    ...[...differences]
      .sort((a, b) => b[1] - a[1])
      .map(([reason, count]) => `| another count: ${reason} | ${number(count)} |`),
  ].join('\n');
}

/** Files that are evidence, and how many of them a format or dissector of their own read (`decisions` 30). */
export function recognition(lines: readonly CorpusLine[]): { recognised: number; evidence: number } {
  const evidence = lines.filter(({ file, bytes }) => excluded(file, bytes) === null);
  const recognised = evidence.filter(({ row }) => isRecognised(row));
  return { recognised: recognised.length, evidence: evidence.length };
}

function isRecognised(row: LedgerRow | null): boolean {
  if (row === null) return false;
  return row.status === 'container' || (row.format !== null && !row.format.startsWith('generic-'));
}

function isRead(row: LedgerRow | null): boolean {
  return row !== null && row.format !== null;
}

/** Why a file that was read has another count than the index, or null where nothing explains it. */
export function differenceOf({ file, row, expected, badLines }: CorpusLine): string | null {
  return explainCount(file, row?.records ?? 0, { expected, badLines });
}

function placeOf({ file, row, bytes }: CorpusLine): string {
  if (row === null) return 'the importer was lost';
  const reason = excluded(file, bytes);
  if (reason !== null) return `no evidence: ${reason}`;
  if (row.status === 'container') return 'taken apart: a container';
  if (row.format !== null) {
    return row.format.startsWith('generic-')
      ? 'read by a generic format'
      : 'recognised by a format of their own';
  }
  if (row.status === 'empty') return 'empty';
  return `not read: ${row.problem?.what ?? row.status}`;
}

function addsUp({ records, loaded, rejected, skipped }: LedgerRow): boolean {
  return records === loaded + rejected + skipped;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
