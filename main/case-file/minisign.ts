/**
 * Detached signatures in minisign's file formats: Ed25519 over the BLAKE2b-512 of the file (algorithm `ED`), and once
 * more over that signature and its trusted comment. Made with secret keys without a password only.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import { errorText } from '../case/durable';
import { blake2b } from './blake2b';

export interface SecretKey {
  /** As minisign prints it: sixteen hexadecimal digits. */
  readonly id: string;
  readonly number: Buffer;
  readonly key: KeyObject;
}

export interface PublicKey {
  readonly id: string;
  readonly number: Buffer;
  readonly key: KeyObject;
}

export interface Signature {
  readonly keyId: string;
  readonly number: Buffer;
  readonly bytes: Buffer;
  readonly trustedComment: string;
  readonly overall: Buffer;
}

const PRE_HASHED = 'ED';
const ALGORITHM = 'Ed';
const CHECKSUM = 'B2';
const NUMBER_BYTES = 8;
const SECRET_KEY_BYTES = 158;
const PUBLIC_KEY_BYTES = 42;
const SIGNATURE_BYTES = 74;
/** Longer files are no keys and no signatures. */
const MOST_BYTES = 16_384;
const LONGEST_COMMENT = 8192;

/** DER heads that make raw Ed25519 keys into what Node reads (RFC 8410 § 4 and § 7). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** The file beside what is signed. `blake2b512` is the digest of all its bytes; `now` is ISO 8601. */
export function signatureText(key: SecretKey, blake2b512: Buffer, fileName: string, now: string): string {
  const bytes = sign(null, blake2b512, key.key);
  const comment = `timestamp:${Math.floor(Date.parse(now) / 1000)}\tfile:${oneLine(fileName)}\thashed`;
  const overall = sign(null, Buffer.concat([bytes, Buffer.from(comment)]), key.key);
  return [
    'untrusted comment: signature of a Throughline case file',
    Buffer.concat([Buffer.from(PRE_HASHED), key.number, bytes]).toString('base64'),
    `trusted comment: ${comment}`,
    overall.toString('base64'),
    '',
  ].join('\n');
}

export function parseSignature(text: string): Outcome<Signature> {
  const [untrusted = '', first = '', trusted = '', second = '', ...rest] = text
    .replaceAll('\r\n', '\n')
    .split('\n');
  const bytes = decode(first);
  const overall = decode(second);
  const sound =
    untrusted.startsWith('untrusted comment: ') &&
    trusted.startsWith('trusted comment: ') &&
    trusted.length <= LONGEST_COMMENT &&
    rest.every((line) => line === '') &&
    bytes?.length === SIGNATURE_BYTES &&
    overall?.length === 64;
  if (!sound || !bytes || !overall) return fail(malformed('it is not laid out as minisign lays one out'));
  const algorithm = bytes.toString('latin1', 0, 2);
  if (algorithm !== PRE_HASHED)
    return fail(malformed(`its algorithm is ${JSON.stringify(algorithm)}, not ${PRE_HASHED}`));
  const number = bytes.subarray(2, 2 + NUMBER_BYTES);
  return succeed({
    keyId: idOf(number),
    number,
    bytes: bytes.subarray(2 + NUMBER_BYTES),
    trustedComment: trusted.slice('trusted comment: '.length),
    overall,
  });
}

/** Null when it holds; `fileName` tells a signature of another file from a changed file. */
export function checkSignature(
  signature: Signature,
  key: PublicKey,
  blake2b512: Buffer,
  fileName: string,
): Problem | null {
  if (!signature.number.equals(key.number)) return wrongKey(signature.keyId, key.id);
  const whole = Buffer.concat([signature.bytes, Buffer.from(signature.trustedComment)]);
  if (!verify(null, whole, key.key, signature.overall)) {
    return verify(null, blake2b512, key.key, signature.bytes) ? commentChanged : forged(key.id);
  }
  if (verify(null, blake2b512, key.key, signature.bytes)) return null;
  const named = /(?:^|\t)file:([^\t]*)/.exec(signature.trustedComment)?.[1];
  return named !== undefined && named !== oneLine(fileName) ? otherFile(named) : fileChanged(key.id);
}

/** `text` of a public key file, or its second line alone. */
export function parsePublicKey(text: string): Outcome<PublicKey> {
  const lines = text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .filter((line) => line !== '');
  const bytes = decode(lines[0]?.startsWith('untrusted comment:') ? (lines[1] ?? '') : (lines[0] ?? ''));
  if (bytes?.length !== PUBLIC_KEY_BYTES || bytes.toString('latin1', 0, 2) !== ALGORITHM)
    return fail(noPublicKey);
  const number = bytes.subarray(2, 2 + NUMBER_BYTES);
  return succeed({ id: idOf(number), number, key: publicKeyOf(bytes.subarray(2 + NUMBER_BYTES)) });
}

export async function readSecretKey(path: string): Promise<Outcome<SecretKey>> {
  let text: string;
  try {
    text = await readShort(path);
  } catch (error) {
    return fail({ ...noSecretKey(errorText(error)), where: path });
  }
  const parsed = parseSecretKey(text);
  return parsed.ok ? parsed : fail({ ...parsed.problem, where: path });
}

