/** Slices of whole conversations: every packet between the same ends while they lasted, held against tshark's streams. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { commandLine } from '../engine/command-line-for-tests';
import {
  be16,
  ethernet,
  type Frame,
  ip,
  pcapFile,
  tcpFrame,
} from '../evidence/normalise/packets/capture-file';
import { hasTool } from '../evidence/normalise/packets/oracle';
import { PacketPicker } from '../evidence/readers/capture/picker';

const START = 1_773_655_200_000_000;
const STATION = [10, 20, 1, 9];
const PLC = [10, 20, 1, 5];

const { folder, cli } = commandLine('conversations', true);
beforeAll(() => {
  writeFileSync(join(folder, 'plant.pcap'), pcapFile(plant()));
  writeFileSync(join(folder, 'a.log'), 'one\n');
  expect(cli('import', 'plant.pcap', '--case', 'case').code).toBe(0);
  expect(cli('import', 'a.log', '--case', 'case', '--format', 'generic-lines').code).toBe(0);
}, 120_000);

/** Frames 1–7: a connection with a write. 8, 9: UDP between the same ends. 10–16: the same ports again, reads only. */
function plant(): Frame[] {
  const frames = [
    ...connection(40000, 1, 6),
    datagram(40000),
    datagram(40000),
    ...connection(40000, 50_000, 3),
  ];
  frames.splice(4, 0, ...connection(40001, 1, 3).slice(0, 3));
  return frames.map((bytes, at) => ({ timeUs: START + at * 1_000_000, bytes }));
}

function connection(port: number, first: number, code: number): Uint8Array[] {
  const request = [0, 1, 0, 0, 0, 6, 1, code, 0, 9, 0, 1];
  const answer = code === 3 ? [0, 1, 0, 0, 0, 5, 1, 3, 2, 0, 7] : request;
  const out = { source: STATION, destination: PLC, sourcePort: port, destinationPort: 502 };
  const back = { source: PLC, destination: STATION, sourcePort: 502, destinationPort: port };
  const next = first + 1;
  return [
    tcpFrame({ ...out, sequence: first, flags: 2 }),
    tcpFrame({ ...back, sequence: first, acknowledgement: next, flags: 0x12 }),
    tcpFrame({ ...out, sequence: next, acknowledgement: next, flags: 0x10 }),
    tcpFrame({ ...out, sequence: next, acknowledgement: next, flags: 0x18, payload: request }),
    tcpFrame({ ...back, sequence: next, acknowledgement: next + 12, flags: 0x18, payload: answer }),
    tcpFrame({ ...out, sequence: next + 12, acknowledgement: next + answer.length, flags: 0x11 }),
    tcpFrame({ ...back, sequence: next + answer.length, acknowledgement: next + 13, flags: 0x11 }),
  ];
}

function datagram(port: number): Uint8Array {
  return ethernet(ip(17, STATION, PLC, [...be16(port), ...be16(502), ...be16(12), 0, 0, 1, 2, 3, 4]));
}

function framesOf(name: string, wanted: readonly number[]): readonly string[] {
  const picker = new PacketPicker(new Set(wanted));
  const bytes = readFileSync(join(folder, name));
  const found = [...picker.push(bytes), ...picker.end()];
  return found.map((packet) => `${packet.timeUs} ${Buffer.from(packet.bytes).toString('hex')}`);
}

const ALL = Array.from({ length: 40 }, (_, index) => index + 1);

function slice(filter: string, name: string): { readonly err: string; readonly frames: readonly string[] } {
  const ran = cli('export', '--case', 'case', '--filter', filter, '--conversations', '--out', name);
  return { err: ran.err, frames: framesOf(name, ALL) };
}

test('a write brings its connection from the first packet to the last, not what its ends did before or after', () => {
  const { err, frames } = slice('ot_operation:write', 'write.pcapng');
  expect(err).toBe('');
  expect(frames).toEqual(framesOf('plant.pcap', [1, 2, 3, 4, 8, 9, 10]));
});

test.skipIf(!hasTool('tshark'))(
  'the same packets as tshark’s stream, with the event in its packet’s comment',
  () => {
    slice('ot_operation:write ot_message:request', 'stream.pcapng');
    const fields = ['-T', 'fields', '-e', 'frame.time_epoch', '-e', 'tcp.seq_raw', '-e', 'tcp.flags'];
    const read = (name: string, ...more: string[]): string =>
      spawnSync('tshark', ['-n', '-r', join(folder, name), ...more], { encoding: 'utf8' }).stdout;
    expect(read('stream.pcapng', ...fields)).toBe(read('plant.pcap', '-Y', 'tcp.stream == 0', ...fields));
    const said = read('stream.pcapng', '-T', 'fields', '-e', 'frame.comment').split('\n');
    expect(said.filter((line) => line !== '')).toEqual([expect.stringMatching(/^event \d+: Write /)]);
    expect(said.findIndex((line) => line !== '')).toBe(3);
  },
);

test.skipIf(!hasTool('capinfos'))('capinfos finds the slice whole and in order', () => {
  slice('ot_operation:write', 'whole.pcapng');
  const info = spawnSync('capinfos', [join(folder, 'whole.pcapng')], { encoding: 'utf8' }).stdout;
  expect(info).toMatch(/Number of packets: +7\n/);
  expect(info).toMatch(/Strict time order: +True/);
  expect(info).toContain('7 packets of the conversations of 2 events, as captured.');
});

test('datagrams are told from a connection of the same ports, and evidence without packets is told', () => {
  const { frames } = slice('network_transport:udp', 'datagrams.pcapng');
  expect(frames).toEqual(framesOf('plant.pcap', [11, 12]));
  expect(slice('one', 'none.pcapng').err).toContain('1 rows are left out: a.log: It is no packet capture.');
  const wrong = cli('export', '--case', 'case', '--conversations', '--out', 'rows.csv');
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('--conversations is of packets')]);
});
