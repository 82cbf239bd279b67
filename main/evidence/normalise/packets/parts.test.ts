/** A capture written out in many small parts has the rows of one that stays whole. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { corpusFolder } from '../../../dev/corpus-folder';
import type { Database } from '../../../store/database';
import { joinParquet } from '../../../store/parquet-join';
import { quoteText, trusted } from '../../../store/sql';
import { dropCapture } from '../../import-capture';
import { SegmentWriter } from '../../segment-writer';
import { type CaptureReport, importCapture } from '../packets';
import { concat, ethernet, ip, pcapFile } from './capture-file';
import {
  CLIENT,
  frames,
  fromClient,
  fromServer,
  readReply,
  readRequest,
  SERVER,
  udp,
} from './frames-for-tests';
import { openDatabase } from './test-import';

const SAMPLE = fileURLToPath(
  new URL('../../../../sample-data/water-utility/plant-network.pcap', import.meta.url),
);
const TABLES = ['event', 'point', 'record', 'reject', 'asset_fact'] as const;

let database: Database;
let folder = '';

beforeEach(async () => {
  database = await openDatabase();
  folder = await mkdtemp(join(tmpdir(), 'throughline-parts-'));
});
afterEach(async () => {
  database.close();
  await rm(folder, { recursive: true, force: true });
});

async function read(
  bytes: Uint8Array,
  chunk: number,
  rows: number | null,
  isPaired = true,
): Promise<CaptureReport> {
  async function* chunks(): AsyncIterable<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.slice(at, at + chunk);
  }
  const writer = new SegmentWriter(database, folder, true);
  const write: Write = (...what) => writer.writePart(...what);
  return importCapture({
    evidenceId: 3,
    read: chunks(),
    database,
    isAlone: true,
    ...(rows === null ? {} : { parts: { rows, isPaired, folder, write } }),
    progress: () => undefined,
    cancelled: () => false,
  });
}

type Write = NonNullable<Parameters<typeof importCapture>[0]['parts']>['write'];

/** Reads the capture whole and in parts, holds the rows against each other, and says how many files of events there are. */
async function compare(bytes: Uint8Array, chunk: number, rows: number, isPaired = true): Promise<number> {
  const whole = await read(bytes, chunk, null);
  for (const table of TABLES)
    await database.run(trusted(`CREATE TABLE whole_${table} AS SELECT * FROM ${table}`));
  await dropCapture(database);
  const parts = await read(bytes, chunk, rows, isPaired);
  const { sizes: _, files: none, ...counted } = whole;
  const { sizes: __, files, ...again } = parts;
  expect(none).toBeNull();
  expect(again).toEqual(counted);
  if (files === null) throw new Error('the capture was one part');
  const made = files.event.length;
  for (const table of TABLES) {
    const path = join(folder, `${table}.parquet`);
    const those = table === 'asset_fact' ? [] : files[table];
    if (those.length > 0) await joinParquet(path, those);
    const rows =
      those.length > 0
        ? `read_parquet(${quoteText(path)})`
        : table === 'asset_fact'
          ? 'asset_fact'
          : `(SELECT * FROM whole_${table} WHERE false)`;
    const differing = await database.one(
      trusted(`SELECT count(*) FROM (
        (SELECT * FROM ${rows} EXCEPT ALL SELECT * FROM whole_${table})
        UNION ALL (SELECT * FROM whole_${table} EXCEPT ALL SELECT * FROM ${rows}))`),
    );
    expect([table, Number(differing)]).toEqual([table, 0]);
  }
  await dropCapture(database);
  return made;
}

const corpus = corpusFolder();
const CAPTURES = [
  'icsnpp-bacnet/bacnet_example.pcap',
  'lemay-modbus/moving_two_files_modbus_6RTU.pcap',
  'iti/c37.118/C37.118_4in1PMU_TCP.pcap',
  's4x15-ics-village/Modicon.pcap',
  'icsnpp-profinet-io-cm/profinet_io_cm_mixed_2.pcapng',
];

