/** Packets as records: fragments, damage, cuts, clocks, chunks, mutations. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../store/database';
import { ethernet, type Frame, ip, pcapFile, tcpFrame } from './packets/capture-file';
import {
  CLIENT,
  frames,
  fromClient,
  fromServer,
  readReply,
  readRequest,
  SERVER,
  TIME,
  udp,
} from './packets/frames-for-tests';
import { splitCapture } from './packets/split-capture';
import { importBytes, openDatabase, rows } from './packets/test-import';

let database: Database;

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

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

  test('between two ends with one port, who asked is the source, though an answer was captured first', async () => {
    const ask = [...Buffer.from('80000200020000010005010182006400 0002'.replace(' ', ''), 'hex')];
    const answer = [...Buffer.from('c00002000100000200050101 0000000affff'.replace(' ', ''), 'hex')];
    const sent = (from: number[], to: number[], unit: number[]) =>
      ethernet(ip(17, from, to, udp(9600, 9600, unit)));
    const answers = frames(
      sent(SERVER, CLIENT, answer),
      sent(CLIENT, SERVER, ask),
      sent(SERVER, CLIENT, answer),
    );
    await importBytes(database, pcapFile(answers));
    expect(
      await rows(database, `SELECT ot_message, source_ip, destination_ip FROM event ORDER BY event_id`),
    ).toEqual([
      ['response', '10.0.0.1', '10.0.0.2'],
      ['request', '10.0.0.1', '10.0.0.2'],
      ['response', '10.0.0.1', '10.0.0.2'],
      [null, '10.0.0.1', '10.0.0.2'],
    ]);
  });

  test('who is answered is the source, though no question was captured; an answer to all was asked for by none', async () => {
    const answer = [...Buffer.from('c00002000100000200050101 0000000affff'.replace(' ', ''), 'hex')];
    const sent = (to: number[], toMac?: number[]) => {
      const frame = ethernet(ip(17, SERVER, to, udp(9600, 9600, answer)));
      toMac?.forEach((byte, index) => {
        frame[index] = byte;
      });
      return frame;
    };
    const all = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    await importBytes(
      database,
      pcapFile(frames(sent(CLIENT), sent([10, 0, 0, 254], all), sent([10, 0, 0, 255]), sent([239, 1, 2, 3]))),
    );
    expect(
      await rows(
        database,
        `SELECT source_ip, destination_ip, network_direction_assumed FROM event WHERE ot_message = 'response' ORDER BY event_id`,
      ),
    ).toEqual([
      ['10.0.0.1', '10.0.0.2', true],
      ['10.0.0.2', '10.0.0.254', true],
      ['10.0.0.2', '10.0.0.255', true],
      ['10.0.0.2', '239.1.2.3', true],
    ]);
  });

  test('either end may ask: each question and its answer tell who asked, though the conversation is one', async () => {
    const unit = (hex: string) => [...Buffer.from(hex.replaceAll(' ', ''), 'hex')];
    const ask = unit('810a0017 0104 0005070f 0c00400001 1955 3e 9101 3f 4908');
    const done = unit('810a0009 0100 20070f');
    const sent = (from: number[], to: number[], bytes: number[]) =>
      ethernet(ip(17, from, to, udp(47808, 47808, bytes)));
    await importBytes(
      database,
      pcapFile(
        frames(
          sent(SERVER, CLIENT, ask),
          sent(CLIENT, SERVER, done),
          sent(CLIENT, SERVER, ask),
          sent(SERVER, CLIENT, done),
        ),
      ),
    );
    expect(
      await rows(
        database,
        `SELECT ot_message, source_ip, destination_ip, source_port, ot_address FROM event ORDER BY event_id`,
      ),
    ).toEqual([
      ['request', '10.0.0.2', '10.0.0.1', 47808, 1],
      ['response', '10.0.0.2', '10.0.0.1', 47808, 1],
      ['request', '10.0.0.1', '10.0.0.2', 47808, 1],
      ['response', '10.0.0.1', '10.0.0.2', 47808, 1],
      [null, '10.0.0.2', '10.0.0.1', 47808, null],
    ]);
  });

  test('who was seen to open a connection from a user port is the client, though the port is another protocol’s', async () => {
    const frame = (isClient: boolean, sequence: number, flags: number, payload: number[]) =>
      tcpFrame({
        source: isClient ? CLIENT : SERVER,
        destination: isClient ? SERVER : CLIENT,
        sourcePort: isClient ? 44818 : 1502,
        destinationPort: isClient ? 1502 : 44818,
        sequence,
        acknowledgement: 0,
        flags,
        payload,
      });
    await importBytes(
      database,
      pcapFile(
        frames(
          frame(true, 99, 2, []),
          frame(false, 199, 0x12, []),
          frame(true, 100, 0x18, [0, 1, 0, 0, 0, 6, 1, 5, 0, 3, 0xff, 0]),
          frame(false, 200, 0x18, [0, 1, 0, 0, 0, 3, 1, 0x85, 2]),
        ),
      ),
    );
    expect(
      await rows(
        database,
        `SELECT ot_message, source_ip, destination_port, event_action, event_outcome FROM event WHERE ot_message IS NOT NULL ORDER BY event_id`,
      ),
    ).toEqual([
      ['request', '10.0.0.1', 1502, 'write_single_coil', 'unknown'],
      ['exception', '10.0.0.1', 1502, 'write_single_coil', 'failure'],
    ]);
  });

  test('a connection that is first seen with a keep-alive is read from its next segment', async () => {
    await importBytes(
      database,
      pcapFile(
        frames(
          fromClient(99, [0]),
          fromClient(100, readRequest(1, 7, 1)),
          fromServer(500, readReply(1, [480])),
        ),
      ),
    );
    expect(
      await rows(
        database,
        `SELECT ot_message, ot_address FROM event WHERE ot_message IS NOT NULL ORDER BY event_id`,
      ),
    ).toEqual([
      ['request', 7],
      ['response', 7],
    ]);
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
