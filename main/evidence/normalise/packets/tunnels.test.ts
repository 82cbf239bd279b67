/** What lies in tunnels is told as if it had been captured without them; what cannot be read is counted. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../store/database';
import { be16, be32, concat, ethernet, type Frame, ip, pcapFile, tcpFrame } from './capture-file';
import { CLIENT, frames, SERVER, TIME, udp } from './frames-for-tests';
import { hasTool } from './oracle';
import { importBytes, openDatabase, rows } from './test-import';

const NEAR = [192, 0, 2, 1];
const FAR = [192, 0, 2, 2];
const NEAR_6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const FAR_6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];
const ETHERNET_BYTES = 14;
const GOOSE = Buffer.from(
  '88b80003002900000000611f80044743423181010a82034453318501058601008a0102ab068301018501fe',
  'hex',
);

/** A write of the register and value `number`, from a port of its own. */
function write(number: number, vlan?: number): Uint8Array {
  return tcpFrame({
    source: CLIENT,
    destination: SERVER,
    sourcePort: 40000 + number,
    destinationPort: 502,
    sequence: 1,
    flags: 0x18,
    payload: [0, 1, 0, 0, 0, 6, 1, 6, ...be16(number), ...be16(number)],
    ...(vlan === undefined ? {} : { vlan }),
  });
}

function packetOf(frame: Uint8Array): Uint8Array {
  return frame.slice(ETHERNET_BYTES);
}

function over(protocol: number, payload: ArrayLike<number>): Uint8Array {
  return ethernet(ip(protocol, NEAR, FAR, payload));
}

function gre(flags: number, type: number, ...rest: ReadonlyArray<ArrayLike<number>>): Uint8Array {
  return over(47, concat(be16(flags), be16(type), ...rest));
}

function vxlan(frame: ArrayLike<number>, head: readonly number[] = [8, 0, 0, 0, 0, 0, 7, 0]): Uint8Array {
  return over(17, udp(50123, 4789, [...head, ...Array.from(frame)]));
}

function tagged(frame: Uint8Array): Uint8Array {
  return concat(frame.slice(0, 12), [0x89, 0x2f, 0x10, frame.length - 8, 0, 7], frame.slice(12));
}

/** ERSPAN's first four bytes: version, VLAN, whether the switch cut the frame, session. */
function mirror(version: number, vlan: number, isCut = false): number[] {
  return [...be16((version << 12) | vlan), ...be16((isCut ? 0x400 : 0) | 5)];
}

const TUNNELS: ReadonlyArray<
  readonly [name: string, around: (frame: Uint8Array) => Uint8Array, path: string]