describe('a capture in parts', () => {
  test.each([true, false])(
    'of a plant, with conversations that go on (two at once: %s)',
    async (isPaired) => {
      expect(await compare(readFileSync(SAMPLE), 65_536, 700, isPaired)).toBeGreaterThan(5);
    },
  );

  test('in which who began, and with which MAC, is told later than messages were written', async () => {
    const both: Uint8Array[] = [];
    for (let turn = 0; turn < 40; turn++) {
      both.push(fromClient(1000 + turn * 12, readRequest(turn, 10, 2)));
      both.push(fromServer(5000 + turn * 13, readReply(turn, [turn, 2])));
    }
    // The server is told to have begun, when many messages have gone by.
    both.push(fromClient(9000, [], 0x12));
    both.push(fromClient(1480, readRequest(40, 10, 2)), fromServer(5520, readReply(40, [1, 2])));
    const echo = (type: number): number[] => [type, 0, 0, 0, 0, 1, 0, 1];
    both.push(ethernet(ip(1, SERVER, CLIENT, echo(0))));
    for (let turn = 0; turn < 20; turn++)
      both.push(ethernet(ip(17, CLIENT, SERVER, udp(4000, 5000, [1, 2]))));
    both.push(ethernet(ip(1, CLIENT, SERVER, echo(8))));
    expect(await compare(pcapFile(frames(...both)), 256, 8)).toBeGreaterThan(5);
    const { rows } = await database.all(
      trusted(`SELECT DISTINCT event_part = 'flow', source_ip, network_direction_assumed FROM whole_event
        WHERE network_transport = 'tcp' ORDER BY ALL`),
    );
    expect(rows).toEqual([
      [false, '10.0.0.1', false],
      [true, '10.0.0.2', false],
    ]);
  });

  test('on "any" interface, where the MAC of an end is seen with its first packet only', async () => {
    const cooked = (mac: number, packet: Uint8Array): Uint8Array =>
      concat([0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, mac, 0, 0, 8, 0], packet);
    const sent: Uint8Array[] = [];
    for (let turn = 0; turn < 30; turn++)
      sent.push(cooked(1, fromClient(1000 + turn * 12, readRequest(turn, 10, 2)).subarray(14)));
    sent.push(cooked(2, fromServer(5000, readReply(29, [1, 2])).subarray(14)));
    const file = pcapFile(frames(...sent), { link: 113 });
    expect(await compare(file, 200, 5)).toBeGreaterThan(3);
    const macs = await database.all(
      trusted(`SELECT DISTINCT source_mac, destination_mac FROM whole_event WHERE event_part <> 'flow'`),
    );
    expect(macs.rows.length).toBe(1);
  });

  test('that ends with more flows under way than a part has rows', async () => {
    const sent = [fromClient(1000, readRequest(1, 10, 2))];
    // Waits for what was never captured, until nothing follows.
    sent.push(fromClient(1024, readRequest(3, 10, 2)));
    for (let port = 4000; port < 4050; port++)
      sent.push(ethernet(ip(17, CLIENT, SERVER, udp(port, 5000, [1, 2]))));
    expect(await compare(pcapFile(frames(...sent)), 200, 8)).toBe(3);
  });

  test('of packets that cannot be read', async () => {
    const cut = Array.from({ length: 60 }, (_, turn) => fromClient(turn, [1, 2, 3]).subarray(0, 20));
    const foreign = Array.from({ length: 60 }, () => Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    expect(await compare(pcapFile(frames(...cut, ...foreign)), 100, 10)).toBe(1);
  });

  test.skipIf(corpus === null).each(CAPTURES)('of the corpus: %s', { timeout: 60_000 }, async (name) => {
    const bytes = readFileSync(join(corpus ?? '', '03-ot-pcap', name));
    expect(await compare(bytes, 20_000, 150)).toBeGreaterThan(3);
  });
});
