import { expect, it } from 'vitest';
import { parseArguments } from './arguments';
import type { Command } from './command';

const command = {
  options: [{ name: 'zone', value: 'ZONE', help: '' }],
  words: { label: 'FILE', min: 1, max: 9 },
} as unknown as Command;

it('says how to name a file that begins with a dash', () => {
  const parsed = parseArguments(command, ['CASE', '-dash.csv']);
  expect(parsed).toEqual({
    ok: false,
    why: 'There is no option -dash.csv; for a file of that name write ./-dash.csv, or -- before it.',
  });
  for (const words of [
    ['CASE', './-dash.csv'],
    ['CASE', '--', '-dash.csv'],
  ]) {
    expect(parseArguments(command, words)).toMatchObject({
      ok: true,
      value: { words: ['CASE', words.at(-1)] },
    });
  }
});

it('keeps plain words for an option that does not exist', () => {
  const parsed = parseArguments(command, ['CASE', '--nope']);
  expect(parsed).toMatchObject({ ok: false });
  expect(parsed.ok ? '' : parsed.why).toContain("Unknown option '--nope'");
});
