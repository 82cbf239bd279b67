/** Text that a proposed format quotes is the same text when YAML reads it; formats in one file come apart again. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { quote } from '../../shared/propose/format-text';
import { joinFormats, splitFormats } from './bundle';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.stringMatching(/^[a'"#:{}&*!|>%@` \t\\-]{0,20}$/),
);

it('quotes any text so that YAML gives it back', () => {
  fc.assert(
    fc.property(text, (given) => {
      expect(parse(`a: { b: ${quote(given)} }\n`)).toEqual({ a: { b: given } });
    }),
    { numRuns: 500 },
  );
});

it('joins formats into one file and takes them apart', () => {
  const formats = ['id: a\ntitle: A\n', "id: b\npattern: '---x'\n", '# kept\nid: c\n'];
  expect(splitFormats(joinFormats(formats))).toEqual(formats);
  expect(splitFormats(`\uFEFF${joinFormats(formats)}`.replaceAll('\n', '\r\n'))).toEqual(formats);
  expect(splitFormats('# nothing\n---\n\n---\n')).toEqual([]);
});
