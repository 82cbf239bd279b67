import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVENT_FIELDS, POINT_FIELDS, REJECT_FIELDS } from '../../../shared/fields';
import type { Database } from '../../store/database';
import { trusted } from '../../store/sql';
import { be16, concat, ethernet, type Frame, ip, pcapFile, tcpFrame } from './packets/capture-file';
import { splitCapture } from './packets/split-capture';
import { importBytes, openDatabase, rows } from './packets/test-import';

let database: Database;

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

const TIME = 1_481_789_205_941_977;
const CLIENT = [10, 0, 0, 1];
const SERVER = [10, 0, 0, 2];

function frames(...all: readonly Uint8Array[]): Frame[] {
  return all.map((bytes, index) => ({ timeUs: TIME + index * 1000, bytes }));
}

function fromClient(
  sequence: number,
  payload: readonly number[],
  flags = 0x18,
  acknowledgement = 0,
): Uint8Array {
  return tcpFrame({
    source: CLIENT,
    destination: SERVER,
    sourcePort: 40000,
    destinationPort: 502,
    sequence,
    acknowledgement,
    flags,
    payload,
  });
}

function fromServer(
  sequence: number,
  payload: readonly number[],
  flags = 0x18,
  acknowledgement = 0,
): Uint8Array {
  return tcpFrame({
    source: SERVER,
    destination: CLIENT,
    sourcePort: 502,
    destinationPort: 40000,
    sequence,
    acknowledgement,
    flags,
    payload,
  });
}

function readRequest(transaction: number, address: number, quantity: number): number[] {
  return [...be16(transaction), 0, 0, 0, 6, 1, 3, ...be16(address), ...be16(quantity)];
}

function readReply(transaction: number, values: readonly number[]): number[] {
  return [
    ...be16(transaction),
    0,
    0,
    ...be16(3 + values.length * 2),
    1,
    3,
    values.length * 2,
    ...values.flatMap(be16),
  ];
}

