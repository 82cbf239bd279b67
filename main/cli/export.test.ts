import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { commandLine } from '../engine/command-line-for-tests';
import { pcapFile, tcpFrame } from '../evidence/normalise/packets/capture-file';
import { hasTool } from '../evidence/normalise/packets/oracle';
import { PacketPicker, type PickedPacket } from '../evidence/readers/capture/picker';

const START = 1_700_000_000_000_000;

const { folder, cli } = commandLine('export', true);
const filled = join(folder, 'case');
beforeAll(() => {
  writeFileSync(join(folder, 'a.log'), 'one\ntwo\nthree\n');
  // Two captures whose times lie between each other; the second has nanoseconds and is compressed.
  const micro = [0, 2, 4].map((at) => ({ timeUs: START + at * 1000, bytes: modbusWrite(at) }));
  const nano = [1, 3].map((at) => ({
    timeUs: START + at * 1000,
    remainderNs: 7,
    bytes: modbusWrite(at),
    wireLength: 99,
  }));
  writeFileSync(join(folder, 'a.pcap'), pcapFile(micro));
  writeFileSync(join(folder, 'b.pcap.gz'), gzipSync(pcapFile(nano, { isNano: true, isBigEndian: true })));
  const log = cli('import', 'a.log', '--case', filled, '--format', 'generic-lines');
  const captures = cli('import', 'a.pcap', 'b.pcap.gz', '--case', filled);
  expect([log.code, captures.code], log.err + captures.err + captures.out).toEqual([0, 0]);
}, 120_000);

function modbusWrite(value: number): Uint8Array {
  return tcpFrame({
    source: [10, 0, 0, 1],
    destination: [10, 0, 0, 2],
    sourcePort: 40000,
    destinationPort: 502,
    sequence: 1 + value * 12,
    flags: 0x18,
    payload: [0, value, 0, 0, 0, 6, 1, 6, 0, 9, 0, value],
  });
}

function packetsOf(path: string): readonly PickedPacket[] {
  const picker = new PacketPicker(new Set(Array.from({ length: 100 }, (_, index) => index + 1)));
  const bytes = readFileSync(path);
  return [...picker.push(bytes), ...picker.end()];
}

test('events of two captures become one file in the order of time, byte for byte; the rest is told', () => {
  const ran = cli('export', '--case', filled, '--out', 'all.pcapng');
  expect(ran.err).toContain('3 rows are left out: a.log: It is no packet capture.');
  expect([ran.code, ran.out]).toEqual([1, expect.stringContaining('5 packets')]);
  const found = packetsOf(join(folder, 'all.pcapng'));
  expect(found.map(({ timeUs, remainderNs, wireLength }) => [timeUs, remainderNs, wireLength])).toEqual([
    [START, 0, 66],
    [START + 1000, 7, 99],
    [START + 2000, 0, 66],
    [START + 3000, 7, 99],
    [START + 4000, 0, 66],
  ]);
  expect(found.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).toEqual(
    [0, 1, 2, 3, 4].map((at) => Buffer.from(modbusWrite(at)).toString('hex')),
  );
  expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
});

test.skipIf(!hasTool('tshark') || !hasTool('capinfos'))(
  'tshark reads the slice of a filter with its comments, capinfos its times and link type',
  () => {
    const ran = cli(
      'export',
      '--case',
      filled,
      '--filter',
      'ot_operation:write ot_value>=2',
      '--out',
      'some.pcapng',
    );
    expect([ran.code, ran.err]).toEqual([0, '']);
    const path = join(folder, 'some.pcapng');
    const fields = ['frame.time_epoch', 'frame.cap_len', 'frame.comment', 'modbus.reference_num'];
    const given = ['-n', '-r', path, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])];
    const lines = spawnSync('tshark', given, { encoding: 'utf8' }).stdout.trim().split('\n');
    expect(lines.map((line) => line.split('\t'))).toEqual([
      ['1700000000.002000000', '66', expect.stringMatching(/^event \d+: Write holding register 9 = 2 /), '9'],
      ['1700000000.003000007', '66', expect.stringMatching(/^event \d+: Write holding register 9 = 3 /), '9'],
      ['1700000000.004000000', '66', expect.stringMatching(/^event \d+: Write holding register 9 = 4 /), '9'],
    ]);
    const info = spawnSync('capinfos', [path], { encoding: 'utf8' }).stdout;
    expect(info).toMatch(/Number of packets: +3\n/);
    expect(info).toMatch(/Strict time order: +True/);
    expect(info).toMatch(/File encapsulation: +Ethernet/);
    expect(info).toMatch(/Number of interfaces in file: 2/);
    expect(info).toMatch(/Capture application: +Throughline/);
  },
);

test('an original that is gone or changed is told, and nothing of it is written', () => {
  writeFileSync(join(folder, 'a.pcap'), pcapFile([{ timeUs: START, bytes: modbusWrite(9) }]));
  const ran = cli('export', '--case', filled, '--filter', 'ot_operation:write', '--out', 'rest.pcapng');
  expect(ran.err).toContain('3 rows are left out: a.pcap: Its original is not the file that was imported.');
  expect(ran.code).toBe(1);
  expect(packetsOf(join(folder, 'rest.pcapng')).map(({ record }) => record)).toEqual([1, 2]);
});

test('a table by its ending, and what cannot be asked for', () => {
  const table = cli(
    'export',
    '--case',
    filled,
    '--columns',
    'message,record_number',
    '--out',
    'lines.jsonl',
    '--filter',
    'one',
  );
  expect(table.code).toBe(0);
  expect(readFileSync(join(folder, 'lines.jsonl'), 'utf8')).toBe('{"message":"one","record_number":1}\n');
  expect(cli('export', '--case', filled, '--out', 'x', '--format', 'tape').err).toContain(
    '“tape” is no kind of file',
  );
  expect(cli('export', '--case', filled, '--out', 'x', '--filter', 'nothing:such').code).toBe(2);
});
