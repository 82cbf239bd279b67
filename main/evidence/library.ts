/** What the import needs of the formats: which there are, how well each reads a sample, and their SQL. */
import type { Candidate } from '../../shared/evidence';
import type { Outcome } from '../../shared/problem';
import type { Format } from '../formats/format';
import type { Database } from '../store/database';
import type { CompileContext, Compiled } from './normalise/compile';
import type { Staged } from './normalise/record-sql';

export interface FormatLibrary {
  readonly formats: readonly Format[];
  /** The text of a definition that does not ship; null for those that do. */
  ownText?(id: string): string | null;
  /** Those of `formats` that read something of the table `record`, best first. */
  score(database: Database, formats: readonly Format[], staged: Staged): Promise<readonly Candidate[]>;
  /** Ids, specific before general, of formats that read the same share of a sample. */
  order(database: Database, formats: readonly Format[]): Promise<readonly string[]>;
  compile(database: Database, format: Format, context: CompileContext): Promise<Outcome<Compiled>>;
}
