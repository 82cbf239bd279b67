import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HeldBack } from './held-back';
import { RecentBytes } from './recent-bytes';
import { type Carrier, MAX_SEGMENTS, type StreamCounters, type StreamSink, TcpStream } from './tcp-stream';

class Collector implements StreamSink {
  text = '';
  lateText = '';
  gaps = 0;

  data(bytes: Uint8Array, from: number, to: number): void {
    this.text += String.fromCharCode(...bytes.subarray(from, to));
  }

  gap(): void {
    this.gaps++;
    this.text += '|';
  }

  late(bytes: Uint8Array, from: number, to: number): void {
    this.lateText += String.fromCharCode(...bytes.subarray(from, to));
  }
}

function open(held = new HeldBack()): {
  stream: TcpStream;
  sink: Collector;
  counters: StreamCounters;
  send: (sequence: number, text: string, missing?: number) => string;
} {
  const sink = new Collector();
  const counters = { gaps: 0, retransmissions: 0, outOfOrder: 0, notWaitedFor: 0, conflicts: 0 };
  const stream = new TcpStream(sink, { counters, recent: new RecentBytes(), held });
  let record = 0;
  const send = (sequence: number, text: string, missing = 0): string => {
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
    const carrier: Carrier = { record: ++record, timeUs: record, remainderNs: 0, dated: true };
    return stream.segment(sequence >>> 0, bytes, 0, bytes.length, missing, carrier);
  };
  return { stream, sink, send, counters };
}

const BEFORE_WRAP = 0xfffffffa;

describe('TCP streams of one capture', () => {
  const some = 'x'.repeat(1000);

  test('wait together for no more than is kept, those the longest that began last', () => {
    const held = new HeldBack(4000);
    const [one, other, third] = [open(held), open(held), open(held)];
    for (const { send } of [one, other, third]) {
      send(100, 'ab');
      send(200, some);
    }
    expect(one.sink.text).toBe(`ab|${some}`);
    expect([one.counters.gaps, third.counters.notWaitedFor]).toEqual([1, 1]);
    expect([other.sink.text, third.sink.text]).toEqual(['ab', 'ab']);
    // What fills the hole after all stands alone, as behind every gap.
    expect(one.send(102, 'late')).toBe('late');
    expect(one.sink.lateText).toBe('late');
    other.send(102, 'y'.repeat(98));
    expect(other.sink.text).toBe(`ab${'y'.repeat(98)}${some}`);
    one.send(2000, some);
    expect([one, other, third].map(({ counters }) => counters.notWaitedFor)).toEqual([0, 0, 1]);
  });

  test('wait as before once what waited is done with', () => {
    const held = new HeldBack(4000);
    for (let turn = 0; turn < 50; turn++) {
      const { stream, send, counters } = open(held);
      send(100, 'ab');
      send(200, some);
      send(3000, some);
      if (turn % 2 === 0) stream.abandon();
      else stream.finish();
      expect(counters.notWaitedFor).toBe(0);
    }
  });
});

