import { expect, test } from 'vitest';
import { Cursor } from '../cursor';
import { bytesOfHex } from '../dissector';
import { Chunks } from './chunks';

/** Bodies in hex, `-` for none, with what is told as lost. Steps: `id sequence hex`, `…` behind those that go on. */
function follow(steps: readonly string[]): readonly string[] {
  const chunks = new Chunks();
  return steps.map((step) => {
    const [id, sequence, hex = ''] = step.replace('…', '').split(' ');
    const bytes = bytesOfHex(hex);
    if (step === 'gap') chunks.gap();
    const cursor = new Cursor(bytes, 0, bytes.length);
    const body =
      step === 'gap' ? null : chunks.add(cursor, Number(id), Number(sequence), !step.endsWith('…'));
    const lost = chunks.takeLost();
    return `${body?.hex(body.left) ?? '-'}${lost === 0 ? '' : ` ${lost} lost`}`;
  });
}

test('chunks of one request in sequence are one body, past the end of the numbers too', () => {
  expect(follow(['1 4294967000 0100…', '1 5 aa…', '1 6 bb', '2 7 0100cc'])).toEqual([
    '-',
    '-',
    '0100aabb',
    '0100cc',
  ]);
});

test('what was begun before a gap is not ended by what comes after it', () => {
  expect(follow(['1 1 0100…', 'gap', '1 3 bb', '2 4 0100cc'])).toEqual(['-', '-', '- 3 lost', '0100cc']);
  expect(follow(['1 1 0100…', 'gap', '2 4 0100cc'])).toEqual(['-', '-', '0100cc 2 lost']);
});

test('a missing number or another request drops what was begun', () => {
  expect(follow(['1 1 0100…', '1 3 bb…', '1 4 cc', '2 5 0100'])).toEqual(['-', '-', '- 4 lost', '0100']);
  expect(follow(['1 1 0100…', '2 2 0100cc'])).toEqual(['-', '0100cc 2 lost']);
});

test('encrypted chunks, whose numbers cannot be read, are one body until a gap', () => {
  expect(follow(['77 9 e1…', '3 80 e2…', '12 5 e3', '9 9 e4…', 'gap', '5 5 e5'])).toEqual([
    '-',
    '-',
    'e1e2e3',
    '-',
    '- 1 lost',
    'e5',
  ]);
});
