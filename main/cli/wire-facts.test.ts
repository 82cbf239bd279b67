import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { bytesOfHex } from '../dissectors/dissector';
import { commandLine } from '../engine/command-line-for-tests';
import {
  be16,
  concat,
  ethernet,
  type Frame,
  ip,
  pcapFile,
  tcpFrame,
} from '../evidence/normalise/packets/capture-file';

const START = 1_773_655_200_000_000;
const STATION = [10, 20, 1, 9];
const PLC = [10, 20, 1, 5];
const DISPLAY = [10, 20, 1, 8];

const { folder, cli } = commandLine('wire', true);
beforeAll(() => {
  const text = (value: string) => [value.length, ...Buffer.from(value)];
  const identity = [43, 14, 1, 1, 0, 0, 3, 0, ...text('Schneider'), 1, ...text('M340'), 2, ...text('V2.70')];
  const frames: Uint8Array[] = [
    // The PLC says whose its address is.
    arp('00:80:f4:01:02:03', PLC),
    // It says who it is, and is then told to restart its communications, and its name is asked for and given.
    modbus(true, 1, [43, 14, 1, 0]),
    modbus(false, 1, identity),
    modbus(true, 2, [8, 0, 1, 0, 0]),
    dns('plc-5.plant', PLC),
    // It is started by the station; a display only sets its clock. Later it goes by another name.
    fins(STATION, [4, 1, 0xff, 0xff, 4]),
    fins(DISPLAY, [7, 2, 0x26, 3, 0x16, 0x10, 0, 0, 1]),
    dns('plc-5b.plant', PLC),
    dns('plc-5b.plant', PLC),
    // A group is no machine and has no role.
    fins(DISPLAY, [6, 1], [239, 1, 1, 1]),
  ];
  const list: Frame[] = frames.map((bytes, at) => ({ timeUs: START + at * 1_000_000, bytes }));
  writeFileSync(join(folder, 'plant.pcap'), pcapFile(list));
  writeFileSync(
    join(folder, 'assets.csv'),
    'Asset Name,IP Address,Vendor,Model,Firmware,Zone\nPLC-5,10.20.1.5,Schneider Electric,M340,V2.60,Cell 1\n',
  );
  const ran = cli('import', 'plant.pcap', 'assets.csv', '--case', 'case');
  expect(ran.code, ran.err + ran.out).toBe(0);
}, 120_000);

let sent = { client: 1, server: 1 };
function modbus(isRequest: boolean, transaction: number, body: readonly number[]): Uint8Array {
  const payload = [...be16(transaction), 0, 0, ...be16(body.length + 1), 1, ...body];
  const side = isRequest ? 'client' : 'server';
  const sequence = sent[side];
  sent = { ...sent, [side]: sequence + payload.length };
  return tcpFrame({
    source: isRequest ? STATION : PLC,
    destination: isRequest ? PLC : STATION,
    sourcePort: isRequest ? 40000 : 502,
    destinationPort: isRequest ? 502 : 40000,
    sequence,
    flags: 0x18,
    payload,
  });
}

function arp(mac: string, address: readonly number[]): Uint8Array {
  const own = [...bytesOfHex(mac.replaceAll(':', ''))];
  const head = [...new Array<number>(6).fill(255), ...own, 8, 6, 0, 1, 8, 0, 6, 4, 0, 2];
  return concat(head, own, address, new Array<number>(6).fill(0), address);
}

function dns(name: string, address: readonly number[]): Uint8Array {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  const question = [...labels, 0, 0, 1, 0, 1];
  const answer = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address];
  const message = [0, 7, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, ...question, ...answer];
  const udp = [...be16(53), ...be16(5353 + 1000), ...be16(8 + message.length), 0, 0, ...message];
  return ethernet(ip(17, [10, 20, 1, 1], STATION, udp));
}

