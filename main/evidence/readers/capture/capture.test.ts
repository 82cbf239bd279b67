import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { block, concat, type Frame, pcapFile, writer } from '../../normalise/packets/capture-file';
import { CaptureReader, looksLikeCapture } from './capture';
import type { Packet, PacketSink } from './packet';

interface Seen {
  readonly number: number;
  readonly us: number | null;
  readonly ns: number;
  readonly offset: number;
  readonly length: number;
  readonly hex: string;
  readonly damaged: string | null;
}

class Collector implements PacketSink {
  readonly seen: Seen[] = [];

  packet(packet: Packet): void {
    this.keep(packet, null);
  }

  damaged(packet: Packet, reason: string): void {
    this.keep(packet, reason);
  }

  private keep(packet: Packet, damaged: string | null): void {
    this.seen.push({
      number: packet.number,
      us: packet.dated ? packet.timeUs : null,
      ns: packet.dated ? packet.remainderNs : 0,
      offset: packet.byteOffset,
      length: packet.byteLength,
      hex: Buffer.from(packet.bytes.subarray(packet.start, packet.end)).toString('hex'),
      damaged,
    });
  }
}

function read(bytes: Uint8Array, chunk = bytes.length): { seen: Seen[]; reader: CaptureReader } {
  const sink = new Collector();
  const reader = new CaptureReader(sink);
  for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.slice(at, at + chunk));
  reader.end();
  expect(reader.recordBytes + reader.framingBytes).toBe(bytes.length);
  expect(sink.seen.length).toBe(reader.records);
  return { seen: sink.seen, reader };
}

const TIME = 1_481_789_205_941_977;
const FRAMES: readonly Frame[] = [
  { timeUs: TIME, bytes: Uint8Array.of(1, 2, 3) },
  { timeUs: TIME + 1, bytes: new Uint8Array(0) },
  { timeUs: TIME + 1_000_000, bytes: new Uint8Array(70).fill(7), wireLength: 1500 },
];

describe('pcap', () => {
  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('big-endian %s, nanoseconds %s', (isBigEndian, isNano) => {
    const frames = FRAMES.map((frame) => (isNano ? { ...frame, remainderNs: 999 } : frame));
    const { seen, reader } = read(pcapFile(frames, { isBigEndian, isNano }));
    expect(reader.problem).toBeNull();
    expect(reader.interfaces[0]?.precisionUs).toBe(isNano ? 0 : 1);
    expect(seen.map(({ us }) => us)).toEqual([TIME, TIME + 1, TIME + 1_000_000]);
    expect(seen.map(({ ns }) => ns)).toEqual(isNano ? [999, 999, 999] : [0, 0, 0]);
    expect(seen.map(({ offset }) => offset)).toEqual([24, 43, 59]);
    expect(seen.map(({ length }) => length)).toEqual([19, 16, 86]);
    expect(seen[0]?.hex).toBe('010203');
  });

  test('cut at every byte: whole packets stay, the cut one is rejected, the place is told', () => {
    const bytes = pcapFile(FRAMES);
    const ends = [24, 43, 59, 145];
    for (let size = 12; size <= bytes.length; size++) {
      const { seen, reader } = read(bytes.slice(0, size));
      const whole = ends.filter((end) => end <= size).length - 1;
      const isClean = ends.includes(size);
      expect(reader.problem === null).toBe(isClean);
      expect(seen.filter(({ damaged }) => damaged === null).length).toBe(Math.max(0, whole));
      expect(seen.filter(({ damaged }) => damaged !== null).length).toBe(isClean ? 0 : 1);
      if (size > 24 && !isClean) expect(reader.problem?.where).toBe(`byte ${ends[whole]}`);
    }
  });

  test('an absurd length stops reading, says where, and allocates nothing for it', () => {
    const bytes = pcapFile(FRAMES);
    new DataView(bytes.buffer).setUint32(43 + 8, 0x7fffffff, true);
    const { seen, reader } = read(bytes);
    expect(reader.problem).toMatchObject({ code: 'capture-damaged', where: 'byte 43' });
    expect(seen.map(({ damaged }) => damaged === null)).toEqual([true, false]);
    expect(seen[1]).toMatchObject({ offset: 43, length: bytes.length - 43 });
  });

  test.each([
    [1_000_001, 1_000_001],
    [3_841_916_976, null],
  ])('a fraction of %i µs: a second that was not carried is, more is no time', (fraction, expected) => {
    const bytes = pcapFile(FRAMES);
    const view = new DataView(bytes.buffer);
    view.setUint32(43 + 4, fraction, true);
    const { seen, reader } = read(bytes);
    expect(reader.problem).toBeNull();
    const seconds = view.getUint32(43, true) * 1_000_000;
    expect(seen.map(({ us }) => us)).toEqual([
      TIME,
      expected === null ? null : seconds + expected,
      TIME + 1_000_000,
    ]);
  });

  test('the longer record header of the modified variant', () => {
    const plain = pcapFile(FRAMES.slice(0, 1));
    const bytes = concat(plain.subarray(0, 40), new Uint8Array(8), plain.subarray(40));
    new DataView(bytes.buffer).setUint32(0, 0xa1b2cd34, true);
    expect(read(bytes).seen).toMatchObject([{ hex: '010203', length: 27, us: TIME }]);
  });
});

