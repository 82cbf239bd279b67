/** Conversions in SQL against the address module and plain arithmetic. */
import { isIPv4 } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalIp, canonicalMac } from '../../../shared/address';
import { CONVERSIONS } from '../../formats/format';
import { Database } from '../../store/database';
import { quoteText, trusted } from '../../store/sql';
import { convert } from './convert-sql';

let database: Database;
beforeAll(async () => {
  database = await Database.open({ path: null, memoryLimitMb: 512, threads: 1, tempFolder: null });
});
afterAll(() => {
  database.close();
});

async function convertAll(
  as: Parameters<typeof convert>[1],
  texts: readonly (string | null)[],
): Promise<readonly unknown[]> {
  const rows = texts.map((text, index) => `(${index}, ${text === null ? 'NULL::VARCHAR' : quoteText(text)})`);
  const { sql } = convert({ sql: 't', type: 'VARCHAR' }, as);
  const table = await database.all(
    trusted(`SELECT ${sql} FROM (VALUES ${rows.join(', ')}) v(n, t) ORDER BY n`),
  );
  return table.rows.map(([value]) => (typeof value === 'bigint' ? Number(value) : value));
}

const group = fc.constantFrom('0', '1', '00', '0db8', 'ffff', 'FFFF', 'a', '', '10.1.2.3', '12345', 'g');
const addressLike = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV6().map((text) => `${text}%eth0`),
  fc.array(group, { minLength: 1, maxLength: 10 }).map((groups) => groups.join(':')),
  fc.constantFrom(
    '::',
    '::1',
    '1::',
    '::ffff:10.0.0.1',
    '0:0:0:0:0:ffff:a00:1',
    '1:2:3:4:5:6:7::',
    '::2:3:4:5:6:7:8',
  ),
  fc.constantFrom(
    '10.0.0.256',
    '010.0.0.1',
    '1.2.3',
    '',
    'host',
    'fe80::1%',
    '1:2:3:4:5:6:7:8:9',
    ':::',
    '::1::',
    '1:0:0:2:0:0:0:3',
  ),
);

test('every octet that is one, and no other number, is part of an address', async () => {
  const numbers = Array.from({ length: 1100 }, (_, number) => String(number));
  const octets = [...numbers, ...numbers.flatMap((one) => [`0${one}`, `00${one}`]), '', 'a', '1a', '-1', '٣'];
  for (const make of [(one: string) => `${one}.0.0.1`, (one: string) => `1.2.3.${one}`]) {
    const texts = octets.map(make);
    const plain = await convertAll('ip', texts);
    expect(
      plain
        .map((found, index) =>
          typeof found === 'string' && found === texts[index] && isIPv4(found) ? octets[index] : null,
        )
        .filter(Boolean),
    ).toEqual(numbers.slice(0, 256));
  }
});

describe('conversions', () => {
  test('addresses read as the address module reads them', async () => {
    const texts = fc.sample(addressLike, { numRuns: 3000, seed: 7 });
    const unpadded = (text: string): string =>
      text.replace(/^ +| +$/g, '').replace(/^(?:((?:\d+\.){3}\d+)|\[(.*)\])(?::\d{1,5})?$/, '$1$2');
    expect(await convertAll('ip', texts)).toEqual(texts.map((text) => canonicalIp(unpadded(text))));
    expect(
      await convertAll('ip', [
        ' 10.0.0.1',
        '10.0.0.1 ',
        ' 2001:DB8::1 ',
        '1 0.0.0.1',
        '10.0.0.1:502',
        '[2001:DB8::1]:443',
        '[fe80::1%3]',
      ]),
    ).toEqual([...['10.0.0.1', '10.0.0.1', '2001:db8::1', null, '10.0.0.1', '2001:db8::1', 'fe80::1']]);
  });

  test('MAC addresses too', async () => {
    const digits = fc.string({
      unit: fc.constantFrom(...'0123456789abcdefABCDEF'),
      minLength: 12,
      maxLength: 12,
    });
    const shapes = fc.tuple(digits, fc.constantFrom(':', '-', '.', '', ' ')).map(([hex, mark]) => {
      const step = mark === '.' ? 4 : 2;
      return (hex.match(new RegExp(`.{${step}}`, 'g')) ?? []).join(mark);
    });
    const texts = fc.sample(fc.oneof(shapes, fc.constantFrom('', '00:1b-1b:00:00:00', '001b1b')), {
      numRuns: 500,
      seed: 7,
    });
    expect(await convertAll('mac', texts)).toEqual(texts.map(canonicalMac));
  });

  test.each(CONVERSIONS)('%s makes nothing of nothing', async (as) => {
    expect(await convertAll(as, [null])).toEqual([null]);
  });

  test.each([
    [
      'seconds',
      ['1.5', '0.000000001', '-2.25', '3', '1e-3', 'x', null],
      [1.5e9, 1, -2.25e9, 3e9, 1e6, null, null],
    ],
    ['milliseconds', ['1500', '0.5'], [1.5e9, 5e5]],
    ['hex_text', ['c3a92062', 'C3A9', 'c3', 'x', '', null], ['é b', 'é', null, null, null, null]],
    [
      'clock_duration',
      ['00:01:02.5', '1:02', '2d 03:00:00', '26:00:00', 'soon'],
      [62.5e9, 62e9, 183_600e9, 93_600e9, null],
    ],
    ['port', ['0', '65535', '65536', '-1', 'http'], [0, 65_535, null, null, null]],
    ['hexadecimal', ['0x1F', 'ff', 'xyz', '0x'], [31, 255, null, null]],
    ['boolean', ['T', 'false', 'Yes', '0', 'maybe'], [true, false, true, false, null]],
    ['list', ['["a","b"]', '[]', 'plain', '[broken'], ['a, b', '', 'plain', '[broken']],
    ['file_name', ['C:\\a\\b.exe', '/x/y', 'z'], ['b.exe', 'y', 'z']],
    ['severity_of_priority', ['0', '165', '34', '191', '192', 'a'], [6, 2, 5, 1, null, null]],
    ['comma_number', ['1.234,5', '7', 'n'], [1234.5, 7, null]],
  ] as const)('%s', async (as, texts, expected) => {
    expect(await convertAll(as, texts)).toEqual(expected);
  });
});
