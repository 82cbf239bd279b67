/** Capture by capture, our packets beside capinfos' and our messages beside tshark's, each difference with its reason. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { listCaptures } from '../evidence/normalise/packets/oracle';
import {
  capinfosCounts,
  ourCounts,
  REFERENCES,
  tsharkCounts,
  uncounted,
} from '../evidence/normalise/packets/references';
import { importBytes, importFile, openDatabase } from '../evidence/normalise/packets/test-import';
import { atATime } from './at-a-time';
import { explainMessages, explainPackets } from './capture-differences';

export interface CaptureTable {
  readonly lines: readonly string[];
  readonly unexplained: number;
}

/** tshark beginning takes longer than most captures: some are begun while ours are read. */
const TSHARKS = 2;

/** Reads every capture of the folders given, all when null. */
export async function captureTable(corpus: string, folders: readonly string[] | null): Promise<CaptureTable> {
  const database = await openDatabase();
  const captures = listCaptures(corpus).filter(
    ({ file }) => folders?.some((folder) => file.startsWith(folder)) ?? true,
  );
  const counted = await capinfosCounts(captures.map(({ file }) => join(corpus, file)));
  const sums = new Map(REFERENCES.map(({ field }) => [field, { ours: 0, theirs: 0, explained: 0 }]));
  const others = new Map<string, number>();
  const differences: string[] = [];
  const packets = { ours: 0, theirs: 0, explained: 0 };
  let unexplained = 0;
  const differ = (what: string, why: string | null): void => {
    if (why === null) unexplained += 1;
    differences.push(`  ${what}. ${why ?? 'NOT EXPLAINED'}`);
  };
  const told = atATime(TSHARKS, captures, ({ file }) => tsharkCounts(join(corpus, file)));
  for (const [index, { file }] of captures.entries()) {
    const path = join(corpus, file);
    const report = await (file.endsWith('.gz')
      ? importBytes(database, gunzipSync(readFileSync(path)))
      : importFile(database, path));
    const theirs = (await told[index]) ?? new Map<string, number>();
    const expected = counted.get(path) ?? 0;
    packets.ours += report.records;
    packets.theirs += expected;
    if (report.records !== expected) {
      const more = report.records - expected;
      const why = explainPackets(file, more);
      if (why !== null) packets.explained += more;
      differ(`${file}: ${report.records} packets, capinfos ${expected}`, why);
    }
    const mine = await ourCounts(database);
    for (const [protocol, count] of await uncounted(database))
      others.set(protocol, (others.get(protocol) ?? 0) + count);
    for (const { field } of REFERENCES) {
      const [a, b] = [mine.get(field) ?? 0, theirs.get(field) ?? 0];
      const sum = sums.get(field);
      if (!sum) continue;
      sum.ours += a;
      sum.theirs += b;
      if (a === b) continue;
      const why = explainMessages(file, field, a - b);
      if (why !== null) sum.explained += a - b;
      differ(`${file}: ${field} ${a}, tshark ${b}`, why);
    }
  }
  database.close();
  const row = (name: string, field: string, { ours, theirs, explained }: typeof packets): string =>
    `  ${name.padEnd(24)} ${field.padEnd(32)} ${String(ours).padStart(8)} ${String(theirs).padStart(10)} ${String(explained).padStart(10)} ${String(ours - theirs - explained).padStart(6)}`;
  const rows = REFERENCES.map(({ protocol, field }) => {
    return row(protocol, field, sums.get(field) ?? { ours: 0, theirs: 0, explained: 0 });
  });
  const lines = [
    `  ${captures.length} captures`,
    `  ${'messages'.padEnd(24)} ${'counted as'.padEnd(32)} ${'ours'.padStart(8)} ${'reference'.padStart(10)} ${'explained'.padStart(10)} ${'open'.padStart(6)}`,
    row('packets', 'capinfos', packets),
    ...rows,
    ...[...others].map(
      ([protocol, count]) =>
        `  ${protocol.padEnd(24)} ${'no field of tshark'.padEnd(32)} ${String(count).padStart(8)}`,
    ),
    '',
    ...differences,
    '',
    `  differences not explained: ${unexplained}`,
  ];
  return { lines, unexplained };
}