function udp(source: number, destination: number, payload: readonly number[]): number[] {
  return [...be16(source), ...be16(destination), ...be16(8 + payload.length), 0, 0, ...payload];
}

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
        network_direction_assumed FROM event ORDER BY record_number`,
    );
    expect(found).toEqual([
      ['arp', 'ethernet', 'arp', '10.0.0.1', '10.0.0.2', null, false],
      ['network_flow', 'icmp', null, '10.0.0.1', '10.0.0.2', null, false],
      ['network_flow', 'ethernet', 'lldp', null, null, null, true],
      ['network_flow', 'udp', null, '10.0.0.1', '10.0.0.2', 50000, true],
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

describe('packets', () => {
  test('fragments are put together, in any order', async () => {
    const datagram = udp(41000, 42000, new Array<number>(100).fill(1));
    const first = ethernet(ip(17, CLIENT, SERVER, datagram.slice(0, 56), 0x2000));
    const second = ethernet(ip(17, CLIENT, SERVER, datagram.slice(56), 7));
    const report = await importBytes(database, pcapFile(frames(second, first)));
    expect(report.counters).toMatchObject({ fragments: 2, datagramsReassembled: 1, datagramsAbandoned: 0 });
    expect(await rows(database, `SELECT note, protocols FROM record ORDER BY record_number`)).toEqual([
      ['fragment', 'ethernet:ipv4:fragment'],
      ['fragment', 'ethernet:ipv4:fragment:udp'],
    ]);
    expect(await rows(database, `SELECT source_port, message FROM event ORDER BY record_number`)).toEqual([
      [null, 'UDP fragments 10.0.0.1 → 10.0.0.2, 1 packet out, 0 back, 86 bytes in 0 µs'],
      [41000, 'UDP 10.0.0.1:41000 → 10.0.0.2:42000, 1 packet out, 0 back, 90 bytes in 0 µs'],
    ]);
  });

  test('a malformed header is a reject with reason and place; what the snapshot length cut is not', async () => {
    const wrong = fromClient(1, [1, 2, 3]);
    wrong[14] = 0x41;
    const whole = fromClient(1, readRequest(1, 0, 1));
    const cut: Frame = { timeUs: TIME, bytes: whole.slice(0, 30), wireLength: whole.length };
    const report = await importBytes(database, pcapFile([...frames(wrong, whole.slice(0, 30)), cut]));
    expect(report).toMatchObject({ records: 3, loaded: 1, rejected: 2 });
    expect(report.counters.cutBySnapLength).toBe(1);
    expect(await rows(database, `SELECT record_number, byte_offset, reason FROM reject`)).toEqual([
      [1, 24, 'The IPv4 header length is below 20 bytes (at byte 14 of the frame).'],
      [2, 24 + 16 + wrong.length, 'The frame ends inside an IPv4 header (at byte 14 of the frame).'],
    ]);
  });

  test('other link types are loaded without decoding, and counted', async () => {
    const report = await importBytes(database, pcapFile(frames(Uint8Array.of(1, 2, 3)), { link: 195 }));
    expect(report).toMatchObject({ loaded: 1, events: 0 });
    expect(report.counters.undecoded).toBe(1);
    expect(await rows(database, `SELECT link, captured_length, note FROM record`)).toEqual([
      ['link type 195', '3', 'link type not decoded'],
    ]);
  });

  test('a cut capture keeps its whole packets and says where it ends', async () => {
    const bytes = pcapFile(frames(fromClient(1, readRequest(1, 0, 1)), fromClient(13, readRequest(2, 0, 1))));
    const report = await importBytes(database, bytes.slice(0, -5));
    expect(report).toMatchObject({
      records: 2,
      loaded: 1,
      rejected: 1,
      problem: { code: 'capture-truncated', where: 'byte 106' },
    });
    expect(await rows(database, `SELECT record_number, byte_offset FROM reject`)).toEqual([[2, 106]]);
  });

  test('nanoseconds are kept beside the microseconds', async () => {
    const [frame] = frames(fromClient(1, readRequest(1, 0, 1)));
    const bytes = pcapFile(frame === undefined ? [] : [{ ...frame, remainderNs: 678 }], { isNano: true });
    await importBytes(database, bytes);
    expect(
      await rows(
        database,
        `SELECT DISTINCT epoch_us(timestamp), time_remainder_ns, time_precision_us FROM event`,
      ),
    ).toEqual([[TIME, 678, 0]]);
    expect(await rows(database, `SELECT time FROM record`)).toEqual([['2016-12-15T08:06:45.941977678Z']]);
  });

  test('frames out of the order of their times: the connection lasts from the earliest to the latest', async () => {
    const times = [5000, 0, 9000];
    const mixed = frames(
      fromClient(1, readRequest(1, 0, 1)),
      fromServer(1, readReply(1, [7])),
      fromClient(13, readRequest(2, 0, 1)),
    ).map((frame, index) => ({ ...frame, timeUs: TIME + (times[index] ?? 0) }));
    await importBytes(database, pcapFile(mixed));
    expect(
      await rows(
        database,
        `SELECT epoch_us(timestamp), epoch_us(ended_at), event_duration FROM event WHERE event_part = 'flow'`,
      ),
    ).toEqual([[TIME, TIME + 9000, 9_000_000]]);
  });

  test('the size of the chunks changes nothing', async () => {
    const { bytes } = splitCapture(10, 20, 5);
    const all = `SELECT * FROM event ORDER BY event_id`;
    await importBytes(database, bytes);
    const whole = await rows(database, all);
    await importBytes(database, bytes, 61);
    expect(await rows(database, all)).toEqual(whole);
  });

  test('flipped bytes never throw, and records and bytes stay accounted for', async () => {
    const seed = splitCapture(3, 8, 2).bytes;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 60 }),
        async (flips) => {
          const bytes = seed.slice();
          for (const [place, value] of flips) bytes[place] = value;
          const report = await importBytes(database, bytes);
          const [counts] = await rows(
            database,
            `SELECT (SELECT count(*) FROM record), (SELECT count(*) FROM reject), (SELECT count(*) FROM event),
            (SELECT coalesce(sum(byte_length), 0) FROM record)`,
          );
          expect(counts).toEqual([
            report.records,
            report.rejected,
            report.events,
            report.streamBytes - report.framingBytes,
          ]);
        },
      ),
      { seed: 11, numRuns: 60 },
    );
  });
});
