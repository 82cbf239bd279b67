/**
 * Reads an evidence file from first byte to last, once: hash of the bytes as they lie on disk, decompression, and
 * optionally a copy, all in the same pass. Opens files for reading only and never writes to an original.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import { type Writable, whyNotWritten, writeAll } from '../store/write-all';
import { type Compression, type FileKind, sniffKind } from './compression';
import { mayBeWorkbook, workbookKind } from './containers/workbook/workbook';
import { notAFile } from './not-a-file';
import { type Feed, MOST_HELD_BYTES, makeZstd, unfoldWhole } from './unfold/whole';

const CHUNK_BYTES = 1 << 20;
/** Small, because one slice may unfold a thousandfold. */
const GUNZIP_SLICE_BYTES = 64 << 10;

export interface SourceHead {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly compression: Compression | null;
  /** Time in the gzip header, µs since 1970, when it states one. */
  readonly gzipTimeUs: number | null;
  /** What the (decompressed) bytes are. */
  readonly kind: FileKind;
  /** First bytes of the decompressed stream. */
  readonly head: Uint8Array;
  /** A second stretch from further in, for uncompressed files longer than the head; empty otherwise. */
  readonly middle: Uint8Array;
  /** Set when a compressed file is so damaged that not even the head could be unfolded. */
  readonly problem: Problem | null;
}

/** Filled as `streamSource` runs; complete once it has ended. */
export interface ReadReport {
  sha256: string | null;
  diskBytes: number;
  streamBytes: number;
  /** Set when reading stopped early or the compressed stream was damaged; what came before is good. */
  problem: Problem | null;
}

export function newReport(): ReadReport {
  return { sha256: null, diskBytes: 0, streamBytes: 0, problem: null };
}

export function unreadable(path: string, error: unknown): Problem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why: Record<string, string> = {
    ENOENT: 'There is no such file.',
    EACCES: 'The system does not allow it to be read.',
    EPERM: 'The system does not allow it to be read.',
    EISDIR: 'It is a folder.',
    EIO: 'The disk reported an error.',
  };
  return {
    code: 'evidence-unreadable',
    what: 'The file could not be read.',
    why: why[code] ?? (error instanceof Error ? error.message : String(error)),
    where: path,
    help: 'Check that the file is still there and may be read, then import it again.',
  };
}

/** First bytes, size and kind, without reading the whole file. */
export async function readHead(path: string, headBytes: number): Promise<Outcome<SourceHead>> {
  try {
    const stats = await stat(path);
    // Opening a pipe would wait for somebody to write into it.
    const unread = notAFile(path, stats);
    if (unread) return fail(unread);
    const { size, mtimeMs } = stats;
    const raw = await readAt(path, 0, Math.min(size, headBytes));
    const onDisk = sniffKind(raw);
    if (onDisk.kind !== 'compressed') {
      const middleAt = Math.floor(size / 2);
      const middle = size > headBytes * 2 ? await readAt(path, middleAt, headBytes / 4) : new Uint8Array(0);
      const base = { sizeBytes: size, modifiedMs: mtimeMs, compression: null, gzipTimeUs: null };
      return succeed({ ...base, kind: await zipKind(path, onDisk, raw), head: raw, middle, problem: null });
    }
    const report = newReport();
    const head = await collect(streamSource(path, onDisk.compression, report), 0, headBytes);
    const seconds = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    const gzipTime = onDisk.compression === 'gzip' && raw.length >= 8 ? seconds.getUint32(4, true) : 0;
    return succeed({
      sizeBytes: size,
      modifiedMs: mtimeMs,
      compression: onDisk.compression,
      gzipTimeUs: gzipTime === 0 ? null : gzipTime * 1e6,
      kind: sniffKind(head),
      head,
      middle: new Uint8Array(0),
      problem: head.length === 0 ? report.problem : null,
    });
  } catch (error) {
    return fail(unreadable(path, error));
  }
}

/** A workbook is a ZIP; its directory tells. */
async function zipKind(path: string, kind: FileKind, head: Uint8Array): Promise<FileKind> {
  if (kind.kind !== 'container' || kind.container !== 'zip' || !mayBeWorkbook(head)) return kind;
  const book = await workbookKind(path);
  if (book === 'xlsx') return { kind: 'container', container: 'workbook', title: 'Excel workbook' };
  return book === 'xlsb' ? { kind: 'unread', title: 'Excel binary workbook', container: false } : kind;
}

async function readAt(path: string, offset: number, length: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await file.close();
  }
}

