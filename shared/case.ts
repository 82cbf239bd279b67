/** Records of the investigator's work, as the journal keeps them: marks, findings, saved views, clocks, removals. */
import { z } from 'zod';
import { chartSpecSchema } from './chart';
import { MARK_WHATS, sourceSchema } from './filter';

/**
 * An event as a mark cites it: the evidence's SHA-256, the byte offset of its record and the part of the record. It
 * outlives re-import, for local numbers may change.
 */
export const citationSchema = z.object({
  sha256: z.string(),
  offset: z.number().int().nonnegative(),
  /** Empty where the record gives one event. */
  part: z.string(),
});
export type Citation = z.infer<typeof citationSchema>;

/** Many events as one frozen set, kept compressed beside the journal and named by its SHA-256. */
export const eventSetSchema = z.object({
  set: z.string().regex(/^[0-9a-f]{64}$/),
  count: z.number().int().nonnegative(),
  /** The filter it was taken by, in words: an explanation only. */
  explanation: z.string(),
});

export const targetSchema = z.union([z.array(citationSchema).max(1000), eventSetSchema]);
export type MarkTarget = z.infer<typeof targetSchema>;

const head = { id: z.string().min(1).max(100), schema: z.literal(1) };

/** Evidence taken out of sight; `evidence` is a frozen set of evidence ids: `3,7-9`. */
export const removalSchema = z.object({ kind: z.literal('removal'), ...head, evidence: z.string() });

/** A star, tag or note on events; `value` is the tag or the note's text, null for a star. */
export const markSchema = z.object({
  kind: z.literal('mark'),
  ...head,
  what: z.enum(MARK_WHATS).exclude(['finding']),
  value: z.string().max(20_000).nullable(),
  on: targetSchema,
  by: z.string().nullable(),
  at: z.string(),
});
export type Mark = z.infer<typeof markSchema>;

/** The investigator's conclusion: text, the events it rests on, and a saved view that shows it. */
export const findingSchema = z.object({
  kind: z.literal('finding'),
  ...head,
  title: z.string().min(1).max(300),
  text: z.string().max(100_000),
  cites: z.array(targetSchema).max(200),
  /** Ids of saved views (a grid or a chart) that the report shows with it. */
  views: z.array(z.string()).max(50),
  /** Place in the report. */
  order: z.number(),
  by: z.string().nullable(),
  at: z.string(),
});
export type Finding = z.infer<typeof findingSchema>;

export const savedViewSchema = z.object({
  kind: z.literal('view'),
  ...head,
  name: z.string().min(1).max(200),
  source: sourceSchema,
  /** Drawn as a chart where set, else as a grid. Its own `source` is this view's. */
  chart: chartSpecSchema.nullable(),
  /** Columns of the grid, in order; empty means all. */
  columns: z.array(z.string()).max(200),
  /** Column of time that places its rows on the timeline as a lane; null: no lane. */
  lane: z.object({ time: z.string(), end: z.string().nullable(), label: z.string().nullable() }).nullable(),
  by: z.string().nullable(),
  at: z.string(),
});
export type SavedView = z.infer<typeof savedViewSchema>;

/**
 * How one evidence's clock was set against true time: `timestamp = recorded_at + offsetUs + driftPpm × (recorded_at −
 * referenceAtUs) / 1e6`; a slow clock has a positive offset. `zone` replaces the one the import read wall times in.
 */
export const clockSchema = z.object({
  kind: z.literal('clock'),
  /** SHA-256 of the evidence, so that it holds after a re-import. */
  ...head,
  zone: z.string().nullable(),
  offsetUs: z.number().int(),
  driftPpm: z.number(),
  referenceAtUs: z.number().int(),
  /** Where the figures come from, in the analyst's words. */
  reason: z.string().max(2000),
});
export type Clock = z.infer<typeof clockSchema>;

/** One line of a label or a form; control characters have no place on it. */
const labelSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u);

/** Who acquired an evidence, and its number among the exhibits, as the analyst was told. */
export const custodySchema = z.object({
  kind: z.literal('custody'),
  /** SHA-256 of the evidence, so that it holds after a re-import. */
  ...head,
  acquirer: labelSchema.nullable(),
  exhibitNumber: labelSchema.nullable(),
});
export type Custody = z.infer<typeof custodySchema>;

/** A format that a person wrote for this case; `id` is the format's, `text` its YAML. */
export const ownFormatSchema = z.object({
  kind: z.literal('format'),
  ...head,
  text: z.string().min(1).max(200_000),
  by: z.string().nullable(),
  at: z.string(),
});
export type OwnFormat = z.infer<typeof ownFormatSchema>;

export const recordSchema = z.discriminatedUnion('kind', [
  removalSchema,
  markSchema,
  findingSchema,
  savedViewSchema,
  clockSchema,
  custodySchema,
  ownFormatSchema,
]);
export type CaseRecord = z.infer<typeof recordSchema>;