> = [
  ['VXLAN', (frame) => vxlan(frame), 'ethernet:ipv4:udp:vxlan:ethernet:ipv4:tcp'],
  [
    'VXLAN with a policy',
    (frame) => vxlan(frame, [0x88, 0, 0, 9, 0, 0, 7, 0]),
    'ethernet:ipv4:udp:vxlan:ethernet:ipv4:tcp',
  ],
  ['GRE with IPv4', (frame) => gre(0, 0x0800, packetOf(frame)), 'ethernet:ipv4:gre:ipv4:tcp'],
  [
    'GRE with checksum, key and sequence',
    (frame) => gre(0xb000, 0x0800, be32(0), be32(9), be32(1), packetOf(frame)),
    'ethernet:ipv4:gre:ipv4:tcp',
  ],
  [
    'GRE with Ethernet',
    (frame) => gre(0x2000, 0x6558, be32(9), frame),
    'ethernet:ipv4:gre:ethernet:ipv4:tcp',
  ],
  ['ERSPAN I', (frame) => gre(0, 0x88be, frame), 'ethernet:ipv4:gre:erspan:ethernet:ipv4:tcp'],
  [
    'ERSPAN II',
    (frame) => gre(0x1000, 0x88be, be32(1), mirror(1, 0), be32(3), frame),
    'ethernet:ipv4:gre:erspan:ethernet:ipv4:tcp',
  ],
  [
    'ERSPAN III',
    (frame) => gre(0x1000, 0x22eb, be32(1), mirror(2, 0), be32(99), be16(0), be16(0), frame),
    'ethernet:ipv4:gre:erspan:ethernet:ipv4:tcp',
  ],
  [
    'ERSPAN III with its subheader',
    (frame) =>
      gre(
        0x1000,
        0x22eb,
        be32(1),
        mirror(2, 0),
        be32(99),
        be16(0),
        be16(1),
        be32(0x10000000),
        be32(0),
        frame,
      ),
    'ethernet:ipv4:gre:erspan:ethernet:ipv4:tcp',
  ],
  ['IPv4 in IPv4', (frame) => over(4, packetOf(frame)), 'ethernet:ipv4:ipv4:tcp'],
  [
    'IPv4 in IPv6',
    (frame) => ethernet(ip(4, NEAR_6, FAR_6, packetOf(frame)), true),
    'ethernet:ipv6:ipv4:tcp',
  ],
  ['an HSR tag', tagged, 'ethernet:hsr:ipv4:tcp'],
  [
    'three tunnels within each other',
    (frame) => vxlan(gre(0, 0x88be, over(4, packetOf(frame)))),
    'ethernet:ipv4:udp:vxlan:ethernet:ipv4:gre:erspan:ethernet:ipv4:ipv4:tcp',
  ],
];

let database: Database;

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

const WRITES = `SELECT record_number, source_ip, destination_ip, destination_port, ot_address FROM event
  WHERE network_protocol = 'modbus' AND event_part <> 'flow' ORDER BY record_number`;

test('a write in a tunnel is told of the ends that talk through it; the path tells the tunnel', async () => {
  const report = await importBytes(
    database,
    pcapFile(frames(...TUNNELS.map(([, around], at) => around(write(at))))),
  );
  expect(report.counters).toMatchObject({ tunnelsUnread: 0, encrypted: 0, shortFrames: 0 });
  expect(await rows(database, WRITES)).toEqual(
    TUNNELS.map((_, at) => [at + 1, '10.0.0.1', '10.0.0.2', 502, at]),
  );
  expect(await rows(database, `SELECT protocols, note FROM record ORDER BY record_number`)).toEqual(
    TUNNELS.map(([, , path]) => [path, null]),
  );
});

test.skipIf(!hasTool('tshark'))(
  'who writes what in a tunnel equals what tshark finds, and so does the nesting',
  async () => {
    const bytes = pcapFile(frames(...TUNNELS.map(([, around], at) => around(write(at)))));
    const folder = mkdtempSync(join(tmpdir(), 'throughline-tunnels-'));
    const path = join(folder, 'tunnels.pcap');
    writeFileSync(path, bytes);
    const wanted = ['frame.number', 'ip.src', 'ip.dst', 'tcp.dstport', 'modbus.data', 'frame.protocols'];
    const args = ['-n', '-r', path, '-Y', 'modbus', '-E', 'occurrence=l', '-T', 'fields'];
    const { stdout } = spawnSync('tshark', [...args, ...wanted.flatMap((field) => ['-e', field])]);
    rmSync(folder, { recursive: true, force: true });
    await importBytes(database, bytes);
    const ours = await rows(
      database,
      `SELECT e.record_number, source_ip, destination_ip, e.destination_port, printf('%04x', ot_address), r.protocols
     FROM event e JOIN record r ON r.record_number = e.record_number
     WHERE network_protocol = 'modbus' AND event_part <> 'flow' ORDER BY e.record_number`,
    );
    const told = stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(ours.map((row) => row.join(' '))).toEqual(
      told.map(([frame, source, destination, port, data, protocols]) =>
        [frame, source, destination, port, data, layersOf(protocols ?? '')].join(' '),
      ),
    );
  },
);

