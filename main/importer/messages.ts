/** What the engine and an importer process say to each other; the importer knows no case, only a staging folder. */
import { z } from 'zod';
import {
  candidateSchema,
  foundMemberSchema,
  importOptionsSchema,
  previewSchema,
} from '../../shared/evidence';
import { problemSchema } from '../../shared/problem';
import { segmentSchema } from '../evidence/segment';

const count = z.number().int().nonnegative();

export const importFileSchema = z.object({
  evidenceId: count,
  /** As reached from the argument; goes into the ledger unchanged. */
  path: z.string(),
  /** Where the bytes lie, when not at `path` (an uploaded copy). */
  readFrom: z.string().optional(),
  name: z.string(),
  options: importOptionsSchema,
  /** Why it is not to be opened: its ledger row says so and nothing else happens. */
  unread: problemSchema.optional(),
});
export type ImportFile = z.infer<typeof importFileSchema>;

/** Definitions that do not ship: the case's own and the analyst's library, by file name. */
export const ownTextsSchema = z.array(z.object({ name: z.string(), text: z.string() }));
export type OwnTexts = z.infer<typeof ownTextsSchema>;

export const importJobSchema = z.object({
  jobId: z.string(),
  /** An existing, empty folder. Parquet, `segment.json` and, with `copy`, `evidence/<sha256>` are written here. */
  stagingFolder: z.string(),
  files: z.array(importFileSchema).min(1),
  /** SHA-256 of evidence already in the case: a file with one of these is a duplicate. */
  known: z.array(z.string()),
  copy: z.boolean(),
  formats: ownTextsSchema.optional(),
  memoryLimitMb: count,
  threads: count,
  /** Goes into `segment.json`. */
  importerVersion: z.string(),
});
export type ImportJob = z.infer<typeof importJobSchema>;

/** Engine → importer. One job at a time; a second job is taken after the first is done. Looks are taken in order. */
export const toImporterSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('job'), job: importJobSchema }),
  z.object({ kind: z.literal('cancel'), jobId: z.string() }),
  /** A file will be looked at soon. */
  z.object({ kind: z.literal('prepare') }),
  /** What a file may be, from its head; with `options` also its first records as they would be read. */
  z.object({
    kind: z.literal('look'),
    requestId: count,
    path: z.string(),
    name: z.string(),
    options: importOptionsSchema.nullable(),
    formats: ownTextsSchema.optional(),
    /** A definition still being written, which reads the file whatever else could; `options` must not be null. */
    draft: z.string().optional(),
    /** How many records to show. */
    records: count.optional(),
    /** Look at what a container holds, too. */
    inside: z.boolean().optional(),
  }),
]);
export type ToImporter = z.infer<typeof toImporterSchema>;

export const importProgressSchema = z.object({
  /** 0-based place in the job's files. */
  fileIndex: count,
  name: z.string(),
  bytesRead: count,
  bytesTotal: count,
  /** Of all files of the job so far. */
  records: count,
});
export type ImportProgress = z.infer<typeof importProgressSchema>;

/** Importer → engine. `done` and `problem` end a job; after `problem` the staging folder holds nothing to keep. */
export const fromImporterSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('progress'), jobId: z.string(), progress: importProgressSchema }),
  z.object({
    kind: z.literal('done'),
    jobId: z.string(),
    cancelled: z.boolean(),
    segment: segmentSchema,
  }),
  z.object({ kind: z.literal('problem'), jobId: z.string(), problem: problemSchema }),
  z.object({
    kind: z.literal('looked'),
    requestId: count,
    candidates: z.array(candidateSchema),
    problem: problemSchema.nullable(),
    /** Only of a container, and where they were asked for. */
    members: z.array(foundMemberSchema),
    /** Null when it was not asked for or cannot be made. */
    preview: previewSchema.nullable(),
  }),
]);
export type FromImporter = z.infer<typeof fromImporterSchema>;
