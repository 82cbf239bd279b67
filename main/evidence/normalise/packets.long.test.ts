import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpusFolder } from '../../dev/corpus-folder';
import type { Database } from '../../store/database';
import { dissectedBoth, hasTool, listCaptures, MESSAGE_DIFFERENCES } from './packets/oracle';
import { importFile, openDatabase, rows } from './packets/test-import';

const corpus = corpusFolder();

let database: Database;

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

describe.skipIf(corpus === null || !hasTool('tshark'))('every capture of the corpus against tshark', () => {
  test('Modbus and S7 messages, with each difference explained', async () => {
    const differences: string[] = [];
    for (const { file } of listCaptures(corpus ?? '')) {
      const path = join(corpus ?? '', file);
      await importFile(database, path);
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
