import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CitationGroup } from '../store/marks';
import { countCitations, decodeSet, encodeSet, normalise, subtract } from './event-set';
import { openSets } from './sets';

const sha = fc.constantFrom('a', 'b').map((sign) => sign.repeat(64));
const cite = fc.record({
  sha256: sha,
  part: fc.oneof(fc.constantFrom('', 'planned'), fc.string({ maxLength: 4 })),
  offset: fc.oneof(fc.nat(50), fc.nat(), fc.constant(2 ** 52)),
});
const cites = fc.array(cite, { maxLength: 30 });
type Cite = { sha256: string; part: string; offset: number };

const grouped = (list: readonly Cite[]): CitationGroup[] =>
  normalise(list.map(({ sha256, part, offset }) => ({ sha256, part, offsets: [offset] })));
const plain = (groups: readonly CitationGroup[]): string[] =>
  groups.flatMap(({ sha256, part, offsets }) =>
    Array.from(offsets, (offset) => JSON.stringify([sha256, part, offset])),
  );
const keys = (list: readonly Cite[]): string[] => [
  ...new Set(list.map(({ sha256, part, offset }) => JSON.stringify([sha256, part, offset]))),
];

describe('sets of events', () => {
  test('have one encoding whatever the order, and decode to themselves', () => {
    fc.assert(
      fc.property(cites, (list) => {
        const bytes = encodeSet(grouped(list));
        expect(encodeSet(grouped([...list].reverse()))).toEqual(bytes);
        const back = decodeSet(bytes);
        expect(plain(back ?? []).sort()).toEqual(keys(list).sort());
        expect(countCitations(back ?? [])).toBe(keys(list).length);
      }),
    );
  });

  test('are subtracted as sets are', () => {
    fc.assert(
      fc.property(cites, cites, (from, without) => {
        const gone = new Set(keys(without));
        expect(plain(subtract(grouped(from), grouped(without))).sort()).toEqual(
          keys(from)
            .filter((key) => !gone.has(key))
            .sort(),
        );
      }),
    );
  });

  test('cut short or made up are refused, never believed', () => {
    const bytes = encodeSet(grouped([{ sha256: 'a'.repeat(64), part: 'p', offset: 5 }]));
    for (let end = 8; end < bytes.length; end += 1) expect(decodeSet(bytes.subarray(0, end))).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (junk) => {
        const text = Buffer.concat([Buffer.from('tlset1\n'), Buffer.from(junk)]);
        const groups = decodeSet(text);
        expect(groups === null || countCitations(groups) <= junk.length).toBe(true);
      }),
    );
  });

  test('lie on disk under the SHA-256 of their bytes; a changed one is not read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'throughline-sets-'));
    try {
      const sets = openSets(join(folder, 'sets'));
      const groups = [
        {
          sha256: 'c'.repeat(64),
          part: '',
          offsets: Float64Array.from({ length: 5000 }, (_, at) => at * 93),
        },
      ];
      const target = await sets.target(groups, 'everything');
      expect(await sets.target(groups, null)).toMatchObject({ count: 5000 });
      const [name = ''] = await readdir(join(folder, 'sets'));
      const bytes = encodeSet(normalise(groups));
      expect(name).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(bytes.length).toBeLessThan(6000);
      const read = await sets.read(target);
      expect(read.ok && countCitations(read.value)).toBe(5000);
      await writeFile(join(folder, 'sets', name), bytes.with(100, 7));
      expect((await sets.read(target)).ok).toBe(false);
      await rm(join(folder, 'sets', name));
      expect((await sets.read(target)).ok).toBe(false);
      const listed = await sets.target(
        groups.map((group) => ({ ...group, offsets: [1, 2] })),
        null,
      );
      expect(listed).toHaveLength(2);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
