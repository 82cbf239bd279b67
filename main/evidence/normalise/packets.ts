/**
 * A capture into rows: reader → framing → flows and streams → dissectors → narrow tables, with views `event`,
 * `point`, `reject` and `record` over them. Called by the import core, which writes the views out as Parquet; a big
 * capture goes into files part by part while it is read.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '../../store/database';
import { looksLikeCapture } from '../readers/capture/capture';
import { CaptureParts, type PartFiles, type PartsOutput } from './packets/capture-parts';
import { CaptureStore } from './packets/capture-store';
import { CaptureDecoding, type Decoded } from './packets/decoding';
import { createFactView } from './packets/fact-rows';
import { NAMES, WHOLE_TABLES } from './packets/tables';
import { createTexts } from './packets/texts';
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
  /** The rows go from the views straight into files; else the views' texts are VARCHAR. */
  readonly isAlone: boolean;
  /** Where the rows of a big capture go part by part; without it they all stay in the tables. */
  readonly parts?: PartsOutput;
  progress(records: number, bytes: number): void;
  cancelled(): boolean;
}

/** Decoded at a time while a part is being written, whose next step waits as long; some milliseconds. */
const SLICE_BYTES = 32 << 10;

export interface CaptureReport extends Decoded {
  /** records = loaded + rejected + skipped. */
  readonly skipped: number;
  /** Bytes of the decompressed stream: records and framing. */
  readonly streamBytes: number;
  /** Columns of `record` after evidence_id, record_number, byte_offset, byte_length. */
  readonly recordColumns: readonly string[];
  /** Where the rows were written, in files whose rows add up, where the capture was big; there are no views of them then. */
  readonly files: PartFiles | null;
  readonly cancelled: boolean;
}

/** Reads a whole capture. Damage is told in the report; a database that fails throws. */
export async function importCapture(job: CaptureJob): Promise<CaptureReport> {
  const parts = job.parts ? await CaptureParts.begin(job.database, job.evidenceId, job.parts) : null;
  try {
    return await run(job, parts);
  } finally {
    await parts?.close();
  }
}

async function run(job: CaptureJob, parts: CaptureParts | null): Promise<CaptureReport> {
  const { database, evidenceId } = job;
  const { decoded, bytes, cancelled } = await decode(job, parts);
  const report = { ...decoded, skipped: 0, streamBytes: bytes, recordColumns: RECORD_COLUMNS, cancelled };
  if (cancelled) return { ...report, files: null };
  if (parts && !parts.isOne) {
    const files = await parts.finish(decoded.sizes, decoded.messages);
    await createFactView(database, evidenceId);
    return { ...report, files };
  }
  parts?.closeOne();
  const texts = await createTexts(database, decoded.sizes, job.isAlone);
  await createViews(database, evidenceId, decoded.messages, texts);
  await createFactView(database, evidenceId);
  return { ...report, files: null };
}

/** By itself, so that flows and conversations can go before the rest is written. */
async function decode(job: CaptureJob, parts: CaptureParts | null) {
  const store = await CaptureStore.create(job.database, parts ? WHOLE_TABLES : NAMES);
  const decoding = new CaptureDecoding((table, chunk) => {
    if (parts && !WHOLE_TABLES.includes(table)) parts.append(table, chunk);
    else store.append(table, chunk);
  });
  const most = job.parts?.rows ?? Number.POSITIVE_INFINITY;
  let bytes = 0;
  let cancelled = job.cancelled();
  for await (const chunk of job.read) {
    if (job.cancelled()) {
      cancelled = true;
      break;
    }
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      decoding.push(chunk.subarray(at, at + SLICE_BYTES));
      if (decoding.rowsOfPart >= most) await parts?.next(decoding.endPart());
      else if (parts?.isWriting) await nextTurn();
    }
    bytes += chunk.length;
    job.progress(decoding.records, bytes);
  }
  if (!cancelled) decoding.endBytes();
  if (parts && !parts.isOne && !cancelled) {
    // What ends with the capture are flows, very many perhaps: they are none of the last packets' business.
    do await parts.next(decoding.endPart());
    while (decoding.endFlows(most));
  }
  const decoded = decoding.end();
  store.close();
  return { decoded, bytes, cancelled };
}
