/** What the import needs of the formats: which there are, how well each reads a sample, and their SQL. */
import type { Candidate, ImportOptions, LedgerRow } from '../../shared/evidence';
import type { Outcome } from '../../shared/problem';
import type { Format, StagedKind } from '../formats/format';
import type { Database } from '../store/database';
import type { Sql } from '../store/sql';

export interface CompileContext {
  readonly evidenceId: number;
  readonly zone: string | null;
  readonly year: number | null;
  /** Last modification or the gzip header's time, µs since 1970. */
  readonly fileTimeUs: number;
  readonly columns: readonly string[];
  readonly meta: Readonly<Record<string, string>>;
  readonly mapping: ImportOptions['mapping'] | null;
}

export interface Compiled {
  readonly prepare: readonly Sql[];
  /** record_number, reason, help of records the format cannot read. */
  readonly rejects: Sql;
  /** EVENT_FIELDS but event_id, ordered by record and part. */
  readonly events: Sql;
  readonly points: Sql | null;
  readonly assets: Sql | null;
  readonly addresses: Sql | null;
  readonly zones: Sql | null;
  readonly timeZoneSource: LedgerRow['time_zone_source'];
  readonly yearSource: LedgerRow['year_source'];
  readonly notes: readonly string[];
}

export interface FormatLibrary {
  readonly formats: readonly Format[];
  /** Best first; reads the table `record` of the database, staged as `kind`. */
  score(
    database: Database,
    kind: StagedKind,
    columns: readonly string[],
    meta: Readonly<Record<string, string>>,
  ): Promise<readonly Candidate[]>;
  compile(database: Database, format: Format, context: CompileContext): Promise<Outcome<Compiled>>;
}
