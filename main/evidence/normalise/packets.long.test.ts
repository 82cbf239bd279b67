import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../store/database';
import { pcapFile, tcpFrame } from './packets/capture-file';
import { MAX_FLOWS } from './packets/flow-table';
import { importBytes, openDatabase, rows } from './packets/test-import';

let database: Database;

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

test('more flows than are held at a time: each is written once, messages keep theirs', async () => {
  const flows = MAX_FLOWS + 60_000;
  const frames = Array.from({ length: flows * 2 }, (_, index) => {
    const flow = Math.floor(index / 2);
    const ends = {
      source: [10, 0, flow >> 15, 1],
      destination: [10, 1, 0, 1],
      sourcePort: 1024 + (flow & 0x7fff),
      destinationPort: 502,
    };
    const isSyn = index % 2 === 0;
    const payload = isSyn ? [] : [0, flow & 255, 0, 0, 0, 6, 1, 3, 0, 1, 0, 1];
    const bytes = tcpFrame({ ...ends, sequence: isSyn ? 9 : 10, flags: isSyn ? 2 : 0x18, payload });
    return { timeUs: 1_700_000_000_000_000 + index, bytes };
  });
  const report = await importBytes(database, pcapFile(frames));
  expect(report).toMatchObject({ records: flows * 2, rejected: 0, events: flows * 2 });
  const [counts] = await rows(
    database,
    `SELECT count(*), count(DISTINCT event_id), count(*) FILTER (event_part = 'flow'), max(event_id) - min(event_id)
     FROM event`,
  );
  expect(counts).toEqual([flows * 2, flows * 2, flows, flows * 2 - 1]);
  const [pairs] = await rows(
    database,
    `SELECT count(*) FROM event m JOIN event f USING (source_ip, source_port)
     WHERE m.event_part = 'modbus' AND f.event_part = 'flow' AND m.record_number = f.record_number + 1`,
  );
  expect(pairs).toEqual([flows]);
});
