/**
 * `segment.json`: what one committed import folder holds. The importer writes it last, after every Parquet file;
 * the engine reads it when the folder has been renamed into `facts/`. A folder without it is not a segment.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { captureQualitySchema, importOptionsSchema, ledgerRowSchema } from '../../shared/evidence';
import { fail, madeByNewer, type Outcome, succeed } from '../../shared/problem';
import type { RecordFile } from '../store/parquet';

const count = z.number().int().nonnegative();

/** `timestamp = recorded_at + offsetUs + driftPpm × (recorded_at − referenceAtUs) / 1e6`; a slow clock is positive. */
export const clockModelSchema = z.object({
  offsetUs: z.number().int(),
  driftPpm: z.number(),
  referenceAtUs: z.number().int(),
});
export type ClockModel = z.infer<typeof clockModelSchema>;

export const evidenceEntrySchema = z.object({
  row: ledgerRowSchema,
  options: importOptionsSchema,
  importerVersion: z.string(),
  /** ISO 8601, UTC, when the import ended. */
  importedAt: z.string(),
  clockModel: clockModelSchema.nullable(),
  /** `record-<k>.parquet` of this segment, or null when no record was kept. */
  recordFile: z.string().nullable(),
  /** The source's own columns, in order, as the source names them; queries name them by `recordColumns`. */
  sourceColumns: z.array(z.string()),
  /** Their columns after evidence_id, record_number, byte_offset, byte_length; same order, made unique. */
  recordColumns: z.array(z.string()),
  /** True where `recordFile` has the text of JSON records alone, the last column; the others are its keys. */
  keysInText: z.boolean().optional(),
  compression: z.string().nullable(),
  encoding: z.string().nullable(),
  /** Bytes of the decompressed stream; equals `row.size_bytes` when nothing is compressed. */
  streamBytes: count,
  /** Bytes of header, comment and blank lines, separators and line ends. */
  framingBytes: count,
  /** Invalid byte sequences shown as U+FFFD; the bytes themselves stay reachable by offset. */
  replacements: count,
  /** Last modification of the file, ISO 8601 UTC. */
  modifiedAt: z.string().nullable(),
  /** True when a copy of the bytes lies in the segment's `evidence` folder, named by SHA-256. */
  copied: z.boolean(),
  /** Containers and places in them that lead to this evidence, outermost first; absent for a file of its own. */
  members: z.array(z.object({ index: count, name: z.string() })).optional(),
  /** The definition it was read by, where that does not ship with the product. */
  formatText: z.string().optional(),
  /** What the analyst should know: an assumed zone, replaced bytes, a guessed date order. */
  notes: z.array(z.string()),
  /** Captures: what could not be seen; empty when nothing was found amiss. Absent for everything else. */
  quality: z.array(captureQualitySchema).optional(),
});
export type EvidenceEntry = z.infer<typeof evidenceEntrySchema>;

/** Of segments as they are written: 2 has `span_id` among the columns of its events. */
const SEGMENT_VERSION = 2;

export const segmentSchema = z.object({
  version: z.union([z.literal(1), z.literal(SEGMENT_VERSION)]),
  evidences: z.array(evidenceEntrySchema),
});
const versionSchema = z.object({ version: count });
export type Segment = z.infer<typeof segmentSchema>;

export function newSegment(evidences: readonly EvidenceEntry[]): Segment {
  return { version: SEGMENT_VERSION, evidences: [...evidences] };
}

/** Where an evidence of the segment in `folder` keeps its records; null where none was kept. */
export function recordFileOf(folder: string, entry: EvidenceEntry): RecordFile | null {
  const { row, recordFile, recordColumns: columns, sourceColumns, keysInText } = entry;
  if (recordFile === null) return null;
  const keys = keysInText ? sourceColumns.slice(0, -1) : undefined;
  return { evidenceId: row.evidence_id, path: join(folder, recordFile), columns, keys };
}

export const SEGMENT_FILE = 'segment.json';

export async function writeSegment(folder: string, evidences: readonly EvidenceEntry[]): Promise<void> {
  await writeFile(join(folder, SEGMENT_FILE), `${JSON.stringify(newSegment(evidences), null, 1)}\n`);
}

export async function readSegment(folder: string): Promise<Outcome<Segment>> {
  const path = join(folder, SEGMENT_FILE);
  try {
    const told: unknown = JSON.parse(await readFile(path, 'utf8'));
    const version = versionSchema.safeParse(told);
    if (version.success && version.data.version > SEGMENT_VERSION)
      return fail(
        madeByNewer(
          'Evidence of this case was imported by a newer Throughline.',
          path,
          version.data.version,
          SEGMENT_VERSION,
        ),
      );
    return succeed(segmentSchema.parse(told));
  } catch (error) {
    return fail({
      code: 'segment-unreadable',
      what: 'A part of the workspace could not be read.',
      why: error instanceof Error ? error.message.slice(0, 300) : String(error),
      where: path,
      help: 'Remove this folder from the workspace and import its evidence again.',
    });
  }
}
