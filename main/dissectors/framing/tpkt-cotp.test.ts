import { expect, test } from 'vitest';
import { Cursor } from '../cursor';
import { bytesOfHex } from '../dissector';
import { mms } from '../protocols/mms';
import { s7comm } from '../protocols/s7comm';
import { DataUnit } from './tpkt-cotp';

/** Data units in hex, `-` for none; `lost` where one is told as lost. Parts as hex, `…` behind those that go on. */
function follow(parts: readonly string[]): readonly string[] {
  const unit = new DataUnit((part) => part[0] === 0x32);
  return parts.map((part) => {
    if (part === 'gap') unit.gap();
    const whole = part === 'gap' ? null : unit.add(bytesOfHex(part.replace('…', '')), !part.endsWith('…'));
    const told = whole === null ? '-' : Buffer.from(whole).toString('hex');
    const lost = unit.takeLost('server');
    return lost === null ? told : `${told} ${/\d+ bytes/.exec(lost.text)?.[0]} lost`;
  });
}

test('parts up to the last are one data unit', () => {
  expect(follow(['3201…', '02…', '03', '3204'])).toEqual(['-', '-', '32010203', '3204']);
});

test('a part before a gap is not joined with the data unit behind it', () => {
  expect(follow(['3201…', 'gap', '3202…', '03'])).toEqual(['-', '-', '- 2 bytes lost', '320203']);
});

test('the rest of a data unit that began in a gap is passed over and told', () => {
  expect(follow(['gap', '01…', '02', '3203'])).toEqual(['-', '-', '- 2 bytes lost', '3203']);
});

test('nothing is told of a gap between data units', () => {
  expect(follow(['3201', 'gap', '3202'])).toEqual(['3201', '-', '3202']);
});

test('a data unit that grows too long is passed over to its end', () => {
  const unit = new DataUnit(() => true);
  const big = new Uint8Array(600_000);
  expect([unit.add(big, false), unit.add(big, false), unit.takeLost('client')]).toEqual([null, null, null]);
  expect(unit.add(big, true)).toBeNull();
  expect(unit.takeLost('client')?.malformed).toBe('Parts of the message are missing');
  expect(unit.add(bytesOfHex('32'), true)).toEqual(bytesOfHex('32'));
});

test.each([
  [
    's7comm',
    s7comm,
    '03000011 02f000 32 01 0000 0005 000e 0008',
    '03000016 02f080 32 03 0000 0005 0002 0001 0000 05 01 ff',
  ],
  ['mms', mms, '0300000c 02f000 01000100 61', '0300000b 02f080 1900 0000'],
] as const)(
  '%s: what was begun before a gap is told, and what follows is read by itself',
  (_id, dissector, begun, next) => {
    const session = dissector.begin();
    const take = (hex: string) => {
      const bytes = bytesOfHex(hex);
      return session.message(new Cursor(bytes, 0, bytes.length), 'server').map(({ action }) => action);
    };
    expect(take(begun)).toEqual([]);
    session.gap?.('server');
    expect(take(next)).toEqual(['incomplete_message', expect.any(String)]);
  },
);
