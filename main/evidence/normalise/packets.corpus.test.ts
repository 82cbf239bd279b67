import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpusFolder } from '../../dev/corpus-folder';
import type { Database } from '../../store/database';
import { dissected, hasTool, listCaptures, MESSAGE_DIFFERENCES } from './packets/oracle';
import { importBytes, importFile, openDatabase, rows } from './packets/test-import';

const corpus = corpusFolder();
const captures = corpus === null ? [] : listCaptures(corpus);

let database: Database;

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

describe.skipIf(corpus === null)('captures of the corpus', () => {
  test.skipIf(!hasTool('capinfos'))(
    'packet counts equal those of capinfos on every readable capture',
    async () => {
      const inputs = captures.filter(({ file }) => /^0[34]-/.test(file));
      expect(inputs.length).toBeGreaterThan(200);
      const paths = inputs.map(({ file }) => join(corpus ?? '', file));
      const lines = execFileSync('capinfos', ['-T', '-M', '-r', '-c', ...paths], {
        maxBuffer: 1 << 26,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const counted = new Map(
        lines
          .toString()
          .split('\n')
          .map((line) => line.split('\t'))
          .map(([path = '', packets = '']) => [path, Number(packets)]),
      );
      const differences: string[] = [];
      for (const { file, packets } of inputs) {
        const path = join(corpus ?? '', file);
        const report = await importFile(database, path);
        const expected = counted.get(path);
        if (report.records !== expected || report.records !== packets || report.problem !== null) {
          differences.push(
            `${file}: ${report.records}, capinfos ${expected}, index ${packets}, ${report.problem?.why ?? ''}`,
          );
        }
      }
      expect(differences).toEqual([]);
    },
  );

  test.skipIf(!hasTool('tshark'))('Modbus and S7 messages equal those of tshark', () => {
    // A few of each; all of them in packets.long.test.ts.
    return compareMessages([
      '03-ot-pcap/icsnpp-modbus/modbus_example.pcap',
      '03-ot-pcap/icsnpp-s7comm/snap7.pcap',
      '03-ot-pcap/arkime/modbus.pcap',
      '20-case-qut-s7/attacks/20161215205406.ReactorOff_Flooding/20161215205406.ReactorOff_Flooding.hmi.pcap',
    ]);
  });

  test.skipIf(!hasTool('tshark'))('community ids equal those of tshark', async () => {
    const file =
      captures.find((capture) => capture.file.endsWith('s4x15-ics-village/Modicon.pcap'))?.file ?? '';
    const path = join(corpus ?? '', file);
    const args = ['-n', '-r', path, '--enable-protocol', 'communityid', '-T', 'fields', '-e', 'communityid'];
    const lines = execFileSync('tshark', args, { maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .split('\n');
    await importFile(database, path);
    const ours = await rows(
      database,
      `SELECT DISTINCT network_community_id FROM event WHERE network_community_id IS NOT NULL`,
    );
    expect(new Set(ours.map(([id]) => id))).toEqual(new Set(lines.filter((line) => line !== '')));
  });

  test('the attacker’s capture holds exactly one write, at its instant', async () => {
    const folder = '20-case-qut-s7/attacks/20161215180642.ChangeUpperThreshold';
    await importFile(
      database,
      join(corpus ?? '', folder, '20161215180642.ChangeUpperThreshold.attacker.pcap'),
    );
    const writes = await rows(
      database,
      `SELECT source_ip, strftime(timestamp, '%Y-%m-%d %H:%M:%S.%f'), event_action, ot_object, ot_address FROM event
       WHERE event_dataset = 'pcap.s7comm' AND ot_operation = 'write' AND ot_message = 'request'
         AND timestamp BETWEEN '2016-12-15 08:06:42.895706' AND '2016-12-15 08:06:45.946284'`,
    );
    expect(writes).toEqual([['10.10.10.66', '2016-12-15 08:06:45.941977', 'write_var', 'M', 64]]);
  });

  test('a capture cut anywhere gives its whole packets and one reject', async () => {
    const bytes = readFileSync(join(corpus ?? '', '03-ot-pcap/icsnpp-modbus/modbus_example.pcap'));
    const whole = await importBytes(database, bytes);
    const cut = await importBytes(database, bytes.subarray(0, bytes.length - 1));
    expect(cut).toMatchObject({
      records: whole.records,
      loaded: whole.loaded - 1,
      rejected: 1,
      problem: { code: 'capture-truncated' },
    });
  });
});

async function compareMessages(files: readonly string[]): Promise<void> {
  const found: Record<string, unknown> = {};
  const expected: Record<string, unknown> = {};
  for (const file of files) {
    const path = join(corpus ?? '', file);
    await importFile(database, path);
    const ours = await rows(
      database,
      `SELECT event_dataset, count(*) FROM event WHERE event_domain = 'ot' GROUP BY 1`,
    );
    const counts = new Map(ours.map(([dataset, count]) => [String(dataset), Number(count)]));
    const difference = MESSAGE_DIFFERENCES[file]?.more ?? 0;
    found[file] = { modbus: counts.get('pcap.modbus') ?? 0, s7: counts.get('pcap.s7comm') ?? 0 };
    expected[file] = {
      modbus: dissected(path, 'modbus.func_code') + difference,
      s7: dissected(path, 's7comm.header.rosctr'),
    };
  }
  expect(found).toEqual(expected);
}
