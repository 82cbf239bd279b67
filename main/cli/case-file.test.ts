import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { commandLine, type Ran } from '../engine/command-line-for-tests';

const { folder, cliWith } = commandLine('cli-file', false);
beforeAll(() => {
  mkdirSync(join(folder, 'tmp'));
  mkdirSync(join(folder, 'home'));
  writeFileSync(join(folder, 'a.log'), 'one\ntwo\nthree\n');
  writeFileSync(join(folder, 'b.log'), 'x\n'.repeat(500));
  cli('import', join(folder, 'a.log'), join(folder, 'b.log'), '--case', 'case');
});

/** A passphrase goes in by descriptor 3. */
function cliWithPassphrase(passphrase: string | null, ...words: string[]): Ran {
  const secret = join(folder, 'passphrase');
  if (passphrase !== null) writeFileSync(secret, `${passphrase}\n`);
  const descriptor = passphrase === null ? null : openSync(secret, 'r');
  const ran = cliWith(
    {
      env: { TMPDIR: join(folder, 'tmp'), HOME: join(folder, 'home') },
      stdio: ['ignore', 'pipe', 'pipe', ...(descriptor === null ? [] : [descriptor])],
    },
    ...words,
  );
  if (descriptor !== null) closeSync(descriptor);
  return ran;
}
const cli = (...words: string[]) => cliWithPassphrase(null, ...words);
const leftovers = (): string[] => readdirSync(join(folder, 'tmp'));
const QUERY = 'SELECT evidence_id, record_number, message FROM event ORDER BY event_id';

test('pack, verify, query, ledger and unpack: the same rows, and nothing left behind', {
  timeout: 240_000,
}, () => {
  const packed = cli('pack', 'case', 'out.tlcase', '--json');
  expect(packed).toMatchObject({ code: 0, err: expect.stringContaining('may hold secrets') });
  expect(JSON.parse(packed.out)).toMatchObject({ path: join(folder, 'out.tlcase'), signature: null });
  expect(cli('verify', 'out.tlcase')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^whole: \d+ entries\n/),
  });
  const wanted = cli('query', '--case', 'case', '--format', 'json', QUERY);
  expect(JSON.parse(wanted.out)).toHaveLength(503);
  expect(cli('query', '--case', 'out.tlcase', '--format', 'json', QUERY)).toEqual(wanted);
  const ledger = JSON.parse(cli('ledger', '--case', 'out.tlcase', '--json').out);
  expect(ledger.map(({ path }: { path: string }) => path)).toEqual(['a.log', 'b.log']);
  expect(cli('import', 'a.log', '--case', 'out.tlcase').code).toBe(3);
  const unpacked = cli('unpack', 'out.tlcase', '--case', 'again');
  expect(unpacked).toMatchObject({ code: 0, out: `${join(folder, 'again')}\n` });
  expect(cli('query', '--case', 'again', '--format', 'json', QUERY)).toEqual(wanted);
  expect(cli('import', join(folder, 'b.log'), '--case', 'again').code).toBe(0);
  expect(cli('unpack', 'out.tlcase', '--case', 'again').code).toBe(3);
  expect(leftovers()).toEqual([]);
});

test('a damaged file is named by verify and refused by all else', { timeout: 240_000 }, () => {
  cli('pack', 'case', 'bad.tlcase');
  const bytes = readFileSync(join(folder, 'bad.tlcase'));
  const at = bytes.indexOf('PAR1') + 20;
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  writeFileSync(join(folder, 'bad.tlcase'), bytes);
  const verified = cli('verify', 'bad.tlcase', '--json');
  expect(verified.code).toBe(1);
  expect(JSON.parse(verified.out)).toMatchObject({
    whole: false,
    problems: [{ code: 'entry-damaged', where: expect.stringContaining('data/000001/') }],
  });
  expect(cli('query', '--case', 'bad.tlcase', 'SELECT 1')).toMatchObject({ code: 3, out: '' });
  expect(cli('unpack', 'bad.tlcase', '--case', 'never').code).toBe(3);
  expect(existsSync(join(folder, 'never'))).toBe(false);
  expect(leftovers()).toEqual([]);
});

test('encrypted and signed', { timeout: 240_000 }, () => {
  expect(cli('key', 'me').code).toBe(0);
  const packed = cliWithPassphrase(
    'correct horse',
    'pack',
    'case',
    'secret.tlcase',
    '--encrypt',
    '--sign',
    'me.key',
    '--embed',
    '--passphrase-fd',
    '3',
  );
  expect(packed).toMatchObject({ code: 0, err: '' });
  expect(cli('verify', 'secret.tlcase').code).toBe(2);
  expect(cliWithPassphrase('wrong', 'verify', 'secret.tlcase', '--passphrase-fd', '3')).toMatchObject({
    code: 3,
  });
  const verified = cliWithPassphrase(
    'correct horse',
    'verify',
    'secret.tlcase',
    '--key',
    'me.pub',
    '--passphrase-fd',
    '3',
  );
  expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('signed by key ') });
  const rows = cliWithPassphrase(
    'correct horse',
    'query',
    '--case',
    'secret.tlcase',
    '--passphrase-fd',
    '3',
    'SELECT count(*) FROM event',
  );
  expect(rows.out).toContain('503');
  const bytes = readFileSync(join(folder, 'secret.tlcase'));
  bytes[bytes.length - 9] = (bytes.at(-9) ?? 0) ^ 4;
  writeFileSync(join(folder, 'secret.tlcase'), bytes);
  const changed = cliWithPassphrase(
    'correct horse',
    'verify',
    'secret.tlcase',
    '--passphrase-fd',
    '3',
    '--json',
  );
  expect(JSON.parse(changed.out)).toMatchObject({
    whole: false,
    problems: [{ code: 'signed-file-changed' }],
  });
  expect(leftovers()).toEqual([]);
});
