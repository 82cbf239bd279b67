/** Marks where no window shows them: in queries of a case opened without its working database, and in the report. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Desk, importFiles, ok, openCase, rowsOf, sitDown } from './desk-for-tests';
import { buildPrograms, type Programs } from './programs-for-tests';

let programs: Programs;
let root: string;
let desk: Desk;

beforeAll(async () => {
  programs = await buildPrograms(true);
  root = mkdtempSync(join(tmpdir(), 'throughline-marks-'));
  desk = await sitDown(root);
}, 120_000);
afterAll(async () => {
  await desk.engine.stop();
  programs.remove();
  rmSync(root, { recursive: true, force: true });
});

/** Its events' messages end in `name` and the number of the row. */
function csvOf(name: string, day: string): string {
  const rows = Array.from({ length: 9 }, (_, index) => `${day}T0${index}:00:00Z,${name}${index},seen\n`);
  const path = join(root, `${name}.csv`);
  writeFileSync(path, `time,host,note\n${rows.join('')}`);
  return path;
}

const MARKS = 'SELECT event_id, what, "value" FROM mark ORDER BY ALL';
const UNMARKED = 'SELECT count(*) FROM event WHERE event_id NOT IN (SELECT event_id FROM mark)';
const onHosts = (...values: string[]) => ({ filter: { kind: 'in' as const, field: 'host_name', values } });

async function reportText(name: string): Promise<string> {
  const path = join(root, `${name}.html`);
  await ok(desk.page.call('case.report', { token: await desk.token(path), zone: 'UTC' }));
  return readFileSync(path, 'utf8')
    .replace(/<style>.*<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

test('a query finds the same marks however the case was opened', { timeout: 120_000 }, async () => {
  await openCase(desk);
  await importFiles(desk, [csvOf('gate', '2026-03-01'), csvOf('pump', '2026-03-02')]);
  await ok(desk.page.call('mark.put', { what: 'star', value: null, on: onHosts('gate1', 'gate2') }));
  await ok(desk.page.call('mark.put', { what: 'tag', value: 'odd "one"', on: onHosts('gate2', 'pump7') }));
  const finding = { id: null, title: 'What stopped', text: '', views: [], order: 1, uncite: [] };
  await ok(desk.page.call('finding.put', { ...finding, cite: onHosts('gate1', 'pump1', 'pump2') }));
  const asked = async (): Promise<string[]> => [await rowsOf(desk, MARKS), await rowsOf(desk, UNMARKED)];
  const shown = await asked();
  expect(JSON.parse(shown[0] ?? '')).toHaveLength(8);
  expect(shown[1]).toContain('["13"]');

  const folder = join(root, 'case');
  const without = { mode: 'read' as const, create: false, cache: false };
  await ok(desk.engine.control('case.openFolder', { ...without, folder }));
  expect(await asked()).toEqual(shown);
  const packed = join(root, 'case.tlcase');
  await ok(
    desk.page.call('case.pack', {
      token: await desk.token(packed),
      embed: false,
      passphrase: null,
      signKey: null,
    }),
  );
  await ok(desk.engine.control('case.openFolder', { ...without, folder: packed }));
  expect(await asked()).toEqual(shown);
  await ok(desk.engine.control('case.openFolder', { ...without, folder: packed, cache: true }));
  expect(await asked()).toEqual(shown);
});

test('the report says what a finding cites and it does not show, and why', { timeout: 120_000 }, async () => {
  await openCase(desk);
  const whole = await reportText('whole');
  expect(whole).toContain('Findings 1, citing 3 events');
  expect(whole).not.toContain('not shown');
  const ledger = await ok(desk.page.call('evidence.list', {}));
  const pump = ledger.rows.find(({ name }) => name === 'pump.csv');
  await ok(desk.page.call('evidence.remove', { evidenceIds: [pump?.evidence_id ?? 0] }));
  const partly = await reportText('partly');
  expect(partly).toContain('Findings 1, citing 1 event; 1 finding cites records that are not shown here');
  expect(partly).toContain('2 of the 3 records this finding cites are not shown above:');
  expect(partly).toContain(`2 records of pump.csv, which was removed from view (SHA-256 ${pump?.sha256})`);
  const gate = ledger.rows.find(({ name }) => name === 'gate.csv');
  await ok(desk.page.call('evidence.remove', { evidenceIds: [gate?.evidence_id ?? 0] }));
  const nothing = await reportText('nothing');
  expect(nothing).toContain('3 of the 3 records this finding cites are not shown above:');
  expect(nothing).toContain('1 record of gate.csv');
  expect(nothing).not.toContain('No event is cited.');
  expect(nothing).toContain('No finding cites an event that is shown.');
});
