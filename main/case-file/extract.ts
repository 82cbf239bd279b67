/** From entries of a case file to the files of a workspace: to look into it, or to go on working. */
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Problem } from '../../shared/problem';
import { type Segment, segmentSchema } from '../evidence/segment';
import { writeAll } from '../store/write-all';
import { type FileBytes, sumBytes } from './file-bytes';
import type { ManifestEntry } from './manifest';
import { entryDamaged, type Structure } from './structure';
import { checkContent } from './verify';

/** Text that is read into memory as a whole; a sound case stays far below. */
const MOST_TEXT_BYTES = 256 << 20;
const MOST_SEGMENT_BYTES = 64 << 20;

const SMALL_TABLE_BYTES = 32 << 20;

const SEGMENT_PART = /^data\/(\d{6,12})\/([a-z]+(?:[_-][a-z0-9]+)*\.parquet|segment\.json)$/;
const FIRST =
  /^(?:case\.json|journal\.jsonl|sets\/.*|data\/\d+\/(?:segment\.json|(?:event|asset|asset_address|asset_fact|zone|conduit)\.parquet))$/;
const EVIDENCE = /^evidence\/([0-9a-f]{64})$/;

/** Where an entry goes in a workspace, `/` between parts; null for what is only there to be read by people. */
export function placeOf(name: string): string | null {
  const part = SEGMENT_PART.exec(name);
  if (part) return `facts/${part[1]}/${part[2]}`;
  if (/^sets\/[0-9a-f]{64}(?:\.[a-z0-9]+)*$/.test(name)) return name;
  return name === 'case.json' || name === 'journal.jsonl' ? name : null;
}

/**
 * What must be there before the first events can be shown; other tables too where they are small, so that nothing
 * changes under the eyes of who reads.
 */
export function isFirst({ name, size }: ManifestEntry): boolean {
  return FIRST.test(name) || (size <= SMALL_TABLE_BYTES && /\/(?:point|reject)\.parquet$/.test(name));
}

/** The order in which the rest is wanted: what the inspector asks for, then tables, then originals. */
export function orderOfRest(name: string): number {
  if (name.includes('/record-')) return 0;
  if (name.startsWith('data/')) return 1;
  return EVIDENCE.test(name) ? 3 : 2;
}

/** Refuses entries whose sort or size no case file has. */
export function kindFault({ name, size }: ManifestEntry): string | null {
  const known =
    placeOf(name) !== null ||
    EVIDENCE.test(name) ||
    /^(?:records\.json|ledger\.json|formats\/[a-z0-9-]+\.format\.yaml)$/.test(name);
  if (!known) return 'it is no part of a case';
  if (name.endsWith('/segment.json') && size > MOST_SEGMENT_BYTES) return 'it is larger than any';
  const isText = /^(?:case|records|ledger|journal|sets|formats)/.test(name);
  return isText && size > MOST_TEXT_BYTES ? 'it is larger than any' : null;
}

/**
 * Checks an entry and, where it belongs into a workspace, writes it there. A damaged one leaves no file. `segments`
 * says which segments an original belongs to.
 */
export async function extractEntry(
  file: FileBytes,
  structure: Structure,
  entry: ManifestEntry,
  folder: string,
  segments: ReadonlyMap<string, Segment>,
): Promise<Problem | null> {
  const places = placesOf(entry, segments).map((place) => join(folder, ...place.split('/')));
  const [first, ...others] = places;
  const placed = structure.placed.get(entry.name);
  if (first === undefined || !placed) return checkContent(file, structure, entry, () => undefined);
  await mkdir(dirname(first), { recursive: true, mode: 0o700 });
  // Under its name it is seen by the engine, so it gets it once it is proven.
  const unproven = `${first}.part`;
  const handle = await open(unproven, 'wx', 0o600);
  let sums: Awaited<ReturnType<typeof sumBytes>>;
  try {
    sums = await sumBytes(file, placed.dataOffset, entry.size, (block) => writeAll(handle, block));
  } finally {
    await handle.close();
  }
  if (sums.sha256 !== entry.sha256) {
    await rm(unproven, { force: true });
    // Once more, for the place of the damage.
    const named = await checkContent(file, structure, entry, () => undefined);
    return named ?? entryDamaged(entry.name, placed.dataOffset, 'it reads differently each time');
  }
  await rename(unproven, first);
  for (const other of others) {
    await mkdir(dirname(other), { recursive: true, mode: 0o700 });
    await link(first, other);
  }
  return null;
}

/**
 * A stranger's description of a segment: its schema, and nothing in it that names another file than its own. Null
 * where it may not be used.
 */
export function soundSegment(text: string): Segment | null {
  try {
    const segment = segmentSchema.parse(JSON.parse(text));
    const sound = segment.evidences.every(
      ({ row, recordFile }) =>
        !/[/\\]/.test(row.path) &&
        row.path !== '..' &&
        row.path !== '.' &&
        !row.path.includes('\0') &&
        (row.sha256 === null || /^[0-9a-f]{64}$/.test(row.sha256)) &&
        (recordFile === null || /^record-\d+\.parquet$/.test(recordFile)),
    );
    return sound ? segment : null;
  } catch {
    return null;
  }
}

function placesOf(entry: ManifestEntry, segments: ReadonlyMap<string, Segment>): string[] {
  const sha256 = EVIDENCE.exec(entry.name)?.[1];
  if (sha256 === undefined) {
    const place = placeOf(entry.name);
    return place === null ? [] : [place];
  }
  const places: string[] = [];
  for (const [name, { evidences }] of segments) {
    if (evidences.some(({ row, copied }) => copied && row.sha256 === sha256))
      places.push(`facts/${name}/evidence/${sha256}`);
  }
  return places;
}
