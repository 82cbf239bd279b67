/** The ledger row: what one evidence is and what its import made of every record. Keys are a contract. */
import { z } from 'zod';
import { ENCODINGS } from './encodings';
import { problemSchema } from './problem';

export const EVIDENCE_STATUSES = [
  'loaded',
  'partial',
  'failed',
  'unrecognised',
  'duplicate',
  'empty',
  'container',
  'cancelled',
] as const;

/** Where a zone or a year came from: the record itself, the file's own header, the analyst, or nobody. */
export const TIME_SOURCES = ['in record', 'in file', 'asked', 'assumed'] as const;

const count = z.number().int().nonnegative();

export const ledgerRowSchema = z.object({
  evidence_id: count,
  /** As reached from the argument; absolute when the argument was. */
  path: z.string(),
  /** Place inside a container, else null. */
  member: z.string().nullable(),
  name: z.string(),
  size_bytes: count,
  /** Lower-case hex of the bytes as they lie on disk. */
  sha256: z.string().nullable(),
  format: z.string().nullable(),
  format_title: z.string().nullable(),
  dissectors: z.array(z.string()),
  time_zone: z.string().nullable(),
  time_zone_source: z.enum(TIME_SOURCES).nullable(),
  year_source: z.enum(['in record', 'in file', 'asked', 'assumed', 'file time']).nullable(),
  records: count,
  loaded: count,
  rejected: count,
  skipped: count,
  events: count,
  /** Events without a time; they are kept and shown. */
  undated: count,
  first: z.string().nullable(),
  last: z.string().nullable(),
  seconds: z.number().nonnegative(),
  status: z.enum(EVIDENCE_STATUSES),
  problem: problemSchema.nullable(),
});

export type LedgerRow = z.infer<typeof ledgerRowSchema>;

/** One thing that a capture could not see, or shows twice or askew. */
export const captureQualitySchema = z.object({
  /** Name of the counter; `filter` and `silence` besides. */
  what: z.string(),
  count,
  text: z.string(),
  /** What follows from it for whoever reads the events. */
  means: z.string(),
});
export type CaptureQuality = z.infer<typeof captureQualitySchema>;

/** Which source column feeds which event field. */
export const mappingSchema = z.object({
  time: z.string().nullable(),
  /** A time form of `formats/format.ts`, or null to try them all. */
  timeForm: z.string().nullable(),
  domain: z.string(),
  fields: z.record(z.string(), z.string()),
});

/** What the analyst chose for one import; part of the evidence's identity for "same options, same output". */
export const importOptionsSchema = z.object({
  format: z.string().optional(),
  /** IANA name for records that state no zone. */
  zone: z.string().optional(),
  /** Of text, where the guess is not right. */
  encoding: z.enum(ENCODINGS).optional(),
  /** Opens protected containers; never kept. */
  password: z.string().optional(),
  /** Year for records that state none. */
  year: z.number().int().min(1900).max(2200).optional(),
  /** For `generic-*` formats: which source column feeds which event field. */
  mapping: mappingSchema.optional(),
});

export type ImportOptions = z.infer<typeof importOptionsSchema>;

/** A ranked guess at what a file is, with its reason in words. */
export const candidateSchema = z.object({
  format: z.string(),
  title: z.string(),
  /** 0–1: share of sampled records the format reads. */
  score: z.number(),
  why: z.string(),
});
export type Candidate = z.infer<typeof candidateSchema>;

/** What the first bytes decide, so that there is no format to choose: captures and containers. */
export function isReadWhole(format: string): boolean {
  return ['pcap', 'pcapng', 'zip', 'tar', 'workbook'].includes(format);
}

/** What is in a container, found without importing it. */
export const foundMemberSchema = z.object({
  /** Its place, as in the ledger. */
  member: z.string(),
  /** None, and no problem: it is empty. */
  candidates: z.array(candidateSchema),
  problem: problemSchema.nullable(),
});
export type FoundMember = z.infer<typeof foundMemberSchema>;

/** Ends up in the import dialog and in `detect --json`. */
export const previewSchema = z.object({
  name: z.string(),
  sizeBytes: count,
  compression: z.string().nullable(),
  /** Empty for what is no text. */
  encoding: z.string(),
  /** True where only its letters speak for the encoding. */
  encodingGuessed: z.boolean(),
  candidates: z.array(candidateSchema),
  chosen: z.string().nullable(),
  /** The source's own columns, for mapping. */
  columns: z.array(z.string()),
  /** What a generic format takes them for as long as nobody says otherwise. */
  mapping: mappingSchema.optional(),
  /** First records: raw text, the source's own cells, and the event they would become. */
  records: z.array(
    z.object({
      number: count,
      raw: z.string(),
      cells: z.array(z.string().nullable()),
      event: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable(),
      reject: z.string().nullable(),
    }),
  ),
  zone: z.object({
    name: z.string().nullable(),
    source: z.enum(TIME_SOURCES).nullable(),
    needed: z.boolean(),
  }),
  /** Of a container: the first of what is in it, each evidence of its own once imported. */
  members: z
    .object({
      list: z.array(z.object({ name: z.string(), packedBytes: count.nullable(), encrypted: z.boolean() })),
      /** There is more than was listed. */
      more: z.boolean(),
    })
    .optional(),
  problem: problemSchema.nullable(),
});
export type Preview = z.infer<typeof previewSchema>;
