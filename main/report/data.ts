/** What a report tells, gathered and ready: the page is made of this alone. Times are microseconds since 1970 UTC. */
import type { Clock, Finding } from '../../shared/case';
import type { CaptureQuality, LedgerRow } from '../../shared/evidence';

export interface ReportEvent {
  readonly id: string;
  readonly at: number | null;
  readonly precisionUs: number | null;
  readonly flags: number;
  /** As the record states it. */
  readonly recorded: string | null;
  readonly domain: string;
  readonly what: string;
  readonly where: string;
  readonly message: string;
  readonly evidence: string;
  readonly record: string;
  /** Numbers of the findings that cite it. */
  readonly findings: readonly number[];
}

export interface ReportTable {
  readonly columns: readonly {
    readonly label: string;
    readonly isNumber: boolean;
    readonly isTime: boolean;
  }[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly total: number;
}

export type ReportView = { readonly name: string; readonly words: string } & (
  | { readonly kind: 'chart'; readonly svg: string; readonly notes: readonly string[] }
  | { readonly kind: 'table'; readonly table: ReportTable }
  | { readonly kind: 'absent'; readonly why: string }
);

/** Records that a finding cites and no table of the report shows. */
export interface ReportUnseen {
  /** All it cites. */
  readonly cited: number;
  /** The reason follows the count: `3 records` `are of …`. */
  readonly parts: readonly { readonly count: number; readonly why: string }[];
}

export interface ReportFinding {
  readonly number: number;
  readonly finding: Finding;
  readonly events: readonly ReportEvent[];
  readonly total: number;
  readonly unseen: ReportUnseen | null;
  readonly views: readonly ReportView[];
}

export interface ReportReject {
  readonly evidence: string;
  readonly reason: string;
  readonly count: number;
  /** Of the first ones. */
  readonly records: string;
}

export interface ReportData {
  readonly version: string;
  /** ISO 8601 UTC. */
  readonly made: string;
  readonly zone: string;
  readonly case: { readonly name: string; readonly author: string | null };
  readonly totals: { readonly evidence: number; readonly events: number; readonly undated: number };
  readonly first: number | null;
  readonly last: number | null;
  readonly timeline: { readonly events: readonly ReportEvent[]; readonly total: number };
  readonly findings: readonly ReportFinding[];
  readonly ledger: readonly (LedgerRow & {
    readonly removed: boolean;
    readonly clock: Clock | null;
    readonly acquirer: string | null;
    readonly exhibit: string | null;
    /** Of a capture: what could not be seen; null for everything else. */
    readonly quality: readonly CaptureQuality[] | null;
  })[];
  readonly rejects: readonly ReportReject[];
  readonly journal: { readonly operations: number; readonly head: string };
}
