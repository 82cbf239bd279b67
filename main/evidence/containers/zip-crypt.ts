/** Decryption of ZIP members: the traditional cipher (APPNOTE.TXT §6.1) and AES in counter mode (WinZip AE-1, AE-2). */
import { createCipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { damagedMember, lockedMember } from './container';

export const AES_METHOD = 99;
const ROUNDS = 1000;
const CODE_BYTES = 10;
const BLOCK_BYTES = 16;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function step(sum: number, byte: number): number {
  return ((sum >>> 8) ^ (table[(sum ^ byte) & 0xff] ?? 0)) >>> 0;
}

class Traditional {
  private a = 0x12345678;
  private b = 0x23456789;
  private c = 0x34567890;

  constructor(password: string) {
    for (const byte of Buffer.from(password, 'utf8')) this.update(byte);
  }

  private update(byte: number): void {
    this.a = step(this.a, byte);
    this.b = (Math.imul((this.b + (this.a & 0xff)) >>> 0, 134_775_813) + 1) >>> 0;
    this.c = step(this.c, this.b >>> 24);
  }

  decrypt(byte: number): number {
    const mix = (this.c | 2) & 0xffff;
    const plain = byte ^ ((Math.imul(mix, mix ^ 1) >>> 8) & 0xff);
    this.update(plain);
    return plain;
  }
}

/** @param check the byte that the last of the twelve leading ones must be */
export async function* decryptTraditional(
  packed: AsyncIterable<Uint8Array>,
  password: string,
  check: number,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const cipher = new Traditional(password);
  let header = 12;
  for await (const chunk of packed) {
    const out = new Uint8Array(chunk.length);
    let written = 0;
    for (const byte of chunk) {
      const plain = cipher.decrypt(byte);
      if (header > 0) {
        header--;
        if (header === 0 && plain !== check) throw lockedMember(name, true);
      } else out[written++] = plain;
    }
    if (written > 0) yield out.subarray(0, written);
  }
}

export interface Aes {
  readonly version: number;
  readonly keyBytes: 16 | 24 | 32;
  /** How the plain bytes are packed. */
  readonly method: number;
}

export function readAes(extra: Buffer | null): Aes | null {
  if (extra === null || extra.length < 7) return null;
  const strength = extra[4];
  const keyBytes = strength === 1 ? 16 : strength === 2 ? 24 : strength === 3 ? 32 : null;
  if (keyBytes === null) return null;
  return { version: extra.readUInt16LE(0), keyBytes, method: extra.readUInt16LE(5) };
}

export async function* decryptAes(
  packed: AsyncIterable<Uint8Array>,
  packedBytes: number,
  { keyBytes }: Aes,
  password: string,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const saltBytes = keyBytes / 2;
  const bodyBytes = packedBytes - saltBytes - 2 - CODE_BYTES;
  if (bodyBytes < 0) throw damagedMember(name, 'It is too short to be encrypted.');
  let head = Buffer.alloc(0);
  let keys: { stream: Stream; code: ReturnType<typeof createHmac> } | null = null;
  let left = bodyBytes;
  let tail = Buffer.alloc(0);
  for await (const chunk of packed) {
    let rest = Buffer.from(chunk);
    if (keys === null) {
      head = Buffer.concat([head, rest]);
      if (head.length < saltBytes + 2) continue;
      const derived = pbkdf2Sync(password, head.subarray(0, saltBytes), ROUNDS, keyBytes * 2 + 2, 'sha1');
      if (!derived.subarray(keyBytes * 2).equals(head.subarray(saltBytes, saltBytes + 2)))
        throw lockedMember(name, true);
      keys = {
        stream: new Stream(derived.subarray(0, keyBytes)),
        code: createHmac('sha1', derived.subarray(keyBytes, keyBytes * 2)),
      };
      rest = head.subarray(saltBytes + 2);
    }
    const body = rest.subarray(0, left);
    left -= body.length;
    tail = Buffer.concat([tail, rest.subarray(body.length)]);
    keys.code.update(body);
    if (body.length > 0) yield keys.stream.decrypt(body);
  }
  const code = keys?.code.digest().subarray(0, CODE_BYTES);
  if (code === undefined || tail.length !== CODE_BYTES || !timingSafeEqual(code, tail)) {
    throw damagedMember(name, 'Its authentication code does not hold.');
  }
}

/** Counter mode with the counter's least byte first, which OpenSSL does not know: blocks of the counter, encrypted. */
class Stream {
  private readonly key: Buffer;
  private counter = 0;
  private pad: Uint8Array = new Uint8Array(0);
  private used = 0;

  constructor(key: Buffer) {
    this.key = Buffer.from(key);
  }

  decrypt(bytes: Uint8Array): Uint8Array {
    const out = new Uint8Array(bytes.length);
    for (let at = 0; at < bytes.length; at++) {
      if (this.used === this.pad.length) this.more();
      out[at] = (bytes[at] ?? 0) ^ (this.pad[this.used++] ?? 0);
    }
    return out;
  }

  private more(): void {
    const blocks = Buffer.alloc(BLOCK_BYTES * 4096);
    for (let at = 0; at < blocks.length; at += BLOCK_BYTES) blocks.writeUIntLE(++this.counter, at, 6);
    const cipher = createCipheriv(`aes-${this.key.length * 8}-ecb`, this.key, null).setAutoPadding(false);
    this.pad = cipher.update(blocks);
    this.used = 0;
  }
}
