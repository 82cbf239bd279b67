/** Formats of one's own on the command line: taken from a file, used at import, listed, written out, moved, removed. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatYaml } from '../../shared/propose/format-text';
import { propose } from '../../shared/propose/propose';
import { commandLine } from '../engine/command-line-for-tests';

const { folder, cliWith } = commandLine('cli-formats', true);

const cli = (...words: string[]) => cliWith({ env: { THROUGHLINE_DATA: join(folder, 'data') } }, ...words);

const LINES = [0, 1, 2, 3].map(
  (at) => `<<2026.03.16 22:52:3${at}>> P${at} # 10.0.0.${at} valve ${at} is open`,
);

function yaml(id: string): string {
  const head = { id, title: `Format ${id}`, domain: 'ot', reference: 'written for this case' };
  const samples = [{ line: LINES[0] ?? '', options: {}, event: null }];
  return formatYaml(propose(LINES), head, samples, 'of another kind');
}

const detected = (...words: string[]): unknown =>
  JSON.parse(cli('detect', 'valves.log', '--json', ...words).out)[0].candidates[0]?.format;

test('a format of a file is kept in the case, reads what it is of, and goes on to other cases', {
  timeout: 240_000,
}, () => {
  writeFileSync(join(folder, 'valves.log'), LINES.map((line) => `${line}\n`).join(''));
  writeFileSync(join(folder, 'own.yaml'), `---\n${yaml('valve-log')}---\n${yaml('gate-log')}`);
  writeFileSync(join(folder, 'odd.yaml'), 'id: odd\n');
  expect(detected()).not.toBe('valve-log');

  const taken = cli('import', 'valves.log', '--case', 'one', '--formats', 'own.yaml', '--json');
  const [row] = JSON.parse(taken.out).evidence;
  expect([taken.code, row.format, row.records, row.loaded]).toEqual([
    0,
    expect.stringMatching(/-log$/),
    4,
    4,
  ]);
  expect(detected()).not.toMatch(/^(?:valve|gate)-log$/);
  expect(detected('--case', 'one')).toMatch(/^(?:valve|gate)-log$/);

  const own = JSON.parse(cli('formats', '--own', '--case', 'one', '--json').out);
  expect(own.map(({ id, origin }: Record<string, string>) => [id, origin])).toEqual([
    ['valve-log', 'case'],
    ['gate-log', 'case'],
  ]);
  expect(cli('formats', 'valve-log', '--case', 'one').out).toBe(yaml('valve-log'));

  const written = cli('formats', '--own', '--case', 'one', '--out', 'out.yaml');
  expect([written.code, written.out]).toEqual([0, `${join(folder, 'out.yaml')}: 2 formats\n`]);
  expect(readFileSync(join(folder, 'out.yaml'), 'utf8')).toContain(yaml('valve-log'));

  const kept = cli('keep-formats', 'out.yaml', '--library');
  expect([kept.code, kept.out.split('\n').length]).toEqual([0, 3]);
  expect(readdirSync(join(folder, 'data/formats')).sort()).toEqual([
    'gate-log.format.yaml',
    'valve-log.format.yaml',
  ]);
  expect(readdirSync(join(folder, 'data'))).toEqual(['formats']);
  expect(detected()).toMatch(/^(?:valve|gate)-log$/);

  expect(cli('remove-formats', 'gate-log', '--library').code).toBe(0);
  expect(detected()).toBe('valve-log');
});

test('what cannot be done is said', { timeout: 120_000 }, () => {
  expect(cli('keep-formats', 'own.yaml').code).toBe(2);
  expect([cli('keep-formats', 'odd.yaml', '--library').code, cli('formats', 'no-such').code]).toEqual([1, 1]);
  expect(cli('import', 'valves.log', '--case', 'two', '--formats', 'absent.yaml').code).toBeGreaterThan(0);
  expect(cli('formats', '--own', '--out', 'none.yaml', '--case', 'absent').code).toBeGreaterThan(0);
});
