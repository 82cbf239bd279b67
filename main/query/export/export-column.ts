/** A column of an export. */
import type { RelationColumn } from '../sources/relation';

export interface ExportColumn {
  readonly index: number;
  readonly column: RelationColumn;
  /** False where only the format itself needs it. */
  readonly isShown: boolean;
}