async function collect(
  stream: AsyncIterable<Uint8Array>,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const out = new Uint8Array(length);
  let at = 0;
  let filled = 0;
  for await (const chunk of stream) {
    const from = Math.max(0, offset - at);
    if (from < chunk.length) {
      const part = chunk.subarray(from, from + length - filled);
      out.set(part, filled);
      filled += part.length;
    }
    at += chunk.length;
    if (filled === length) break;
  }
  return out.subarray(0, filled);
}

/**
 * Bytes [offset, offset + length) of the decompressed stream, fewer at its end. A compressed file is unfolded from
 * its beginning each time.
 */
export async function readBytes(
  path: string,
  compression: Compression | null,
  offset: number,
  length: number,
): Promise<Outcome<Uint8Array>> {
  try {
    if (compression === null) return succeed(await readAt(path, offset, length));
    const report = newReport();
    const bytes = await collect(streamSource(path, compression, report), offset, length);
    return bytes.length === 0 && report.problem ? fail(report.problem) : succeed(bytes);
  } catch (error) {
    return fail(unreadable(path, error));
  }
}

export interface StreamOptions {
  /** Receives the bytes as they lie on disk. */
  readonly copyTo?: Writable;
}

/**
 * The decompressed stream in chunks, each valid until the next is asked for. Errors end the stream and are told in
 * `report.problem`; nothing is thrown but where `copyTo` does not take them. The hash is there when the file was read to its end.
 */
export async function* streamSource(
  path: string,
  compression: Compression | null,
  report: ReadReport,
  options: StreamOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    report.problem = unreadable(path, error);
    return;
  }
  const hash = createHash('sha256');
  const held: Buffer[] | null = compression === 'bzip2' || compression === 'xz' ? [] : null;
  const makeFeed = (): Feed | null => (compression === 'zstd' ? makeZstd() : createGunzip());
  const feed = compression === null || held ? null : makeFeed();
  const unfold = feed ? new Unfolder(feed) : null;
  if (compression === 'zstd' && feed === null) report.problem = noZstd(path);
  try {
    for await (const raw of rawChunks(file)) {
      hash.update(raw);
      report.diskBytes += raw.length;
      if (options.copyTo) await copy(raw, options.copyTo);
      if (held && report.diskBytes <= MOST_HELD_BYTES) held.push(Buffer.from(raw));
      if (held || report.problem) continue;
      for await (const chunk of unfold ? unfold.push(raw) : [raw]) {
        report.streamBytes += chunk.length;
        yield chunk;
      }
    }
    if (unfold) {
      for (const chunk of await unfold.finish()) {
        report.streamBytes += chunk.length;
        yield chunk;
      }
      if (unfold.hasFailed()) {
        const again = makeFeed();
        for await (const chunk of again ? lastBytes(file, again, unfold.fed, report.streamBytes) : []) {
          report.streamBytes += chunk.length;
          yield chunk;
        }
      }
      report.problem = unfold.problem(path, report.streamBytes);
    }
    report.sha256 = hash.digest('hex');
    if (held && (compression === 'bzip2' || compression === 'xz')) {
      yield* unfoldHeld(path, compression, held, report);
    }
  } catch (error) {
    if (error instanceof NotCopied) throw error;
    report.problem = { ...unreadable(path, error), where: `${path}, byte ${report.diskBytes}` };
  } finally {
    await file.close();
  }
}

/** That the copy could not be written says nothing of the file that is read. */
class NotCopied extends Error {}

async function copy(bytes: Uint8Array, to: Writable): Promise<void> {
  try {
    await writeAll(to, bytes);
  } catch (error) {
    throw new NotCopied(`The copy in the case could not be written: ${whyNotWritten(error)}`);
  }
}