/** tshark's path in our names, as far as they name the same: the transport and what is around it. */
function layersOf(protocols: string): string {
  const names: Readonly<Record<string, string>> = { eth: 'ethernet', ip: 'ipv4', ipv6: 'ipv6' };
  return protocols
    .split(':')
    .filter((name) => !['ethertype', 'mbtcp', 'modbus'].includes(name))
    .map((name) => names[name] ?? name)
    .join(':');
}

test('link protocols in tunnels and behind an HSR tag are read; a mirror tells the VLAN', async () => {
  const frame = concat([1, 0x0c, 0xcd, 1, 0, 1, 2, 0, 0, 0, 0, 7], GOOSE);
  await importBytes(
    database,
    pcapFile(
      frames(
        tagged(frame),
        vxlan(frame),
        gre(0x1000, 0x88be, be32(1), mirror(1, 0), be32(3), frame),
        gre(0x1000, 0x88be, be32(1), mirror(1, 30), be32(3), write(5)),
        gre(0x1000, 0x88be, be32(1), mirror(1, 30), be32(3), write(6, 40)),
      ),
    ),
  );
  expect(
    await rows(
      database,
      `SELECT record_number, event_action, source_mac, destination_mac FROM event
       WHERE event_part <> 'flow' ORDER BY record_number`,
    ),
  ).toEqual([
    ...[1, 2, 3].map((record) => [record, 'goose_state_change', '02:00:00:00:00:07', '01:0c:cd:01:00:01']),
    ...[4, 5].map((record) => [record, 'write_single_register', '02:00:00:00:00:02', '02:00:00:00:00:01']),
  ]);
  expect(await rows(database, `SELECT vlan FROM record ORDER BY record_number`)).toEqual([
    [null],
    [null],
    [null],
    ['30'],
    ['40'],
  ]);
});

test('a packet in a tunnel has no MAC of the tunnel’s ends', async () => {
  await importBytes(database, pcapFile(frames(gre(0, 0x0800, packetOf(write(1))))));
  expect(await rows(database, `SELECT DISTINCT source_mac, destination_mac FROM event`)).toEqual([
    [null, null],
  ]);
});

test('a tunnel’s packet in fragments is put together and read', async () => {
  const inner = concat(be16(0), be16(0x6558), write(9));
  const first = ethernet(ip(47, NEAR, FAR, inner.slice(0, 40), 0x2000));
  const second = ethernet(ip(47, NEAR, FAR, inner.slice(40), 5));
  const both = pcapFile(frames(second, first));
  const report = await importBytes(database, both);
  expect(report.counters).toMatchObject({ fragments: 2, datagramsReassembled: 1, datagramsAbandoned: 0 });
  expect(await rows(database, WRITES)).toEqual([[2, '10.0.0.1', '10.0.0.2', 502, 9]]);
  expect(await rows(database, `SELECT protocols, note FROM record ORDER BY record_number`)).toEqual([
    ['ethernet:ipv4:fragment', 'fragment'],
    ['ethernet:ipv4:fragment:gre:ethernet:ipv4:tcp', 'fragment'],
  ]);
});