/**
 * Secret key file: algorithm, key derivation, checksum algorithm, salt (32), two limits (8 + 8), then key number,
 * seed with public key (64) and their BLAKE2b-256.
 */
export function parseSecretKey(text: string): Outcome<SecretKey> {
  const bytes = decode(text.replaceAll('\r\n', '\n').split('\n')[1] ?? '');
  if (bytes?.length !== SECRET_KEY_BYTES || bytes.toString('latin1', 0, 2) !== ALGORITHM)
    return fail(noSecretKey('it is not laid out as minisign lays one out'));
  if (bytes[2] !== 0 || bytes[3] !== 0) return fail(lockedKey);
  const number = bytes.subarray(54, 62);
  const pair = bytes.subarray(62, 126);
  const sum = blake2b(Buffer.concat([bytes.subarray(0, 2), number, pair]), 32);
  if (bytes.toString('latin1', 4, 6) !== CHECKSUM || !sum.equals(bytes.subarray(126)))
    return fail(noSecretKey('its checksum does not fit'));
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8_HEAD, pair.subarray(0, 32)]),
    format: 'der',
    type: 'pkcs8',
  });
  return succeed({ id: idOf(number), number, key });
}

/** Texts of a new secret key file without a password and its public key file. */
export function makeKeyPair(): { readonly id: string; readonly secret: string; readonly public: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const number = randomBytes(NUMBER_BYTES);
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8_HEAD.length);
  const open = publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length);
  const pair = Buffer.concat([seed, open]);
  const algorithm = Buffer.from(ALGORITHM);
  const sum = blake2b(Buffer.concat([algorithm, number, pair]), 32);
  const unlocked = Buffer.concat([Buffer.from([0, 0]), Buffer.from(CHECKSUM), Buffer.alloc(48)]);
  const id = idOf(number);
  const secret = Buffer.concat([algorithm, unlocked, number, pair, sum]).toString('base64');
  const shown = Buffer.concat([algorithm, number, open]).toString('base64');
  return {
    id,
    secret: `untrusted comment: minisign secret key ${id}\n${secret}\n`,
    public: `untrusted comment: minisign public key ${id}\n${shown}\n`,
  };
}

/** @throws when it cannot be read or is no small file. */
export async function readShort(path: string): Promise<string> {
  const bytes = await readFile(path);
  if (bytes.length > MOST_BYTES) throw new Error('it is too large for a key or a signature');
  return bytes.toString('utf8');
}

/** The digest that is signed. */
export function signedDigest(): ReturnType<typeof createHash> {
  return createHash('blake2b512');
}

function publicKeyOf(raw: Buffer): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: 'der', type: 'spki' });
}

/** The number is little-endian; people read it the other way round. */
function idOf(number: Buffer): string {
  return Buffer.from(number).reverse().toString('hex').toUpperCase();
}

function decode(line: string): Buffer | null {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(line) ? Buffer.from(line, 'base64') : null;
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}]/gu, '_');
}

const COMPARE = 'Do not use the file. Ask its sender for it again, and for the id of the key by another way.';

function malformed(why: string): Problem {
  return {
    code: 'signature-unreadable',
    what: 'The signature beside the file cannot be read.',
    why,
    help: COMPARE,
  };
}

function wrongKey(signed: string, given: string): Problem {
  return {
    code: 'signature-wrong-key',
    what: 'The file was signed with another key.',
    why: `the signature is of key ${signed}, the key given is ${given}`,
    help: 'Give the key of that id, if it is the one you trust.',
  };
}

function forged(id: string): Problem {
  return {
    code: 'signature-false',
    what: 'The signature was not made with the key it names.',
    why: `it names key ${id}`,
    help: COMPARE,
  };
}

const commentChanged: Problem = {
  code: 'signature-comment-changed',
  what: 'The trusted comment of the signature was changed.',
  why: 'it tells when and for which file the signature was made',
  help: COMPARE,
};

function otherFile(name: string): Problem {
  return {
    code: 'signature-of-another-file',
    what: 'The signature belongs to another file.',
    why: `it was made for ${name}`,
    help: 'Put the right signature beside the file.',
  };
}

function fileChanged(id: string): Problem {
  return {
    code: 'signed-file-changed',
    what: 'The file was changed after it was signed.',
    why: `the signature of key ${id} no longer fits it`,
    help: COMPARE,
  };
}

const noPublicKey: Problem = {
  code: 'key-unreadable',
  what: 'This is not a public key of minisign.',
  help: 'A public key file has two lines; the second begins with RW.',
};

function noSecretKey(why: string): Problem {
  return {
    code: 'key-unreadable',
    what: 'This is not a secret key of minisign.',
    why,
    help: 'Make one with: throughline key NAME, or minisign -G -W.',
  };
}

const lockedKey: Problem = {
  code: 'key-locked',
  what: 'The secret key is protected by a password.',
  help: 'Sign with minisign itself, or with a key made without a password: minisign -G -W.',
};