function section(isBigEndian: boolean): Uint8Array {
  const { u16, u32 } = writer(isBigEndian);
  return block(
    0x0a0d0d0a,
    [...u32(0x1a2b3c4d), ...u16(1), ...u16(0), ...u32(0xffffffff), ...u32(0xffffffff)],
    isBigEndian,
  );
}

function description(
  isBigEndian: boolean,
  link: number,
  snap: number,
  options: readonly number[] = [],
): Uint8Array {
  const { u16, u32 } = writer(isBigEndian);
  return block(1, [...u16(link), 0, 0, ...u32(snap), ...options], isBigEndian);
}

function enhanced(isBigEndian: boolean, id: number, ticks: bigint, data: readonly number[]): Uint8Array {
  const { u32 } = writer(isBigEndian);
  const padded = [...data, ...new Array<number>((4 - (data.length % 4)) % 4).fill(0)];
  const high = Number(ticks >> 32n);
  const low = Number(ticks & 0xffffffffn);
  return block(
    6,
    [...u32(id), ...u32(high), ...u32(low), ...u32(data.length), ...u32(data.length), ...padded],
    isBigEndian,
  );
}

/** if_tsresol (9) and if_tsoffset (14). */
function resolution(isBigEndian: boolean, value: number, offsetSeconds?: bigint): number[] {
  const { u16, u32 } = writer(isBigEndian);
  const own = [...u16(9), ...u16(1), value, 0, 0, 0];
  if (offsetSeconds === undefined) return [...own, 0, 0, 0, 0];
  const bits = BigInt.asUintN(64, offsetSeconds);
  const halves = [Number(bits >> 32n), Number(bits & 0xffffffffn)];
  if (!isBigEndian) halves.reverse();
  return [...own, ...u16(14), ...u16(8), ...halves.flatMap(u32), 0, 0, 0, 0];
}

