/** What is found was made of exactly these bytes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Cursor } from './cursor';
import { bytesOfHex, type Message, type Session, type Side } from './dissector';
import { modbus } from './protocols/modbus';
import { s7comm } from './protocols/s7comm';
import { Repeat, Repeats } from './repeats';

const bytesOf = fc.uint8Array({ minLength: 0, maxLength: 6, max: 2 });

/** The first few are not kept. */
function begun(): Repeats<string> {
  const repeats = new Repeats<string>();
  const some = Uint8Array.of(9);
  for (let time = 0; time < 32; time++) {
    expect(repeats.of(some, 0, 1, () => `time ${time}`)).toBe(`time ${time}`);
  }
  return repeats;
}

describe('bytes that come again', () => {
  test('the last are found, others are not', () => {
    const repeat = new Repeat<string>();
    const first = Uint8Array.of(9, 1, 2, 3);
    expect(repeat.find(first, 1, 4)).toBe(null);
    expect(repeat.keep(first, 1, 4, 'first')).toBe('first');
    expect(repeat.find(Uint8Array.of(1, 2, 3, 4), 0, 3)).toBe('first');
    expect(repeat.find(Uint8Array.of(1, 2, 3, 4), 0, 4)).toBe(null);
    first[2] = 7;
    expect(repeat.find(first, 1, 4)).toBe(null);
    expect(repeat.find(Uint8Array.of(1, 2, 3), 0, 3)).toBe('first');
  });

  test('whatever is found among many was made of the same bytes', () => {
    fc.assert(
      fc.property(fc.array(bytesOf, { maxLength: 200 }), (all) => {
        const repeats = begun();
        for (const bytes of all) {
          const made = [...bytes].join(' ');
          expect(repeats.of(bytes, 0, bytes.length, () => made)).toBe(made);
          expect(repeats.of(bytes, 0, bytes.length, () => 'made again')).toBe(made);
        }
      }),
    );
  });

  test('long ones are not kept', () => {
    const repeats = begun();
    const long = new Uint8Array(513);
    repeats.of(long, 0, long.length, () => 'long');
    expect(repeats.of(long, 0, long.length, () => 'made again')).toBe('made again');
  });
});

const word = (value: number): string => value.toString(16).padStart(4, '0');
const byte = (value: number): string => value.toString(16).padStart(2, '0');

interface Poll {
  readonly number: number;
  readonly place: number;
  readonly values: readonly number[];
  readonly isRefused: boolean;
}

const polls = fc.array(
  fc.record({
    number: fc.nat({ max: 65_535 }),
    place: fc.nat({ max: 3 }),
    values: fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 3 }),
    isRefused: fc.boolean(),
  }),
  { minLength: 100, maxLength: 300 },
);

function modbusPoll({ number, place, values, isRefused }: Poll): readonly [string, string] {
  const head = `${word(number)} 0000`;
  const told = isRefused
    ? '0003 01 83 02'
    : `${word(3 + values.length * 2)} 01 03 ${byte(values.length * 2)}`;
  return [
    `${head} 0006 01 03 ${word(place)} ${word(values.length)}`,
    `${head} ${told} ${isRefused ? '' : values.map(word).join('')}`,
  ];
}

function s7Poll({ number, place, values, isRefused }: Poll): readonly [string, string] {
  const item = `120a10 04 ${word(values.length)} 0001 84 0000${byte(place * 16)}`;
  const data = isRefused ? '0a 00 0000' : `ff 04 ${word(values.length * 16)} ${values.map(word).join('')}`;
  const size = data.replaceAll(' ', '').length / 2;
  return [
    `0300001f 02f080 32 01 0000 ${word(number)} 000e 0000 04 01 ${item}`,
    `0300${word(21 + size)} 02f080 32 03 0000 ${word(number)} 0002 ${word(size)} 0000 04 01 ${data}`,
  ];
}

describe.each([
  ['modbus', modbus, modbusPoll],
  ['s7comm', s7comm, s7Poll],
] as const)('%s', (_id, dissector, exchange) => {
  test('a long conversation tells of each exchange what one begun for it alone would tell', () => {
    const tell = (session: Session, hex: string, from: Side): readonly Message[] => {
      const bytes = bytesOfHex(hex);
      return session.message(new Cursor(bytes, 0, bytes.length), from);
    };
    fc.assert(
      fc.property(polls, (all) => {
        const long = dissector.begin();
        for (const poll of all) {
          const [asked, answered] = exchange(poll);
          const alone = dissector.begin();
          const request = tell(alone, asked, 'client');
          expect(request).toHaveLength(1);
          expect(tell(long, asked, 'client')).toEqual(request);
          const answer = tell(alone, answered, 'server');
          expect(answer).toMatchObject([{ malformed: null, isUnpaired: false }]);
          expect(tell(long, answered, 'server')).toEqual(answer);
        }
      }),
      { numRuns: 20 },
    );
  });
});