/** A command of FINS in a datagram, to the PLC unless said. */
function fins(from: readonly number[], command: readonly number[], to = PLC): Uint8Array {
  const frame = [0x80, 0, 2, 0, 5, 0, 0, 9, 0, 1, ...command];
  const udp = [...be16(50000), ...be16(9600), ...be16(8 + frame.length), 0, 0, ...frame];
  return ethernet(ip(17, from, to, udp));
}

function query(sql: string): unknown {
  const ran = cli('query', '--case', 'case', '--format', 'json', sql);
  return ran.code === 0 ? JSON.parse(ran.out) : ran.err;
}

test('facts keep who told them, when and in which packet', () => {
  const sql = `SELECT fact, value, told_by, times, first_seen, record_number, evidence, asset FROM asset_fact_view
    WHERE address = '10.20.1.5' AND told_by <> 'frames' AND record_number < 6 ORDER BY told_by, fact`;
  const from = { times: 1, evidence: 'plant.pcap', asset: 'PLC-5' };
  expect(query(sql)).toEqual([
    {
      ...from,
      fact: 'mac',
      value: '00:80:f4:01:02:03',
      told_by: 'arp',
      record_number: 1,
      first_seen: '2026-03-16T10:00:00.000000Z',
    },
    expect.objectContaining({
      ...from,
      fact: 'name',
      value: 'plc-5.plant',
      told_by: 'dns',
      record_number: 5,
    }),
    expect.objectContaining({
      ...from,
      fact: 'firmware',
      value: 'V2.70',
      told_by: 'modbus',
      record_number: 3,
    }),
    expect.objectContaining({ ...from, fact: 'model', value: 'M340', told_by: 'modbus' }),
    expect.objectContaining({ ...from, fact: 'vendor', value: 'Schneider', told_by: 'modbus' }),
  ]);
});

test('one row a machine: facts of its MAC count for it, and a difference from the inventory is told, not settled', () => {
  const sql = `SELECT asset, names, mac, vendor, model, firmware, differs FROM wire_view WHERE address = '10.20.1.5'`;
  expect(query(sql)).toEqual([
    {
      asset: 'PLC-5',
      names: 'plc-5b.plant, plc-5.plant',
      mac: expect.stringContaining('00:80:f4:01:02:03'),
      vendor: 'Schneider, Schneider Electric',
      model: 'M340',
      firmware: 'V2.70',
      differs: 'firmware version: inventory V2.60, wire V2.70',
    },
  ]);
  expect(query('SELECT firmware_version, wire_differs, conflicts FROM asset_view')).toEqual([
    {
      firmware_version: 'V2.60',
      wire_differs: 'firmware version: inventory V2.60, wire V2.70',
      conflicts: null,
    },
  ]);
});

test('roles follow from what was asked of whom', () => {
  const sql =
    'SELECT address, roles, engineering_acts FROM wire_view WHERE roles IS NOT NULL ORDER BY address';
  expect(query(sql)).toEqual([
    { address: '10.20.1.1', roles: 'dns server', engineering_acts: 0 },
    { address: '10.20.1.5', roles: 'modbus server, fins server', engineering_acts: 0 },
    { address: '10.20.1.8', roles: 'fins client', engineering_acts: 0 },
    {
      address: '10.20.1.9',
      roles: expect.stringMatching(/^engineering station \(2 acts\), .*modbus client/),
      engineering_acts: 2,
    },
  ]);
});

test('an address that had several names had each in its time', () => {
  const sql = `SELECT value, first_seen, last_seen, times FROM asset_fact_view
    WHERE address = '10.20.1.5' AND fact = 'name' ORDER BY first_seen`;
  const at = (second: number): string => `2026-03-16T10:00:0${second}.000000Z`;
  expect(query(sql)).toEqual([
    { value: 'plc-5.plant', first_seen: at(4), last_seen: at(4), times: 1 },
    { value: 'plc-5b.plant', first_seen: at(7), last_seen: at(8), times: 2 },
  ]);
});
