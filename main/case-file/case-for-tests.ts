/** Test support: a small workspace on disk, with a journal, an original and the path of somebody's home in it. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal } from '../case/journal';
import { type EvidenceEntry, writeSegment } from '../evidence/segment';
import type { PackOptions } from './pack';
import { partOf } from './part';

export interface MadeCase {
  readonly folder: string;
  readonly original: string;
  readonly segments: readonly string[];
  options(target: string, change?: Partial<PackOptions>): PackOptions;
}

const ORIGINAL = Buffer.from('2026-01-02T03:04:05Z one\n2026-01-02T03:04:06Z two\n');

/** `bulk` bytes of what stands for Parquet; seeded by its length so that cases of one size are equal. */
export async function makeCase(root: string, bulk = 3000): Promise<MadeCase> {
  const home = join(root, 'home', 'jane.doe', 'plant export');
  mkdirSync(home, { recursive: true });
  const original = join(home, 'fw.log');
  writeFileSync(original, ORIGINAL);
  const folder = join(root, 'case');
  const segment = join(folder, 'facts', '000001');
  mkdirSync(segment, { recursive: true });
  writeFileSync(
    join(folder, 'case.json'),
    JSON.stringify({
      version: 1,
      id: 'c-1',
      name: 'Plant 7',
      created: '2026-01-01T00:00:00.000Z',
      author: 'Jane',
    }),
  );
  await writeSegment(segment, [entryOf(original)]);
  for (const name of ['event', 'point', 'record-0'])
    writeFileSync(join(segment, `${name}.parquet`), Buffer.concat([Buffer.from('PAR1'), noise(name, bulk)]));
  const journal = await openJournal({
    path: join(folder, 'journal.jsonl'),
    now: () => new Date('2026-01-02T00:00:00Z'),
    newId: () => 'op',
    author: () => 'Jane',
    writable: true,
  });
  const removal = { kind: 'removal' as const, id: 'r', schema: 1 as const, evidence: '1' };
  await journal.append('Remove 1 evidence', { added: [removal], updated: [], removed: [] });
  await journal.undo();
  return {
    folder,
    original,
    segments: ['000001'],
    options: (target, change = {}) => ({
      folder,
      segments: ['000001'],
      embed: false,
      applicationVersion: '0.1.0',
      target,
      part: partOf(target, process.pid, 1),
      passphrase: null,
      signKey: null,
      now: '2026-01-03T00:00:00Z',
      ...change,
    }),
  };
}

/** Bytes that follow from a name and repeat nothing. */
function noise(name: string, length: number): Buffer {
  const parts: Buffer[] = [];
  for (let size = 0, turn = 0; size < length; turn += 1, size += 32)
    parts.push(createHash('sha256').update(`${name} ${turn}`).digest());
  return Buffer.concat(parts).subarray(0, length);
}

/** A fresh folder name below another. */
export function freshIn(root: string): string {
  const folder = join(root, randomBytes(6).toString('hex'));
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

function entryOf(path: string): EvidenceEntry {
  return {
    row: {
      evidence_id: 1,
      path,
      member: null,
      name: 'fw.log',
      size_bytes: ORIGINAL.length,
      sha256: createHash('sha256').update(ORIGINAL).digest('hex'),
      format: 'generic-lines',
      format_title: 'Lines',
      dissectors: [],
      time_zone: 'UTC',
      time_zone_source: 'assumed',
      year_source: null,
      records: 2,
      loaded: 2,
      rejected: 0,
      skipped: 0,
      events: 2,
      undated: 0,
      first: null,
      last: null,
      seconds: 0.1,
      status: 'loaded',
      problem: { code: 'note', what: `Read ${path}.`, where: path },
    },
    options: {},
    importerVersion: '0.1.0',
    importedAt: '2026-01-02T00:00:00Z',
    clockModel: null,
    recordFile: 'record-0.parquet',
    sourceColumns: ['line'],
    recordColumns: ['line'],
    compression: null,
    encoding: 'utf-8',
    streamBytes: ORIGINAL.length,
    framingBytes: 2,
    replacements: 0,
    modifiedAt: null,
    copied: false,
    notes: [`The zone of ${path} was assumed.`],
  };
}
