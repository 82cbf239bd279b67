/** Answers over CIP connections go to the requests of their own connection; what is written is told whole. */
import { describe, expect, test } from 'vitest';
import { Cursor } from '../cursor';
import { bytesOfHex, type Message, type Session, type Side } from '../dissector';
import { enip } from '../protocols/enip';
import { littleHex } from '../sample-hex';

const size = (hex: string): number => bytesOfHex(hex).length;

function encapsulated(command: number, context: string, items: string): string {
  const data = `00000000 0000 0200 ${items}`;
  return `${littleHex(command, 2)} ${littleHex(size(data), 2)} 01000000 00000000 ${context} 00000000 ${data}`;
}
const unconnected = (context: string, cip: string): string =>
  encapsulated(0x6f, context, `0000 0000 b200 ${littleHex(size(cip), 2)} ${cip}`);
const connected = (identifier: number, sequence: number, cip: string): string =>
  encapsulated(
    0x70,
    '0000000000000000',
    `a100 0400 ${littleHex(identifier, 4)} b100 ${littleHex(size(cip) + 2, 2)} ${littleHex(sequence, 2)} ${cip}`,
  );
const symbol = (letter: string): string => `91 01 ${letter.charCodeAt(0).toString(16)} 00`;
const read = (letter: string): string => `4c 02 ${symbol(letter)} 0100`;
const worth = (value: number): string => `cc 00 00 00 c300 ${littleHex(value, 2)}`;

const ONE = '4141414141414131';
const OPEN = `54 02 2006 2401 0a0e 00000000 01000000 0100 0100 99000000 03000000 80841e00 f843 80841e00 f843 a3 02 2002 2401`;
const opened = (there: number, back: number): string =>
  `d4 00 00 00 ${littleHex(there, 4)} ${littleHex(back, 4)} 0100 0100 99000000 80841e00 80841e00 00 00`;

function hear(session: Session, from: Side, hex: string): readonly Message[] {
  const bytes = bytesOfHex(hex);
  return session.message(new Cursor(bytes, 0, bytes.length), from);
}

/** What the server is heard to say. */
function answers(...units: readonly (readonly [Side, string])[]): readonly string[] {
  const session = enip.begin();
  return units.flatMap(([from, hex]) => {
    const told = hear(session, from, hex);
    return from === 'client' ? [] : told.map(({ text, isUnpaired }) => `${text}${isUnpaired ? ' ?' : ''}`);
  });
}

const told = (cip: string): readonly Message[] => hear(enip.begin(), 'client', connected(7, 1, cip));

describe('two connections that count alike', () => {
  const requests: readonly (readonly [Side, string])[] = [
    ['client', connected(0xa1, 1, read('L'))],
    ['client', connected(0xb1, 1, read('P'))],
  ];
  const replies: readonly (readonly [Side, string])[] = [
    ['server', connected(0xa2, 1, worth(111))],
    ['server', connected(0xb2, 1, worth(222))],
  ];

  test('each answer is of its own connection', () => {
    const opening: readonly (readonly [Side, string])[] = [
      ['client', unconnected(ONE, OPEN)],
      ['server', unconnected(ONE, opened(0xa1, 0xa2))],
      ['client', unconnected(ONE, OPEN)],
      ['server', unconnected(ONE, opened(0xb1, 0xb2))],
    ];
    expect(answers(...opening, ...requests, ...replies).slice(2)).toEqual([
      'read tag L = 111 (reply)',
      'read tag P = 222 (reply)',
    ]);
  });

  test('where their opening was not seen, neither is guessed', () => {
    expect(answers(...requests, ...replies)).toEqual([
      'read tag = 111 (reply) ?',
      'read tag = 222 (reply) ?',
    ]);
  });

  test('where it was not seen, the only request of that number is the one', () => {
    const one = answers(
      ['client', connected(0xa1, 1, read('L'))],
      ['server', connected(0xa2, 1, worth(111))],
    );
    expect(one).toEqual(['read tag L = 111 (reply)']);
  });
});

test('sender contexts that are all alike: two that wait are told apart by nobody', () => {
  const [none, refused, done] = ['0000000000000000', 'cd 00 0f 00', 'cd 00 00 00'];
  const write = (letter: string): string => `4d 02 ${symbol(letter)} c100 0100 01`;
  expect(
    answers(
      ['client', unconnected(none, write('P'))],
      ['client', unconnected(none, write('V'))],
      ['server', unconnected(none, refused)],
      ['server', unconnected(none, done)],
    ),
  ).toEqual(['write tag refused: privilege violation (reply) ?', 'write tag (reply) ?']);
});

test('an unconnected send waits no longer once the service inside it was answered', () => {
  const none = '0000000000000000';
  const sent = (letter: string): string => `52 02 2006 2401 0a0e 0800 ${read(letter)} 0100 0100`;
  expect(
    answers(
      ['client', unconnected(none, sent('L'))],
      ['server', unconnected(none, worth(1))],
      ['client', unconnected(none, sent('P'))],
      ['server', unconnected(none, 'd2 00 05 00')],
    ),
  ).toEqual([
    'read tag L = 1 (reply)',
    'unconnected send Connection Manager instance 1 refused: path destination unknown (reply)',
  ]);
});

describe('tags of Logix controllers (1756-PM020)', () => {
  test('a structure is written: the count stands behind its handle', () => {
    expect(told(`4d 02 ${symbol('R')} a002 ce0f 0100 02000000 4849 0000`)[0]).toMatchObject({
      quantity: 1,
      points: [{ object: 'R', texts: ['HI'] }],
      text: 'write tag R = HI',
    });
    expect(told(`4d 02 ${symbol('R')} a002 3412 0300 010203040506`)[0]).toMatchObject({
      quantity: 3,
      points: [],
      text: 'write tag R = structure 0x1234, 6 bytes',
    });
  });

  test('symbols by number keep it, elements of theirs too', () => {
    const texts = ['03 206b 2500 3412', '04 206b 2500 3412 2805', '07 9103 503a4d00 206b 2500 1200 2805'].map(
      (path) => told(`4c ${path} 0100`)[0]?.text,
    );
    expect(texts).toEqual([
      'read tag Symbol instance 0x1234',
      'read tag Symbol instance 0x1234 [5]',
      'read tag P:M.Symbol instance 0x0012[5]',
    ]);
  });

  test('bits are set and cleared by two masks', () => {
    expect(told(`4e 02 ${symbol('B')} 0200 0100 feff`)[0]?.text).toBe(
      'read modify write tag B with OR 0x0001 AND 0xfffe',
    );
  });

  test('fragments begin at an offset', () => {
    expect(told(`53 02 ${symbol('A')} c300 6400 c8000000 0100 0200`)[0]).toMatchObject({
      quantity: 100,
      points: [{ values: [1, 2] }],
      text: 'write tag fragmented A from byte 200 = 1, 2',
    });
  });

  test('a service nobody names is told in hex', () => {
    expect(told('4c 02 2074 2401')[0]?.text).toBe('service 0x4c class 0x74 instance 1');
    expect(told('4c 02 206c 2401')[0]?.text).toBe('read template Template instance 1');
  });
});
