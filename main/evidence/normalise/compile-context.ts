/** What compiling a format needs to know about one evidence. */
import type { ImportOptions } from '../../../shared/evidence';
import type { Staged } from './record-sql';

export interface CompileContext extends Staged {
  readonly evidenceId: number;
  /** IANA name or fixed offset for times that state none; null assumes UTC and flags it. */
  readonly zone: string | null;
  readonly year: number | null;
  /** Last modification of the file, microseconds since 1970 UTC. */
  readonly fileTimeUs: number;
  readonly mapping: NonNullable<ImportOptions['mapping']> | null;
  /** No fewer than are staged; all of few are looked at, to read them by what they need. */
  readonly records?: number;
  /** Its rows are written to files of their own, and are so many that a look at the first of them is worth its time. */
  readonly isBig?: boolean;
  /**
   * Makes a table like `record` of lines that are the first or last of a run which begins with the same day, and of those
   * that begin with none (see `DayEdges`); false where nobody has looked for them, or they are too many.
   */
  readonly writeDayEdges?: (table: string) => Promise<boolean>;
}
