/** A big capture's rows are those of a small one, however its texts are kept. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bytesOfHex } from '../../../dissectors/dissector';
import { synchrophasor } from '../../../dissectors/protocols/synchrophasor';
import type { Database } from '../../../store/database';
import { trusted } from '../../../store/sql';
import { type Frame, pcapFile, tcpFrame } from './capture-file';
import { CaptureStore } from './capture-store';
import { CaptureDecoding } from './decoding';
import type { CaptureSizes } from './tables';
import { openDatabase } from './test-import';
import { createTexts, dropTexts } from './texts';
import { createViews } from './views';

const SAMPLE = fileURLToPath(
  new URL('../../../../sample-data/water-utility/plant-network.pcap', import.meta.url),
);
const VIEWS = ['event', 'point', 'record'];
/** Everything as many as no ENUM holds, or as few as there are. */
const MANY = 1_000_000;

/** Values that have names of their own, lying in one run. */
function synchrophasors(): Frame[] {
  const units = synchrophasor.samples[0]?.units ?? [];
  const [client, server] = [
    { source: [10, 9, 0, 1], destination: [10, 9, 0, 2], sourcePort: 50_000, destinationPort: 4712 },
    { source: [10, 9, 0, 2], destination: [10, 9, 0, 1], sourcePort: 4712, destinationPort: 50_000 },
  ];
  const next = { client: 1, server: 1 };
  return units.map(({ from, hex }, index) => {
    const payload = bytesOfHex(hex);
    const ends = from === 'client' ? client : server;
    const sequence = next[from];
    next[from] += payload.length;
    return {
      timeUs: (1_800_000_000 + index) * 1e6,
      bytes: tcpFrame({ ...ends, sequence, flags: 0x18, payload }),
    };
  });
}

let database: Database;
let sizes: CaptureSizes;
let messages = 0;

beforeAll(async () => {
  database = await openDatabase();
  const store = await CaptureStore.create(database);
  const decoding = new CaptureDecoding((table, chunk) => store.append(table, chunk));
  decoding.push(readFileSync(SAMPLE));
  decoding.push(pcapFile(synchrophasors()).subarray(24));
  decoding.endBytes();
  const decoded = decoding.end();
  store.close();
  sizes = decoded.sizes;
  messages = decoded.messages;
  await createViews(database, 3, messages, await createTexts(database, sizes, false));
  for (const view of VIEWS)
    await database.run(trusted(`CREATE TABLE plain_${view} AS SELECT * FROM ${view}`));
});
afterAll(() => database.close());

const asBig = (change: Partial<CaptureSizes>): CaptureSizes => ({ ...sizes, packets: MANY, ...change });

test('values that lie in one run have each their own name', async () => {
  const { rows } = await database.all(
    trusted(
      "SELECT ot_object, round(value, 4) FROM plain_point WHERE ot_object LIKE 'NORTH/%' ORDER BY event_id, ordinal",
    ),
  );
  expect(rows).toEqual([
    ['NORTH/VA magnitude', 231],
    ['NORTH/VA angle', 0.1571],
    ['NORTH/frequency', 50.01],
    ['NORTH/rate of change of frequency', -0.05],
    ['NORTH/MW', 42],
    ['NORTH/digital D0', 3],
  ]);
});

test.each([
  ['all of them few', {}, ['ENUM', 'ENUM', 'ENUM', 'ENUM']],
  ['many message lines', { said: MANY }, ['ENUM', 'VARCHAR', 'ENUM', 'ENUM']],
  ['many flows', { flows: MANY }, ['ENUM', 'VARCHAR', 'VARCHAR', 'VARCHAR']],
  ['great packets', { numbers: null }, ['ENUM', 'ENUM', 'ENUM', 'VARCHAR']],
  [
    'all of them many',
    { words: MANY, objects: MANY, said: MANY, flows: MANY, numbers: MANY },
    ['VARCHAR', 'VARCHAR', 'VARCHAR', 'VARCHAR'],
  ],
])('texts that repeat, %s', async (_, change, types) => {
  try {
    await createViews(database, 3, messages, await createTexts(database, asBig(change), true));
    const typeOf = async (view: string, column: string): Promise<string> =>
      String(await database.one(trusted(`SELECT typeof(${column}) FROM ${view} LIMIT 1`))).slice(0, 7);
    expect([
      (await typeOf('event', 'event_action')).slice(0, types[0]?.length),
      (await typeOf('event', 'message')).slice(0, types[1]?.length),
      (await typeOf('event', 'source_ip')).slice(0, types[2]?.length),
      (await typeOf('record', 'length')).slice(0, types[3]?.length),
    ]).toEqual(types);
    for (const view of VIEWS) {
      const differing = await database.one(
        trusted(`SELECT count(*) FROM (
          (SELECT * FROM ${view} EXCEPT ALL SELECT * FROM plain_${view})
          UNION ALL (SELECT * FROM plain_${view} EXCEPT ALL SELECT * FROM ${view}))`),
      );
      const rows = await database.one(trusted(`SELECT count(*) FROM ${view}`));
      expect([view, Number(differing), Number(rows) > 100]).toEqual([view, 0, true]);
    }
  } finally {
    for (const view of VIEWS) await database.run(trusted(`DROP VIEW IF EXISTS ${view}`));
    await dropTexts(database);
  }
});
