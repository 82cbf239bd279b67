/** What saved views and findings refer to, so that nothing is removed that another record still needs. Pure. */
import type { CaseRecord } from '../../shared/case';
import type { Filter, Source } from '../../shared/filter';

export interface References {
  readonly views: Set<string>;
  readonly findings: Set<string>;
}

/** Ids of the saved views and findings that a record names, directly. */
export function referencesOf(record: CaseRecord): References {
  const found: References = { views: new Set(), findings: new Set() };
  if (record.kind === 'finding') for (const id of record.views) found.views.add(id);
  if (record.kind === 'view') {
    inSource(record.source, found);
    if (record.chart) inSource(record.chart.source, found);
  }
  return found;
}

/** True where the source leads to the view of that id, however far. */
export function leadsTo(source: Source, id: string, records: Iterable<CaseRecord>): boolean {
  const views = new Map<string, CaseRecord>();
  for (const record of records) if (record.kind === 'view') views.set(record.id, record);
  const seen = new Set<string>();
  const first: References = { views: new Set(), findings: new Set() };
  inSource(source, first);
  const open = [...first.views];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === id) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    const record = views.get(next);
    if (record) open.push(...referencesOf(record).views);
  }
  return false;
}

function inSource({ from, filter }: Source, found: References): void {
  inFilter(filter, found);
  if (from.kind === 'saved') found.views.add(from.id);
  else if (from.kind === 'join') {
    inSource(from.join.left, found);
    inSource(from.join.right, found);
  }
}

function inFilter(filter: Filter, found: References): void {
  if (filter.kind === 'and' || filter.kind === 'or') for (const part of filter.of) inFilter(part, found);
  else if (filter.kind === 'not') inFilter(filter.of, found);
  else if (filter.kind === 'member') inSource(filter.of, found);
  else if (filter.kind === 'marked' && filter.what === 'finding' && filter.value !== null)
    found.findings.add(filter.value);
}