describe('TCP stream', () => {
  test('in order, over the wrap of the sequence numbers', () => {
    const { stream, sink, send } = open();
    stream.begin(BEFORE_WRAP - 1);
    send(BEFORE_WRAP, 'abc');
    send(BEFORE_WRAP + 3, 'defg');
    send(1, 'hi');
    expect(sink.text).toBe('abcdefghi');
  });

  test('swapped, repeated and overlapping segments', () => {
    const { sink, send } = open();
    send(100, 'ab');
    expect(send(104, 'ef')).toBe('out of order');
    expect(send(102, 'cde')).toBe('in order');
    expect(send(100, 'ab')).toBe('retransmission');
    expect(send(103, 'def!')).toBe('in order');
    expect(send(106, '')).toBe('retransmission');
    expect(sink.text).toBe('abcdef!');
  });

  test('bytes repeated with other values are counted, and the first are kept', () => {
    const { sink, send, counters } = open();
    send(BEFORE_WRAP, 'open valve');
    send(BEFORE_WRAP, 'open valve');
    expect(counters.conflicts).toBe(0);
    send(BEFORE_WRAP, 'shut valve');
    send(BEFORE_WRAP + 5, 'pumps at 7');
    send(BEFORE_WRAP + 20, 'xyz');
    send(BEFORE_WRAP + 18, 'abc');
    send(BEFORE_WRAP + 15, '123');
    expect(sink.text).toBe('open valve at 7123abcyz');
    expect(counters).toMatchObject({ conflicts: 3, gaps: 0 });
  });

  test('conflicts are found as a reader of plain bytes finds them, and never change what is read', () => {
    const segment = fc.record({
      at: fc.nat(60),
      text: fc.string({ minLength: 2, maxLength: 20, unit: fc.constantFrom('a', 'b') }),
    });
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.array(segment, { maxLength: 25 }), (start, segments) => {
        const { stream, sink, send, counters } = open();
        stream.begin((start - 1) >>> 0);
        // In order or behind only: what waits for a hole is compared when its turn comes.
        let plain = '';
        let conflicts = 0;
        for (const { at, text } of segments) {
          const from = Math.min(at, plain.length);
          const known = plain.slice(from, from + text.length);
          if (known !== text.slice(0, known.length)) conflicts += 1;
          plain += text.slice(known.length);
          send(start + from, text);
        }
        expect([sink.text, counters.conflicts]).toEqual([plain, conflicts]);
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  test('a keep-alive repeats the last byte and adds nothing', () => {
    const { sink, send } = open();
    send(10, 'abc');
    send(12, '\0');
    send(13, 'd');
    expect(sink.text).toBe('abcd');
  });

  test('a hole is given up when too much waits behind it; what fills it later is told apart', () => {
    const { sink, send } = open();
    send(0, 'a');
    for (let index = 0; index <= MAX_SEGMENTS; index++) send(3 + index, 'x');
    expect(sink.text).toBe(`a|${'x'.repeat(MAX_SEGMENTS + 1)}`);
    expect(send(1, 'bc')).toBe('late');
    expect(send(1, 'bc')).toBe('retransmission');
    expect(sink.lateText).toBe('bc');
  });

  test('an acknowledgement beyond a hole closes it at once', () => {
    const { stream, sink, send } = open();
    send(0, 'a');
    send(3, 'd');
    stream.acknowledged(1);
    expect(sink.text).toBe('a');
    stream.acknowledged(4);
    expect(sink.text).toBe('a|d');
  });

  test('bytes the snapshot length cut leave a gap, and the numbers go on', () => {
    const { sink, send } = open();
    send(0, 'ab', 10);
    send(12, 'cd');
    expect(sink.text).toBe('ab|cd');
  });

  test('the end hands over what waits', () => {
    const { stream, sink, send } = open();
    send(0, 'a');
    send(9, 'z');
    stream.finish();
    expect(sink.text).toBe('a|z');
  });

  test('any cutting, disorder within the caps and repetition gives the same bytes', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 400, unit: 'grapheme-ascii' }),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 50 }),
        fc.nat(0xffffffff),
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 }),
        (text, cuts, start, disorder) => {
          const { stream, sink, send } = open();
          stream.begin((start - 1) >>> 0);
          const segments: [number, string][] = [];
          for (let at = 0, index = 0; at < text.length; index++) {
            const size = cuts[index % cuts.length] ?? 1;
            segments.push([start + at, text.slice(at, at + size + (index % 3))]);
            at += size;
          }
          const order = segments.map((_, index) => index + ((disorder[index % disorder.length] ?? 0) % 10));
          const shuffled = segments.map((segment, index) => ({ segment, at: order[index] ?? 0 }));
          shuffled.sort((a, b) => a.at - b.at);
          for (const [index, { segment }] of shuffled.entries()) {
            send(...segment);
            if ((disorder[index % disorder.length] ?? 0) % 4 === 0) send(...segment);
          }
          expect(sink.text).toBe(text);
        },
      ),
      { seed: 3, numRuns: 1000 },
    );
  });
});
