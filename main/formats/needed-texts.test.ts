/** A format that a glance rules out would have read nothing: whatever reads a record must pass. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shippedFormats } from './index';
import { mayRead, neededOfPattern } from './needed-texts';

describe('texts that every match of a pattern holds', () => {
  test.each([
    ['^<(\\d+)> app: (?P<text>.*)$', ['> app: ', '<']],
    ['^(?P<a>x)=(?P<b>y+)z', ['x', '=', 'y', 'z']],
    ['^a\\.b\\[c', ['a.b[c']],
    ['^ab*c+d', ['a', 'c', 'd']],
    ['^(?:one|two) three', [' three']],
    ['^(?:one)? two(?: three){2}', [' two']],
    ['^[abc]{2}d', ['d']],
    ['^[^]a]b[[:alpha:]]]c', ['b', ']c']],
    ['^\\x1b\\x{41}\\pLm\\p{Greek}n', ['m', 'n']],
    ['^a{2}b{,3}', [',3}']],
    ['a|b', []],
    ['(?i)abc', []],
    ['a(?i:b)', []],
    ['\\Qa|b\\E', []],
    ['\\123', []],
    ['(?s:abc)', ['abc']],
    ['é=x', ['=x']],
    ['^(?P<größe>\\d+) x', [' x']],
    ['^(?:a[[:]b|c[x])', []],
  ])('%s', (pattern, needed) => {
    expect([...neededOfPattern(pattern)].sort()).toEqual([...needed].sort());
  });

  test('a text that a pattern matches holds them all', () => {
    const literal = fc.constantFrom('a', 'b', 'c', ' ', '=', '\\.', '\\[', '\\d', '\\s', '.', '[ab]', '[^a]');
    const repeat = fc.constantFrom('', '', '', '?', '*', '+', '{2}', '{0,1}', '+?', '*?');
    const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { maxDepth: 4 },
        fc.tuple(literal, repeat).map(([sign, times]) => sign + times),
        fc.tuple(tie('pattern'), tie('pattern')).map(([first, second]) => first + second),
        fc.tuple(tie('pattern'), repeat).map(([inner, times]) => `(?:${inner})${times}`),
        fc.tuple(tie('pattern'), tie('pattern')).map(([first, second]) => `(${first}|${second})`),
        fc.tuple(tie('pattern'), tie('pattern')).map(([first, second]) => `${first}|${second}`),
      ),
    }));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '=', '.', '[', '1'), maxLength: 12 });
    let matched = 0;
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 30, maxLength: 30 }), (source, texts) => {
        const needed = neededOfPattern(source);
        for (const one of texts) {
          if (!new RegExp(source).test(one)) continue;
          matched += needed.length;
          for (const held of needed) expect(one).toContain(held);
        }
      }),
      { numRuns: 3000 },
    );
    expect(matched).toBeGreaterThan(1000);
  });
});

describe('a glance at a text', () => {
  const formats = shippedFormats().formats.filter(
    ({ read }) => read.kind === 'lines' || read.kind === 'json',
  );

  test.each(formats.map((format) => [format.id, format] as const))(
    '%s passes its own samples',
    (_, format) => {
      const texts = format.samples.flatMap(
        ({ line, lines, json }) => lines ?? line ?? JSON.stringify(json) ?? [],
      );
      expect(texts.filter((text) => !mayRead(format, text))).toEqual([]);
      expect(texts.length).toBeGreaterThan(0);
    },
  );

  test('rules out what has none of a format’s words, and keeps keys whose letters are numbered', () => {
    const find = (id: string) => formats.find((one) => one.id === id) ?? expect.fail(id);
    expect(mayRead(find('cef-log'), 'Jan  1 00:00:00 fw1 kernel: IN=eth0')).toBe(false);
    expect(mayRead(find('aws-cloudtrail'), '{"eventVersion":"1","eventSource":"x"}')).toBe(false);
    expect(mayRead(find('aws-cloudtrail'), '{"event\\u0056ersion":"1"}')).toBe(true);
  });
});
