/**
 * One pass over one file: bytes → hash, text, records → staging tables. The books are checked at the end: every byte
 * is in a record or framing. Nothing here knows what a record means.
 */
import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import type { Problem } from '../../shared/problem';
import type { Database } from '../store/database';
import type { Compression } from './compression';
import type { DayEdges } from './day-edges';
import { type EncodingGuess, incompleteTail } from './encoding';
import type { KeyWatch } from './key-watch';
import type { Places } from './places';
import type { ReadPlan } from './plan';
import { DelimitedSplitter } from './readers/delimited';
import { EvtxSplitter } from './readers/evtx/evtx';
import { FixedSplitter } from './readers/fixed';
import { JsonSplitter } from './readers/json';
import { LinesSplitter } from './readers/lines';
import type { Splitter, SplitterSettings } from './readers/reader';
import { W3cSplitter } from './readers/w3c';
import { XmlSplitter } from './readers/xml/xml';
import { ZeekSplitter } from './readers/zeek';
import type { TextSample } from './sample';
import { newReport, type ReadReport, streamSource } from './source';
import { stageParquet, stageParquetSample } from './stage-parquet';
import { openTarget, Stager, type StreamState } from './stager';
import { bytesPerUnit, makeTranscoder } from './transcode';

const SAMPLE_ROWS = 500;

export interface StageInput {
  readonly path: string;
  readonly compression: Compression | null;
  readonly encoding: EncodingGuess;
  readonly plan: ReadPlan;
  /** Where something may be put while it is staged; the system's folder for such things where it is not said. */
  readonly folder?: string;
  /** Keep only places, here, and rejects: the cells come from elsewhere. */
  readonly places?: Places;
  /** Beside `places`: where days begin and end in lines. */
  readonly dayEdges?: DayEdges;
  /** Beside `places`: which of the JSON records bring keys. */
  readonly keyWatch?: KeyWatch;
  readonly copyTo?: FileHandle;
  readonly cancelled: () => boolean;
  /** Asked like `cancelled` where only places are kept: the pass is in vain and ends early, unclean. */
  readonly abandoned?: () => boolean;
  /** Called after each chunk with bytes read from disk and records found so far. */
  readonly progress: (bytesRead: number, records: number) => void;
}

export interface Staged {
  readonly sha256: string | null;
  readonly diskBytes: number;
  readonly streamBytes: number;
  readonly records: number;
  /** Rejected by the splitter: rows of `unsplit`. */
  readonly rejected: number;
  readonly framingBytes: number;
  readonly replacements: number;
  /** What the ledger should tell of how the file was read. */
  readonly notes: readonly string[];
  /** Columns a later header adds: to be planned for in a second pass. */
  readonly laterFields: readonly string[];
  /** Whether `\ud8…` or the like stands somewhere: half of a surrogate pair, perhaps. */
  readonly mayHoldHalfPairs: boolean;
  /** False where rows were ragged, oddly quoted or not valid text: only our own splitter has read them rightly. */
  readonly clean: boolean;
  readonly cancelled: boolean;
  /** The file was not read to its end, or is damaged; what was read is staged. */
  readonly problem: Problem | null;
}

export async function stageFile(database: Database, input: StageInput): Promise<Staged> {
  if (input.plan.kind === 'parquet') return stageParquet(database, input, input.plan);
  const target = await openTarget(database, input.plan, input);
  const state: StreamState = { streamBytes: 0, valid: true };
  const stager = new Stager(input.plan, target, state);
  const splitter = makeSplitter(input.plan, {
    sink: stager,
    originalStart: input.encoding.markBytes,
    unitBytes: bytesPerUnit(input.encoding.encoding),
  });
  const report = newReport();
  let complete: Pumped;
  try {
    complete = await pump(input, splitter, stager, state, report);
  } finally {
    stager.close();
  }
  const books = complete.cancelled || (input.places && complete.invalid) ? null : splitter.checkBooks();
  return {
    sha256: report.sha256,
    diskBytes: report.diskBytes,
    streamBytes: report.streamBytes,
    records: stager.records,
    rejected: stager.rejected,
    framingBytes: report.streamBytes - stager.recordBytes,
    replacements: stager.replacements,
    notes: splitter.notes,
    laterFields: splitter.laterFields,
    mayHoldHalfPairs: complete.escapes,
    clean: !complete.invalid && isClean(splitter, stager),
    cancelled: complete.cancelled,
    problem:
      books === null ? (report.problem ?? endProblem(splitter, input.path)) : booksProblem(books, input.path),
  };
}

function endProblem(splitter: Splitter, path: string): Problem | null {
  if (!splitter.endsEarly) return null;
  const { wholeName, lostWords } = splitter;
  return {
    code: 'evidence-cut-short',
    what: `The file ends before its ${wholeName} does.`,
    why: lostWords,
    where: path,
    help: 'Look for a whole copy of the file.',
  };
}

/** Stages a sample as the table `record`; gives how many records that are whole it holds. */
export async function stageSample(database: Database, sample: TextSample, plan: ReadPlan): Promise<number> {
  if (plan.kind === 'parquet') {
    return stageParquetSample(database, sample.parquet?.path ?? '', plan, SAMPLE_ROWS);
  }
  const target = await openTarget(database, plan);
  const state: StreamState = { streamBytes: Number.MAX_SAFE_INTEGER, valid: isUtf8(sample.bytes) };
  const stager = new Stager(plan, target, state);
  try {
    const splitter = makeSplitter(plan, { sink: stager, originalStart: 0, unitBytes: 0 });
    splitter.push(sample.bytes);
    // A record longer than the sample is better judged cut than not at all.
    if (sample.whole || stager.records === 0) splitter.end();
  } finally {
    stager.close();
  }
  return stager.records;
}

