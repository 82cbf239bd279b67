/**
 * A capture into rows: reader → framing → flows and streams → dissectors → narrow tables, with views `event`,
 * `point`, `reject` and `record` over them. Called by the import core, which writes the views out as Parquet.
 */
import type { Database } from '../../store/database';
import { looksLikeCapture } from '../readers/capture/capture';
import { CaptureStore } from './packets/capture-store';
import { CaptureDecoding, type Decoded } from './packets/decoding';
import { createFactView } from './packets/fact-rows';
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
  progress(records: number, bytes: number): void;
  cancelled(): boolean;
}

export interface CaptureReport extends Decoded {
  /** records = loaded + rejected + skipped. */
  readonly skipped: number;
  /** Bytes of the decompressed stream: records and framing. */
  readonly streamBytes: number;
  /** Columns of `record` after evidence_id, record_number, byte_offset, byte_length. */
  readonly recordColumns: readonly string[];
  readonly cancelled: boolean;
}

/** Reads a whole capture. Damage is told in the report; a database that fails throws. */
export async function importCapture(job: CaptureJob): Promise<CaptureReport> {
  const store = await CaptureStore.create(job.database);
  const decoding = new CaptureDecoding((table, chunk) => store.append(table, chunk));
  let bytes = 0;
  let cancelled = job.cancelled();
  for await (const chunk of job.read) {
    if (job.cancelled()) {
      cancelled = true;
      break;
    }
    decoding.push(chunk);
    bytes += chunk.length;
    job.progress(decoding.records, bytes);
  }
  const decoded = decoding.end(!cancelled);
  store.close();
  const texts = await createTexts(job.database, decoded.sizes, job.isAlone);
  await createViews(job.database, job.evidenceId, decoded.messages, texts);
  await createFactView(job.database, job.evidenceId);
  return { ...decoded, skipped: 0, streamBytes: bytes, recordColumns: RECORD_COLUMNS, cancelled };
}
