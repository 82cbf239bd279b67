/** What a kind of exported file is to the program: one file in `formats/`, found by itself. */
import type { Outcome } from '../../../shared/problem';
import type { ExportColumn } from './export-column';

export interface Lines {
  /** Written once, before the rows. */
  readonly head: string;
  /** One row with its line end. Null where the format has no place for it: such rows are counted and told. */
  line(row: readonly unknown[]): string | null;
}

export interface LinesOptions {
  /** Leaves cells alone that a spreadsheet would run as formulas. */
  readonly raw: boolean;
  /** Zone of the times. */
  readonly zone: string;
}

export interface ExportFormat {
  /** Kebab-case. */
  readonly id: string;
  readonly title: string;
  /** One sentence for whoever chooses. */
  readonly help: string;
  /** Of the file's name, without a dot. */
  readonly ending: string;
  /** True where a spreadsheet may open it, so that formulas are made harmless unless asked otherwise. */
  readonly isSheet: boolean;
  /** True where the format itself says which columns there are and that times are UTC. */
  readonly isFixed: boolean;
  /** Columns it needs besides those asked for; `time` is the rows' column of time, if they have one. */
  besides?(time: string | null): readonly string[];
  /** Rows come as the wire types of `arrow.ts`, in the order of `columns`. */
  lines(columns: readonly ExportColumn[], options: LinesOptions): Outcome<Lines>;
}

export function defineExport(format: ExportFormat): ExportFormat {
  return format;
}