interface Pumped {
  readonly cancelled: boolean;
  /** It is not valid UTF-8, or reading it to its end was in vain. */
  readonly invalid: boolean;
  /** See `Staged.mayHoldHalfPairs`; told of bytes that are UTF-8. */
  readonly escapes: boolean;
}

async function pump(
  input: StageInput,
  splitter: Splitter,
  stager: Stager,
  state: StreamState,
  report: ReadReport,
): Promise<Pumped> {
  const transcoder = makeTranscoder(input.encoding.encoding);
  const validity = new Validity();
  const escapes = new EscapeWatch();
  let mark = input.encoding.markBytes;
  let invalid = false;
  const options = input.copyTo ? { copyTo: input.copyTo } : {};
  for await (const raw of streamSource(input.path, input.compression, report, options)) {
    if (input.cancelled()) return { cancelled: true, invalid, escapes: true };
    const skipped = Math.min(mark, raw.length);
    mark -= skipped;
    const bytes = raw.subarray(skipped);
    if (input.places && (input.abandoned?.() || invalid || !isClean(splitter, stager))) {
      return { cancelled: false, invalid: true, escapes: true };
    }
    state.streamBytes = report.streamBytes;
    if (transcoder) {
      splitter.push(transcoder.push(bytes), transcoder.widths);
    } else {
      state.valid = validity.accepts(bytes);
      if (!state.valid) invalid = true;
      if (input.plan.kind === 'json') escapes.look(bytes);
      splitter.push(bytes);
    }
    input.progress(report.diskBytes, stager.records);
  }
  if (input.cancelled()) return { cancelled: true, invalid, escapes: true };
  if (transcoder) {
    splitter.push(transcoder.finish(), transcoder.widths);
    stager.replacements += transcoder.replaced;
  } else if (validity.endsInside) {
    state.valid = false;
    invalid = true;
  }
  splitter.end();
  return { cancelled: false, invalid, escapes: transcoder !== null || escapes.found };
}

function isClean(splitter: Splitter, stager: Stager): boolean {
  const counts = splitter instanceof DelimitedSplitter || splitter instanceof LinesSplitter;
  return stager.rejected === 0 && (!counts || splitter.clean);
}

/** Chunk-wise UTF-8 check. Once a chunk fails, every cell from there on is looked at by itself. */
class Validity {
  private valid = true;
  /** Bytes of a character that the last chunk's end cut in two. */
  private tail: Uint8Array = new Uint8Array(0);

  get endsInside(): boolean {
    return this.tail.length > 0;
  }

  accepts(bytes: Uint8Array): boolean {
    if (!this.valid) return false;
    const joined = this.tail.length === 0 ? bytes : Buffer.concat([this.tail, bytes]);
    const cut = incompleteTail(joined);
    this.valid = isUtf8(joined.subarray(0, joined.length - cut));
    this.tail = Uint8Array.prototype.slice.call(joined, joined.length - cut);
    return this.valid;
  }
}

/** Whether an escaped half of a surrogate pair may stand in the bytes. */
class EscapeWatch {
  found = false;
  /** The last bytes, which an escape may begin with. */
  private tail: Uint8Array = new Uint8Array(0);

  look(bytes: Uint8Array): void {
    if (this.found) return;
    const border = Buffer.concat([this.tail, bytes.subarray(0, 2)]);
    const inside = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.found = ['\\ud', '\\uD'].some((text) => inside.includes(text) || border.includes(text));
    this.tail = Buffer.concat([this.tail, bytes.subarray(-2)]).subarray(-2);
  }
}

function makeSplitter(plan: ReadPlan, settings: SplitterSettings): Splitter {
  switch (plan.kind) {
    case 'lines':
      return new LinesSplitter({
        ...settings,
        newline: plan.newline,
        indented: plan.indented,
        starts: plan.starts,
      });
    case 'delimited':
      return new DelimitedSplitter(settings, plan.dialect);
    case 'zeek':
      return plan.header.form === 'w3c'
        ? new W3cSplitter(settings, plan.header)
        : new ZeekSplitter(settings, plan.header);
    case 'fixed':
      return new FixedSplitter({ ...settings, newline: plan.newline }, plan.layout);
    case 'xml':
      return new XmlSplitter(settings, plan.layout);
    case 'evtx':
      return new EvtxSplitter(settings);
    case 'parquet':
      throw new Error('rows of Parquet are not split');
    case 'json':
      return plan.layout === 'lines'
        ? new LinesSplitter({ ...settings, newline: plan.newline, indented: false, starts: [] })
        : new JsonSplitter({ ...settings, envelope: plan.envelope });
  }
}

function booksProblem(books: string, path: string): Problem {
  return {
    code: 'books-do-not-balance',
    what: 'The records found do not account for every byte of the file.',
    why: `This is a fault of the program: ${books}.`,
    where: path,
    help: 'Please report it with the file, or with a few of its lines.',
  };
}
