/**
 * Writes a case file. Twice over the contents: once for their checksums, which the manifest in front needs, once for
 * their bytes, which then flow in order — through the encryption where it is wanted — so that nothing is written
 * anywhere but into the new file. It takes its name only when it is whole and on disk.
 */
import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import { syncFolder, writeWhole } from '../case/durable';
import { whyNotWritten, writeAll } from '../store/write-all';
import { encryptStream } from './age';
import { type Content, gatherContents, type PackJob, sha256Of } from './contents';
import { hex32, openBytes, type Sums, sumBytes } from './file-bytes';
import {
  CHECKPOINT_BYTES,
  FORMAT,
  FORMAT_VERSION,
  MANIFEST,
  type ManifestEntry,
  manifestText,
  SUMS,
  sumsText,
} from './manifest';
import { readSecretKey, type SecretKey, signatureText } from './minisign';
import { layOut } from './zip-layout';

export interface PackOptions extends PackJob {
  readonly target: string;
  /** Where it is written until it is whole; the caller removes it should this process die. */
  readonly part: string;
  readonly passphrase: string | null;
  readonly signKey: string | null;
  /** ISO 8601, for the signature alone. */
  readonly now: string;
}

export interface Packed {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly entries: number;
  readonly signature: string | null;
}

export type PackProgress = (step: string, done: number, of: number) => void;

export async function packCase(options: PackOptions, progress: PackProgress): Promise<Outcome<Packed>> {
  const key = options.signKey === null ? succeed(null) : await readSecretKey(options.signKey);
  if (!key.ok) return key;
  try {
    const gathered = await gatherContents(options);
    if (!gathered.ok) return gathered;
    const { entries: contents, head } = gathered.value;
    const summed = await sumAll(contents, progress);
    if (!summed.ok) return summed;
    const manifest = Buffer.from(
      manifestText({ format: FORMAT, version: FORMAT_VERSION, ...head, entries: summed.value }),
    );
    const sums = Buffer.from(sumsText(sha256Of(manifest), summed.value));
    const all: Content[] = [{ name: MANIFEST, from: manifest }, { name: SUMS, from: sums }, ...contents];
    const written = await write(options, all, summed.value, progress);
    await finish(options, key.value, written);
    return succeed({
      path: options.target,
      sizeBytes: written.size,
      sha256: written.sha256,
      entries: all.length,
      signature: key.value ? `${options.target}.minisig` : null,
    });
  } catch (error) {
    await rm(options.part, { force: true }).catch(() => undefined);
    if (error instanceof Changed) return fail(error.problem);
    return fail(notWritten(options.target, error));
  }
}

/** Something was no longer what it was at the first look. */
class Changed extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.what);
    this.problem = problem;
  }
}

async function sumAll(
  contents: readonly Content[],
  progress: PackProgress,
): Promise<Outcome<ManifestEntry[]>> {
  const entries: ManifestEntry[] = [];
  for (const [index, content] of contents.entries()) {
    progress('Checksums', index, contents.length);
    const sums = await sumsOf(content);
    const wanted = 'path' in content.from ? content.from.sha256 : undefined;
    if (wanted !== undefined && wanted !== sums.sha256) return fail(originalChanged(content));
    const { size, sha256, checkpoints } = sums;
    const crc = hex32(sums.crc32);
    entries.push({
      name: content.name,
      size,
      sha256,
      crc32: crc,
      ...(checkpoints.length > 0 ? { checkpoints: [...checkpoints] } : {}),
    });
  }
  return succeed(entries);
}

async function sumsOf({ from }: Content): Promise<Sums> {
  if (!('path' in from)) {
    const size = from.length;
    const bytes = {
      path: '',
      size,
      read: async (at: number, n: number) => from.subarray(at, at + n),
      close: async () => undefined,
    };
    return sumBytes(bytes, 0, size);
  }
  const file = await openBytes(from.path);
  try {
    return await sumBytes(file, 0, file.size);
  } finally {
    await file.close();
  }
}

interface Written {
  readonly size: number;
  readonly sha256: string;
  readonly blake2b: Buffer;
}

async function write(
  { part, passphrase }: PackOptions,
  all: readonly Content[],
  entries: readonly ManifestEntry[],
  progress: PackProgress,
): Promise<Written> {
  const plain = blocksOf(all, entries, progress);
  const blocks = passphrase === null ? plain : encryptStream(plain, passphrase);
  const sha256 = createHash('sha256');
  const blake2b = createHash('blake2b512');
  let size = 0;
  const handle = await open(part, 'wx', 0o600);
  try {
    for await (const block of blocks) {
      sha256.update(block);
      blake2b.update(block);
      await writeAll(handle, block);
      size += block.length;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { size, sha256: sha256.digest('hex'), blake2b: blake2b.digest() };
}

/** Every byte of the plain case file, in order. */
async function* blocksOf(
  all: readonly Content[],
  entries: readonly ManifestEntry[],
  progress: PackProgress,
): AsyncGenerator<Uint8Array> {
  const sums = new Map(entries.map((entry) => [entry.name, entry]));
  const layout = layOut(
    all.map(({ name, from }) => {
      const known = sums.get(name);
      if (known) return { name, size: known.size, crc32: Number.parseInt(known.crc32, 16) };
      if ('path' in from) throw new Error(`no checksum of ${name}`);
      return { name, size: from.length, crc32: crc32(from) };
    }),
  );
  let done = 0;
  for (const [index, content] of all.entries()) {
    const placed = layout.entries[index];
    if (!placed) throw new Error(`no place for ${content.name}`);
    yield placed.header;
    let crc = 0;
    let size = 0;
    for await (const block of read(content)) {
      crc = crc32(block, crc);
      size += block.length;
      yield block;
      done += block.length;
      progress('Writing', done, layout.totalSize);
    }
    if (size !== placed.size || crc !== placed.crc32) throw new Changed(changedMeanwhile(content));
  }
  yield layout.tail;
}

async function* read({ from }: Content): AsyncGenerator<Buffer> {
  if (!('path' in from)) {
    yield from;
    return;
  }
  const file = await openBytes(from.path);
  try {
    for (let at = 0; at < file.size; ) {
      const block = await file.read(at, CHECKPOINT_BYTES);
      if (block.length === 0) return;
      yield block;
      at += block.length;
    }
  } finally {
    await file.close();
  }
}

/** The name goes to the whole file; a signature of what stood there before must not outlive it. */
async function finish(
  { part, target, now }: PackOptions,
  key: SecretKey | null,
  written: Written,
): Promise<void> {
  const signature = `${target}.minisig`;
  await rm(signature, { force: true });
  await rename(part, target);
  await syncFolder(dirname(target));
  if (key) await writeWhole(signature, signatureText(key, written.blake2b, basename(target), now));
}

function nameOf({ name, from }: Content): string {
  return 'path' in from && from.shown !== undefined ? from.shown : name;
}

function originalChanged(content: Content): Problem {
  return {
    code: 'evidence-changed',
    what: 'An original is not what it was when it was imported.',
    why: 'its SHA-256 differs from the ledger',
    where: nameOf(content),
    help: 'Bring the original back, or save the case with hashes only.',
  };
}

function changedMeanwhile(content: Content): Problem {
  return {
    code: 'evidence-changed',
    what: 'A file changed while the case was saved.',
    where: nameOf(content),
    help: 'Save the case again once nothing writes to it.',
  };
}

function notWritten(target: string, error: unknown): Problem {
  return {
    code: 'file-not-written',
    what: 'The case file could not be written.',
    why: whyNotWritten(error),
    where: target,
    help: 'Check that the folder is there, can be written and has room.',
  };
}
