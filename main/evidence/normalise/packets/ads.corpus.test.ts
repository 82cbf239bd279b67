/** ADS messages of the corpus, field by field, against tshark. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { corpusFolder } from '../../../dev/corpus-folder';
import { hasTool } from './oracle';
import { importFile, openDatabase, rows } from './test-import';

const corpus = corpusFolder();
const FILES = ['addroute.pcapng', 'beckoffaddroute.pcapng', 'beckofflink.pcapng', 'invokeid12.pcapng'];
const FIELDS = [
  'ams.cmdid',
  'ams.invokeid',
  'ams.ads_indexgroup',
  'ams.ads_indexoffset',
  'ams.adsresult',
  'ams.errorcode',
  'tcp.payload',
];

/** Messages tshark takes out of one frame lie side by side in its cells; those of requests carry a place. */
function expected(path: string): readonly string[] {
  const args = [
    '-n',
    '-r',
    path,
    '-Y',
    'ams',
    '-T',
    'fields',
    '-e',
    'frame.number',
    '-e',
    'ams.state_response',
  ];
  const { stdout, stderr, status } = spawnSync('tshark', [
    ...args,
    ...FIELDS.flatMap((field) => ['-e', field]),
  ]);
  if (status !== 0) throw new Error(stderr.toString());
  return stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => {
      const [frame, response, command, invoke, group, offset, result, error, payload] = line.split('\t');
      const isResponse = response === '1' || response === 'True';
      const place = group === undefined || group === '' ? '-' : `${Number(group)} ${Number(offset)}`;
      return `${frame} ${isResponse ? 'response' : 'request'} ${Number(command)} ${Number(invoke)} ${isResponse ? `result ${Number(error) || resultOf(result, payload)}` : place}`;
    });
}

/** tshark leaves the result out where a response to a read holds no data: then it is taken from the bytes themselves. */
function resultOf(result: string | undefined, payload: string | undefined): number {
  if (result !== undefined && result !== '') return Number(result);
  return Buffer.from(payload ?? '', 'hex').readUInt32LE(38);
}

test.skipIf(corpus === null || !hasTool('tshark'))(
  'ADS: frame, direction, command, invoke id, place and result equal those of tshark',
  async () => {
    const database = await openDatabase();
    for (const file of FILES) {
      const path = join(corpus ?? '', '03-ot-pcap/iti/beckhoff', file);
      await importFile(database, path);
      const ours = await rows(
        database,
        `SELECT record_number, CASE WHEN ot_message IN ('request', 'unsolicited') THEN 'request' ELSE 'response' END,
           ot_function_code, ot_transaction_id,
           CASE WHEN ot_message NOT IN ('request', 'unsolicited') THEN 'result ' || coalesce(ot_exception_code, 0)
             ELSE coalesce(('0x' || substr(ot_object, 15))::BIGINT || ' ' || ot_address, '-') END
         FROM event WHERE event_dataset = 'pcap.ads' ORDER BY event_id`,
      );
      expect(
        ours.map((row) => row.join(' ')),
        file,
      ).toEqual(expected(path));
    }
    database.close();
  },
);
