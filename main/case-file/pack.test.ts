import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { succeed } from '../../shared/problem';
import { freshIn, type MadeCase, makeCase } from './case-for-tests';
import { openBytes } from './file-bytes';
import { makeKeyPair } from './minisign';
import { unpackEntries, withPlain } from './open';
import { packCase } from './pack';
import { verifyCaseFile } from './verify';

let root: string;
let made: MadeCase;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'throughline-pack-'));
  made = await makeCase(root, 3_500_000);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const quiet = (): void => undefined;

async function pack(name: string, change = {}): Promise<string> {
  const target = join(root, name);
  const packed = await packCase(made.options(target, change), quiet);
  if (!packed.ok) throw new Error(JSON.stringify(packed.problem));
  return target;
}

async function verify(path: string) {
  const file = await openBytes(path);
  const verified = await verifyCaseFile(file, quiet);
  await file.close();
  return verified;
}

async function open(path: string, change = {}) {
  const folder = freshIn(root);
  let opened = 0;
  const outcome = await withPlain(
    { path, folder, passphrase: null, keys: [], mustBe: null, ...change },
    quiet,
    async (file, signed) => {
      const problems = await unpackEntries(file, folder, quiet, () => {
        opened += 1;
      });
      return problems.ok ? succeed({ problems: problems.value, signed }) : problems;
    },
  );
  return { folder, outcome, opened };
}

