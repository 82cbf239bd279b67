/**
 * ZIP by its central directory (APPNOTE.TXT 6.3.10): stored and deflated members, ZIP64, traditional and AES
 * encryption. The local header only says where a member's bytes begin. Sizes and checksums are compared at the end.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import {
  damagedMember,
  lockedMember,
  type Member,
  MemberError,
  MOST_MEMBERS,
  type OpenMember,
} from './container';
import { AES_METHOD, decryptAes, decryptTraditional, readAes } from './zip-crypt';

const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
const READ_BYTES = 256 << 10;
const MOST_DIRECTORY_BYTES = 64 << 20;

interface Entry {
  readonly member: Member;
  readonly method: number;
  readonly flags: number;
  readonly crc: number;
  readonly dosTime: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly headerAt: number;
  readonly extra: Buffer;
}

export interface ZipParts {
  /** In directory order; each may be read more than once, until `close`. */
  readonly parts: readonly OpenMember[];
  close(): Promise<void>;
}

/** All members of a ZIP at once, for files whose parts name each other. @throws MemberError */
export async function openZip(path: string, password: string | undefined): Promise<ZipParts> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const parts: OpenMember[] = [];
    for await (const entry of readDirectory(file, size)) {
      parts.push({ member: entry.member, read: () => readEntry(file, size, entry, password) });
    }
    return { parts, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Members in directory order. @throws MemberError where there is no directory to go by */
export async function* readZip(
  path: string,
  password: string | undefined,
): AsyncGenerator<OpenMember, void, undefined> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    for await (const entry of readDirectory(file, size)) {
      yield { member: entry.member, read: () => readEntry(file, size, entry, password) };
    }
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

async function* readDirectory(file: FileHandle, size: number): AsyncGenerator<Entry, void, undefined> {
  const tailBytes = Math.min(size, END_BYTES + LONGEST_COMMENT);
  const tail = await readAt(file, size - tailBytes, tailBytes);
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0 || end + END_BYTES > tail.length)
    throw damagedMember('', 'Its directory is missing; it may be cut short.');
  let count = tail.readUInt16LE(end + 10);
  let length = tail.readUInt32LE(end + 12);
  let at = tail.readUInt32LE(end + 16);
  const locator = end - 20;
  if (locator >= 0 && tail.readUInt32LE(locator) === 0x0706_4b50) {
    const wide = await readAt(file, Number(tail.readBigUInt64LE(locator + 8)), 56);
    if (wide.length === 56 && wide.readUInt32LE(0) === 0x0606_4b50) {
      count = Number(wide.readBigUInt64LE(32));
      length = Number(wide.readBigUInt64LE(40));
      at = Number(wide.readBigUInt64LE(48));
    }
  }
  // Bytes put before the container (a self-extracting program) move everything by as much.
  const moved = Math.max(0, size - tailBytes + end - length - at);
  const shift = (await readAt(file, at, 4)).equals(Buffer.from('PK\x01\x02', 'latin1')) ? 0 : moved;
  if (length > MOST_DIRECTORY_BYTES || at + shift + length > size)
    throw damagedMember('', 'Its directory lies outside the file.');
  const directory = await readAt(file, at + shift, length);
  let place = 0;
  for (let index = 0; index < count; index++) {
    if (index >= MOST_MEMBERS)
      throw damagedMember('', `It lists more than ${MOST_MEMBERS} parts; the rest is not read.`);
    if (place + 46 > directory.length || directory.readUInt32LE(place) !== 0x0201_4b50) {
      throw damagedMember('', `Its directory ends after ${index} of ${count} parts.`);
    }
    const entry = readEntryHeader(directory, place, index, shift);
    yield entry;
    place +=
      46 +
      directory.readUInt16LE(place + 28) +
      directory.readUInt16LE(place + 30) +
      directory.readUInt16LE(place + 32);
  }
  // A count of 16 bits starts anew after 65,535 where whoever wrote it knew no ZIP64.
  const isMore = place + 46 <= directory.length && directory.readUInt32LE(place) === 0x0201_4b50;
  if (isMore) throw damagedMember('', `Its directory lists more than the ${count} parts it counts.`);
}

