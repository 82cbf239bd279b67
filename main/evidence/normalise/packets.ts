/**
 * A capture into rows: reader → framing → flows and streams → dissectors → narrow tables, with views `event`,
 * `point`, `reject` and `record` over them. Called by the import core, which writes the views out as Parquet.
 */
import type { CaptureQuality } from '../../../shared/evidence';
import type { Problem } from '../../../shared/problem';
import { dissectors } from '../../dissectors/index';
import type { Database } from '../../store/database';
import { CaptureReader, looksLikeCapture } from '../readers/capture/capture';
import type { CaptureInterface } from '../readers/capture/packet';
import { type CaptureCounters, newCounters } from './packets/counters';
import { PacketDecoder } from './packets/decoder';
import { createFactView } from './packets/fact-rows';
import { captureQuality } from './packets/notes';
import { CaptureTables } from './packets/tables';
import { createViews, RECORD_COLUMNS } from './packets/views';

export { listDissectors } from '../../dissectors/index';
export { looksLikeCapture };

export interface CaptureJob {
  readonly evidenceId: number;
  /** The decompressed bytes in order; chunks of any size, best of 1 MiB or more. A chunk may be reused once consumed. */
  readonly read: AsyncIterable<Uint8Array>;
  /**
   * Where the rows go: tables `capture_*`, and views `event`, `point`, `reject`, `record` over them, replacing those of
   * an earlier capture in the same database. Best with a temporary folder, so that big captures can spill.
   */
  readonly database: Database;
  progress(records: number, bytes: number): void;
  cancelled(): boolean;
}

export interface CaptureReport {
  /** records = loaded + rejected + skipped. */
  readonly records: number;
  readonly loaded: number;
  readonly rejected: number;
  readonly skipped: number;
  readonly events: number;
  /** Rows of the narrow point table; an empty run of values gives no point. */
  readonly pointRuns: number;
  /** Ids of the dissectors that found messages. */
  readonly dissectors: readonly string[];
  readonly interfaces: readonly CaptureInterface[];
  /** First and last time of a packet in µs since 1970-01-01 UTC; null when none is dated. */
  readonly firstUs: number | null;
  readonly lastUs: number | null;
  /** Bytes of the decompressed stream: records and framing. */
  readonly streamBytes: number;
  readonly framingBytes: number;
  /** Columns of `record` after evidence_id, record_number, byte_offset, byte_length. */
  readonly recordColumns: readonly string[];
  /** Where and why reading stopped before the end; null when it did not. */
  readonly problem: Problem | null;
  readonly counters: Readonly<CaptureCounters>;
  /** What could not be seen, in words. */
  readonly quality: readonly CaptureQuality[];
  readonly cancelled: boolean;
}

/** Reads a whole capture and keeps only the counts: what decoding costs without a database. */
export async function decodeCapture(
  read: AsyncIterable<Uint8Array>,
): Promise<{ readonly packets: number; readonly messages: number; readonly flows: number }> {
  const decoder = new PacketDecoder(CaptureTables.discard(), dissectors, newCounters());
  const reader = new CaptureReader(decoder);
  for await (const chunk of read) reader.push(chunk);
  reader.end();
  decoder.finish(reader.interfaces);
  const { messageCount, events } = decoder;
  return { packets: reader.records, messages: messageCount, flows: events - messageCount };
}

/** Reads a whole capture. Damage is told in the report; a database that fails throws. */
export async function importCapture(job: CaptureJob): Promise<CaptureReport> {
  const counters = newCounters();
  const tables = await CaptureTables.create(job.database);
  const decoder = new PacketDecoder(tables, dissectors, counters);
  const reader = new CaptureReader(decoder);
  decoder.precisionOf = (index) => reader.interfaces[index]?.precisionUs ?? 1;
  let bytes = 0;
  let cancelled = job.cancelled();
  for await (const chunk of job.read) {
    if (job.cancelled()) {
      cancelled = true;
      break;
    }
    reader.push(chunk);
    bytes += chunk.length;
    job.progress(reader.records, bytes);
  }
  if (!cancelled) reader.end();
  decoder.finish(reader.interfaces);
  tables.close();
  await createViews(job.database, job.evidenceId, decoder.messageCount);
  await createFactView(job.database, job.evidenceId);
  counters.droppedByCapture = reader.droppedByCapture;
  counters.damagedStretches = reader.damagedStretches;
  const isDated = decoder.firstUs <= decoder.lastUs;
  return {
    records: decoder.loaded + decoder.rejected,
    loaded: decoder.loaded,
    rejected: decoder.rejected,
    skipped: 0,
    events: decoder.events,
    pointRuns: tables.point.rows,
    dissectors: [...decoder.found].sort(),
    interfaces: reader.interfaces,
    firstUs: isDated ? decoder.firstUs : null,
    lastUs: isDated ? decoder.lastUs : null,
    streamBytes: bytes,
    framingBytes: reader.framingBytes,
    recordColumns: RECORD_COLUMNS,
    problem: reader.problem,
    counters,
    quality: captureQuality(counters, {
      interfaces: reader.interfaces,
      silence: decoder.watch.silence,
      largestStepBackUs: decoder.watch.largestStepBackUs,
    }),
    cancelled,
  };
}