describe('pcapng', () => {
  test.each([false, true])('several interfaces, each with its clock (big-endian %s)', (isBigEndian) => {
    const bytes = concat(
      section(isBigEndian),
      description(isBigEndian, 1, 0),
      description(isBigEndian, 101, 0, resolution(isBigEndian, 9)),
      description(isBigEndian, 1, 0, resolution(isBigEndian, 0x80 | 10)),
      description(isBigEndian, 1, 0, resolution(isBigEndian, 3, -3600n)),
      enhanced(isBigEndian, 0, BigInt(TIME), [1]),
      enhanced(isBigEndian, 1, BigInt(TIME) * 1000n + 123n, [2, 2]),
      enhanced(isBigEndian, 2, 1_481_789_205n * 1024n + 512n, [3, 3, 3]),
      enhanced(isBigEndian, 3, 1_481_789_205_941n, [4, 4, 4, 4]),
    );
    const { seen, reader } = read(bytes);
    expect(reader.problem).toBeNull();
    expect(seen.map(({ us, ns, hex }) => [us, ns, hex])).toEqual([
      [TIME, 0, '01'],
      [TIME, 123, '0202'],
      [1_481_789_205_500_000, 0, '030303'],
      [1_481_785_605_941_000, 0, '04040404'],
    ]);
    expect(reader.interfaces.map(({ link, precisionUs }) => [link, precisionUs])).toEqual([
      [1, 1],
      [101, 0],
      [1, 976],
      [1, 1000],
    ]);
  });

  test('sections of either byte order in one file; interfaces count anew', () => {
    const bytes = concat(
      section(false),
      description(false, 1, 0),
      enhanced(false, 0, BigInt(TIME), [1]),
      section(true),
      description(true, 101, 0),
      enhanced(true, 0, BigInt(TIME), [2]),
    );
    const { seen, reader } = read(bytes);
    expect(seen.map(({ hex }) => hex)).toEqual(['01', '02']);
    expect(reader.interfaces.map(({ link }) => link)).toEqual([1, 101]);
  });

  test('simple packets have no time and are cut at the snapshot length; obsolete ones are read', () => {
    const { u16, u32 } = writer(false);
    const obsolete = [
      ...u16(0),
      ...u16(0),
      ...u32(Math.floor(TIME / 2 ** 32)),
      ...u32(TIME % 2 ** 32),
      ...u32(2),
      ...u32(2),
      8,
      9,
      0,
      0,
    ];
    const bytes = concat(
      section(false),
      description(false, 1, 3),
      block(3, [...u32(10), 1, 2, 3, 0]),
      block(2, obsolete),
    );
    const { seen } = read(bytes);
    expect(seen).toMatchObject([
      { us: null, hex: '010203' },
      { us: TIME, hex: '0809' },
    ]);
  });

  test('a packet of an interface nobody described, or longer than its block, is rejected; the next is read', () => {
    const long = enhanced(false, 0, 1n, [1, 2, 3, 4]);
    new DataView(long.buffer).setUint32(20, 5000, true);
    const bytes = concat(
      section(false),
      description(false, 1, 0),
      enhanced(false, 7, 1n, [1]),
      long,
      enhanced(false, 0, 1n, [2]),
    );
    const { seen, reader } = read(bytes);
    expect(reader.problem).toBeNull();
    expect(seen.map(({ damaged }) => damaged)).toEqual([
      'The packet names interface 7, which the capture does not describe.',
      'The packet is longer than the block that holds it.',
      null,
    ]);
  });

  test('the capturing machine’s own losses are counted', () => {
    const { u16, u32 } = writer(false);
    const statistics = block(5, [
      ...u32(0),
      ...u32(0),
      ...u32(0),
      ...u16(5),
      ...u16(8),
      ...u32(42),
      ...u32(0),
      0,
      0,
      0,
      0,
    ]);
    expect(read(concat(section(false), description(false, 1, 0), statistics)).reader.droppedByCapture).toBe(
      42,
    );
  });

  test.each([
    ['its second length', 4, 99],
    ['its first length, too large', 7, 1],
    ['its first length, beyond the file', 6, 9],
    ['its first length, of nothing', 4, 0],
  ])('a block damaged in %s is passed over, and reading goes on behind it', (what, at, value) => {
    const packets = [1, 2, 3, 4].map((data) => enhanced(false, 0, BigInt(TIME), [data]));
    const head = concat(section(false), description(false, 1, 0));
    const bytes = concat(head, ...packets);
    const size = packets[0]?.length ?? 0;
    const second = head.length + size;
    bytes[what === 'its second length' ? second + size - at : second + at] = value;
    for (const chunk of [bytes.length, 1, 13]) {
      const { seen, reader } = read(bytes, chunk);
      expect(reader.problem).toBeNull();
      expect(reader.damagedStretches).toBe(1);
      expect(seen.map(({ number, hex, damaged }) => [number, hex, damaged === null])).toEqual([
        [1, '01', true],
        [2, '', false],
        [3, '03', true],
        [4, '04', true],
      ]);
      expect(seen[1]).toMatchObject({ offset: second, length: size });
      expect(seen[1]?.damaged).toContain(`Reading went on at byte ${second + size}.`);
    }
  });

  test('noise between blocks, and a section of the other byte order behind it', () => {
    const noise = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) >> 3);
    const bytes = concat(
      section(false),
      description(false, 1, 0),
      enhanced(false, 0, BigInt(TIME), [1]),
      noise,
      section(true),
      description(true, 1, 0),
      enhanced(true, 0, BigInt(TIME), [2]),
    );
    const { seen, reader } = read(bytes);
    expect(reader.problem).toBeNull();
    expect(seen.map(({ hex, us }) => [hex, us])).toEqual([
      ['01', TIME],
      ['', null],
      ['02', TIME],
    ]);
    expect(seen[1]?.length).toBe(noise.length);
  });

  test('lengths that differ stop reading where nothing sound follows', () => {
    const bytes = concat(
      section(false),
      description(false, 1, 0),
      enhanced(false, 0, 1n, [1]),
      enhanced(false, 0, 1n, [1]),
    );
    bytes[bytes.length - 4] = 99;
    const { seen, reader } = read(bytes);
    expect(reader.problem?.code).toBe('capture-damaged');
    expect(seen.map(({ damaged }) => damaged === null)).toEqual([true, false]);
  });
});

