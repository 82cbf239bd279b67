/**
 * Our events beside what another program made of the same lines: the corpus carries Filebeat's expected documents
 * (`expected/…-expected.json`), one per record, found by the record's byte offset. Compared are time, addresses, user
 * and action, wherever both have them; where the two mean different things by a field, `MEANINGS` says so.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { canonicalIp } from '../../shared/address';
import { TIME_FLAGS } from '../../shared/fields';
import type { EvidenceEntry } from '../evidence/segment';
import { Database } from '../store/database';
import { quoteText, trusted } from '../store/sql';
import { isSameAct, meaning } from './golden-meanings';
import { importPaths } from './import-folder';

const FIELDS = ['time', 'source', 'destination', 'user', 'action'] as const;
type GoldenField = (typeof FIELDS)[number];

const documentsSchema = z.array(z.record(z.string(), z.unknown()));
type GoldenDocument = Readonly<Record<string, unknown>>;

export interface Disagreement {
  readonly file: string;
  readonly offset: number;
  readonly field: GoldenField;
  readonly ours: string;
  readonly theirs: string;
}
export interface GoldenReport {
  readonly files: number;
  readonly documents: number;
  /** Documents whose record we found at the offset they name. */
  readonly found: number;
  readonly compared: Readonly<Record<GoldenField, number>>;
  readonly agreed: Readonly<Record<GoldenField, number>>;
  /** Comparisons left out, by reason. */
  readonly apart: ReadonlyMap<string, number>;
  readonly disagreements: readonly Disagreement[];
  /** Actions that agree by another word for the same act. */
  readonly words: number;
  /** Documents without a record of ours, by file. */
  readonly lost: ReadonlyMap<string, number>;
}

interface OurEvent {
  readonly timeMs: number | null;
  readonly flags: number;
  readonly values: Readonly<Record<Exclude<GoldenField, 'time'>, string | null>>;
}

const indexSchema = z.array(z.object({ file: z.string(), role: z.string() }));

/** Golden files of the corpus whose input is there too, as paths below it. */
function goldenFiles(corpus: string): readonly string[] {
  return indexSchema
    .parse(JSON.parse(readFileSync(join(corpus, 'INDEX.json'), 'utf8')))
    .filter(({ file, role }) => role === 'expected' && file.endsWith('-expected.json'))
    .map(({ file }) => file)
    .filter((file) => existsSync(join(corpus, inputOf(file))));
}

/** Imports the inputs of all golden files into `folder` and compares. */
export async function compareGolden(corpus: string, folder: string): Promise<GoldenReport> {
  const expectedFiles = goldenFiles(corpus);
  const inputs = expectedFiles.map(inputOf);
  const entries = await importHalves(
    inputs.map((input) => join(corpus, input)),
    folder,
  );
  const database = await Database.open({ path: null, memoryLimitMb: 500, threads: 2, tempFolder: null });
  const tally = new Tally();
  try {
    for (const [index, expected] of expectedFiles.entries()) {
      const documents = documentsSchema.parse(JSON.parse(readFileSync(join(corpus, expected), 'utf8')));
      // The same bytes are taken in once; the first of their names has the events.
      const sha256 = entries[index]?.row.sha256;
      const entry = entries.find((one) => one.row.sha256 === sha256 && one.recordFile !== null);
      const events =
        entry?.recordFile == null
          ? new Map<number, OurEvent>()
          : await eventsOf(database, entry.stagingFolder, entry.recordFile, entry.row.evidence_id);
      const input = inputs[index] ?? expected;
      const places = [...events.keys()].sort((a, b) => a - b);
      for (const document of documents) tally.add(input, document, eventAt(document, events, places));
    }
  } finally {
    database.close();
  }
  return tally.report(expectedFiles.length);
}

/** Imports two halves beside each other: many small files keep one core busy. */
async function importHalves(
  paths: readonly string[],
  folder: string,
): Promise<ReadonlyArray<EvidenceEntry & { readonly stagingFolder: string }>> {
  const middle = paths.length >> 1;
  const halves = await Promise.all([
    importPaths(paths.slice(0, middle), join(folder, '1')),
    importPaths(paths.slice(middle), join(folder, '2')),
  ]);
  return halves.flatMap(({ stagingFolder, entries }) =>
    entries.map((entry) => ({ ...entry, stagingFolder })),
  );
}

/** The file a golden file is about: `a/expected/x.log-expected.json` → `a/x.log`. */
function inputOf(expected: string): string {
  return join(dirname(dirname(expected)), basename(expected).replace(/-expected\.json$/, ''));
}

/** First event of each record, by the record's byte offset. */
async function eventsOf(database: Database, folder: string, recordFile: string, evidenceId: number) {
  const parquet = (name: string) => `read_parquet(${quoteText(join(folder, name))})`;
  const table = await database.all(
    trusted(`SELECT r.byte_offset, epoch_ms(e."timestamp"), e.time_flags, e.source_ip, e.destination_ip, e.user_name, e.event_action
      FROM ${parquet('event.parquet')} e JOIN ${parquet(recordFile)} r USING (evidence_id, record_number)
      WHERE evidence_id = ${evidenceId} QUALIFY row_number() OVER (PARTITION BY r.record_number ORDER BY e.event_id) = 1`),
  );
  const text = (cell: unknown) => (typeof cell === 'string' ? cell : null);
  return new Map(
    table.rows.map(([offset, timeMs, flags, source, destination, user, action]): [number, OurEvent] => [
      Number(offset),
      {
        timeMs: timeMs === null ? null : Number(timeMs),
        flags: Number(flags),
        values: {
          source: text(source),
          destination: text(destination),
          user: text(user),
          action: text(action),
        },
      },
    ]),
  );
}

