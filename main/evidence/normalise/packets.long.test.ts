import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpusFolder } from '../../dev/corpus-folder';
import type { Database } from '../../store/database';
import { pcapFile, tcpFrame } from './packets/capture-file';
import { MAX_FLOWS } from './packets/flow-table';
import { dissectedBoth, hasTool, listCaptures, MESSAGE_DIFFERENCES } from './packets/oracle';
import { importBytes, importFile, openDatabase, rows } from './packets/test-import';

const corpus = corpusFolder();

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

describe.skipIf(corpus === null || !hasTool('tshark'))('every capture of the corpus against tshark', () => {
  test('Modbus and S7 messages, with each difference explained', async () => {
    const differences: string[] = [];
    for (const { file } of listCaptures(corpus ?? '')) {
      const path = join(corpus ?? '', file);
      if (file.endsWith('.gz')) await importBytes(database, gunzipSync(readFileSync(path)));
      else await importFile(database, path);
      const ours = await rows(
        database,
        `SELECT event_dataset, count(*) FROM event WHERE event_domain = 'ot' GROUP BY 1`,
      );
      const counts = new Map(ours.map(([dataset, count]) => [String(dataset), Number(count)]));
      const { modbus, s7 } = dissectedBoth(path);
      const expected = modbus + (MESSAGE_DIFFERENCES[file]?.more ?? 0);
      if (
        counts.get('pcap.modbus') !== (expected || undefined) ||
        counts.get('pcap.s7comm') !== (s7 || undefined)
      ) {
        differences.push(`${file}: ${JSON.stringify([...counts])}, tshark modbus ${modbus}, s7 ${s7}`);
      }
    }
    expect(differences).toEqual([]);
  });
});
