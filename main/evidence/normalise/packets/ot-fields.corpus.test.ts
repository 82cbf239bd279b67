/** Messages of the corpus field by field: MMS and PROFINET against tshark, synchrophasors and GENISYS against Zeek's logs. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpusFolder } from '../../../dev/corpus-folder';
import type { Database } from '../../../store/database';
import { hasTool } from './oracle';
import { importFile, openDatabase, rows } from './test-import';

const corpus = corpusFolder();
const folder = join(corpus ?? '', '03-ot-pcap');

let database: Database;

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

/** One line of cells per packet, as tshark prints them. */
function dissect(path: string, filter: string, fields: readonly string[]): readonly (readonly string[])[] {
  const args = ['-n', '-r', path, '-Y', filter, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])];
  return execFileSync('tshark', args, { maxBuffer: 1 << 27, stdio: ['ignore', 'pipe', 'ignore'] })
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

/** Lines of a Zeek log without its head. */
function zeekLog(path: string): readonly (readonly string[])[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'));
}

describe.skipIf(corpus === null || !hasTool('tshark'))('as tshark has them', () => {
  test.each([
    'ndpi/iso9506-1-mms.pcap',
    'iti/iec61850/8d7c7db0-9804-012b-b2a6-0016cb8cea27.pcap',
    'iti/iec61850/piccolo.pcap',
  ])('MMS calls of %s: number, service, object', async (file) => {
    const path = join(folder, file);
    await importFile(database, path);
    const ours = await rows(
      database,
      `SELECT record_number, ot_transaction_id, ot_function_code, ot_message, ot_object FROM event
       WHERE event_dataset = 'pcap.mms' AND ot_transaction_id IS NOT NULL ORDER BY event_id`,
    );
    const fields = ['frame.number', 'mms.invokeID', 'mms.confirmedServiceRequest'];
    const answers = ['mms.confirmedServiceResponse', 'mms.domainId', 'mms.itemId'];
    const theirs = dissect(path, 'mms.invokeID', [...fields, ...answers]);
    expect(theirs.length).toBeGreaterThan(0);
    expect(ours.map(([record, number]) => `${record} ${number}`)).toEqual(
      theirs.map(([record, number]) => `${record} ${number}`),
    );
    theirs.forEach(([record, , request = '', response = '', domain = '', item = ''], index) => {
      const [, , service, kind, object] = ours[index] ?? [];
      if (request !== '') expect(`${record} request ${service}`).toBe(`${record} ${kind} ${request}`);
      if (response !== '') expect(`${record} ${service}`).toBe(`${record} ${response}`);
      if (request !== '' && domain !== '' && item !== '') expect(object).toBe(`${domain}/${item}`);
    });
  });

  test('PROFINET calls: number, operation, first record, refusals', async () => {
    const path = join(folder, 'icsnpp-profinet-io-cm/profinet_io_cm.pcap');
    await importFile(database, path);
    const ours = await rows(
      database,
      `SELECT record_number, ot_transaction_id, ot_function_code, coalesce(ot_address, -1),
         ot_message = 'exception' FROM event
       WHERE event_dataset = 'pcap.profinet-cm' AND ot_function_code IS NOT NULL ORDER BY event_id`,
    );
    const fields = ['frame.number', 'dcerpc.dg_seqnum', 'dcerpc.opnum', 'pn_io.index', 'pn_io.error_code'];
    const isWhole = '(dcerpc.dg_flags1_frag == 0 || dcerpc.dg_flags1_last_frag == 1)';
    const theirs = dissect(path, `(dcerpc.pkt_type == 0 || dcerpc.pkt_type == 2) && ${isWhole}`, fields);
    const expected = theirs.map(([record, number, operation, indices = '', errors = '']) => {
      const index = indices.split(',').find((one) => one !== '' && Number(one) !== 0xe040);
      return [
        record,
        number,
        operation,
        index === undefined ? -1 : Number(index),
        Number(errors.split(',')[0] ?? 0) > 0,
      ].join(' ');
    });
    expect(expected.length).toBeGreaterThan(900);
    expect(ours.map((row) => row.join(' '))).toEqual(expected);
  });
});

describe.skipIf(corpus === null)('as Zeek has them', () => {
  test.each([
    ['C37.118_1PMU_TCP.pcap', 'analyzer.1PMU_TCP'],
    ['C37.118_1PMU_UDP.pcap', 'analyzer.1PMU_UDP'],
    ['C37.118_1PMU_UDP_minimal_otherport.pcap', 'analyzer.1PMU_UDP_otherport'],
  ])('synchrophasors of %s: phasors, frequency, status', async (file, log) => {
    const path = join(folder, 'icsnpp-synchrophasor');
    await importFile(database, join(path, file));
    const list = (words: string): string =>
      `coalesce(string_agg(printf('%.6f', value), ',' ORDER BY ordinal) FILTER (p.ot_object LIKE '% ${words}'), '-')`;
    const ours = await rows(
      database,
      `SELECT ${list('real')}, ${list('imaginary')}, ${list('magnitude')}, ${list('angle')},
         printf('%.1f', max(value) FILTER (p.ot_object LIKE '%/frequency') * 1000 - 50000),
         printf('%.1f', max(value) FILTER (p.ot_object LIKE '%/rate of change of frequency') * 100),
         coalesce(max(quality) LIKE '%trigger%', false)
       FROM event e JOIN point p USING (event_id)
       WHERE event_dataset = 'pcap.synchrophasor' AND event_action = 'data' GROUP BY e.event_id`,
    );
    // Zeek leaves the rate as it is counted, in hundredths (C37.118.2 table 6).
    const numbers = (cell = ''): string => {
      const values = cell.split(',').map(Number);
      return values.every((value) => value === 0) ? '-' : values.map((value) => value.toFixed(6)).join(',');
    };
    const theirs = zeekLog(join(path, 'expected', log, 'synchrophasor_data_detail.log')).map((cells) =>
      [
        ...cells.slice(20, 24).map(numbers),
        Number(cells[24]).toFixed(1),
        Number(cells[25]).toFixed(1),
        cells[16] === 'T',
      ].join(' '),
    );
    expect(theirs.length).toBeGreaterThan(0);
    expect(ours.map((row) => row.join(' ')).sort()).toEqual(theirs.slice().sort());
  });

  test('GENISYS: headers by station and direction', async () => {
    const path = join(folder, 'icsnpp-genisys');
    await importFile(database, join(path, 'genisys.pcap'));
    const ours = await rows(
      database,
      `SELECT event_action, ot_unit_id, ot_message, coalesce(ot_quantity, 0), count(*) FROM event
       WHERE event_dataset = 'pcap.genisys' GROUP BY ALL ORDER BY ALL`,
    );
    const names: Readonly<Record<string, string>> = {
      Poll: 'poll',
      'Acknowledge Client': 'acknowledge',
      'Recall Header': 'recall',
      'Indication Data': 'indication_data',
    };
    const counts = new Map<string, number>();
    for (const [, , , , , , , header = '', station, direction, , , payload = '-'] of zeekLog(
      join(path, 'expected/analyzer.basic/genisys.log'),
    )) {
      const key = `${names[header] ?? header} ${station} ${direction} ${payload === '-' ? 0 : payload.split(',').length}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(ours.map((row) => row.join(' ')).sort()).toEqual(
      [...counts].map(([key, count]) => `${key} ${count}`).sort(),
    );
  });
});
