import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ipScope, parseIp } from '../../shared/address';
import { EVENT_FIELDS } from '../../shared/fields';
import { Database } from './database';
import { refreshEndpoints } from './endpoints';
import { ownIp } from './no-machine';
import { ident, join, sql, trusted } from './sql';
import { createTable, EVIDENCE_COLUMNS, FACT_TABLES } from './tables';
import { VIEWS } from './views';

let database: Database;
beforeEach(async () => {
  database = await Database.open({ path: null, memoryLimitMb: 400, threads: 1, tempFolder: null });
  for (const table of FACT_TABLES) await database.run(createTable(table.name, table.columns));
  await database.run(createTable('evidence', EVIDENCE_COLUMNS));
  for (const view of VIEWS) await database.run(view);
});
afterEach(() => database.close());

type Row = Readonly<Record<string, string | number | null>>;

async function fill(table: string, rows: readonly Row[]): Promise<void> {
  for (const row of rows) {
    const names = Object.keys(row);
    const columns = join(
      names.map((name) => ident(name)),
      ', ',
    );
    const values = join(
      names.map((name) => sql`${row[name] ?? null}`),
      ', ',
    );
    await database.run(sql`INSERT INTO ${ident(table)} (${columns}) VALUES (${values})`);
  }
}

let last = 0;
const event = (row: Row): Row => {
  last += 1;
  return { event_id: last, evidence_id: 1, record_number: last, event_domain: 'network', ...row };
};
const day = (number: number): string => `2026-03-${String(number).padStart(2, '0')} 00:00:00`;

async function sources(): Promise<readonly (readonly unknown[])[]> {
  await refreshEndpoints(database);
  const { rows } = await database.all(
    sql`SELECT source_asset, source_zone, source_purdue_level::VARCHAR, source_asset_candidates
      FROM event_view ORDER BY event_id`,
  );
  return rows;
}

