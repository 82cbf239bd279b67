import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KNOWN_BLOCKS, vendorOf } from './oui';

const REGISTER = '/usr/share/wireshark/manuf';

test('makers by the first three bytes; a MAC set by software has none', () => {
  expect(KNOWN_BLOCKS).toBeGreaterThan(3000);
  expect(vendorOf('00:1b:1b:34:34:ce')).toBe('Siemens');
  expect(vendorOf('00:00:bc:01:02:03')).toBe('Rockwell Automation');
  expect(vendorOf('00:0c:29:01:02:03')).toBe('VMware');
  expect(vendorOf('02:00:00:00:00:01')).toBeNull();
  expect(vendorOf('ff:ff:ff:ff:ff:ff')).toBeNull();
});

test.skipIf(!existsSync(REGISTER))(
  'every block is someone’s in Wireshark’s copy of the register, by a like name',
  () => {
    const given = new Map(
      readFileSync(REGISTER, 'utf8')
        .split('\n')
        .map((line) => line.split('\t'))
        .map(([block = '', short = '', long = '']) => [
          block.trim().toLowerCase(),
          `${short} ${long}`.toLowerCase(),
        ]),
    );
    for (const [block, name] of [
      ['00:0e:8c', 'siemens'],
      ['00:80:f4', 'telemechanique'],
      ['00:30:de', 'wago'],
      ['00:01:05', 'beckhoff'],
      ['00:90:e8', 'moxa'],
      ['00:00:0a', 'omron'],
    ] as const) {
      expect([block, given.get(block)]).toEqual([block, expect.stringContaining(name)]);
      expect(vendorOf(`${block}:00:00:01`)).not.toBeNull();
    }
  },
);
