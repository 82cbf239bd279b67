import { expect, test } from 'vitest';
import { bytesOfHex } from '../dissector';
import { Fragments, type Link } from './transport';

const link: Link = { source: 10, destination: 1, isMaster: false };

/** What became of each segment: its fragment in hex, `-` for none, and `lost` with what came of it. */
function follow(segments: readonly string[]): readonly string[] {
  const fragments = new Fragments();
  return segments.map((hex) => {
    if (hex === 'gap') fragments.gap('server');
    const whole = hex === 'gap' ? null : fragments.add(bytesOfHex(hex), link, 'server', hex !== '860d');
    const lost = fragments.takeLost().map(({ code, segments: count }) => ` lost ${count} of ${code}`);
    const told = whole === null ? '-' : Buffer.from(whole).toString('hex');
    return `${told}${fragments.isWhole ? '' : ' unsound'}${lost.join('')}`;
  });
}

test('segments in sequence are one fragment, past the end of the numbers too', () => {
  expect(follow(['7fc081', '000a', '810b', 'c2c082'])).toEqual(['-', '-', 'c0810a0b', 'c082']);
});

test('a break in the sequence drops what was begun and the rest, and is told once', () => {
  expect(follow(['40c081', '020a', '030b', '840c', '45c182', '860d'])).toEqual([
    '-',
    '- lost 1 of 129',
    '-',
    '-',
    '-',
    'c1820d unsound',
  ]);
});

test('what was begun before a gap is not ended by what comes after it', () => {
  expect(follow(['40c081', '010a', 'gap', '820b', '43c181', '840c'])).toEqual([
    '-',
    '-',
    '- lost 2 of 129',
    '-',
    '-',
    'c1810c',
  ]);
});

test('a segment without a beginning is told; a new beginning ends what was begun', () => {
  expect(follow(['010a', '820b', '43c081', '44c082', '850c'])).toEqual([
    '- lost 1 of null',
    '-',
    '-',
    '- lost 1 of 129',
    'c0820c',
  ]);
});

test('a repeated segment is there once, the last one too', () => {
  expect(follow(['40c081', '40c081', '010a', '010a', '820b', '820b', 'c3c082'])).toEqual([
    '-',
    '-',
    '-',
    '-',
    'c0810a0b',
    '-',
    'c082',
  ]);
});

test('after a loss the same beginning sent again is a beginning', () => {
  expect(follow(['40c081', 'gap', '40c081', '810a'])).toEqual(['-', '- lost 1 of 129', '-', 'c0810a']);
});
