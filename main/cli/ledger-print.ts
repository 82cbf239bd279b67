/** The ledger on a terminal and its totals. */

import type { LedgerRow } from '../../shared/evidence';
import { describeProblem } from '../../shared/problem';
import { EXIT } from './exit';
import { formatTable } from './output';

export interface Totals {
  readonly files: number;
  readonly size_bytes: number;
  readonly records: number;
  readonly loaded: number;
  readonly rejected: number;
  readonly skipped: number;
  readonly events: number;
  readonly undated: number;
  /** Files by status. */
  readonly status: Record<string, number>;
}

export function totalsOf(rows: readonly LedgerRow[]): Totals {
  const sum = (pick: (row: LedgerRow) => number): number => rows.reduce((all, row) => all + pick(row), 0);
  const status: Record<string, number> = {};
  for (const row of rows) status[row.status] = (status[row.status] ?? 0) + 1;
  return {
    files: rows.length,
    size_bytes: sum((row) => row.size_bytes),
    records: sum((row) => row.records),
    loaded: sum((row) => row.loaded),
    rejected: sum((row) => row.rejected),
    skipped: sum((row) => row.skipped),
    events: sum((row) => row.events),
    undated: sum((row) => row.undated),
    status,
  };
}

/** `strict` counts an unrecognised file as a failure. */
export function exitForRows(rows: readonly LedgerRow[], strict: boolean): number {
  const bad = (row: LedgerRow): boolean =>
    row.status === 'failed' ||
    row.status === 'partial' ||
    (row.status === 'container' && row.problem !== null) ||
    (strict && row.status === 'unrecognised');
  return rows.some(bad) ? EXIT.notAll : EXIT.done;
}

export function ledgerTable(rows: readonly LedgerRow[]): string {
  const header = [
    'id',
    'path',
    'format',
    'status',
    'records',
    'loaded',
    'rejected',
    'skipped',
    'events',
    'first',
    'problem',
  ];
  const right = [true, false, false, false, true, true, true, true, true, false, false];
  const table = formatTable(
    header,
    rows.map((row) => [
      String(row.evidence_id),
      row.member === null ? row.path : `${row.path} » ${row.member}`,
      row.format ?? '–',
      row.status,
      ...[row.records, row.loaded, row.rejected, row.skipped, row.events].map(String),
      row.first ?? '–',
      row.problem ? describeProblem(row.problem) : '',
    ]),
    { right },
  );
  const totals = totalsOf(rows);
  const counts = Object.entries(totals.status).map(([status, count]) => `${count} ${status}`);
  return `${table}\n${totals.files} files (${counts.join(', ')}): ${totals.records} records = ${totals.loaded} loaded + ${totals.rejected} rejected + ${totals.skipped} skipped; ${totals.events} events\n`;
}