/** The event whose record begins at the document's offset, or holds it where lines before it belong to the record. */
function eventAt(
  document: GoldenDocument,
  events: ReadonlyMap<number, OurEvent>,
  places: readonly number[],
): OurEvent | null {
  const offset = Number(document['log.offset'] ?? -1);
  const place = events.has(offset) ? offset : places.findLast((one) => one <= offset && offset - one <= 3);
  return place === undefined ? null : (events.get(place) ?? null);
}

class Tally {
  private documents = 0;
  private found = 0;
  private words = 0;
  private readonly compared = zeroes();
  private readonly agreed = zeroes();
  private readonly apart = new Map<string, number>();
  private readonly disagreements: Disagreement[] = [];
  private readonly lost = new Map<string, number>();

  add(file: string, document: GoldenDocument, event: OurEvent | null): void {
    this.documents += 1;
    if (event === null) {
      this.lost.set(file, (this.lost.get(file) ?? 0) + 1);
      return;
    }
    this.found += 1;
    for (const field of FIELDS) this.compare(file, document, event, field);
  }

  private compare(file: string, document: GoldenDocument, event: OurEvent, field: GoldenField): void {
    const theirs = theirValue(document, field);
    const ours = ourValue(event, field, document, theirs);
    if (theirs === null || ours === null) return;
    const agrees = isSame(field, ours, theirs, document);
    const isSwapped =
      event.values.source === theirValue(document, 'destination') &&
      event.values.destination === theirValue(document, 'source');
    const reason = agrees ? null : meaning({ file, field, theirs, ours, isSwapped });
    if (reason !== null) {
      this.apart.set(reason, (this.apart.get(reason) ?? 0) + 1);
      return;
    }
    this.compared[field] += 1;
    if (agrees) this.agreed[field] += 1;
    if (agrees) {
      if (field === 'action' && plain(ours) !== plain(theirs)) this.words += 1;
    } else this.disagreements.push({ file, offset: Number(document['log.offset']), field, ours, theirs });
  }

  report(files: number): GoldenReport {
    const { documents, found, compared, agreed, apart, disagreements, lost, words } = this;
    return { files, documents, found, compared, agreed, apart, disagreements, lost, words };
  }
}

function zeroes(): Record<GoldenField, number> {
  return { time: 0, source: 0, destination: 0, user: 0, action: 0 };
}

const THEIR_NAMES: Readonly<Record<GoldenField, readonly string[]>> = {
  time: ['@timestamp'],
  source: ['source.ip', 'client.ip'],
  destination: ['destination.ip', 'server.ip'],
  user: ['user.name'],
  action: ['event.action'],
};

function theirValue(document: GoldenDocument, field: GoldenField): string | null {
  const found = THEIR_NAMES[field].map((name) => document[name]).find((value) => typeof value === 'string');
  if (typeof found !== 'string' || found === '' || found === '-') return null;
  if (field === 'source' || field === 'destination') return canonicalIp(found) ?? found;
  if (field !== 'time') return found;
  const ms = Date.parse(found);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/**
 * What nobody wrote is taken from the other side: the year, and the zone its run was told (`event.timezone`). Both are
 * choices of whoever reads, not readings.
 */
function ourValue(
  event: OurEvent,
  field: GoldenField,
  document: GoldenDocument,
  theirs: string | null,
): string | null {
  if (field !== 'time') return event.values[field];
  if (event.timeMs === null) return null;
  const zone = event.flags & TIME_FLAGS.zoneAssumed ? document['event.timezone'] : undefined;
  const found = typeof zone === 'string' ? /^([+-])(\d\d):(\d\d)$/.exec(zone) : null;
  const minutes = found === null ? 0 : Number(`${found[1]}1`) * (Number(found[2]) * 60 + Number(found[3]));
  const text = new Date(event.timeMs - minutes * 60_000).toISOString();
  const isYearless = (event.flags & TIME_FLAGS.yearAssumed) !== 0 && theirs !== null;
  return isYearless ? theirs.slice(0, 4) + text.slice(4) : text;
}

function isSame(field: GoldenField, ours: string, theirs: string, document: GoldenDocument): boolean {
  if (plain(ours) === plain(theirs)) return true;
  if (field === 'action') return isSameAct(ours, theirs);
  // A full name and a name beside its domain are the same user.
  const domain = document['user.domain'] ?? document['organization.name'];
  return field === 'user' && plain(ours) === plain(`${theirs}@${String(domain)}`);
}

/** Case, blanks, dashes and underscores aside. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[\s_-]+/g, '');
}

/** The report as rows of a table, and the share that agrees. */
export function describeGolden(report: GoldenReport): string {
  const sum = (counts: Readonly<Record<GoldenField, number>>) =>
    FIELDS.reduce((total, field) => total + counts[field], 0);
  const line = (name: string, agreed: number, compared: number) =>
    `| ${name} | ${compared.toLocaleString('en')} | ${agreed.toLocaleString('en')} | ${percent(agreed, compared)} |`;
  return [
    `${report.files} golden files, ${report.documents} documents, ${report.found} with a record of ours.`,
    '',
    '| field | compared | agree | share |',
    '|---|--:|--:|--:|',
    ...FIELDS.map((field) => line(field, report.agreed[field], report.compared[field])),
    line('all', sum(report.agreed), sum(report.compared)),
    '',
    `Of the actions, ${report.words} agree by another word for the same act.`,
    ...[...report.apart].map(([reason, count]) => `Not compared, ${count} times: ${reason}.`),
  ].join('\n');
}

export function goldenShare({ agreed, compared }: GoldenReport): number {
  const sum = (counts: Readonly<Record<GoldenField, number>>) =>
    FIELDS.reduce((total, field) => total + counts[field], 0);
  return sum(agreed) / Math.max(sum(compared), 1);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
}
