/**
 * Reads the directory of any ZIP to say what is wrong with it. Only for a file that is not as it must be: a sound case
 * file is never read by what its headers say (`zip-layout.ts`). Bounded in entries and bytes; unpacks nothing.
 */
import type { FileBytes } from './file-bytes';
import { LONGEST_NAME, MOST_ENTRIES, nameFault, shownName, twinOf } from './names';
import {
  CENTRAL_SIGNATURE,
  CENTRAL_SIZE,
  END_SIGNATURE,
  END_SIZE,
  END64_SIGNATURE,
  END64_SIZE,
  LOCAL_SIGNATURE,
  LOCAL_SIZE,
  LOCATOR64_SIGNATURE,
  LOCATOR64_SIZE,
  MOST_16,
  MOST_32,
} from './zip-layout';

export interface FoundEntry {
  readonly name: string;
  readonly size: number;
  readonly crc32: number;
  /** Of its content, by its local header; null where there is none. */
  readonly dataOffset: number | null;
}

export interface Examined {
  readonly entries: readonly FoundEntry[];
  /** What a case file never has, in words, the gravest first. */
  readonly faults: readonly string[];
}

const MOST_FAULTS = 20;
const LONGEST_COMMENT = 65_535;
/** A record of the directory with its longest name and every field we write, and room for strangers' fields. */
const MOST_RECORD = CENTRAL_SIZE + LONGEST_NAME + 300;

interface Record {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
  readonly madeBy: number;
  readonly attributes: number;
  readonly hasComment: boolean;
}

export async function examineZip(file: FileBytes): Promise<Examined> {
  const faults: string[] = [];
  const end = await findEnd(file, faults);
  if (!end) return { entries: [], faults };
  if (end.count > MOST_ENTRIES) return { entries: [], faults: [`it has more than ${MOST_ENTRIES} entries`] };
  if (end.size > MOST_ENTRIES * MOST_RECORD || end.offset + end.size > file.size)
    return { entries: [], faults: ['its directory does not lie within the file'] };
  const records = readRecords(await file.read(end.offset, end.size), end.count, faults);
  for (const record of records) faults.push(...recordFaults(record));
  const twin = twinOf(records.map(({ name }) => name));
  if (twin !== null) faults.push(`two entries have one name: ${shownName(twin)}`);
  const entries: FoundEntry[] = [];
  const stretches: { from: number; to: number; name: string }[] = [];
  for (const record of records) {
    const dataOffset = await localFault(file, record, faults);
    entries.push({ name: record.name, size: record.size, crc32: record.crc32, dataOffset });
    if (dataOffset !== null)
      stretches.push({ from: record.offset, to: dataOffset + record.packed, name: record.name });
  }
  gapFaults(stretches, end.offset, faults);
  return { entries, faults: [...new Set(faults)].slice(0, MOST_FAULTS) };
}

