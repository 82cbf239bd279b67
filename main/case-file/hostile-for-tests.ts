/** Test support: ZIPs that mean harm, made by hand so that every field can lie. */
import { createHash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';
import type { LedgerRow } from '../../shared/evidence';
import { blankEntry, blankRow } from '../evidence/ledger';
import { hex32 } from './file-bytes';
import { FORMAT, type Manifest, manifestText, sumsText } from './manifest';
import { layOut } from './zip-layout';

export interface RawEntry {
  readonly name: string | Buffer;
  readonly data: Buffer;
  readonly localName?: string;
  readonly method?: number;
  readonly flags?: number;
  readonly size?: number;
  readonly packed?: number;
  readonly crc?: number;
  readonly madeBy?: number;
  readonly attributes?: number;
  readonly comment?: string;
  readonly extra?: Buffer;
  /** Of the local header, as the directory claims it. */
  readonly offset?: number;
  /** The directory names it, the file has no bytes of it. */
  readonly phantom?: boolean;
  readonly localFlags?: number;
}

export function rawZip(entries: readonly RawEntry[], end: { count?: number; comment?: string } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const { data, method = 0, flags = 0, extra = Buffer.alloc(0) } = entry;
    const name = Buffer.from(entry.name);
    const localName = Buffer.from(entry.localName ?? entry.name);
    const [size, packed, crc] = [
      entry.size ?? data.length,
      entry.packed ?? data.length,
      entry.crc ?? crc32(data),
    ];
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(entry.localFlags ?? flags, 6);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(0x21, 12);
    local.writeUInt32LE(crc, 14);
    local.writeUInt32LE(packed, 18);
    local.writeUInt32LE(size, 22);
    local.writeUInt16LE(localName.length, 26);
    const record = Buffer.alloc(46);
    const comment = Buffer.from(entry.comment ?? '');
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt16LE(entry.madeBy ?? 20, 4);
    record.writeUInt16LE(20, 6);
    record.writeUInt16LE(flags, 8);
    record.writeUInt16LE(method, 10);
    record.writeUInt16LE(0x21, 14);
    record.writeUInt32LE(crc, 16);
    record.writeUInt32LE(packed, 20);
    record.writeUInt32LE(size, 24);
    record.writeUInt16LE(name.length, 28);
    record.writeUInt16LE(extra.length, 30);
    record.writeUInt16LE(comment.length, 32);
    record.writeUInt32LE(entry.attributes ?? 0, 38);
    record.writeUInt32LE(entry.offset ?? at, 42);
    directory.push(record, name, extra, comment);
    if (entry.phantom) continue;
    parts.push(local, localName, data);
    at += 30 + localName.length + data.length;
  }
  const central = Buffer.concat(directory);
  const tail = Buffer.alloc(22);
  const comment = Buffer.from(end.comment ?? '');
  tail.writeUInt32LE(0x06054b50, 0);
  tail.writeUInt16LE(end.count ?? entries.length, 8);
  tail.writeUInt16LE(end.count ?? entries.length, 10);
  tail.writeUInt32LE(central.length, 12);
  tail.writeUInt32LE(at, 16);
  tail.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, central, tail, comment]);
}

/** Manifest and sums as they would have to be for these entries. */
export function manifestFor(
  contents: readonly { readonly name: string; readonly data: Buffer; readonly claim?: number }[],
  version = 1,
): { manifest: Buffer; sums: Buffer } {
  const entries = contents.map(({ name, data, claim }) => ({
    name,
    size: claim ?? data.length,
    sha256: createHash('sha256').update(data).digest('hex'),
    crc32: hex32(crc32(data)),
  }));
  const head = {
    application: { name: 'Throughline', version: '0.1.0' },
    case: { id: 'x', name: 'x', author: null, created: '2026-01-01T00:00:00Z' },
    journal: { operations: 0, head: '0'.repeat(64) },
    evidence: [],
    entries,
  };
  const given = { format: FORMAT, version, ...head };
  // A stranger's manifest may hold what ours never does.
  const manifest = Buffer.from(manifestText(given as unknown as Manifest));
  const sums = Buffer.from(sumsText(createHash('sha256').update(manifest).digest('hex'), entries));
  return { manifest, sums };
}