test('one case gives one file, byte for byte, that nothing but unzip and sha256sum can check', async () => {
  const a = await pack('a.tlcase');
  const b = await pack('b.tlcase');
  expect(readFileSync(a).equals(readFileSync(b))).toBe(true);
  expect((await verify(a)).problems).toEqual([]);
  expect(readdirSync(root).filter((name) => name.endsWith('.part'))).toEqual([]);
  const folder = freshIn(root);
  execFileSync('unzip', ['-q', a], { cwd: folder });
  const checked = execFileSync('sha256sum', ['-c', '--strict', 'SHA256SUMS'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(
    checked
      .trim()
      .split('\n')
      .every((line) => line.endsWith(': OK')),
  ).toBe(true);
  const packed = readFileSync(join(folder, 'data/000001/event.parquet'));
  expect(packed.equals(readFileSync(join(made.folder, 'facts/000001/event.parquet')))).toBe(true);
  expect(existsSync(join(folder, 'formats/generic-lines.format.yaml'))).toBe(true);
});

test('the author’s folders and computer are nowhere in it', async () => {
  const bytes = readFileSync(await pack('private.tlcase', { embed: true })).toString('latin1');
  for (const secret of [root, 'jane.doe', 'plant export', homedir(), hostname()].filter(
    ({ length }) => length > 4,
  ))
    expect([secret, bytes.includes(secret)]).toEqual([secret, false]);
  expect(bytes).toContain('fw.log');
});

test('originals are embedded on request, and refused when they are no longer what they were', async () => {
  const file = await pack('embedded.tlcase', { embed: true });
  const { folder, outcome } = await open(file);
  expect(outcome).toMatchObject({ ok: true, value: { problems: [] } });
  const segment = JSON.parse(readFileSync(join(folder, 'facts/000001/segment.json'), 'utf8'));
  const { row, copied } = segment.evidences[0];
  expect([row.path, copied]).toEqual(['fw.log', true]);
  expect(readFileSync(join(folder, 'facts/000001/evidence', row.sha256))).toEqual(
    readFileSync(made.original),
  );
  const before = readFileSync(made.original);
  writeFileSync(made.original, Buffer.from(before).fill(65, 0, 1));
  const target = join(root, 'changed.tlcase');
  expect(await packCase(made.options(target, { embed: true }), quiet)).toMatchObject({
    ok: false,
    problem: { code: 'evidence-changed', where: 'fw.log' },
  });
  rmSync(made.original);
  expect(await packCase(made.options(target, { embed: true }), quiet)).toMatchObject({
    ok: false,
    problem: { code: 'evidence-missing', where: 'fw.log' },
  });
  writeFileSync(made.original, before);
  expect(existsSync(target)).toBe(false);
});

test('a case file opens into a workspace of its own, and only what belongs there is written', async () => {
  const { folder, outcome, opened } = await open(await pack('open.tlcase'));
  expect([outcome.ok, opened]).toEqual([true, 1]);
  expect(readdirSync(folder, { recursive: true }).map(String).sort()).toEqual([
    'case.json',
    'facts',
    'facts/000001',
    'facts/000001/event.parquet',
    'facts/000001/point.parquet',
    'facts/000001/record-0.parquet',
    'facts/000001/segment.json',
    'journal.jsonl',
  ]);
});

test('a passphrase shuts it, another does not open it, and no plain byte is left', {
  timeout: 120_000,
}, async () => {
  const file = await pack('secret.tlcase', { passphrase: 'correct horse' });
  expect(readFileSync(file).subarray(0, 21).toString()).toBe('age-encryption.org/v1');
  expect((await open(file)).outcome).toMatchObject({ ok: false, problem: { code: 'passphrase-needed' } });
  const wrong = await open(file, { passphrase: 'wrong horse' });
  expect(wrong.outcome).toMatchObject({ ok: false, problem: { code: 'passphrase-wrong' } });
  expect(readdirSync(wrong.folder)).toEqual([]);
  const right = await open(file, { passphrase: 'correct horse' });
  expect(right.outcome).toMatchObject({ ok: true, value: { problems: [] } });
  expect(readdirSync(right.folder)).not.toContain('plain.part');
  const bytes = readFileSync(file);
  const at = bytes.length - 5000;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  const damaged = await open(file, { passphrase: 'correct horse' });
  expect(damaged.outcome).toMatchObject({ ok: false, problem: { code: 'encrypted-damaged' } });
  expect([damaged.opened, readdirSync(damaged.folder)]).toEqual([0, []]);
});

test('a passphrase that would cost the memory of the computer is not tried', async () => {
  const header = [
    'age-encryption.org/v1',
    `-> scrypt ${'A'.repeat(22)} 30`,
    'A'.repeat(43),
    `--- ${'A'.repeat(43)}`,
    '',
  ];
  const path = join(root, 'costly.tlcase');
  writeFileSync(path, Buffer.concat([Buffer.from(header.join('\n')), Buffer.alloc(200)]));
  const { outcome } = await open(path, { passphrase: 'x' });
  expect(outcome).toMatchObject({ ok: false, problem: { code: 'encrypted-too-costly' } });
});

test('a signature is checked before anything else: wrong key, other file, changed file, no key', async () => {
  const keys = [makeKeyPair(), makeKeyPair()];
  for (const [index, pair] of keys.entries()) {
    writeFileSync(join(root, `k${index}.key`), pair.secret);
    writeFileSync(join(root, `k${index}.pub`), pair.public);
  }
  const [mine, other] = [join(root, 'k0.pub'), join(root, 'k1.pub')];
  const file = await pack('signed.tlcase', { signKey: join(root, 'k0.key') });
  expect((await open(file, { keys: [other, mine] })).outcome).toMatchObject({
    value: { signed: { by: keys[0]?.id, note: null } },
  });
  expect((await open(file, { keys: [other] })).outcome).toMatchObject({
    value: { signed: { by: null, note: { code: 'signature-key-missing' } } },
  });
  const codeOf = async (change = {}): Promise<unknown> => {
    const { outcome } = await open(file, { keys: [mine], ...change });
    return outcome.ok ? 'opened' : outcome.problem.code;
  };
  expect(await codeOf({ mustBe: other })).toBe('signature-wrong-key');
  const signature = readFileSync(`${file}.minisig`, 'utf8');
  writeFileSync(`${file}.minisig`, signature.replace('hashed', 'hasheD'));
  expect(await codeOf()).toBe('signature-comment-changed');
  const second = await pack('second.tlcase', { signKey: join(root, 'k0.key'), embed: true });
  writeFileSync(`${file}.minisig`, readFileSync(`${second}.minisig`));
  expect(await codeOf()).toBe('signature-of-another-file');
  writeFileSync(`${file}.minisig`, signature);
  expect(await codeOf()).toBe('opened');
  const bytes = readFileSync(file);
  bytes[bytes.length - 3] = (bytes.at(-3) ?? 0) ^ 1;
  writeFileSync(file, bytes);
  expect(await codeOf()).toBe('signed-file-changed');
  rmSync(`${file}.minisig`);
  expect(await codeOf({ mustBe: mine })).toBe('signature-missing');
});

test('a newer format is refused with what, why and help', async () => {
  const { newerFile } = await import('./hostile-for-tests');
  const path = join(root, 'newer.tlcase');
  writeFileSync(path, newerFile());
  expect((await open(path)).outcome).toMatchObject({
    ok: false,
    problem: { code: 'case-newer', why: expect.stringContaining('99'), help: expect.any(String) },
  });
});