test('what cannot be read in a tunnel is told as of the tunnel’s ends, marked and counted', async () => {
  const broken = write(1);
  broken[ETHERNET_BYTES] = 0x41;
  const deep = Array.from({ length: 5 }).reduce<Uint8Array>((frame) => over(4, packetOf(frame)), write(2));
  const unread = [
    gre(0, 0x2001, [1, 2, 3, 4]),
    gre(1, 0x880b, [0, 4, 0, 1, 0x21, 0x45, 0, 0]),
    gre(0x4000, 0x0800, be32(0), packetOf(write(3))),
    vxlan(broken),
    vxlan(write(4), [8, 0, 0, 0, 0, 0, 7, 1]),
    gre(0x1000, 0x88be, be32(1), mirror(3, 0), be32(3), write(5)),
    deep,
    over(47, [0, 0]),
  ];
  const encrypted = [
    over(50, [0, 0, 1, 0, 0, 0, 0, 1, 9, 9, 9, 9]),
    over(17, udp(50000, 4500, [0, 0, 1, 0, 0, 0, 0, 1, 9, 9, 9, 9])),
    ethernet(ip(47, NEAR, FAR, [0, 0, 8, 0, ...ip(50, CLIENT, SERVER, [0, 0, 1, 0, 0, 0, 0, 1])])),
    concat([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xe5, 0x0c, 0, 0, 0, 0, 1], [9, 9, 9, 9]),
  ];
  const ordinary = [
    gre(0, 0, []),
    over(17, udp(50000, 4500, [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8])),
    over(17, udp(50000, 4500, [0xff])),
    over(17, udp(53, 4789, [8, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0])),
    over(17, udp(50000, 4789, [])),
  ];
  const report = await importBytes(database, pcapFile(frames(...unread, ...encrypted, ...ordinary)));
  expect(report).toMatchObject({ loaded: 17, rejected: 0 });
  expect(report.counters).toMatchObject({ tunnelsUnread: unread.length, encrypted: encrypted.length });
  expect((await rows(database, `SELECT note FROM record ORDER BY record_number`)).flat()).toEqual([
    ...unread.map(() => 'tunnel not read'),
    ...encrypted.map(() => 'encrypted'),
    ...ordinary.map(() => null),
  ]);
  expect(
    await rows(
      database,
      `SELECT DISTINCT source_ip, destination_ip FROM event WHERE record_number <= 7 ORDER BY ALL`,
    ),
  ).toEqual([['192.0.2.1', '192.0.2.2']]);
  expect(
    await rows(
      database,
      `SELECT protocols FROM record WHERE record_number IN (1, 7, 8) ORDER BY record_number`,
    ),
  ).toEqual([['ethernet:ipv4:gre'], ['ethernet:ipv4:ipv4:ipv4:ipv4:ipv4'], ['ethernet:ipv4:gre']]);
});

test('a frame cut by the snapshot length or by the mirroring switch is read as far as it goes, and is no damage', async () => {
  const whole = gre(0x1000, 0x88be, be32(1), mirror(1, 0), be32(3), write(1));
  const cuts = Array.from({ length: whole.length - 34 }, (_, at): Frame => {
    return { timeUs: TIME + at * 20_000, bytes: whole.slice(0, 34 + at), wireLength: whole.length };
  });
  const cutBySwitch = gre(0x1000, 0x88be, be32(1), mirror(1, 0, true), be32(3), write(2).slice(0, 40));
  const report = await importBytes(
    database,
    pcapFile([...cuts, { timeUs: TIME + 9_000_000, bytes: cutBySwitch }]),
  );
  expect(report).toMatchObject({ rejected: 0, loaded: cuts.length + 1 });
  const [path] = await rows(database, `SELECT protocols FROM record ORDER BY record_number DESC LIMIT 1`);
  expect(path).toEqual(['ethernet:ipv4:gre:erspan:ethernet:ipv4:tcp']);
});

test('flipped bytes in tunnels never throw, and every packet stays accounted for', async () => {
  const seed = pcapFile(frames(...TUNNELS.map(([, around], at) => around(write(at)))));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 60 }),
      async (flips) => {
        const bytes = seed.slice();
        for (const [place, value] of flips) bytes[place] = value;
        const report = await importBytes(database, bytes);
        const [counts] = await rows(
          database,
          `SELECT (SELECT count(*) FROM record), (SELECT count(*) FROM event), (SELECT coalesce(sum(byte_length), 0) FROM record)`,
        );
        expect(counts).toEqual([report.records, report.events, report.streamBytes - report.framingBytes]);
      },
    ),
    { seed: 11, numRuns: 40 },
  );
});
