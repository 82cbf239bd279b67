/** FINS: bits are told with their number, and each end's numbers are its own (Omron W227 §3-2, §5-2-2, W342 §5). */
import { expect, test } from 'vitest';
import { Cursor } from '../cursor';
import { bytesOfHex, type Message, type Side } from '../dissector';
import { fins } from '../protocols/fins';

function follow(...units: readonly (readonly [Side, string])[]): readonly Message[] {
  const session = fins.begin();
  return units.flatMap(([from, hex]) => {
    const bytes = bytesOfHex(hex);
    return session.message(new Cursor(bytes, 0, bytes.length), from);
  });
}

test('bits of one word are told apart', () => {
  const [one, more] = follow(
    ['client', '80 00 02 00 02 00 00 01 00 01 0102 30 0064 05 0001 01'],
    ['client', '80 00 02 00 02 00 00 01 00 02 0102 30 0064 0f 0002 01 00'],
  );
  expect(one).toMatchObject({
    object: 'CIO bit 100.05',
    address: 100,
    points: [{ object: 'CIO bit 100.05', values: [1] }],
    text: 'memory area write CIO bit 100.05 (node 0.2.0, request)',
  });
  expect(more?.points.map(({ object, address }) => [object, address])).toEqual([
    ['CIO bit 100.15', 100],
    ['CIO bit 101.00', 101],
  ]);
});

test('every bit that is forced is told', () => {
  const [forced] = follow([
    'client',
    '80 00 02 00 02 00 00 01 00 03 2301 0002 0001 30 0064 07 0000 30 0064 08',
  ]);
  expect(forced).toMatchObject({
    object: 'CIO bit 100.07',
    quantity: 2,
    text: 'forced set reset CIO bit 100.07 forced on, CIO bit 100.08 forced off (node 0.2.0, request)',
  });
});

test('both ends may ask under the same number', () => {
  const told = follow(
    ['client', '80 00 02 00 02 00 00 01 00 07 0101 82 0064 00 0001'],
    ['server', '80 00 02 00 01 00 00 02 00 07 0101 82 00c8 00 0001'],
    ['server', 'c0 00 02 00 01 00 00 02 00 07 0101 0000 006f'],
    ['client', 'c0 00 02 00 02 00 00 01 00 07 0101 0000 00de'],
  );
  expect(told.slice(2).map(({ points: [run] }) => [run?.address, run?.values])).toEqual([
    [100, [111]],
    [200, [222]],
  ]);
});

test('nodes behind one address have numbers of their own', () => {
  const told = follow(
    ['client', '80 00 02 00 02 00 00 01 00 07 0101 82 0064 00 0001'],
    ['client', '80 00 02 00 03 00 00 01 00 07 0101 82 00c8 00 0001'],
    ['server', 'c0 00 02 00 01 00 00 03 00 07 0101 0000 00de'],
    ['server', 'c0 00 02 00 01 00 00 02 00 07 0101 0000 006f'],
  );
  expect(told.slice(2).map(({ address }) => address)).toEqual([200, 100]);
});
