/** Encryption by passphrase: the whole case file inside the age format (age-encryption.org/v1, scrypt recipient). */
import { createReadStream } from 'node:fs';
import { Decrypter, Encrypter } from 'age-encryption';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import { errorText } from '../case/durable';
import type { FileBytes } from './file-bytes';

const MAGIC = 'age-encryption.org/v1\n';
/** 2^18 turns take 256 MiB; whoever asks for more asks for the memory of the computer. */
const MOST_WORK = 18;
/** A header with one scrypt stanza is under 200 bytes. */
const MOST_HEADER = 1024;
const CHUNK = 64 * 1024;
const BLOCK = 1 << 20;

export async function isEncrypted(file: FileBytes): Promise<boolean> {
  return (await file.read(0, MAGIC.length)).toString('latin1') === MAGIC;
}

/** `workFactor` is the binary logarithm of scrypt's turns. */
export async function* encryptStream(
  plain: AsyncIterable<Uint8Array>,
  passphrase: string,
  workFactor = MOST_WORK,
): AsyncGenerator<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(workFactor);
  yield* gathered(await encrypter.encrypt(ReadableStream.from(plain)));
}

/**
 * Blocks of what was encrypted; `take` gets them in order. Nothing of a chunk is given before it is proven genuine,
 * but earlier chunks are: `take` must forget them when this fails.
 */
export async function decryptFile(
  file: FileBytes,
  passphrase: string,
  take: (block: Uint8Array) => Promise<void>,
): Promise<Outcome<null>> {
  const header = await headerFault(file);
  if (header) return fail(header);
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  let stream: ReadableStream<Uint8Array>;
  try {
    stream = await decrypter.decrypt(ReadableStream.from(blocksOf(file)));
  } catch (error) {
    return fail(errorText(error).includes('no identity matched') ? wrong : damaged(errorText(error), 0));
  }
  let done = 0;
  try {
    for await (const block of gathered(stream)) {
      await take(block);
      done += block.length;
    }
    return succeed(null);
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw error;
    return fail(damaged(errorText(error), Math.floor(done / CHUNK) * CHUNK));
  }
}

async function* blocksOf(file: FileBytes): AsyncGenerator<Uint8Array> {
  for await (const block of createReadStream(file.path, { highWaterMark: BLOCK })) {
    if (block instanceof Uint8Array) yield block;
  }
}

/** The library's blocks are of 64 KiB; written one by one they would cost a system call each. */
async function* gathered(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    parts.push(part);
    size += part.length;
    if (size < BLOCK) continue;
    yield Buffer.concat(parts);
    parts = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(parts);
}

/** The header's own claims, before any work is done by them. */
async function headerFault(file: FileBytes): Promise<Problem | null> {
  const text = (await file.read(0, MOST_HEADER)).toString('latin1');
  const stanzas =
    text
      .split('\n---')[0]
      ?.split('\n')
      .filter((line) => line.startsWith('-> ')) ?? [];
  const scrypt = /^-> scrypt [A-Za-z0-9+/]+ ([1-9][0-9]?)$/.exec(stanzas[0] ?? '');
  if (!text.includes('\n---') || stanzas.length !== 1 || !scrypt)
    return damaged('it is not encrypted by one passphrase', 0);
  return Number(scrypt[1]) > MOST_WORK ? tooMuchWork(Number(scrypt[1])) : null;
}

export const passphraseNeeded: Problem = {
  code: 'passphrase-needed',
  what: 'The case file is encrypted.',
  help: 'Give its passphrase.',
};

const wrong: Problem = {
  code: 'passphrase-wrong',
  what: 'The passphrase does not open this case file.',
  why: 'it is another one, or the first bytes of the file were changed',
  help: 'Try again; letters, capitals and spaces count.',
};

function damaged(why: string, at: number): Problem {
  return {
    code: 'encrypted-damaged',
    what: 'The encrypted case file is damaged.',
    why,
    where: at === 0 ? 'its header or its first 64 KiB' : `at about byte ${at} of its contents`,
    help: 'Ask for the file again, or copy it again from where it came.',
  };
}

function tooMuchWork(factor: number): Problem {
  return {
    code: 'encrypted-too-costly',
    what: 'The case file asks for more work than its passphrase can be worth.',
    why: `its work factor is ${factor}, at most ${MOST_WORK} is done`,
    help: 'Ask for the file with a lower work factor.',
  };
}