function readEntryHeader(directory: Buffer, at: number, index: number, shift: number): Entry {
  const flags = directory.readUInt16LE(at + 8);
  const dosTime = directory.readUInt16LE(at + 12);
  const nameBytes = directory.readUInt16LE(at + 28);
  const extraBytes = directory.readUInt16LE(at + 30);
  const rawName = directory.subarray(at + 46, at + 46 + nameBytes);
  const name = rawName.toString((flags & 0x800) !== 0 ? 'utf8' : 'latin1');
  const extra = directory.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
  let bytes = directory.readUInt32LE(at + 24);
  let packedBytes = directory.readUInt32LE(at + 20);
  let headerAt = directory.readUInt32LE(at + 42);
  const wide = extraField(extra, 0x0001);
  let place = 0;
  const next = (): number => {
    if (wide === null || place + 8 > wide.length) return Number.MAX_SAFE_INTEGER;
    place += 8;
    return Number(wide.readBigUInt64LE(place - 8));
  };
  if (bytes === 0xffff_ffff) bytes = next();
  if (packedBytes === 0xffff_ffff) packedBytes = next();
  if (headerAt === 0xffff_ffff) headerAt = next();
  const stamp = extraField(extra, 0x5455);
  const hasStamp = stamp !== null && stamp.length >= 5 && ((stamp[0] ?? 0) & 1) === 1;
  const modifiedMs = hasStamp
    ? stamp.readInt32LE(1) * 1000
    : fromDos(directory.readUInt16LE(at + 14), dosTime);
  const member: Member = {
    index,
    name,
    isFolder: name.endsWith('/') || name.endsWith('\\'),
    modifiedMs,
    encrypted: (flags & 1) !== 0,
    packedBytes,
  };
  const method = directory.readUInt16LE(at + 10);
  const crc = directory.readUInt32LE(at + 16);
  return { member, method, flags, crc, dosTime, packedBytes, bytes, headerAt: headerAt + shift, extra };
}

function extraField(extra: Buffer, id: number): Buffer | null {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return null;
}

/** Local time of whoever packed it, taken as UTC: it only helps to find a year. */
function fromDos(date: number, time: number): number | null {
  if (date === 0) return null;
  return Date.UTC(
    1980 + (date >> 9),
    ((date >> 5) & 15) - 1,
    date & 31,
    time >> 11,
    (time >> 5) & 63,
    (time & 31) * 2,
  );
}

async function* readEntry(
  file: FileHandle,
  size: number,
  entry: Entry,
  password: string | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { member } = entry;
  const local = await readAt(file, entry.headerAt, 30);
  if (local.length < 30 || local.readUInt32LE(0) !== 0x0403_4b50) {
    throw damagedMember(member.name, 'Its bytes are not where the directory says.');
  }
  const from = entry.headerAt + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  const to = Math.min(size, from + entry.packedBytes);
  if (from > size) throw damagedMember(member.name, 'Its bytes lie beyond the end of the file.');
  const aes = entry.method === AES_METHOD ? readAes(extraField(entry.extra, 0x9901)) : null;
  const method = aes?.method ?? entry.method;
  if (method !== 0 && method !== 8) {
    throw new MemberError({
      code: 'container-method-not-read',
      what: 'This part of the container is packed in a way that is not read.',
      why: `Method ${method}; stored (0) and deflated (8) parts are read.`,
      where: member.name,
      help: 'Unpack it with the program that made it and import what comes out.',
    });
  }
  let packed: AsyncIterable<Uint8Array> = readRange(file, from, to);
  if (member.encrypted) {
    if (password === undefined) throw lockedMember(member.name, false);
    const check = (entry.flags & 8) !== 0 ? entry.dosTime >> 8 : entry.crc >>> 24;
    packed = aes
      ? decryptAes(packed, to - from, aes, password, member.name)
      : decryptTraditional(packed, password, check, member.name);
  }
  let total = 0;
  let sum = 0;
  for await (const chunk of method === 8 ? inflate(packed, member) : packed) {
    total += chunk.length;
    sum = crc32(chunk, sum);
    if (total > entry.bytes) throw damagedMember(member.name, 'It unfolds to more bytes than it states.');
    yield chunk;
  }
  // AES members of version 2 carry no checksum of their own; their authentication code was checked.
  const isSumKnown = aes === null || aes.version === 1;
  if (total !== entry.bytes)
    throw damagedMember(member.name, `It states ${entry.bytes} bytes; ${total} are there.`);
  if (isSumKnown && sum !== entry.crc) {
    if (member.encrypted) throw lockedMember(member.name, true);
    throw damagedMember(member.name, 'Its checksum does not hold.');
  }
}

async function* readRange(
  file: FileHandle,
  from: number,
  to: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = from; at < to; at += READ_BYTES) {
    const bytes = await readAt(file, at, Math.min(READ_BYTES, to - at));
    if (bytes.length === 0) return;
    yield bytes;
  }
}

async function* inflate(
  packed: AsyncIterable<Uint8Array>,
  member: Member,
): AsyncGenerator<Uint8Array, void, undefined> {
  const inflater = createInflateRaw();
  // What fails on the way in must come out on the way out.
  const feed = (async () => {
    for await (const chunk of packed) {
      if (inflater.destroyed || inflater.writableEnded) return;
      if (!inflater.write(chunk)) {
        await new Promise<void>((done) => {
          inflater.once('drain', done);
          inflater.once('close', done);
          inflater.once('end', done);
        });
      }
    }
    inflater.end();
  })().catch((error: Error) => inflater.destroy(error));
  try {
    for await (const chunk of inflater) yield chunk;
  } catch (error) {
    if (error instanceof MemberError) throw error;
    if (member.encrypted) throw lockedMember(member.name, true);
    throw damagedMember(member.name, error instanceof Error ? error.message : String(error));
  } finally {
    inflater.destroy();
    await feed;
  }
}
