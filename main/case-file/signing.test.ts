import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { blake2b } from './blake2b';
import {
  checkSignature,
  makeKeyPair,
  parsePublicKey,
  parseSecretKey,
  parseSignature,
  signatureText,
} from './minisign';

test('BLAKE2b: the vector of RFC 7693, and every length of input against OpenSSL', () => {
  expect(blake2b(Buffer.from('abc'), 64).toString('hex')).toBe(
    'ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923',
  );
  for (let length = 0; length < 400; length += 1) {
    const message = Buffer.alloc(length, length & 255);
    expect(blake2b(message, 64).equals(createHash('blake2b512').update(message).digest())).toBe(true);
  }
});

test('BLAKE2b of 32 bytes equals Python’s', () => {
  const ran = spawnSync('python3', [
    '-c',
    'import hashlib\nfor n in range(300): print(hashlib.blake2b(bytes([n & 255]) * n, digest_size=32).hexdigest())',
  ]);
  if (ran.error) return;
  const lines = ran.stdout.toString().trim().split('\n');
  expect(lines).toHaveLength(300);
  for (const [n, line] of lines.entries())
    expect(blake2b(Buffer.alloc(n, n & 255), 32).toString('hex')).toBe(line);
});

/** A key pair and a signature made by hand from the format's description, with the seed of RFC 8032 § 7.1, test 1. */
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const OPEN = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
const NUMBER = '0102030405060708';

function byHand(): { secret: string; public: string } {
  const [number, pair] = [Buffer.from(NUMBER, 'hex'), Buffer.from(SEED + OPEN, 'hex')];
  const sum = blake2b(Buffer.concat([Buffer.from('Ed'), number, pair]), 32);
  const secret = Buffer.concat([
    Buffer.from('Ed'),
    Buffer.from([0, 0]),
    Buffer.from('B2'),
    Buffer.alloc(48),
    number,
    pair,
    sum,
  ]);
  const shown = Buffer.concat([Buffer.from('Ed'), number, Buffer.from(OPEN, 'hex')]);
  return {
    secret: `untrusted comment: x\n${secret.toString('base64')}\n`,
    public: `untrusted comment: x\n${shown.toString('base64')}\n`,
  };
}

test('a signature by the published key of RFC 8032 has the layout of minisign and holds', () => {
  const keys = byHand();
  const secret = parseSecretKey(keys.secret);
  const open = parsePublicKey(keys.public);
  if (!secret.ok || !open.ok) throw new Error('a key was refused');
  expect([secret.value.id, open.value.id]).toEqual(['0807060504030201', '0807060504030201']);
  const digest = createHash('blake2b512').update('content').digest();
  const text = signatureText(secret.value, digest, 'case.tlcase', '2026-01-01T00:00:00Z');
  const lines = text.split('\n');
  expect(lines[0]).toMatch(/^untrusted comment: /);
  expect(lines[2]).toBe('trusted comment: timestamp:1767225600\tfile:case.tlcase\thashed');
  const first = Buffer.from(lines[1] ?? '', 'base64');
  expect([first.length, first.toString('latin1', 0, 2), first.toString('hex', 2, 10)]).toEqual([
    74,
    'ED',
    NUMBER,
  ]);
  expect(Buffer.from(lines[3] ?? '', 'base64')).toHaveLength(64);
  const signature = parseSignature(text);
  if (!signature.ok) throw new Error('the signature was refused');
  expect(checkSignature(signature.value, open.value, digest, 'case.tlcase')).toBeNull();
});

test('every changed byte of a signature or a key is noticed', () => {
  const pair = makeKeyPair();
  const secret = parseSecretKey(pair.secret);
  const open = parsePublicKey(pair.public);
  if (!secret.ok || !open.ok) throw new Error('a key was refused');
  const digest = createHash('blake2b512').update('content').digest();
  const text = signatureText(secret.value, digest, 'a.tlcase', '2026-01-01T00:00:00Z');
  const from = text.indexOf('\n') + 1;
  for (let at = from; at < text.length - 1; at += 1) {
    const other = text[at] === 'A' ? 'B' : 'A';
    const parsed = parseSignature(text.slice(0, at) + other + text.slice(at + 1));
    // The last digit before `=` has bits that mean nothing.
    const idle = text[at + 1] === '=' || text[at + 1] === '\n';
    const problem = parsed.ok ? checkSignature(parsed.value, open.value, digest, 'a.tlcase') : parsed.problem;
    if (!idle) expect([at, problem?.code ?? 'held']).not.toEqual([at, 'held']);
  }
  expect(parseSecretKey(pair.secret.replace('RWQAAEIy', 'RWRTY0Iy'))).toMatchObject({
    problem: { code: 'key-locked' },
  });
});

test('the minisign program takes our keys and signatures', (context) => {
  if (spawnSync('minisign', ['-v']).error) return context.skip('minisign is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'throughline-minisign-'));
  const pair = makeKeyPair();
  const secret = parseSecretKey(pair.secret);
  if (!secret.ok) throw new Error('the key was refused');
  const file = join(folder, 'x.tlcase');
  writeFileSync(file, 'content');
  writeFileSync(join(folder, 'k.pub'), pair.public);
  const digest = createHash('blake2b512').update('content').digest();
  writeFileSync(`${file}.minisig`, signatureText(secret.value, digest, 'x.tlcase', '2026-01-01T00:00:00Z'));
  const ran = spawnSync('minisign', ['-V', '-p', join(folder, 'k.pub'), '-m', file]);
  rmSync(folder, { recursive: true, force: true });
  expect(ran.status).toBe(0);
});