test('what is no capture is refused whole', () => {
  const { seen, reader } = read(new TextEncoder().encode('timestamp,host,message\n'));
  expect(reader.problem?.code).toBe('capture-unrecognised');
  expect(seen.length).toBe(1);
  expect(looksLikeCapture(new Uint8Array(3))).toBeNull();
  expect(looksLikeCapture(pcapFile([]))?.id).toBe('pcap');
  expect(looksLikeCapture(section(true))?.id).toBe('pcapng');
});

test('the size of the chunks changes nothing', () => {
  const frames = Array.from({ length: 40 }, (_, index) => ({
    timeUs: TIME + index,
    bytes: new Uint8Array(index * 3).fill(index),
  }));
  const files = [
    pcapFile(frames, { isNano: true }),
    concat(
      section(true),
      description(true, 1, 0),
      ...frames.map(({ timeUs, bytes }) => enhanced(true, 0, BigInt(timeUs), [...bytes])),
    ),
  ];
  for (const bytes of files) {
    const whole = read(bytes).seen;
    for (const chunk of [1, 2, 7, 16, 100, 1000]) expect(read(bytes, chunk).seen).toEqual(whole);
  }
});

test('flipped bytes never throw, and every byte stays accounted for', () => {
  const seeds = [
    pcapFile(FRAMES),
    concat(
      section(false),
      description(false, 1, 0, resolution(false, 9)),
      enhanced(false, 0, 1n, [1]),
      enhanced(false, 0, 1n, [2]),
    ),
  ];
  fc.assert(
    fc.property(
      fc.nat(1),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
      fc.integer({ min: 1, max: 64 }),
      (which, flips, chunk) => {
        const bytes = (seeds[which] ?? new Uint8Array(1)).slice();
        for (const [place, value] of flips) bytes[place % bytes.length] = value;
        expect(read(bytes, chunk).seen).toEqual(read(bytes).seen);
      },
    ),
    { seed: 7, numRuns: 1500 },
  );
});