/** A file laid out as ours are, whatever its entries. */
export function wellLaid(
  contents: readonly { readonly name: string; readonly data: Buffer }[],
  version = 1,
): Buffer {
  const { manifest, sums } = manifestFor(contents, version);
  const all = [{ name: 'manifest.json', data: manifest }, { name: 'SHA256SUMS', data: sums }, ...contents];
  const layout = layOut(all.map(({ name, data }) => ({ name, size: data.length, crc32: crc32(data) })));
  const parts = layout.entries.flatMap(({ header }, index) => [header, all[index]?.data ?? Buffer.alloc(0)]);
  return Buffer.concat([...parts, layout.tail]);
}

export function newerFile(): Buffer {
  return wellLaid([{ name: 'case.json', data: Buffer.from('{}') }], 99);
}

const data = Buffer.from('{}\n');
const text = (length: number): string => 'a'.repeat(length);

/** A stranger's archive around a manifest that is right about one entry more. */
function beside(...others: RawEntry[]): Buffer {
  const { manifest, sums } = manifestFor([{ name: 'case.json', data }]);
  return rawZip([
    { name: 'manifest.json', data: manifest },
    { name: 'SHA256SUMS', data: sums },
    { name: 'case.json', data },
    ...others,
  ]);
}

function segmentOf(change: object): string {
  const row: LedgerRow = { ...blankRow(1, 'a', 'a'), size_bytes: 1, status: 'loaded' };
  const entry = blankEntry(row, {}, '1');
  const evidence = {
    ...entry,
    row: { ...row, ...change },
    recordFile: 'recordFile' in change ? change.recordFile : null,
  };
  return JSON.stringify({ version: 1, evidences: [evidence] });
}

