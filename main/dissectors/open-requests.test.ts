/** An answer whose request cannot be told is given none: never that of another whose answer was lost. */
import { describe, expect, test } from 'vitest';
import { Cursor } from './cursor';
import { bytesOfHex, type Dissector, type Side } from './dissector';
import { OpenRequests } from './open-requests';
import { bacnet } from './protocols/bacnet';
import { ftp } from './protocols/it/ftp';
import { http } from './protocols/it/http';
import { modbus } from './protocols/modbus';
import { s7comm } from './protocols/s7comm';
import { slmp } from './protocols/slmp';

/** `address: text` of each message, in order; hex as `c …` from the client or `s …` from the server. */
function follow(dissector: Dissector, units: readonly string[]): readonly string[] {
  const session = dissector.begin();
  return units.flatMap((unit) => {
    const side: Side = unit.startsWith('c') ? 'client' : 'server';
    const bytes = bytesOfHex(unit.slice(1));
    const told = session.message(new Cursor(bytes, 0, bytes.length), side);
    return side === 'client' ? [] : told.map(({ address, text }) => `${address}: ${text}`);
  });
}

const word = (value: number): string => value.toString(16).padStart(4, '0');
const ask = (address: number, quantity = 1, transaction = 0): string =>
  `c ${word(transaction)} 0000 0006 01 03 ${word(address)} ${word(quantity)}`;
const tell = (values: readonly number[], transaction = 0): string =>
  `s ${word(transaction)} 0000 ${word(3 + values.length * 2)} 01 03 0${values.length * 2} ${values.map(word).join('')}`;

describe('Modbus clients that number all requests alike', () => {
  test('of a lost answer, the next differs in size: nothing is mistaken', () => {
    const told = follow(modbus, [ask(100), ask(200, 2), tell([3, 4]), ask(300), tell([5])]);
    expect(told).toEqual([
      '200: Read holding registers 200–201 = 3, 4 (unit 1, response)',
      '300: Read holding register 300 = 5 (unit 1, response)',
    ]);
  });

  test('of a lost answer, the next has the same size: it is named after neither, those after it are', () => {
    const told = follow(modbus, [ask(100), ask(200), tell([2]), ask(300), tell([3]), ask(400), tell([4])]);
    expect(told).toEqual([
      'null: Read holding registers = 2 (unit 1, response)',
      '300: Read holding register 300 = 3 (unit 1, response)',
      '400: Read holding register 400 = 4 (unit 1, response)',
    ]);
  });

  test('the same asked again after a lost answer is one question', () => {
    const told = follow(modbus, [ask(100), ask(100), tell([1]), ask(200), tell([2])]);
    expect(told.map((text) => text.split(':')[0])).toEqual(['100', '200']);
  });

  test('an echo names its own place', () => {
    const write = (side: 'c' | 's', address: number) => `${side} 0000 0000 0006 01 06 ${word(address)} 0007`;
    const told = follow(modbus, [write('c', 1), write('c', 2), write('s', 2), write('c', 3), write('s', 3)]);
    expect(told.map((text) => text.split(':')[0])).toEqual(['2', '3']);
  });

  test('requests with numbers of their own are answered in any order', () => {
    const told = follow(modbus, [ask(1, 1, 7), ask(2, 1, 8), ask(3, 1, 9), tell([30], 9), tell([10], 7)]);
    expect(told.map((text) => text.split(':')[0])).toEqual(['3', '1']);
  });
});

const byte = (value: number): string => value.toString(16).padStart(2, '0');
/** More than are waited for. */
const OTHERS = Array.from({ length: 40 }, (_, index) => 100 + index);

describe('BACnet', () => {
  const read = (side: string, id: number, object: number) =>
    `${side} 810a 0011 0104 0005 ${byte(id)} 0c 0c 0000 ${word(object)} 1955`;
  const failed = (side: string, id: number) => `${side} 810a 000d 0100 50 ${byte(id)} 0c 91 02 91 20`;

  test('a number that comes round again is the latest asked', () => {
    const others = OTHERS.map((id) => read('c', id, 9));
    const told = follow(bacnet, [
      read('c', 5, 1),
      ...others,
      read('c', 5, 2),
      failed('s', 5),
      failed('s', 5),
    ]);
    expect(told).toEqual([expect.stringMatching(/^2: /), expect.stringMatching(/^null: /)]);
  });

  test('a number that is used again at once is neither', () => {
    const told = follow(bacnet, [read('c', 5, 1), read('c', 5, 2), failed('s', 5), failed('s', 5)]);
    expect(told).toEqual([expect.stringMatching(/^null: /), expect.stringMatching(/^null: /)]);
  });

  test('asked again for lack of an answer, it is one question', () => {
    expect(follow(bacnet, [read('c', 5, 1), read('c', 5, 1), failed('s', 5)])).toEqual([
      expect.stringMatching(/^1: /),
    ]);
  });

  test('each side counts by itself', () => {
    expect(follow(bacnet, [read('c', 5, 1), read('s', 5, 2), failed('s', 5)]).at(-1)).toMatch(/^1: /);
  });
});

