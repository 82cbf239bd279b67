/**
 * The filter tree every panel, chip and query shares, and the sources it runs over: they contain each other. The
 * filter's text form is in `filter/text.ts`.
 */
import { z } from 'zod';

export type FilterValue = string | number | boolean;

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly kind: 'not'; readonly of: Filter }
  /** `field` equals one of the values. */
  | { readonly kind: 'in'; readonly field: string; readonly values: readonly FilterValue[] }
  | { readonly kind: 'null'; readonly field: string }
  /** Numeric or time comparison; times are microseconds since 1970 UTC. */
  | {
      readonly kind: 'compare';
      readonly field: string;
      readonly op: '<' | '<=' | '>' | '>=';
      readonly value: number;
    }
  /** Half-open [from, to) on `timestamp`, microseconds since 1970 UTC. */
  | { readonly kind: 'time'; readonly from: number; readonly to: number }
  /** Case-insensitive substring of one field. */
  | { readonly kind: 'contains'; readonly field: string; readonly text: string }
  /** Case-insensitive substring of any text field. */
  | { readonly kind: 'words'; readonly text: string }
  /** An address field inside a network, `10.0.0.0/8`; `field` null means either side. */
  | { readonly kind: 'cidr'; readonly field: string | null; readonly network: string }
  /** Carries a mark of the analyst: a star, a tag (`value`, or any), a note, a place in a finding (`value` its id). */
  | { readonly kind: 'marked'; readonly what: MarkWhat; readonly value: string | null }
  /** `field` is among the values of `column` of a source: brushing a joined chart filters the events so. */
  | { readonly kind: 'member'; readonly field: string; readonly of: Source; readonly column: string };

export const MARK_WHATS = ['star', 'tag', 'note', 'finding'] as const;
export type MarkWhat = (typeof MARK_WHATS)[number];

/** Tables an analyst may name; `event_view` has the rows of `event` with assets, zones and levels beside. */
export const SOURCE_TABLES = [
  'event_view',
  'evidence',
  'reject',
  'point',
  'asset',
  'asset_address',
  'asset_view',
  'address_view',
  'asset_fact_view',
  'wire_view',
  'zone',
  'conduit',
  'span',
] as const;
export type SourceTable = (typeof SOURCE_TABLES)[number];

/** Rows with named, typed columns: what a join, a chart, a grid or an export takes. */
export interface Source {
  readonly from: From;
  /** Fields are the columns of `from`. */
  readonly filter: Filter;
}

export type From =
  | { readonly kind: 'table'; readonly table: SourceTable }
  /** A view saved in the case, by its record's id. */
  | { readonly kind: 'saved'; readonly id: string }
  | { readonly kind: 'join'; readonly join: Join }
  /** One SELECT of the analyst, run in the sandbox; its rows are held up to a cap that is told. */
  | { readonly kind: 'sql'; readonly text: string };

/**
 * `left` and `inner` pair rows; `anti` keeps the left rows that have no partner. Columns of the result: the left's
 * under their own names, then the right's as `<name>.<column>`, made unique.
 */
export interface Join {
  readonly left: Source;
  readonly right: Source;
  readonly how: 'left' | 'inner' | 'anti';
  /** What the right's columns are called by. */
  readonly name: string;
  /** All must hold; at most one of them is `as-of`. */
  readonly on: readonly JoinCondition[];
}