function* unfoldHeld(
  path: string,
  kind: 'bzip2' | 'xz',
  held: readonly Buffer[],
  report: ReadReport,
): Generator<Uint8Array, void, undefined> {
  try {
    if (report.diskBytes > MOST_HELD_BYTES) throw new RangeError('it is larger than 1 GiB');
    for (const chunk of unfoldWhole(kind, Buffer.concat(held))) {
      report.streamBytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    report.problem = damaged(path, report.streamBytes, error.message);
  }
}

function damaged(path: string, streamBytes: number, why: string): Problem {
  const cut = why.includes('unexpected end');
  return {
    code: cut ? 'compressed-cut-short' : 'compressed-damaged',
    what: cut ? 'The compressed file is cut short.' : 'The compressed file is damaged.',
    why: `What could be unpacked, ${streamBytes} bytes, is loaded; the rest is lost. (${why})`,
    where: path,
    help: 'Look for a whole copy of the file.',
  };
}

function noZstd(path: string): Problem {
  return {
    code: 'compression-not-read',
    what: 'Zstandard is not read on this version of Node.',
    why: `Node ${process.versions.node} has no decompressor for it; 22.15 and later have.`,
    where: path,
    help: 'Unpack it (zstd -d) and import that, or run Throughline on a later Node.',
  };
}

/** Two buffers in turn: the next read runs while the last chunk is worked on. */
async function* rawChunks(file: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  const buffers = [new Uint8Array(CHUNK_BYTES), new Uint8Array(CHUNK_BYTES)];
  let position = 0;
  const next = (turn: number) => file.read(buffers[turn & 1] ?? new Uint8Array(0), 0, CHUNK_BYTES, position);
  let pending = next(0);
  for (let turn = 0; ; turn++) {
    const { bytesRead, buffer } = await pending;
    if (bytesRead === 0) return;
    position += bytesRead;
    pending = next(turn + 1);
    // A consumer that stops early must not leave a rejection behind that nobody hears.
    pending.catch(() => undefined);
    try {
      yield buffer.subarray(0, bytesRead);
    } finally {
      await pending.catch(() => undefined);
    }
  }
}

/**
 * What a damaged stream gives after its first `given` bytes. zlib keeps back what it unfolded in the call that failed,
 * so the file is unfolded once more with the last slice fed byte by byte.
 */
async function* lastBytes(
  file: FileHandle,
  feed: Feed,
  slow: number,
  given: number,
): AsyncGenerator<Uint8Array> {
  const unfold = new Unfolder(feed);
  let left = given;
  let position = 0;
  for await (const raw of rawChunks(file)) {
    const border = Math.min(raw.length, Math.max(0, slow - position));
    const parts = [unfold.push(raw.subarray(0, border)), unfold.push(raw.subarray(border), 1)];
    position += raw.length;
    for (const part of parts) {
      for await (const chunk of part) {
        const skip = Math.min(left, chunk.length);
        left -= skip;
        if (skip < chunk.length) yield chunk.subarray(skip);
      }
    }
    if (unfold.hasFailed()) return;
  }
}

/** Gunzip by hand-fed slices; several members in a row are one stream (RFC 1952 §2.2). */
class Unfolder {
  /** Bytes of the file before the slice under way. */
  fed = 0;
  private readonly gunzip: Feed;
  private readonly ready: Uint8Array[] = [];
  private failure: Error | null = null;
  private ended = false;
  /** Bytes other than zero padding after the last member; no reader of gzip knows what they are. */
  private trailing = 0;
  /** zlib drops the callback of a write that fails or in which the stream ends; this ends the wait for it. */
  private wake: () => void = () => undefined;

  constructor(feed: Feed) {
    this.gunzip = feed;
    this.gunzip.on('data', (chunk: Uint8Array) => this.ready.push(chunk));
    this.gunzip.on('error', (error) => {
      this.failure = error;
      this.wake();
    });
    this.gunzip.on('end', () => {
      this.ended = true;
      this.wake();
    });
  }

  hasFailed(): boolean {
    return this.failure !== null;
  }

  async *push(raw: Uint8Array, sliceBytes = GUNZIP_SLICE_BYTES): AsyncGenerator<Uint8Array, void, undefined> {
    for (let at = 0; at < raw.length && this.failure === null; at += sliceBytes) {
      // A copy: zlib works on it after the caller's buffer is filled anew.
      const slice = Uint8Array.prototype.slice.call(raw, at, at + sliceBytes);
      if (this.ended) {
        this.countTrailing(slice);
        continue;
      }
      const before = this.gunzip.bytesWritten;
      await new Promise<void>((done) => {
        this.wake = done;
        this.gunzip.write(slice, () => done());
      });
      if (this.ended) this.countTrailing(slice.subarray(this.gunzip.bytesWritten - before));
      yield* this.ready.splice(0);
      if (this.failure === null) this.fed += slice.length;
    }
  }

  async finish(): Promise<Uint8Array[]> {
    if (this.failure === null && !this.ended) {
      await new Promise<void>((done) => {
        this.wake = done;
        this.gunzip.end();
      });
    }
    return this.ready.splice(0);
  }

  private countTrailing(bytes: Uint8Array): void {
    if (this.trailing > 0 || bytes.some((byte) => byte !== 0)) this.trailing += bytes.length;
  }

  problem(path: string, streamBytes: number): Problem | null {
    if (this.trailing > 0) {
      return {
        code: 'compressed-damaged',
        what: 'Bytes that are not compressed data follow the compressed data.',
        why: `The ${streamBytes} bytes unpacked are loaded; the last ${this.trailing} bytes of the file are not.`,
        where: path,
        help: 'Look at the end of the file; it may be damaged or hold something else.',
      };
    }
    if (this.failure === null) return null;
    return damaged(path, streamBytes, this.failure.message);
  }
}
