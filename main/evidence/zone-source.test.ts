/** The ledger's word on the zone is about all records, also those behind the first that are looked at. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importOne } from './import-for-tests';
import { formatLibrary } from './library-of-formats';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-zone-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function zoneOf(name: string, text: string, zone?: string) {
  const path = join(folder, name);
  writeFileSync(path, text);
  const stagingFolder = join(folder, `staging-${name}`);
  const options = zone === undefined ? {} : { zone };
  const entry = await importOne({ path, stagingFolder, library: formatLibrary, name, options });
  const late = entry.notes.find((note) => note.includes('state no zone')) ?? null;
  return [entry.row.time_zone, entry.row.time_zone_source, late];
}

const lines = (count: number, from: number): string =>
  Array.from({ length: count }, (_, index) => {
    const second = String(index % 60).padStart(2, '0');
    return `2024-01-01T00:00:${second}${index < from ? 'Z' : ''},m${index}\n`;
  }).join('');
const HEAD = 'time,message\n';

test('a zone that only later records lack was assumed, or asked', async () => {
  expect(await zoneOf('all.csv', HEAD + lines(2500, 2500))).toEqual([null, 'in record', null]);
  const note = (zone: string) =>
    `100 of its times, not among the first, state no zone and were read as ${zone}.`;
  expect(await zoneOf('late.csv', HEAD + lines(2500, 2400))).toEqual(['UTC', 'assumed', note('UTC')]);
  const asked = await zoneOf('asked.csv', `${HEAD}${lines(2500, 2400)}`, 'Europe/Berlin');
  expect(asked).toEqual(['Europe/Berlin', 'asked', note('Europe/Berlin')]);
  expect(await zoneOf('early.csv', HEAD + lines(20, 10))).toEqual(['UTC', 'assumed', null]);
});
