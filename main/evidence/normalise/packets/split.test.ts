import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOfHex, type Dissector } from '../../../dissectors/dissector';
import { dissectors } from '../../../dissectors/index';
import type { Database } from '../../../store/database';
import { type Frame, pcapFile, tcpFrame } from './capture-file';
import { importBytes, openDatabase, type Row, rows } from './test-import';

/** The samples of every protocol on TCP: whole, cut after every few bytes, out of order, sent twice: same messages. */

let database: Database;

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

const CLIENT = [10, 0, 0, 1];
const SERVER = [10, 0, 0, 2];

interface Piece {
  readonly isClient: boolean;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly payload: Uint8Array;
  readonly flags: number;
}

function pieces(
  units: readonly { readonly from: string; readonly hex: string }[],
  size: number,
): readonly Piece[] {
  const next = { client: 1000, server: 5000 };
  const found: Piece[] = [
    { isClient: true, sequence: 999, acknowledgement: 0, payload: new Uint8Array(0), flags: 2 },
    { isClient: false, sequence: 4999, acknowledgement: 1000, payload: new Uint8Array(0), flags: 0x12 },
  ];
  for (const { from, hex } of units) {
    const isClient = from === 'client';
    const bytes = bytesOfHex(hex);
    for (let at = 0; at < bytes.length; at += size) {
      const payload = bytes.slice(at, at + size);
      const sequence = isClient ? next.client : next.server;
      found.push({
        isClient,
        sequence,
        acknowledgement: isClient ? next.server : next.client,
        payload,
        flags: 0x18,
      });
      if (isClient) next.client += payload.length;
      else next.server += payload.length;
    }
  }
  return found;
}

function capture(list: readonly Piece[], port: number): Uint8Array {
  const frames: Frame[] = list.map(({ isClient, ...rest }, index) => ({
    timeUs: 1_700_000_000_000_000 + index * 1000,
    bytes: tcpFrame({
      ...rest,
      source: isClient ? CLIENT : SERVER,
      destination: isClient ? SERVER : CLIENT,
      sourcePort: isClient ? 40000 : port,
      destinationPort: isClient ? port : 40000,
    }),
  }));
  return pcapFile(frames);
}

/** How far a clock is off goes by the packet's time, which a cut changes. */
const CLOCKLESS = `CASE WHEN contains(message, '; its clock ') THEN NULL ELSE ot_value END,
  split_part(message, '; its clock ', 1)`;

async function messages(bytes: Uint8Array): Promise<readonly Row[]> {
  await importBytes(database, bytes);
  return rows(
    database,
    `SELECT network_protocol, event_action, ot_message, ot_object, ot_address, ${CLOCKLESS} FROM event
     WHERE event_part <> 'flow' ORDER BY event_id`,
  );
}

const streams = dissectors.filter(({ over }) => over === 'tcp' || over === 'both');

const PIECE_BYTES = 7;
/** SYN and its answer come before all data. */
const HANDSHAKE = 2;
const OVERLAP = 3;

type Unit = { readonly from: string; readonly hex: string };

/** Neighbours of one side in each other's place, from the first segments with data on. */
function turned(list: readonly Piece[]): readonly Piece[] {
  const found = list.slice();
  for (let at = HANDSHAKE; at + 1 < found.length; at++) {
    const [one, two] = [found[at], found[at + 1]];
    if (!one || !two || one.isClient !== two.isClient) continue;
    found[at] = two;
    found[at + 1] = one;
    at += 2;
  }
  return found;
}

/** Each segment begins with the last bytes of the one before it on its side: sent again, cut otherwise. */
function overlapping(list: readonly Piece[]): readonly Piece[] {
  const before = new Map<boolean, Piece>();
  return list.map((piece) => {
    const last = before.get(piece.isClient);
    before.set(piece.isClient, piece);
    if (piece.payload.length === 0 || last === undefined || last.payload.length <= OVERLAP) return piece;
    const again = last.payload.subarray(last.payload.length - OVERLAP);
    const payload = new Uint8Array(OVERLAP + piece.payload.length);
    payload.set(again);
    payload.set(piece.payload, OVERLAP);
    return { ...piece, sequence: piece.sequence - OVERLAP, payload };
  });
}

const normal = ({ samples }: Dissector): readonly (readonly Unit[])[] =>
  samples.flatMap(({ kind, units }) => (kind === 'normal' ? [units] : []));

/** Dissectors of streams whose samples would not be cut, turned round or sent again by the tests below. */
function notExercised(among: readonly Dissector[]): readonly string[] {
  const isExercised = (units: readonly Unit[]): boolean => {
    const cut = pieces(units, PIECE_BYTES);
    const isMoved = turned(cut).some((piece, at) => piece !== cut[at]);
    return isMoved && overlapping(cut).some((piece, at) => piece !== cut[at]);
  };
  return among
    .filter(({ over }) => over === 'tcp' || over === 'both')
    .filter((dissector) => !normal(dissector).some(isExercised))
    .map(({ id }) => id);
}

test('every protocol on TCP is cut, turned round and sent again; one that would not be is named', () => {
  expect(streams.length).toBeGreaterThan(10);
  expect(notExercised(dissectors)).toEqual([]);
  const [one] = streams;
  if (!one) throw new Error('there is no dissector');
  const short = {
    kind: 'normal',
    title: 'short',
    units: [{ from: 'client', hex: '00', messages: [] }],
  } as const;
  const idle: Dissector = { ...one, id: 'idle', samples: [short] };
  expect(notExercised([...streams, idle])).toEqual(['idle']);
  expect(notExercised([{ ...idle, over: 'udp' }])).toEqual([]);
});

describe.each(streams.map((dissector) => [dissector.id, dissector] as const))('%s', (_id, dissector) => {
  const samples = dissector.samples.filter(({ kind }) => kind === 'normal');
  test.each(samples.map((sample) => [sample.title, sample] as const))('%s', async (_title, { units }) => {
    const port = dissector.ports[0] ?? 0;
    const whole = await messages(capture(pieces(units, 65535), port));
    expect(whole.length).toBe(units.reduce((sum, unit) => sum + unit.messages.length, 0));
    const cut = pieces(units, PIECE_BYTES);
    expect(await messages(capture(cut, port))).toEqual(whole);
    const twice = cut.flatMap((piece) => (piece.payload.length > 0 ? [piece, piece] : [piece]));
    expect(await messages(capture(twice, port))).toEqual(whole);
    expect(await messages(capture(turned(cut), port))).toEqual(whole);
    expect(await messages(capture(overlapping(cut), port))).toEqual(whole);
  });
});