/** A sound layout around hostile contents. */
function within(...more: { name: string; data: Buffer }[]): Buffer {
  const contents = [
    { name: 'case.json', data: Buffer.from('{"version":1,"id":"x","name":"x","created":"","author":null}') },
    { name: 'journal.jsonl', data: Buffer.alloc(0) },
    ...more,
  ];
  return wellLaid(contents.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

/** By what they try. */
export const HOSTILE: readonly (readonly [what: string, bytes: () => Buffer])[] = [
  ['slip up', () => beside({ name: '../../evil.txt', data })],
  ['slip in the middle', () => beside({ name: 'data/../../evil.txt', data })],
  ['absolute', () => beside({ name: '/tmp/evil.txt', data })],
  ['drive', () => beside({ name: 'C:/evil.txt', data })],
  ['drive without slash', () => beside({ name: 'C:evil.txt', data })],
  ['backslash', () => beside({ name: '..\\..\\evil.txt', data })],
  ['UNC', () => beside({ name: '\\\\host\\share\\evil', data })],
  ['NUL', () => beside({ name: 'case.json\0.txt', data })],
  ['reserved', () => beside({ name: 'sets/CON', data })],
  ['reserved with ending', () => beside({ name: 'sets/nul.json', data })],
  ['trailing dot', () => beside({ name: 'sets/a.', data })],
  ['stream of NTFS', () => beside({ name: 'case.json:evil', data })],
  ['control', () => beside({ name: 'sets/\u001b[2J', data })],
  ['right to left', () => beside({ name: 'sets/\u202egnp.exe', data, flags: 0x800 })],
  ['empty name', () => beside({ name: '', data })],
  ['long name', () => beside({ name: text(4000), data })],
  ['folder', () => beside({ name: 'sets/', data: Buffer.alloc(0) })],
  [
    'link',
    () =>
      beside({
        name: 'sets/link',
        data: Buffer.from('/etc/passwd'),
        madeBy: 0x0314,
        attributes: 0o120777 * 65536,
      }),
  ],
  ['device', () => beside({ name: 'sets/device', data, madeBy: 0x0314, attributes: 0o060777 * 65536 })],
  ['case twins', () => beside({ name: 'CASE.json', data })],
  [
    'NFC twins',
    () => beside({ name: 'sets/\u00e9', data, flags: 0x800 }, { name: 'sets/e\u0301', data, flags: 0x800 }),
  ],
  ['duplicate', () => beside({ name: 'case.json', data: Buffer.from('{"evil":1}') })],
  ['local name differs', () => beside({ name: 'sets/a', localName: '../x/a', data })],
  ['encrypted', () => beside({ name: 'sets/a', data, flags: 1 })],
  ['encrypted in its own header only', () => beside({ name: 'sets/a', data, localFlags: 1 })],
  [
    'deflate bomb',
    () => {
      const bomb = deflateRawSync(Buffer.alloc(64 << 20), { level: 9 });
      return beside({ name: 'sets/bomb', data: bomb, method: 8, size: 64 << 20, crc: 0 });
    },
  ],
  [
    'bomb by overlap',
    () => {
      const kernel = Buffer.alloc(1 << 16);
      const many = Array.from({ length: 5000 }, (_, index) => ({
        name: `sets/${index}`,
        data: kernel,
        offset: 0,
        phantom: index > 0,
      }));
      return beside(...many);
    },
  ],
  ['lying size, stored', () => beside({ name: 'sets/a', data, size: 0xfffffff0, packed: 0xfffffff0 })],
  ['two sizes', () => beside({ name: 'sets/a', data, size: 1 << 30 })],
  ['wrong checksum', () => beside({ name: 'sets/a', data, crc: 1 })],
  ['data descriptor', () => beside({ name: 'sets/a', data, flags: 8 })],
  ['unknown method', () => beside({ name: 'sets/a', data, method: 93 })],
  ['extra field', () => beside({ name: 'sets/a', data, extra: Buffer.from([0x75, 0x70, 1, 0, 0]) })],
  ['entry comment', () => beside({ name: 'sets/a', data, comment: 'x' })],
  ['points beyond the end', () => beside({ name: 'sets/a', data, offset: 0x7fffffff, phantom: true })],
  ['bytes before', () => Buffer.concat([Buffer.from('#!/bin/sh\n'), beside()])],
  ['bytes behind', () => Buffer.concat([beside(), Buffer.from('evil')])],
  ['file comment', () => rawZip([{ name: 'manifest.json', data }], { comment: 'x'.repeat(60_000) })],
  [
    'too many entries',
    () =>
      rawZip(
        Array.from({ length: 60_000 }, (_, index) => ({ name: `sets/${index}`, data: Buffer.alloc(0) })),
      ),
  ],
  ['claims entries it has not', () => rawZip([{ name: 'manifest.json', data }], { count: 65_534 })],
  [
    'deep JSON',
    () =>
      wellLaid([
        { name: 'case.json', data: Buffer.from('['.repeat(1 << 20)) },
        { name: 'journal.jsonl', data: Buffer.alloc(0) },
      ]),
  ],
  ['deep manifest', () => rawZip([{ name: 'manifest.json', data: Buffer.from('['.repeat(8 << 20)) }])],
  ['manifest that slips', () => wellLaid([{ name: '../../evil.txt', data }])],
  ['manifest of absolute names', () => wellLaid([{ name: '/tmp/evil.txt', data }])],
  [
    'manifest with twins',
    () =>
      wellLaid([
        { name: 'CASE.json', data },
        { name: 'case.json', data },
      ]),
  ],
  [
    'manifest that claims terabytes',
    () => {
      const { manifest, sums } = manifestFor([{ name: 'case.json', data, claim: 2 ** 45 }]);
      return rawZip([
        { name: 'manifest.json', data: manifest },
        { name: 'SHA256SUMS', data: sums },
        { name: 'case.json', data },
      ]);
    },
  ],
  [
    'ledger that names a file here',
    () => within({ name: 'data/000001/segment.json', data: Buffer.from(segmentOf({ path: '/etc/passwd' })) }),
  ],
  [
    'records out of the folder',
    () =>
      within({
        name: 'data/000001/segment.json',
        data: Buffer.from(segmentOf({ recordFile: '../../x.parquet' })),
      }),
  ],
  ['a program beside', () => within({ name: 'sets/run.sh', data })],
  ['an archive within', () => within({ name: 'inner.tlcase', data: newerFile() })],
  [
    'journal that lies',
    () =>
      wellLaid([
        { name: 'case.json', data },
        { name: 'journal.jsonl', data: Buffer.from('{"id":1}\n') },
      ]),
  ],
  ['nothing at all', () => Buffer.alloc(0)],
  ['no ZIP', () => Buffer.from('PAR1 something else altogether')],
];
