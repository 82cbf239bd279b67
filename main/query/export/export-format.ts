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

interface ExportBase {
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
}

/** Rows become lines of text. */
export interface LineExport extends ExportBase {
  /** Columns it needs besides those asked for; `time` is the rows' column of time, if they have one. */
  besides?(time: string | null): readonly string[];
  /** Rows come as the wire types of `arrow.ts`, in the order of `columns`. */
  lines(columns: readonly ExportColumn[], options: LinesOptions): Outcome<Lines>;
}

/** Rows of events become the packets they were read from, out of the originals. */
export interface PacketExport extends ExportBase {
  readonly packets: PacketBlocks;
}

export type ExportFormat = LineExport | PacketExport;

/** What the packets of one interface of one capture have in common. */
export interface PacketInterface {
  /** Link-layer type of tcpdump.org's list. */
  readonly link: number;
  readonly snapLength: number;
  readonly name: string;
  /** Where it comes from, in words. */
  readonly description: string;
  /** True where microseconds hold all of its times. */
  readonly isMicro: boolean;
}

export interface PacketBytes {
  readonly bytes: Uint8Array;
  /** Microseconds since 1970 UTC on the capture's own clock; null: it has no time. */
  readonly timeUs: number | null;
  readonly remainderNs: number;
  readonly wireLength: number;
}

/** The parts of such a file, in order: head, interfaces, packets. */
export interface PacketBlocks {
  head(comment: string, program: string): Uint8Array;
  interface(of: PacketInterface): Uint8Array;
  /** `index` counts the interfaces from 0. */
  packet(of: PacketBytes, index: number, isMicro: boolean, comments: readonly string[]): Uint8Array;
}

export function defineExport<F extends ExportFormat>(format: F): F {
  return format;
}
