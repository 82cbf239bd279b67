/** Functions that write, or do more than one thing, told by what they do (MODBUS Application Protocol V1.1b3 §6). */
import { expect, test } from 'vitest';
import { Cursor } from '../cursor';
import { bytesOfHex, type Message, type Side } from '../dissector';
import { modbus } from '../protocols/modbus';

/** Each unit as `c` or `s` and the data behind the unit number. */
function follow(...units: readonly string[]): readonly Message[] {
  const session = modbus.begin();
  return units.flatMap((unit) => {
    const side: Side = unit.startsWith('c') ? 'client' : 'server';
    const data = bytesOfHex(unit.slice(1));
    const bytes = Uint8Array.from([0, 1, 0, 0, 0, data.length + 1, 1, ...data]);
    return session.message(new Cursor(bytes, 0, bytes.length), side);
  });
}

const facts = ({ operation, address, quantity, points, text }: Message | undefined = {} as Message) => [
  operation,
  address,
  quantity,
  points.map((run) => [run.object, run.address, Array.from(run.values)]),
  text,
];

test('read and write (§6.17): the request is the write, the answer is what was read', () => {
  const [asked, answer] = follow('c 17 0003 0001 000e 0001 02 00ff', 's 17 02 1234');
  expect(facts(asked)).toEqual([
    'write',
    14,
    1,
    [['holding_register', 14, [255]]],
    'Read and write holding register 14 = 255, read 3 (unit 1, request)',
  ]);
  expect(facts(answer)).toEqual([
    'read',
    3,
    1,
    [['holding_register', 3, [0x1234]]],
    'Read holding register 3 = 4660 after a write (unit 1, response)',
  ]);
});

test('a refused read and write is a write that was refused', () => {
  const [, refused] = follow('c 17 0003 0001 000e 0001 02 00ff', 's 97 02');
  expect(facts(refused).slice(0, 3)).toEqual(['write', 14, 1]);
});

test('a coil knows two values (§6.5)', () => {
  const [wrong, on] = follow('c 05 0003 0001', 'c 05 0003 ff00');
  expect(wrong?.points).toEqual([]);
  expect(wrong?.text).toBe('Write coil 3 with the illegal value 0x0001 (unit 1, request)');
  expect(on?.text).toBe('Write coil 3 = 1 (unit 1, request)');
});

test('every group of a file record is told (§6.14, §6.15)', () => {
  const [written] = follow('c 15 12 06 0004 0007 0001 beef 06 0005 0009 0001 cafe');
  expect(facts(written)).toEqual([
    'write',
    7,
    2,
    [
      ['file 4 record', 7, [0xbeef]],
      ['file 5 record', 9, [0xcafe]],
    ],
    'Write file record 7 of file 4 = 48879; 9 of file 5 = 51966 (unit 1, request)',
  ]);
  expect(written?.file).toBe('4, 5');
  const [asked, answer] = follow(
    'c 14 0e 06 0004 0001 0002 06 0003 0009 0002',
    's 14 0c 05 06 0dfe 0020 05 06 33cd 0040',
  );
  expect(asked?.text).toBe('Read file record 1–2 of file 4; 9–10 of file 3 (unit 1, request)');
  expect(facts(answer)[3]).toEqual([
    ['file 4 record', 1, [0x0dfe, 0x20]],
    ['file 3 record', 9, [0x33cd, 0x40]],
  ]);
  expect(answer?.malformed).toBeNull();
});

test('diagnostics that silence or restart a device control it (§6.8)', () => {
  const told = follow('c 08 0001 0000', 'c 08 0004 0000', 'c 08 0002 0000');
  expect(told.map(({ operation }) => operation)).toEqual(['control', 'control', 'diagnose']);
});

test('none asked for is none', () => {
  const told = follow('c 03 0005 0000', 'c 17 0000 0000 0000 0000 00');
  expect(told.map(({ text }) => text)).toEqual([
    'Read 0 holding registers from 5 (unit 1, request)',
    'Read and write 0 holding registers from 0, read none from 0 (unit 1, request)',
  ]);
});
