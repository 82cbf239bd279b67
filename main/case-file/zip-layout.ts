/**
 * The one way a case file is written as a ZIP (PKWARE APPNOTE 6.3.10): entries stored, no times, no attributes, no
 * gaps, ZIP64 fields only where a number does not fit. Names, sizes and checksums therefore determine every other
 * byte, and a reader need not believe any header: it works out what must be there and compares.
 */

export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  /** CRC-32 of the content, unsigned. */
  readonly crc32: number;
}

export interface PlacedEntry extends ZipEntry {
  /** Of the local header, from the start of the file. */
  readonly offset: number;
  readonly header: Buffer;
  /** Of the content. */
  readonly dataOffset: number;
  /** Its record in the directory at the end, and where that begins. */
  readonly record: Buffer;
  readonly recordOffset: number;
}

export interface ZipLayout {
  readonly entries: readonly PlacedEntry[];
  readonly directoryOffset: number;
  /** The directory and the end records: everything behind the last content. */
  readonly tail: Buffer;
  readonly totalSize: number;
}

export const LOCAL_SIGNATURE = 0x04034b50;
export const CENTRAL_SIGNATURE = 0x02014b50;
export const END_SIGNATURE = 0x06054b50;
export const END64_SIGNATURE = 0x06064b50;
export const LOCATOR64_SIGNATURE = 0x07064b50;

export const LOCAL_SIZE = 30;
export const CENTRAL_SIZE = 46;
export const END_SIZE = 22;
export const END64_SIZE = 56;
export const LOCATOR64_SIZE = 20;

export const MOST_32 = 0xffffffff;
export const MOST_16 = 0xffff;

/** 1980-01-01, the earliest day the format knows: no clock of the author's is told. */
const NO_DATE = 0x0021;
const VERSION = 20;
const VERSION_64 = 45;
const EXTRA_64 = 0x0001;

/** Places the entries one after another, in the order given. */
export function layOut(entries: readonly ZipEntry[]): ZipLayout {
  const starts: { entry: ZipEntry; offset: number; header: Buffer; dataOffset: number; record: Buffer }[] =
    [];
  let offset = 0;
  for (const entry of entries) {
    const header = localHeader(entry);
    const dataOffset = offset + header.length;
    starts.push({ entry, offset, header, dataOffset, record: centralRecord(entry, offset) });
    offset = dataOffset + entry.size;
  }
  const directoryOffset = offset;
  const placed = starts.map(({ entry, ...place }): PlacedEntry => {
    const recordOffset = offset;
    offset += place.record.length;
    return { ...entry, ...place, recordOffset };
  });
  const directorySize = offset - directoryOffset;
  const tail = Buffer.concat([
    ...placed.map(({ record }) => record),
    endRecords(placed.length, directorySize, directoryOffset),
  ]);
  return { entries: placed, directoryOffset, tail, totalSize: directoryOffset + tail.length };
}

/** Length of a local header: what comes before an entry's content. */
export function localHeader({ name, size, crc32 }: ZipEntry): Buffer {
  const large = size >= MOST_32;
  const bytes = Buffer.from(name, 'ascii');
  const header = Buffer.alloc(LOCAL_SIZE);
  header.writeUInt32LE(LOCAL_SIGNATURE, 0);
  header.writeUInt16LE(large ? VERSION_64 : VERSION, 4);
  header.writeUInt16LE(NO_DATE, 12);
  header.writeUInt32LE(crc32, 14);
  header.writeUInt32LE(large ? MOST_32 : size, 18);
  header.writeUInt32LE(large ? MOST_32 : size, 22);
  header.writeUInt16LE(bytes.length, 26);
  const extra = large ? extra64([size, size]) : Buffer.alloc(0);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, bytes, extra]);
}

function centralRecord({ name, size, crc32 }: ZipEntry, offset: number): Buffer {
  const large = size >= MOST_32;
  const far = offset >= MOST_32;
  const bytes = Buffer.from(name, 'ascii');
  const extra =
    large || far ? extra64([...(large ? [size, size] : []), ...(far ? [offset] : [])]) : Buffer.alloc(0);
  const record = Buffer.alloc(CENTRAL_SIZE);
  const version = large || far ? VERSION_64 : VERSION;
  record.writeUInt32LE(CENTRAL_SIGNATURE, 0);
  record.writeUInt16LE(version, 4);
  record.writeUInt16LE(version, 6);
  record.writeUInt16LE(NO_DATE, 14);
  record.writeUInt32LE(crc32, 16);
  record.writeUInt32LE(large ? MOST_32 : size, 20);
  record.writeUInt32LE(large ? MOST_32 : size, 24);
  record.writeUInt16LE(bytes.length, 28);
  record.writeUInt16LE(extra.length, 30);
  record.writeUInt32LE(far ? MOST_32 : offset, 42);
  return Buffer.concat([record, bytes, extra]);
}

/** § 4.3.14 to 4.3.16; the 64-bit pair only where the directory begins beyond 4 GiB. */
function endRecords(count: number, size: number, offset: number): Buffer {
  const far = offset >= MOST_32 || size >= MOST_32 || count >= MOST_16;
  const end = Buffer.alloc(END_SIZE);
  end.writeUInt32LE(END_SIGNATURE, 0);
  end.writeUInt16LE(far ? MOST_16 : count, 8);
  end.writeUInt16LE(far ? MOST_16 : count, 10);
  end.writeUInt32LE(far ? MOST_32 : size, 12);
  end.writeUInt32LE(far ? MOST_32 : offset, 16);
  if (!far) return end;
  const end64 = Buffer.alloc(END64_SIZE);
  end64.writeUInt32LE(END64_SIGNATURE, 0);
  end64.writeBigUInt64LE(BigInt(END64_SIZE - 12), 4);
  end64.writeUInt16LE(VERSION_64, 12);
  end64.writeUInt16LE(VERSION_64, 14);
  end64.writeBigUInt64LE(BigInt(count), 24);
  end64.writeBigUInt64LE(BigInt(count), 32);
  end64.writeBigUInt64LE(BigInt(size), 40);
  end64.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(LOCATOR64_SIZE);
  locator.writeUInt32LE(LOCATOR64_SIGNATURE, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end64, locator, end]);
}

function extra64(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(EXTRA_64, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return extra;
}
