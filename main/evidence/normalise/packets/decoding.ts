/** A capture on its way into rows: its bytes in, rows out by table, at the end what was found. Needs no database. */
import type { CaptureQuality } from '../../../../shared/evidence';
import type { Problem } from '../../../../shared/problem';
import { dissectors } from '../../../dissectors/index';
import { CaptureReader } from '../../readers/capture/capture';
import type { CaptureInterface } from '../../readers/capture/packet';
import { type CaptureCounters, newCounters } from './counters';
import { PacketDecoder } from './decoder';
import { captureQuality } from './notes';
import { type CaptureSizes, CaptureTables, type TakeRows } from './tables';

/** What a capture turned out to hold. */
export interface Decoded {
  /** records = loaded + rejected. */
  readonly records: number;
  readonly loaded: number;
  readonly rejected: number;
  /** Messages and flows. */
  readonly events: number;
  readonly messages: number;
  /** Rows of the narrow point table; an empty run of values gives no point. */
  readonly pointRuns: number;
  /** Of the last part. */
  readonly sizes: CaptureSizes;
  /** Ids of the dissectors that found messages. */
  readonly dissectors: readonly string[];
  readonly interfaces: readonly CaptureInterface[];
  /** First and last time of a packet in µs since 1970-01-01 UTC; null when none is dated. */
  readonly firstUs: number | null;
  readonly lastUs: number | null;
  /** Bytes that are not of a record. */
  readonly framingBytes: number;
  /** Where and why reading stopped before the end; null when it did not. */
  readonly problem: Problem | null;
  readonly counters: Readonly<CaptureCounters>;
  /** What could not be seen, in words. */
  readonly quality: readonly CaptureQuality[];
}

export class CaptureDecoding {
  private readonly tables: CaptureTables;
  private readonly counters = newCounters();
  private readonly decoder: PacketDecoder;
  private readonly reader: CaptureReader;

  /** Without `take` the rows are dropped. */
  constructor(take: TakeRows | null) {
    this.tables = new CaptureTables(take);
    this.decoder = new PacketDecoder(this.tables, dissectors, this.counters);
    const reader = new CaptureReader(this.decoder);
    this.decoder.precisionOf = (index) => reader.interfaces[index]?.precisionUs ?? 1;
    this.reader = reader;
  }

  /** Packets so far. */
  get records(): number {
    return this.reader.records;
  }

  /** The next bytes, of any number; they may be used again when this returns. */
  push(chunk: Uint8Array): void {
    this.reader.push(chunk);
  }

  /** Rows of the part at hand, of the table that has most. */
  get rowsOfPart(): number {
    return this.tables.rowsOfPart;
  }

  /** Ends a part: its rows can be put together by themselves. Flows go on. */
  endPart(): CaptureSizes {
    return this.decoder.finishPart(this.reader.interfaces);
  }

  /** The file's end was reached: no bytes follow. */
  endBytes(): void {
    this.reader.end();
  }

  /** After the bytes: ends so many of the flows under way, where they are more than a part; false once all have ended. */
  endFlows(most: number): boolean {
    return this.decoder.endFlows(most);
  }

  /** Hands out everything under way. Nothing may follow. */
  end(): Decoded {
    const { counters, decoder, reader, tables } = this;
    const sizes = decoder.finish(reader.interfaces);
    counters.droppedByCapture = reader.droppedByCapture;
    counters.damagedStretches = reader.damagedStretches;
    const isDated = decoder.firstUs <= decoder.lastUs;
    return {
      records: decoder.loaded + decoder.rejected,
      loaded: decoder.loaded,
      rejected: decoder.rejected,
      events: decoder.events,
      messages: decoder.messageCount,
      pointRuns: tables.point.rows,
      sizes,
      dissectors: [...decoder.found].sort(),
      interfaces: reader.interfaces,
      firstUs: isDated ? decoder.firstUs : null,
      lastUs: isDated ? decoder.lastUs : null,
      framingBytes: reader.framingBytes,
      problem: reader.problem,
      counters,
      quality: captureQuality(counters, {
        interfaces: reader.interfaces,
        silence: decoder.watch.silence,
        largestStepBackUs: decoder.watch.largestStepBackUs,
      }),
    };
  }
}

/** Reads a whole capture and keeps only the counts: what decoding costs without a database. */
export async function decodeCapture(
  read: AsyncIterable<Uint8Array>,
): Promise<{ readonly packets: number; readonly messages: number; readonly flows: number }> {
  const decoding = new CaptureDecoding(null);
  for await (const chunk of read) decoding.push(chunk);
  decoding.endBytes();
  const { records, messages, events } = decoding.end();
  return { packets: records, messages, flows: events - messages };
}