describe('S7', () => {
  const job = (start: number, reference = 1) =>
    `c 0300001f 02f080 32 01 0000 ${word(reference)} 000e 0000 04 01 12 0a 10 02 0001 0001 84 00${word(start)}`;
  const ack = 's 0300001a 02f080 32 03 0000 0001 0002 0005 0000 04 01 ff 04 0008 2a';

  test('a reference that comes round again is the latest asked', () => {
    const others = OTHERS.map((reference) => job(16, reference));
    expect(follow(s7comm, [job(8), ...others, job(800), ack])).toEqual([expect.stringMatching(/^800: /)]);
  });

  test('a reference that is used again at once is neither', () => {
    expect(follow(s7comm, [job(8), job(800), ack])).toEqual([expect.stringMatching(/^null: /)]);
  });
});

describe('SLMP frames without a number', () => {
  const read = (address: number, station = 255) =>
    `c 5000 00 ${byte(station)} ff03 00 0c00 1000 0104 0000 ${byte(address)}0000 a8 0100`;
  const values = (value: number, station = 255) =>
    `s d000 00 ${byte(station)} ff03 00 0400 0000 ${byte(value)}00`;
  const addresses = (units: readonly string[]) => follow(slmp, units).map((text) => text.split(':')[0]);
  const oneByOne = Array.from({ length: 8 }, () => [read(1), values(1)]).flat();

  test('two asked ahead are answered by neither, and once both answers came the next pairs again', () => {
    const ahead = [read(100), read(200), values(111), values(222), read(30), values(3)];
    expect(addresses(ahead)).toEqual(['null', 'null', '30']);
  });

  test('asked ahead all the time, no value goes to another address', () => {
    const ahead = [read(1), read(2), values(1), read(3), values(2), read(4), values(3), values(4)];
    expect(addresses(ahead)).toEqual(['null', 'null', 'null', 'null']);
  });

  test('after a lost answer of one that asks one at a time, one is told of neither and those after it are', () => {
    const lost = [read(100), read(200), values(2), read(30), values(3)];
    expect(addresses([...oneByOne, ...lost]).slice(8)).toEqual(['null', '30']);
  });

  test('stations are told apart', () => {
    expect(addresses([read(1, 1), read(2, 2), values(1, 1), values(2, 2)])).toEqual(['1', '2']);
  });

  test('after a gap nothing waits', () => {
    const session = slmp.begin();
    const hear = (unit: string) => {
      const bytes = bytesOfHex(unit.slice(1));
      return session.message(new Cursor(bytes, 0, bytes.length), unit.startsWith('c') ? 'client' : 'server');
    };
    hear(read(100));
    session.gap?.('server');
    expect(hear(values(2)).map(({ address, isUnpaired }) => [address, isUnpaired])).toEqual([[null, true]]);
  });
});

describe('protocols that tell whose answer it is by its turn', () => {
  const bytes = (text: string): Cursor => new Cursor(Buffer.from(text, 'latin1'), 0, text.length);
  const get = (path: string): Cursor => bytes(`GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`);
  const ok = (): Cursor => bytes('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');

  test('after a loss no answer goes to another request', () => {
    const session = http.begin();
    session.message(get('/lost'), 'client');
    session.message(get('/second'), 'client');
    session.gap?.('server');
    const told = [...session.message(ok(), 'server')];
    session.message(get('/third'), 'client');
    told.push(...session.message(ok(), 'server'));
    expect(told.map(({ text, isUnpaired }) => [text, isUnpaired])).toEqual([
      ['200', true],
      ['200 to GET /third', false],
    ]);
  });

  test('an answer of several lines whose end is lost does not swallow those after it', () => {
    const session = ftp.begin();
    session.message(bytes('FEAT\r\n'), 'client');
    session.message(bytes('211-Features:\r\n'), 'server');
    session.gap?.('server');
    session.message(bytes('DELE recipe.csv\r\n'), 'client');
    const told = session.message(bytes('250 Deleted\r\n'), 'server');
    expect(told.map(({ text }) => text)).toEqual(['FTP 250 Deleted to DELE recipe.csv']);
  });
});

test('the oldest go first where too many wait', () => {
  const open = new OpenRequests<number>(2);
  for (const number of [1, 2, 3]) open.ask(String(number), number);
  expect(['1', '2', '3', '3'].map((key) => open.answer(key))).toEqual([null, 2, 3, null]);
});