export type JoinCondition =
  | {
      readonly kind: 'equal';
      readonly left: string;
      readonly right: string;
      readonly ignoreCase: boolean;
    }
  /** The same asset of the inventory; a row without a resolved asset has no partner. */
  | { readonly kind: 'asset'; readonly left: AssetSide; readonly right: AssetSide }
  /**
   * The last right row at or before the left time, or the next at or after it, at most `withinUs` away; ties go to
   * the first (for `next`) or the last (for `last`) of the total order.
   */
  | {
      readonly kind: 'as-of';
      readonly left: string;
      readonly right: string;
      readonly direction: 'last' | 'next';
      readonly withinUs: number | null;
    }
  /**
   * The left time lies in [from − beforeUs, to + afterUs) of the right row; an empty `to` is open, an empty `from`
   * has no partner. Where the left names an end too, the spans overlap.
   */
  | {
      readonly kind: 'window';
      readonly left: string;
      readonly leftEnd: string | null;
      readonly from: string;
      readonly to: string;
      readonly beforeUs: number;
      readonly afterUs: number;
    }
  /** The left address lies in the right network (`10.0.0.0/8`; a lone address is itself). */
  | { readonly kind: 'cidr'; readonly left: string; readonly right: string };

/** Which asset of a row: of its source or destination address, either of both, or the row is the asset itself. */
export const ASSET_SIDES = ['source', 'destination', 'either', 'itself'] as const;
export type AssetSide = (typeof ASSET_SIDES)[number];

const value = z.union([z.string().max(10_000), z.number(), z.boolean()]);

export const filterSchema: z.ZodType<Filter> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['and', 'or']), of: z.array(filterSchema).max(500) }),
    z.object({ kind: z.literal('not'), of: filterSchema }),
    z.object({ kind: z.literal('in'), field: z.string(), values: z.array(value).max(10_000) }),
    z.object({ kind: z.literal('null'), field: z.string() }),
    z.object({
      kind: z.literal('compare'),
      field: z.string(),
      op: z.enum(['<', '<=', '>', '>=']),
      value: z.number(),
    }),
    z.object({ kind: z.literal('time'), from: z.number(), to: z.number() }),
    z.object({ kind: z.literal('contains'), field: z.string(), text: z.string().max(10_000) }),
    z.object({ kind: z.literal('words'), text: z.string().max(10_000) }),
    z.object({ kind: z.literal('cidr'), field: z.string().nullable(), network: z.string() }),
    z.object({ kind: z.literal('marked'), what: z.enum(MARK_WHATS), value: z.string().max(500).nullable() }),
    z.object({ kind: z.literal('member'), field: z.string(), of: sourceSchema, column: z.string() }),
  ]),
) as z.ZodType<Filter>;

const durationUs = z.number().int().nonnegative().max(1e16);

export const conditionSchema: z.ZodType<JoinCondition> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('equal'), left: z.string(), right: z.string(), ignoreCase: z.boolean() }),
  z.object({ kind: z.literal('asset'), left: z.enum(ASSET_SIDES), right: z.enum(ASSET_SIDES) }),
  z.object({
    kind: z.literal('as-of'),
    left: z.string(),
    right: z.string(),
    direction: z.enum(['last', 'next']),
    withinUs: durationUs.nullable(),
  }),
  z.object({
    kind: z.literal('window'),
    left: z.string(),
    leftEnd: z.string().nullable(),
    from: z.string(),
    to: z.string(),
    beforeUs: durationUs,
    afterUs: durationUs,
  }),
  z.object({ kind: z.literal('cidr'), left: z.string(), right: z.string() }),
]);

export const joinSchema: z.ZodType<Join> = z.lazy(() =>
  z.object({
    left: sourceSchema,
    right: sourceSchema,
    how: z.enum(['left', 'inner', 'anti']),
    name: z.string().min(1).max(40),
    on: z.array(conditionSchema).min(1).max(8),
  }),
);

export const sourceSchema: z.ZodType<Source> = z.lazy(() =>
  z.object({
    from: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('table'), table: z.enum(SOURCE_TABLES) }),
      z.object({ kind: z.literal('saved'), id: z.string() }),
      z.object({ kind: z.literal('join'), join: joinSchema }),
      z.object({ kind: z.literal('sql'), text: z.string().max(1_000_000) }),
    ]),
    filter: filterSchema,
  }),
);

/** Everything: no restriction. */
export const EVERYTHING: Filter = { kind: 'and', of: [] };
