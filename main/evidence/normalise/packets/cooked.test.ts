/** Linux cooked captures: frames of link protocols whose sender alone is known. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../store/database';
import { be16, concat, ip, pcapFile } from './capture-file';
import { CLIENT, frames, SERVER, udp } from './frames-for-tests';
import { importBytes, openDatabase, rows } from './test-import';

const SLL = 113;
const SLL2 = 276;
const ETHERNET = 1;
const NETLINK = 824;
const GOOSE = 0x88b8;
const LLC = 4;
const MAC = [2, 0, 0, 0, 0, 7];
const STATE_CHANGE = Buffer.from(
  '0003002900000000611f80044743423181010a82034453318501058601008a0102ab068301018501fe',
  'hex',
);

interface Cooked {
  readonly device?: number;
  readonly type?: number;
  readonly sender?: readonly number[];
  /** Of the sender's address, where the header has not room for all of it. */
  readonly length?: number;
}

/** The unused bytes of the address are not zero: nothing says that they are. */
function sll(protocol: number, payload: ArrayLike<number>, told: Cooked = {}): Uint8Array {
  const { device = ETHERNET, type = 2, sender = MAC, length = sender.length } = told;
  const address = [...sender, 9, 9, 9, 9, 9, 9, 9, 9].slice(0, 8);
  return concat(be16(type), be16(device), be16(length), address, be16(protocol), payload);
}

function sll2(protocol: number, payload: ArrayLike<number>, told: Cooked = {}): Uint8Array {
  const { device = ETHERNET, type = 2, sender = MAC, length = sender.length } = told;
  const address = [...sender, 9, 9, 9, 9, 9, 9, 9, 9].slice(0, 8);
  return concat(be16(protocol), [0, 0, 0, 0, 0, 2], be16(device), [type, length], address, payload);
}

let database: Database;

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

test.each([
  ['sll', SLL, sll],
  ['sll2', SLL2, sll2],
] as const)(
  '%s: link protocols are read; the sender is told by its MAC, the destination is not known',
  async (name, link, cooked) => {
    const tagged = concat([0, 12], be16(GOOSE), STATE_CHANGE);
    await importBytes(
      database,
      pcapFile(frames(cooked(GOOSE, STATE_CHANGE), cooked(0x8100, tagged)), { link }),
    );
    expect(
      await rows(
        database,
        `SELECT event_action, source_mac, destination_mac, source_ip, destination_ip, message FROM event ORDER BY event_id`,
      ),
    ).toEqual([
      ['goose_state_change', '02:00:00:00:00:07', null, null, null, expect.stringMatching(/^GOOSE GCB1/)],
      ['goose_state_change', '02:00:00:00:00:07', null, null, null, expect.stringMatching(/^GOOSE GCB1/)],
      [
        'network_flow',
        '02:00:00:00:00:07',
        null,
        null,
        null,
        expect.stringMatching(/^Ethernet goose 02:00:00:00:00:07 → unknown, 2 packets out, 0 back/),
      ],
    ]);
    expect(await rows(database, `SELECT protocols FROM record ORDER BY record_number`)).toEqual([
      [name],
      [`${name}:vlan`],
    ]);
  },
);

test('frames of different senders are of different flows, whatever their addresses are', async () => {
  const senders: readonly Cooked[] = [
    {},
    { sender: [2, 0, 0, 0, 0, 8] },
    { sender: [2, 0, 0, 0, 0, 7], device: 772 },
    { sender: [2, 0, 0, 0, 0, 7, 1, 2], device: 804 },
    { sender: [2, 0, 0, 0, 0, 7, 1, 3], device: 804 },
    { sender: [2, 0, 0, 0, 0, 7, 1, 3], device: 32, length: 20 },
    { sender: [], device: 512 },
  ];
  const each = senders.map((sender) => sll(GOOSE, STATE_CHANGE, sender));
  await importBytes(database, pcapFile(frames(...each, ...each), { link: SLL }));
  const flows = await rows(
    database,
    `SELECT source_mac, destination_mac, message FROM event WHERE event_action = 'network_flow' ORDER BY event_id`,
  );
  expect(flows.map(([source, destination]) => [source, destination])).toEqual([
    ['02:00:00:00:00:07', null],
    ['02:00:00:00:00:08', null],
    [null, null],
    [null, null],
    [null, null],
    [null, null],
    [null, null],
  ]);
  expect(flows[2]).toEqual([
    null,
    null,
    expect.stringMatching(/^Ethernet goose unknown → unknown, 2 packets/),
  ]);
});

test('LLC is told as such; a protocol that is no EtherType is not read, and counted', async () => {
  const spanningTree = Buffer.from('424203000000000000', 'hex');
  const report = await importBytes(
    database,
    pcapFile(
      frames(
        sll(LLC, spanningTree),
        sll(12, [0, 0, 1, 2, 1, 0, 0, 0, 5]),
        sll(0x88b8, STATE_CHANGE, { device: NETLINK }),
        sll(0x0800, ip(17, CLIENT, SERVER, udp(41000, 42000, [1]))),
      ),
      { link: SLL },
    ),
  );
  expect(report).toMatchObject({ records: 4, loaded: 4, rejected: 0 });
  expect(report.counters.undecoded).toBe(2);
  expect(await rows(database, `SELECT protocols, note FROM record ORDER BY record_number`)).toEqual([
    ['sll:llc', null],
    ['sll', 'link type not decoded'],
    ['sll', 'link type not decoded'],
    ['sll:ipv4:udp', null],
  ]);
  expect(
    await rows(database, `SELECT network_protocol, source_ip, source_mac, destination_mac FROM event`),
  ).toEqual([
    ['llc', null, '02:00:00:00:00:07', null],
    [null, '10.0.0.1', '02:00:00:00:00:07', null],
  ]);
});
