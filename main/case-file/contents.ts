/**
 * What goes into a case file: the journal and the records it amounts to, the committed segments as they lie in the
 * workspace, the formats they were read by, and the originals where they are embedded.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Custody } from '../../shared/case';
import type { LedgerRow } from '../../shared/evidence';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import { parseJournal, readWholeLines } from '../case/journal';
import { applyAll } from '../case/operation';
import { namesIn } from '../case/staging';
import { type EvidenceEntry, readSegment, SEGMENT_FILE } from '../evidence/segment';
import { formatText } from '../formats';
import { withoutPaths } from './hide-paths';
import type { Manifest } from './manifest';
import { MOST_ENTRIES } from './names';

export interface PackJob {
  /** The workspace. */
  readonly folder: string;
  /** Committed segments, by name: what is committed later stays out. */
  readonly segments: readonly string[];
  readonly embed: boolean;
  readonly applicationVersion: string;
}

export interface Content {
  readonly name: string;
  /** Bytes at hand, or the file they are read from. */
  readonly from: Buffer | { readonly path: string; readonly sha256?: string; readonly shown?: string };
}

export interface Contents {
  /** In the order they are written in. */
  readonly entries: readonly Content[];
  readonly head: Omit<Manifest, 'format' | 'version' | 'entries'>;
}

/** `case.json`, in a workspace and in a case file. */
export const caseSchema = z.object({
  version: z.number().int(),
  id: z.string(),
  name: z.string(),
  created: z.string(),
  author: z.string().nullable(),
});

const PARQUET = /^[a-z]+(?:[_-][a-z0-9]+)*\.parquet$/;
const SET = /^[0-9a-f]{64}(?:\.[a-z0-9]+)*$/;

export async function gatherContents(job: PackJob): Promise<Outcome<Contents>> {
  // A line that is being written belongs to the next case file.
  const journalText = await readWholeLines(join(job.folder, 'journal.jsonl'));
  const journal = parseJournal(journalText);
  if (journal.broken) return fail({ ...journal.broken, code: 'journal-broken' });
  const about = caseSchema.parse(JSON.parse(await readFile(join(job.folder, 'case.json'), 'utf8')));
  const records = [...applyAll(journal.operations).values()];
  const custody = new Map(
    records.flatMap((record): [string, Custody][] =>
      record.kind === 'custody' ? [[record.id, record]] : [],
    ),
  );
  const entries: Content[] = [
    { name: 'case.json', from: json(about) },
    { name: 'journal.jsonl', from: Buffer.from(journalText) },
    { name: 'records.json', from: json(records) },
  ];
  for (const name of (await namesIn(join(job.folder, 'sets'))).filter((each) => SET.test(each)))
    entries.push({ name: `sets/${name}`, from: { path: join(job.folder, 'sets', name) } });

  const rows: LedgerRow[] = [];
  const originals = new Map<string, Content>();
  const missing: EvidenceEntry[] = [];
  const texts = new Map(
    records.flatMap((record): [string, string][] =>
      record.kind === 'format' ? [[record.id, record.text]] : [],
    ),
  );
  const evidence: Manifest['evidence'] = [];
  for (const segment of job.segments) {
    const folder = join(job.folder, 'facts', segment);
    const read = await readSegment(folder);
    if (!read.ok) return read;
    const told: EvidenceEntry[] = [];
    for (const entry of read.value.evidences) {
      const embedded = job.embed && canEmbed(entry);
      if (embedded && !(await addOriginal(originals, folder, entry))) missing.push(entry);
      const clean = withoutPaths(entry, embedded);
      if (entry.row.format !== null && entry.formatText !== undefined)
        texts.set(entry.row.format, entry.formatText);
      told.push(clean);
      rows.push(clean.row);
      evidence.push(manifestRow(clean, embedded, custody.get(clean.row.sha256 ?? '')));
    }
    entries.push({
      name: `data/${segment}/${SEGMENT_FILE}`,
      from: json({ version: read.value.version, evidences: told }),
    });
    for (const name of (await namesIn(folder)).filter((each) => PARQUET.test(each)))
      entries.push({ name: `data/${segment}/${name}`, from: { path: join(folder, name) } });
  }
  if (missing.length > 0) return fail(cannotEmbed(missing));
  entries.push(...originals.values(), { name: 'ledger.json', from: json(rows) }, ...formatsOf(rows, texts));
  if (entries.length > MOST_ENTRIES - 2) return fail(tooManyEntries(entries.length));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return succeed({
    entries,
    head: {
      application: { name: 'Throughline', version: job.applicationVersion },
      case: { id: about.id, name: about.name, author: about.author, created: about.created },
      journal: { operations: journal.operations.length, head: journal.head },
      evidence,
    },
  });
}

/** A part of a container has no file of its own: the container is embedded, or nothing. */
function canEmbed({ row }: EvidenceEntry): boolean {
  return row.sha256 !== null && row.member === null;
}

async function addOriginal(
  originals: Map<string, Content>,
  folder: string,
  { row, copied }: EvidenceEntry,
): Promise<boolean> {
  const sha256 = row.sha256 ?? '';
  const name = `evidence/${sha256}`;
  if (originals.has(name)) return true;
  const path = copied ? join(folder, 'evidence', sha256) : row.path;
  const found = await stat(path).catch(() => null);
  if (!found?.isFile() || found.size !== row.size_bytes) return false;
  originals.set(name, { name, from: { path, sha256, shown: row.name } });
  return true;
}

function manifestRow(
  { row }: EvidenceEntry,
  embedded: boolean,
  said: Custody | undefined,
): Manifest['evidence'][number] {
  return {
    evidence_id: row.evidence_id,
    name: row.name,
    sha256: row.sha256,
    size_bytes: row.size_bytes,
    embedded,
    acquirer: said?.acquirer ?? null,
    exhibit_number: said?.exhibitNumber ?? null,
  };
}

/** A format the product no longer ships has no text; its id stays in the ledger. */
function formatsOf(rows: readonly LedgerRow[], own: ReadonlyMap<string, string>): Content[] {
  const ids = new Set([...rows.flatMap(({ format }) => (format === null ? [] : [format])), ...own.keys()]);
  return [...ids].flatMap((id) => {
    const text = own.get(id) ?? formatText(id);
    return text === null ? [] : [{ name: `formats/${id}.format.yaml`, from: Buffer.from(text) }];
  });
}

/** The SHA-256 of a text as the journal's chain has it. */
export function sha256Of(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 1)}\n`);
}

function cannotEmbed(missing: readonly EvidenceEntry[]): Problem {
  const names = missing.slice(0, 5).map(({ row }) => row.name);
  const more = missing.length > names.length ? ` and ${missing.length - names.length} more` : '';
  return {
    code: 'evidence-missing',
    what: `${missing.length} of the originals cannot be put into the case file.`,
    why: 'they are not where they were, or have another size now',
    where: `${names.join(', ')}${more}`,
    help: 'Bring them back to their places, or save the case with hashes only.',
  };
}

function tooManyEntries(count: number): Problem {
  return {
    code: 'too-many-entries',
    what: 'The case has too many parts for one case file.',
    why: `${count} parts, at most ${MOST_ENTRIES - 2}`,
    help: 'Import its files in fewer, larger batches into a new case.',
  };
}
