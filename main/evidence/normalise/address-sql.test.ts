/** Addresses of inventories: every one of a cell, and from when to when they hold, as any other time is read. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFormat, shippedFormats } from '../../formats';
import type { Format } from '../../formats/format';
import { Database } from '../../store/database';
import { trusted } from '../../store/sql';
import { compile } from './compile';
import { stageRows } from './stage-sample';

let database: Database;
beforeAll(async () => {
  database = await Database.open({ path: null, memoryLimitMb: 512, threads: 2, tempFolder: null });
});
afterAll(() => {
  database.close();
});

const COLUMNS = ['Asset Name', 'IP Address', 'MAC Address', 'Type', 'Valid From', 'Valid To'];

async function addressesOf(
  rows: readonly (readonly string[])[],
  zone: string | null = null,
  change: (format: Format) => Format = (format) => format,
) {
  const staged = { kind: 'delimited', columns: COLUMNS, meta: {} } as const;
  await stageRows(database, 'record', { ...staged, rows });
  const found = findFormat(shippedFormats().formats, 'asset-inventory');
  if (!found.ok) throw new Error(found.problem.what);
  const context = { ...staged, evidenceId: 4, zone, year: null, fileTimeUs: 0, mapping: null };
  const compiled = await compile(database, change(found.value), context);
  if (!compiled.ok) throw new Error(compiled.problem.why);
  const { addresses, notes } = compiled.value;
  const { rows: given } = await database.all(
    trusted(`SELECT asset_id, ip, mac, valid_from::VARCHAR, valid_to::VARCHAR FROM (${addresses?.text})`),
  );
  return { rows: given.map((row) => row.join(' ')), notes };
}

test('a cell may list several addresses; as many MACs stand beside them, others below', async () => {
  const { rows } = await addressesOf([
    ['a', '10.0.0.1, 10.0.0.2', '00-1B-1B-11-22-33; 001b.1b11.2244', 'PLC', '', ''],
    ['b', 'eth0: 10.0.0.3/24|fe80::1', '00:1b:1b:11:22:55', 'PLC', '', ''],
    ['c', '', '00:1b:1b:11:22:66', 'PLC', '', ''],
    ['d', 'unknown', '-', 'PLC', '', ''],
  ]);
  expect(rows).toEqual([
    '4:1 10.0.0.1 00:1b:1b:11:22:33  ',
    '4:1 10.0.0.2 00:1b:1b:11:22:44  ',
    '4:2 10.0.0.3   ',
    '4:2 fe80::1   ',
    '4:2  00:1b:1b:11:22:55  ',
    '4:3  00:1b:1b:11:22:66  ',
  ]);
});

test('dates of validity are read as dates are, under the zone of the evidence', async () => {
  const { rows, notes } = await addressesOf(
    [
      ['a', '10.0.0.1', '', 'PLC', '01/02/2024', '31/03/2024'],
      ['b', '10.0.0.2', '', 'PLC', '1 Mar 2024', '2024-03-31 10:00:00+10:00'],
      ['c', '10.0.0.3', '', 'PLC', '2024-07-01 12:00', ''],
    ],
    'Europe/Berlin',
  );
  expect(rows).toEqual([
    '4:1 10.0.0.1  2024-01-31 23:00:00 2024-03-30 23:00:00',
    '4:2 10.0.0.2  2024-02-29 23:00:00 2024-03-31 00:00:00',
    '4:3 10.0.0.3  2024-07-01 10:00:00 ',
  ]);
  expect(notes).toEqual([]);
});

test('a date that cannot be read leaves its end open, and is told', async () => {
  const { rows, notes } = await addressesOf([
    ['a', '10.0.0.1', '', 'PLC', 'soon', '02/03/2024'],
    ['b', '10.0.0.2', '', 'PLC', '', 'the end'],
  ]);
  expect(rows).toEqual(['4:1 10.0.0.1   2024-03-02 00:00:00', '4:2 10.0.0.2   ']);
  expect(notes).toEqual([
    'No date in it tells day from month; they were read day first and flagged.',
    '2 dates from or until which an address holds could not be read; those ends were left open.',
  ]);
});

test('one order of day and month holds for all dates of an evidence, whichever column tells it', async () => {
  const addresses: Format['addresses'] = [
    { ip: { from: 'IP Address' }, valid_from: { from: 'Valid From' } },
    { mac: { from: 'MAC Address' }, valid_from: { from: 'Valid To' } },
  ];
  const { rows, notes } = await addressesOf(
    [
      ['a', '10.0.0.1', '', 'PLC', '03/16/2024', ''],
      ['b', '10.0.0.2', '', 'PLC', '04/05/2024', ''],
      ['c', '', '00:1b:1b:11:22:33', 'PLC', '', '06/07/2024'],
    ],
    null,
    (format) => ({ ...format, addresses }),
  );
  expect(rows).toEqual([
    '4:1 10.0.0.1  2024-03-16 00:00:00 ',
    '4:2 10.0.0.2  2024-04-05 00:00:00 ',
    '4:3  00:1b:1b:11:22:33 2024-06-07 00:00:00 ',
  ]);
  expect(notes).toEqual([]);
});
