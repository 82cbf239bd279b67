/** What a capture becomes: columns, flows, messages and points. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVENT_FIELDS, POINT_FIELDS, REJECT_FIELDS } from '../../../shared/fields';
import type { Database } from '../../store/database';
import { trusted } from '../../store/sql';
import { concat, ethernet, ip, pcapFile } from './packets/capture-file';
import {
  CLIENT,
  frames,
  fromClient,
  fromServer,
  readReply,
  readRequest,
  SERVER,
  udp,
} from './packets/frames-for-tests';
import { splitCapture } from './packets/split-capture';
import { importBytes, openDatabase, rows } from './packets/test-import';

let database: Database;

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

describe('views', () => {
  test('have exactly the columns of the field catalogue, in order and type', async () => {
    await importBytes(database, pcapFile(frames(fromClient(1, readRequest(1, 0, 1)))));
    for (const [view, fields] of [
      ['event', EVENT_FIELDS],
      ['point', POINT_FIELDS],
      ['reject', REJECT_FIELDS],
    ] as const) {
      const table = await database.all(trusted(`SELECT * FROM ${view}`));
      expect(table.names).toEqual(fields.map(({ name }) => name));
      expect(table.types).toEqual(fields.map(({ type }) => type));
    }
    const record = await database.all(trusted('SELECT * FROM record'));
    expect(record.names.slice(0, 4)).toEqual(['evidence_id', 'record_number', 'byte_offset', 'byte_length']);
    expect(new Set(record.types.slice(4))).toEqual(new Set(['VARCHAR']));
  });

  test('event numbers are 0… without a gap, and every event names a record', async () => {
    const report = await importBytes(database, splitCapture(6, 20, 1).bytes);
    const [found] = await rows(
      database,
      `SELECT count(*), min(event_id), max(event_id), count(DISTINCT event_id), count(DISTINCT (record_number, event_part))
       FROM event WHERE record_number IN (SELECT record_number FROM record)`,
    );
    expect(found).toEqual([
      report.events,
      3 * 2 ** 36,
      3 * 2 ** 36 + report.events - 1,
      report.events,
      report.events,
    ]);
  });
});

describe('flows', () => {
  test('a connection is one event: who began it, counts, span, outcome', async () => {
    await importBytes(
      database,
      pcapFile(
        frames(
          fromClient(9, [], 2),
          fromServer(70, [], 0x12, 10),
          fromClient(10, readRequest(1, 4, 1), 0x18, 71),
        ),
      ),
    );
    const found = await rows(
      database,
      `SELECT record_number, event_part, event_dataset, event_domain, event_outcome, source_ip, source_port, source_mac,
        destination_port, network_transport, network_protocol, network_bytes, network_direction_assumed,
        event_duration, message FROM event WHERE event_part = 'flow'`,
    );
    expect(found).toEqual([
      [
        1,
        'flow',
        'pcap.flow',
        'network',
        'success',
        '10.0.0.1',
        40000,
        '02:00:00:00:00:02',
        502,
        'tcp',
        'modbus',
        174,
        false,
        2_000_000,
        'TCP modbus 10.0.0.1:40000 → 10.0.0.2:502, 2 packets out, 1 back, 174 bytes in 2.0 ms',
      ],
    ]);
  });

  test('without a SYN the side without a service port is taken for the initiator, and that is said', async () => {
    await importBytes(database, pcapFile(frames(fromServer(1, readReply(1, [7])))));
    expect(await rows(database, `SELECT DISTINCT source_ip, network_direction_assumed FROM event`)).toEqual([
      ['10.0.0.1', true],
    ]);
  });

  test('a new SYN on the same ports is another connection; a repeated one is not', async () => {
    const all = [
      fromClient(9, [], 2),
      fromClient(9, [], 2),
      fromServer(70, [], 0x12, 10),
      fromClient(5000, [], 2),
    ];
    await importBytes(database, pcapFile(frames(...all)));
    expect(await rows(database, `SELECT record_number, event_outcome FROM event ORDER BY 1`)).toEqual([
      [1, 'success'],
      [4, 'failure'],
    ]);
  });

  test('a refused connection is a failure', async () => {
    await importBytes(database, pcapFile(frames(fromClient(9, [], 2), fromServer(0, [], 0x14, 10))));
    expect(await rows(database, `SELECT event_outcome, message FROM event`)).toEqual([
      ['failure', 'TCP 10.0.0.1:40000 → 10.0.0.2:502, 1 packet out, 1 back, 108 bytes in 1.0 ms, refused'],
    ]);
  });

  test('ARP, ICMP, link-layer protocols and datagrams are flows too', async () => {
    const arp = [0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 2, ...CLIENT, 0, 0, 0, 0, 0, 0, ...SERVER];
    const lldp = concat([1, 0x80, 0xc2, 0, 0, 0x0e, 2, 0, 0, 0, 0, 2, 0x88, 0xcc], [2, 7, 4]);
    await importBytes(
      database,
      pcapFile(
        frames(
          concat([255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 2, 8, 6], arp),
          ethernet(ip(1, CLIENT, SERVER, [8, 0, 0, 0, 0, 1, 0, 1])),
          ethernet(ip(1, SERVER, CLIENT, [0, 0, 0, 0, 0, 1, 0, 1])),
          lldp,
          ethernet(ip(17, CLIENT, SERVER, udp(50000, 53, [1, 2]))),
        ),
      ),
    );
    const found = await rows(
      database,
      `SELECT event_action, network_transport, network_protocol, source_ip, destination_ip, source_port,
        network_direction_assumed FROM event WHERE event_part = 'flow' ORDER BY record_number`,
    );
    expect(found).toEqual([
      ['arp', 'ethernet', 'arp', '10.0.0.1', '10.0.0.2', null, false],
      ['network_flow', 'icmp', 'icmp', '10.0.0.1', '10.0.0.2', null, false],
      ['network_flow', 'ethernet', 'lldp', null, null, null, true],
      ['network_flow', 'udp', null, '10.0.0.1', '10.0.0.2', 50000, true],
    ]);
    const told = `SELECT record_number, event_action, event_outcome, ot_transaction_id FROM event
      WHERE event_part <> 'flow' ORDER BY event_id`;
    expect(await rows(database, told)).toEqual([
      [1, 'who_has', 'unknown', null],
      [2, 'echo_request', 'unknown', 1],
      [3, 'echo_reply', 'success', 1],
    ]);
  });
});

describe('messages', () => {
  test('a response takes its address from the request; values are points; both point to their flow', async () => {
    await importBytes(
      database,
      pcapFile(
        frames(
          fromClient(1, readRequest(7, 100, 2)),
          fromServer(1, readReply(7, [5, 65535])),
          fromServer(14, readReply(8, [1])),
        ),
      ),
    );
    const events = await rows(
      database,
      `SELECT record_number, ot_message, ot_operation, ot_function_code, ot_unit_id, ot_object, ot_address, ot_quantity, ot_value,
        ot_transaction_id, event_outcome, source_ip, message FROM event WHERE event_dataset = 'pcap.modbus' ORDER BY 1`,
    );
    expect(events).toEqual([
      [
        1,
        'request',
        'read',
        3,
        1,
        'holding_register',
        100,
        2,
        null,
        7,
        'unknown',
        '10.0.0.1',
        'Read holding registers 100–101 (unit 1, request)',
      ],
      [
        2,
        'response',
        'read',
        3,
        1,
        'holding_register',
        100,
        2,
        null,
        7,
        'success',
        '10.0.0.1',
        'Read holding registers 100–101 = 5, 65535 (unit 1, response)',
      ],
      [
        3,
        'response',
        'read',
        3,
        1,
        'holding_register',
        null,
        1,
        1,
        8,
        'success',
        '10.0.0.1',
        'Read holding registers = 1 (unit 1, response)',
      ],
    ]);
    const points = await rows(
      database,
      `SELECT record_number, ordinal, p.ot_address, value, p.timestamp = e.timestamp FROM point p JOIN event e USING (event_id)
       WHERE p.ot_object = 'holding_register' AND p.ot_unit_id = 1 ORDER BY 1, 2`,
    );
    expect(points).toEqual([
      [2, 0, 100, 5, true],
      [2, 1, 101, 65535, true],
      [3, 0, null, 1, true],
    ]);
  });

  test('several messages in one packet are told apart; one over several packets belongs to the last to arrive', async () => {
    const two = [...readRequest(1, 0, 1), ...readRequest(2, 0, 1)];
    const cut = readRequest(3, 0, 1);
    await importBytes(
      database,
      pcapFile(
        frames(
          fromClient(1, two),
          fromClient(29, cut.slice(4)),
          fromClient(25, cut.slice(0, 4)),
          fromClient(37, readRequest(4, 0, 1)),
        ),
      ),
    );
    const found = await rows(
      database,
      `SELECT ot_transaction_id, record_number, event_part FROM event WHERE event_dataset = 'pcap.modbus' ORDER BY 1`,
    );
    expect(found).toEqual([
      [1, 1, 'modbus'],
      [2, 1, 'modbus.2'],
      [3, 3, 'modbus'],
      [4, 4, 'modbus'],
    ]);
  });

  test('the split, reordered and retransmitted capture is read 10,000 of 10,000', async () => {
    const capture = splitCapture(200, 50, 7);
    expect(capture.messages).toBe(10_000);
    const report = await importBytes(database, capture.bytes, 65536);
    expect(report).toMatchObject({
      records: capture.packets,
      rejected: 0,
      problem: null,
      dissectors: ['modbus'],
    });
    expect(report.counters).toMatchObject({ gaps: 0, lostSteps: 0, malformedMessages: 0 });
    const found = await rows(
      database,
      `SELECT count(*), count(DISTINCT (source_ip, source_port, ot_transaction_id)) FROM event WHERE event_dataset = 'pcap.modbus'`,
    );
    expect(found).toEqual([[10_000, 10_000]]);
  });
});
