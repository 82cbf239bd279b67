/** A declared query over events: what a panel asks for instead of SQL. */
import { z } from 'zod';
import { filterSchema } from './filter';

export const sortSchema = z.array(z.object({ field: z.string(), descending: z.boolean() })).max(8);
export type Sort = z.infer<typeof sortSchema>;

/** Polling folded: a steady run of reads is the one row that began it, but for the runs of these first events. */
export const foldSchema = z.object({ unfolded: z.array(z.string()).max(500) });
export type Fold = z.infer<typeof foldSchema>;

/** Rows of `event` under a filter in an order; the total order always follows as tie-break. */
export const viewSpecSchema = z.object({
  filter: filterSchema,
  sort: sortSchema,
  fold: foldSchema.optional(),
});
export type ViewSpec = z.infer<typeof viewSpecSchema>;

/** A time histogram of a filter: `bins` equal bins over [from, to), stacked by one field. */
export const histogramSpecSchema = z.object({
  filter: filterSchema,
  /** Microseconds since 1970 UTC; null means the first or last dated event of the filter. */
  from: z.number().nullable(),
  to: z.number().nullable(),
  bins: z.number().int().min(1).max(5000),
  by: z.enum(['event_domain', 'event_dataset', 'evidence_id']),
});
export type HistogramSpec = z.infer<typeof histogramSpecSchema>;
