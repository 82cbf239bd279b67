/** The filter tree every panel, chip and query shares. Its text form is in `filter-text.ts`. */
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
  | { readonly kind: 'cidr'; readonly field: string | null; readonly network: string };

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
  ]),
) as z.ZodType<Filter>;

/** Everything: no restriction. */
export const EVERYTHING: Filter = { kind: 'and', of: [] };