describe('addresses and assets', () => {
  test('assets that an inventory calls unknown are not one and the same', async () => {
    await fill('asset', [
      { asset_id: '9:1', name: 'Unknown', zone_id: 'Cell', evidence_id: 9 },
      { asset_id: '9:2', name: ' unknown', zone_id: 'Office', evidence_id: 9 },
      { asset_id: '9:3', name: 'PLC-1', zone_id: 'Cell', evidence_id: 9 },
      { asset_id: '9:4', name: 'plc-1 ', zone_id: 'Cell', evidence_id: 9 },
    ]);
    const ip = (asset_id: string, address: string) => ({ asset_id, ip: address, evidence_id: 9 });
    await fill('asset_address', [
      ...[ip('9:1', '10.0.0.1'), ip('9:2', '10.0.0.2')],
      ...[ip('9:3', '10.0.0.3'), ip('9:4', '10.0.0.4')],
    ]);
    await fill(
      'event',
      [1, 2, 3, 4].map((number) => event({ source_ip: `10.0.0.${number}`, timestamp: day(1) })),
    );
    expect(await sources()).toEqual([
      ['Unknown', 'Cell', null, 1],
      [' unknown', 'Office', null, 1],
      ['PLC-1', 'Cell', null, 1],
      ['PLC-1', 'Cell', null, 1],
    ]);
  });

  test('a name at several sites of one inventory is as many assets', async () => {
    await fill('asset', [
      { asset_id: '9:1', name: 'PLC-1', site: 'North', zone_id: 'Cell 1', evidence_id: 9 },
      { asset_id: '9:2', name: 'PLC-1', site: 'South', zone_id: 'Cell 7', evidence_id: 9 },
      { asset_id: '9:3', name: 'plc-1', site: 'south ', evidence_id: 9 },
    ]);
    const ip = (asset_id: string, address: string) => ({ asset_id, ip: address, evidence_id: 9 });
    await fill('asset_address', [ip('9:1', '10.0.1.5'), ip('9:2', '10.0.7.5'), ip('9:3', '10.0.7.6')]);
    await fill('event', [
      event({ timestamp: day(1), source_ip: '10.0.1.5' }),
      event({ timestamp: day(1), source_ip: '10.0.7.5' }),
      event({ timestamp: day(1), source_ip: '10.0.7.6' }),
      event({ timestamp: day(1), host_name: 'PLC-1' }),
    ]);
    expect(await sources()).toEqual([
      ['PLC-1', 'Cell 1', null, 1],
      ['PLC-1', 'Cell 7', null, 1],
      ['PLC-1', 'Cell 7', null, 1],
      [null, null, null, 2],
    ]);
  });

  test('a short name and the full one are the same machine where no other has it; an address for a name counts', async () => {
    await fill('asset', [
      { asset_id: '9:1', name: 'Historian', evidence_id: 9 },
      { asset_id: '9:2', name: 'HMI7', evidence_id: 9 },
      { asset_id: '9:3', name: 'Web', evidence_id: 9 },
      { asset_id: '9:4', name: 'Web of the office', evidence_id: 9 },
    ]);
    await fill('asset_address', [
      { asset_id: '9:1', host_name: 'hist1.plant.example', ip: '10.0.0.1', evidence_id: 9 },
      { asset_id: '9:3', host_name: 'web.plant.example', evidence_id: 9 },
      { asset_id: '9:4', host_name: 'web.office.example', evidence_id: 9 },
    ]);
    const names = ['HIST1', 'hist1.office.example', 'hmi7.plant.example', 'web', 'web.plant.example'];
    const others = ['web.other.example', '10.0.0.1', '10', 'hist'];
    await fill(
      'event',
      [...names, ...others].map((name) => event({ timestamp: day(1), host_name: name })),
    );
    expect((await sources()).map(([asset, , , candidates]) => [asset, candidates])).toEqual([
      ['Historian', 1],
      [null, 0],
      ['HMI7', 1],
      ['Web', 1],
      ['Web', 1],
      [null, 0],
      ['Historian', 1],
      [null, 0],
      [null, 0],
    ]);
    await fill('event', [event({ timestamp: day(1), host_name: 'hmi7.office.example' })]);
    expect((await sources())[2]?.[0]).toBeNull();
  });

  test('an asset of a known full name is not claimed by another; the dot of the root is no part of a name', async () => {
    await fill('asset', [
      { asset_id: '9:1', name: 'web01', evidence_id: 9 },
      { asset_id: '9:2', name: 'hist01', evidence_id: 9 },
      { asset_id: '9:3', name: 'mail', evidence_id: 9 },
    ]);
    await fill('asset_address', [
      { asset_id: '9:1', host_name: 'web01.corp.example', evidence_id: 9 },
      { asset_id: '9:3', host_name: 'mail.corp.example.', evidence_id: 9 },
    ]);
    const names = ['web01.lab.example', 'web01', 'hist01.corp.example', 'HIST01.corp.example.'];
    await fill(
      'event',
      [...names, 'mail.corp.example'].map((name) => event({ timestamp: day(1), host_name: name })),
    );
    expect((await sources()).map(([asset]) => asset)).toEqual([null, 'web01', 'hist01', 'hist01', 'mail']);
  });

  test('addresses and names that every machine has, or none, are nobody’s', async () => {
    const ips = [
      '127.0.0.1',
      '::1',
      '169.254.3.4',
      'fe80::5',
      '0.0.0.0',
      '::',
      '224.0.0.5',
      '255.255.255.255',
    ];
    const others = [...ips, 'ff02::1', '10.0.0.1', '2001:db8::1'];
    const macs = ['ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:01', '00:00:00:00:00:00', '00:1b:1b:00:00:01'];
    const names = ['localhost', 'localhost.localdomain', '-', 'Unknown', 'n/a', '.', 'plc-1'];
    await fill('asset', [
      { asset_id: '9:1', name: 'PLC-1', evidence_id: 9 },
      { asset_id: '9:2', name: 'localhost', evidence_id: 9 },
    ]);
    const of = (row: Row): Row => ({ asset_id: '9:1', evidence_id: 9, ...row });
    await fill('asset_address', [
      ...others.map((ip) => of({ ip })),
      ...macs.map((mac) => of({ mac })),
      ...names.map((host_name) => of({ host_name })),
    ]);
    await fill('event', [
      ...others.map((source_ip) => event({ timestamp: day(1), source_ip })),
      ...macs.map((source_mac) => event({ timestamp: day(1), source_mac })),
      ...names.map((host_name) => event({ timestamp: day(1), host_name })),
    ]);
    const found = (await sources()).map(([asset, , , candidates]) => [asset, candidates]);
    const nobody = (count: number) => new Array<unknown>(count).fill([null, 0]);
    const one = ['PLC-1', 1];
    expect(found).toEqual([...nobody(9), one, one, ...nobody(3), one, ...nobody(6), one]);
    const addresses = [...others, '10.255.255.255', '126.0.0.1', '2001:db8:ff02::1', 'fd00::1'];
    const { rows } = await database.all(
      trusted(
        `SELECT a FROM (VALUES ${addresses.map((a) => `('${a}')`).join(',')}) AS v(a) WHERE ${ownIp('a')} IS NOT NULL`,
      ),
    );
    const scopes = addresses.filter((text) => {
      const address = parseIp(text);
      return address !== null && !['local', 'multicast'].includes(ipScope(address));
    });
    expect(rows.flat()).toEqual(scopes);
  });

  test('rows of one name with other serial numbers, or over inventories at other sites, are machines of their own', async () => {
    await fill('asset', [
      { asset_id: '8:1', name: 'PLC-1', serial_number: 'S C-00 1', site: 'North', evidence_id: 8 },
      { asset_id: '8:2', name: 'PLC-1', serial_number: '2', evidence_id: 8 },
      { asset_id: '9:1', name: 'plc-1', serial_number: 'SC001', site: 'north plant', evidence_id: 9 },
      { asset_id: '9:2', name: 'plc-1', site: 'North', evidence_id: 9 },
      { asset_id: '8:3', name: 'HMI', site: 'North', serial_number: 'n/a', evidence_id: 8 },
      { asset_id: '9:3', name: 'HMI', site: 'South', serial_number: '-', evidence_id: 9 },
      { asset_id: '9:4', name: 'HMI', serial_number: 'unknown', site: 'south', evidence_id: 9 },
    ]);
    const { rows } = await database.all(sql`SELECT given_id, asset_id FROM asset_identity ORDER BY given_id`);
    expect(Object.fromEntries(rows)).toEqual({
      ...{ '8:1': '8:1', '8:2': '8:2', '9:1': '8:1', '9:2': '8:1' },
      ...{ '8:3': '8:3', '9:3': '9:3', '9:4': '9:3' },
    });
    await fill('event', [
      event({ timestamp: day(1), host_name: 'PLC-1' }),
      event({ timestamp: day(1), host_name: 'hmi' }),
    ]);
    expect((await sources()).map(([asset, , , candidates]) => [asset, candidates])).toEqual([
      [null, 2],
      [null, 2],
    ]);
  });

  test('an address is an asset within [from, to), a lent one another; no time is no proof', async () => {
    await fill('asset', [
      { asset_id: '1:1', name: 'PLC-1', zone_id: 'Cell 3', purdue_level: '1.0', evidence_id: 1 },
      { asset_id: '1:2', name: 'PLC-2', evidence_id: 1 },
    ]);
    await fill('asset_address', [
      { asset_id: '1:1', ip: '10.0.0.1', valid_to: day(10), evidence_id: 1 },
      { asset_id: '1:2', ip: '10.0.0.1', valid_from: day(10), valid_to: day(20), evidence_id: 1 },
    ]);
    await fill('event', [
      event({ timestamp: day(1), source_ip: '10.0.0.1' }),
      event({ timestamp: '2026-03-09 23:59:59.999999', source_ip: '10.0.0.1' }),
      event({ timestamp: day(10), source_ip: '10.0.0.1' }),
      event({ timestamp: day(20), source_ip: '10.0.0.1' }),
      event({ timestamp: null, source_ip: '10.0.0.1' }),
      event({ timestamp: day(1), source_ip: '10.0.0.2' }),
    ]);
    expect(await sources()).toEqual([
      ['PLC-1', 'Cell 3', '1.0', 1],
      ['PLC-1', 'Cell 3', '1.0', 1],
      ['PLC-2', null, null, 1],
      [null, null, null, 0],
      [null, null, null, 2],
      [null, null, null, 0],
    ]);
  });

  test('two claimants give neither and their number; one asset in two inventories is one', async () => {
    await fill('asset', [
      { asset_id: '1:1', name: 'HMI-1', model: 'A', evidence_id: 1 },
      { asset_id: '2:5', name: ' hmi-1', model: 'B', type: 'HMI', evidence_id: 2 },
      { asset_id: '1:2', name: 'Other', evidence_id: 1 },
    ]);
    await fill('evidence', [
      { evidence_id: 1, name: 'a.csv' },
      { evidence_id: 2, name: 'b.csv' },
    ]);
    await fill('asset_address', [
      { asset_id: '1:1', ip: '10.0.0.1', evidence_id: 1 },
      { asset_id: '2:5', ip: '10.0.0.1', evidence_id: 2 },
      { asset_id: '1:1', ip: '10.0.0.9', evidence_id: 1 },
      { asset_id: '1:2', ip: '10.0.0.9', evidence_id: 1 },
    ]);
    await fill('event', [
      event({
        timestamp: day(1),
        source_ip: '10.0.0.1',
        destination_ip: '10.0.0.77',
        destination_port: 502,
        network_protocol: 'modbus',
      }),
      event({ timestamp: day(2), source_ip: '10.0.0.9', destination_ip: '10.0.0.1' }),
    ]);
    expect(await sources()).toEqual([
      ['HMI-1', null, null, 1],
      [null, null, null, 2],
    ]);
    const { rows } = await database.all(sql`SELECT asset_id, name, type, model, sources, conflicts,
      events_as_source::INTEGER, events_as_destination::INTEGER, seen FROM asset_view ORDER BY name`);
    expect(rows).toEqual([
      ['1:1', 'HMI-1', 'HMI', 'A', 'a.csv, b.csv', 'model: A (a.csv), B (b.csv)', 1, 1, true],
      ['1:2', 'Other', null, null, 'a.csv', null, 0, 0, false],
    ]);
    const addresses =
      await database.all(sql`SELECT address, kind, in_inventory, asset, candidates, ports, protocols
      FROM address_view ORDER BY address`);
    expect(addresses.rows).toEqual([
      ['10.0.0.1', 'ip', true, 'HMI-1', 1, null, null],
      ['10.0.0.77', 'ip', false, null, 0, '502', 'modbus'],
      ['10.0.0.9', 'ip', true, null, 2, null, null],
    ]);
  });

  test('the MAC comes before the IP on the same link, not through a router; names serve what has no address', async () => {
    await fill('asset', [
      { asset_id: '1:1', name: 'A', evidence_id: 1 },
      { asset_id: '1:2', name: 'B', evidence_id: 1 },
      { asset_id: '1:3', name: 'Router', evidence_id: 1 },
      { asset_id: '1:4', name: 'Tap', evidence_id: 1 },
    ]);
    await fill('asset_address', [
      { asset_id: '1:1', ip: '10.0.0.1', mac: '00:00:00:00:00:0a', evidence_id: 1 },
      { asset_id: '1:2', ip: '10.0.0.2', host_name: 'b.example', evidence_id: 1 },
      { asset_id: '1:3', ip: '10.0.0.254', mac: '00:00:00:00:00:fe', evidence_id: 1 },
      { asset_id: '1:4', mac: '00:00:00:00:00:77', evidence_id: 1 },
    ]);
    const at = { timestamp: day(1) };
    await fill('event', [
      event({ ...at, source_ip: '10.0.0.2', source_mac: '00:00:00:00:00:0a' }),
      event({ ...at, source_mac: '00:00:00:00:00:0a' }),
      event({ ...at, source_ip: '10.9.0.2', source_mac: '00:00:00:00:00:fe' }),
      event({ ...at, source_ip: '10.0.0.2', source_mac: '00:00:00:00:00:99' }),
      event({ ...at, source_ip: '10.5.0.2', source_mac: '00:00:00:00:00:77' }),
      event({ ...at, host_name: 'B.example' }),
      event({ ...at, host_name: 'tap' }),
      event({ ...at, host_name: 'tap', destination_ip: '10.0.0.2' }),
    ]);
    expect((await sources()).map(([asset]) => asset)).toEqual(['A', 'A', null, 'B', 'Tap', 'B', 'Tap', null]);
  });

  test('zones hold addresses by the longest network, in the inventory or not', async () => {
    await fill('zone', [
      { zone_id: 'Plant', name: 'Plant', network: '10.20.0.0/16', purdue_level: '3.0', evidence_id: 1 },
      {
        zone_id: 'Cell',
        name: 'Cell 1',
        network: '10.20.30.0/24; 2001:db8::/32',
        purdue_level: '1.0',
        evidence_id: 1,
      },
      { zone_id: 'X', name: 'X', network: '10.30.0.0/16', evidence_id: 1 },
      { zone_id: 'Y', name: 'Y', network: '10.30.0.0/16', evidence_id: 1 },
      { zone_id: 'bad', name: 'bad', network: "nonsense' --", evidence_id: 1 },
    ]);
    await fill('asset', [{ asset_id: '1:1', name: 'Odd', zone_id: 'cell', evidence_id: 1 }]);
    await fill('asset_address', [{ asset_id: '1:1', ip: '10.20.1.1', evidence_id: 1 }]);
    const ips = ['10.20.1.2', '10.20.30.5', '10.20.1.1', '2001:db8::5', '10.30.0.1', '10.40.0.1'];
    await fill(
      'event',
      ips.map((source_ip) => event({ timestamp: day(1), source_ip })),
    );
    expect(await sources()).toEqual([
      [null, 'Plant', '3.0', 0],
      [null, 'Cell 1', '1.0', 0],
      ['Odd', 'Cell 1', '1.0', 1],
      [null, 'Cell 1', '1.0', 0],
      [null, null, null, 0],
      [null, null, null, 0],
    ]);
  });

  test('event_view has the rows of event, whatever assets and zones claim', async () => {
    const ip = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.1.1', null);
    const mac = fc.constantFrom('00:00:00:00:00:01', '00:00:00:00:00:02', null);
    const name = fc.constantFrom('a', 'B', null);
    const time = fc.option(fc.integer({ min: 1, max: 6 }).map(day));
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            timestamp: time,
            source_ip: ip,
            source_mac: mac,
            destination_ip: ip,
            destination_mac: mac,
            host_name: name,
          }),
          { maxLength: 12 },
        ),
        fc.array(fc.record({ name, zone_id: fc.constantFrom('z', null) }), { maxLength: 4 }),
        fc.array(
          fc.record({ asset: fc.nat(3), ip, mac, host_name: name, valid_from: time, valid_to: time }),
          { maxLength: 8 },
        ),
        fc.array(
          fc.record({
            zone_id: fc.constantFrom('z', 'y'),
            network: fc.constantFrom('10.0.0.0/24', '10.0.0.0/8', null),
          }),
          { maxLength: 3 },
        ),
        async (events, assets, addresses, zones) => {
          for (const table of ['event', 'asset', 'asset_address', 'zone'])
            await database.run(sql`DELETE FROM ${ident(table)}`);
          await fill('event', events.map(event));
          await fill(
            'asset',
            assets.map((row, index) => ({ asset_id: `1:${index}`, evidence_id: 1, ...row })),
          );
          await fill(
            'asset_address',
            addresses.map(({ asset, ...row }) => ({ asset_id: `1:${asset}`, evidence_id: 1, ...row })),
          );
          await fill(
            'zone',
            zones.map((row) => ({ evidence_id: 1, ...row })),
          );
          await refreshEndpoints(database);
          const list = EVENT_FIELDS.map(({ name: field }) => `"${field}"`).join(', ');
          const counts = await database.all(
            trusted(`SELECT (SELECT count(*) FROM event)::INTEGER,
            (SELECT count(*) FROM event_view)::INTEGER,
            (SELECT count(*) FROM (SELECT ${list} FROM event EXCEPT ALL SELECT ${list} FROM event_view))::INTEGER`),
          );
          expect(counts.rows[0]).toEqual([events.length, events.length, 0]);
          // Slow and plain, for events with an IP alone: who claims it then?
          const { rows } = await database.all(sql`SELECT e.event_id, e.source_asset_candidates::INTEGER,
            (SELECT count(DISTINCT i.asset_id) FROM asset_address AS a JOIN asset_identity AS i ON i.given_id = a.asset_id
             WHERE a.ip = e.source_ip AND coalesce(a.valid_from <= e."timestamp", true)
               AND coalesce(e."timestamp" < a.valid_to, true))::INTEGER
            FROM event_view AS e WHERE e.source_mac IS NULL AND e.source_ip IS NOT NULL AND e."timestamp" IS NOT NULL`);
          for (const [, seen, plain] of rows) expect(seen).toBe(plain);
        },
      ),
      { numRuns: 40, seed: 5 },
    );
  });
});
