/** Evidence in filters by the names of its files: the numbers that filters hold mean nothing to a reader. */
import type { Filter } from '../../shared/filter';

interface Named {
  readonly evidence_id: number;
  readonly name: string;
}

export function evidenceName(evidence: readonly Named[], id: string): string | null {
  return evidence.find(({ evidence_id: one }) => String(one) === id)?.name ?? null;
}

/** The filter to be read, not to be asked with: several evidences may have one name. */
export function nameEvidence(filter: Filter, evidence: readonly Named[]): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, of: filter.of.map((part) => nameEvidence(part, evidence)) };
    case 'not':
      return { ...filter, of: nameEvidence(filter.of, evidence) };
    case 'in': {
      if (filter.field !== 'evidence_id') return filter;
      return {
        ...filter,
        values: filter.values.map((value) => evidenceName(evidence, String(value)) ?? value),
      };
    }
    default:
      return filter;
  }
}
