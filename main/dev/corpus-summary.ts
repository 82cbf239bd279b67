/** The figures of a run over the corpus as a table of README.md: what was recognised, and why the rest was not. */
import type { LedgerRow } from '../../shared/evidence';
import { excluded } from './corpus-exclusions';

export interface CorpusLine {
  readonly file: string;
  readonly row: LedgerRow | null;
}

/** Rows of `| what | files |`; every file stands in exactly one of those after the first two. */
export function summarise(lines: readonly CorpusLine[]): string {
  const counts = new Map<string, number>();
  for (const { file, row } of lines) {
    const place = placeOf(file, row);
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  const balanced = lines.filter(({ row }) => row !== null && addsUp(row)).length;
  const places = [...counts].sort((a, b) => b[1] - a[1]);
  return [
    '| | files |',
    '|---|--:|',
    `| taken in | ${number(lines.length)} |`,
    `| whose records = loaded + rejected + skipped | ${number(balanced)} |`,
    ...places.map(([place, count]) => `| ${place} | ${number(count)} |`),
  ].join('\n');
}

function placeOf(file: string, row: LedgerRow | null): string {
  if (row === null) return 'the importer was lost';
  const reason = excluded(file);
  if (reason !== null) return `no evidence: ${reason}`;
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