interface End {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

async function findEnd(file: FileBytes, faults: string[]): Promise<End | null> {
  const tail = await file.read(
    Math.max(0, file.size - END_SIZE - LONGEST_COMMENT),
    END_SIZE + LONGEST_COMMENT,
  );
  let at = tail.length - END_SIZE;
  while (at >= 0 && tail.readUInt32LE(at) !== END_SIGNATURE) at -= 1;
  if (at < 0) {
    faults.push('its end is missing: it is cut off, or it is no ZIP');
    return null;
  }
  if (at !== tail.length - END_SIZE || tail.readUInt16LE(at + 20) !== 0)
    faults.push(`${tail.length - END_SIZE - at} bytes follow its end`);
  if (tail.readUInt16LE(at + 4) !== 0 || tail.readUInt16LE(at + 6) !== 0)
    faults.push('it is a part of several files');
  const end = {
    count: tail.readUInt16LE(at + 10),
    size: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
  if (end.count !== MOST_16 && end.size !== MOST_32 && end.offset !== MOST_32) return end;
  const endOffset = file.size - tail.length + at;
  const locator = await file.read(endOffset - LOCATOR64_SIZE, LOCATOR64_SIZE);
  if (locator.length < LOCATOR64_SIZE || locator.readUInt32LE(0) !== LOCATOR64_SIGNATURE) return end;
  const end64 = await file.read(Number(locator.readBigUInt64LE(8)), END64_SIZE);
  if (end64.length < END64_SIZE || end64.readUInt32LE(0) !== END64_SIGNATURE) {
    faults.push('its 64-bit end record is missing');
    return null;
  }
  const [count, size, offset] = [32, 40, 48].map((from) => Number(end64.readBigUInt64LE(from)));
  return { count: count ?? 0, size: size ?? 0, offset: offset ?? 0 };
}

function readRecords(bytes: Buffer, count: number, faults: string[]): Record[] {
  const records: Record[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + CENTRAL_SIZE > bytes.length || bytes.readUInt32LE(at) !== CENTRAL_SIGNATURE) {
      faults.push(`its directory breaks off at entry ${index + 1} of ${count}`);
      return records;
    }
    const nameLength = bytes.readUInt16LE(at + 28);
    const extraLength = bytes.readUInt16LE(at + 30);
    const commentLength = bytes.readUInt16LE(at + 32);
    const nameBytes = bytes.subarray(at + CENTRAL_SIZE, at + CENTRAL_SIZE + nameLength);
    const extra = bytes.subarray(
      at + CENTRAL_SIZE + nameLength,
      at + CENTRAL_SIZE + nameLength + extraLength,
    );
    records.push({
      name: nameBytes.toString((bytes.readUInt16LE(at + 8) & 0x800) !== 0 ? 'utf8' : 'latin1'),
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      crc32: bytes.readUInt32LE(at + 16),
      madeBy: bytes.readUInt16LE(at + 4) >> 8,
      attributes: bytes.readUInt32LE(at + 38),
      hasComment: commentLength > 0,
      ...wideNumbers(bytes, at, extra),
    });
    at += CENTRAL_SIZE + nameLength + extraLength + commentLength;
  }
  if (at !== bytes.length) faults.push('its directory is longer than its entries');
  return records;
}

/** § 4.5.3: each number stands in the field of 64-bit numbers only where its own place is full. */
function wideNumbers(bytes: Buffer, at: number, extra: Buffer): Pick<Record, 'size' | 'packed' | 'offset'> {
  const wide: number[] = [];
  if (extra.length >= 4 && extra.readUInt16LE(0) === 1) {
    for (let from = 4; from + 8 <= extra.length; from += 8) wide.push(Number(extra.readBigUInt64LE(from)));
  }
  const next = (narrow: number): number => (narrow === MOST_32 ? (wide.shift() ?? narrow) : narrow);
  const size = next(bytes.readUInt32LE(at + 24));
  const packed = next(bytes.readUInt32LE(at + 20));
  return { size, packed, offset: next(bytes.readUInt32LE(at + 42)) };
}

const UNIX = 3;
const FILE_TYPE = 0o170000;
const LINK = 0o120000;

function recordFaults(record: Record): string[] {
  const { name, flags, method, madeBy, attributes, size, packed } = record;
  const faults: string[] = [];
  const fault = nameFault(name);
  if (fault !== null) faults.push(`${fault}: ${shownName(name)}`);
  if ((flags & 1) !== 0) faults.push(`an entry is encrypted by the ZIP's own means: ${shownName(name)}`);
  else if (flags !== 0) faults.push(`an entry has flags that no case file has: ${shownName(name)}`);
  if (method !== 0) faults.push(`an entry is compressed by the ZIP: ${shownName(name)}`);
  if (packed !== size) faults.push(`an entry states two sizes: ${shownName(name)}`);
  if (madeBy === UNIX && ((attributes >>> 16) & FILE_TYPE) === LINK)
    faults.push(`an entry is a link: ${shownName(name)}`);
  else if (attributes !== 0) faults.push(`an entry has attributes: ${shownName(name)}`);
  if (record.hasComment) faults.push(`an entry has a comment: ${shownName(name)}`);
  return faults;
}

/** Where the content begins; null and a fault where the local header is not there or says something else. */
async function localFault(file: FileBytes, record: Record, faults: string[]): Promise<number | null> {
  const header = await file.read(record.offset, LOCAL_SIZE);
  if (header.length < LOCAL_SIZE || header.readUInt32LE(0) !== LOCAL_SIGNATURE) {
    faults.push(`an entry is not where the directory says: ${shownName(record.name)}`);
    return null;
  }
  const nameLength = header.readUInt16LE(26);
  const dataOffset = record.offset + LOCAL_SIZE + nameLength + header.readUInt16LE(28);
  const rest = await file.read(record.offset + LOCAL_SIZE, Math.min(nameLength, 1000));
  const same =
    rest.toString('latin1') ===
      Buffer.from(record.name, record.flags & 0x800 ? 'utf8' : 'latin1').toString('latin1') &&
    header.readUInt16LE(6) === record.flags &&
    header.readUInt16LE(8) === record.method &&
    header.readUInt32LE(14) === record.crc32 &&
    header.readUInt32LE(22) === Math.min(record.size, MOST_32);
  if (!same) faults.push(`an entry's own header says other than the directory: ${shownName(record.name)}`);
  if (dataOffset + record.packed > file.size)
    faults.push(`an entry is longer than the file: ${shownName(record.name)}`);
  return dataOffset;
}

function gapFaults(
  stretches: { from: number; to: number; name: string }[],
  end: number,
  faults: string[],
): void {
  let at = 0;
  for (const { from, to, name } of [...stretches].sort((a, b) => a.from - b.from)) {
    if (from < at) faults.push(`two entries overlap: ${shownName(name)}`);
    else if (from > at)
      faults.push(
        at === 0
          ? `${from} bytes come before the first entry`
          : `bytes lie between the entries before ${shownName(name)}`,
      );
    at = Math.max(at, to);
  }
  if (stretches.length > 0 && at < end) faults.push('bytes lie between the entries and the directory');
}
