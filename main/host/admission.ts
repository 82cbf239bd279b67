/**
 * Who may talk to the engine: a token from an address, good once and for half a minute, buys a session key that lives
 * as long as the host. Only digests are kept, and compared in constant time.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Hello, Welcome } from '../../shared/frame';

export interface Admission {
  /** A fresh one-time token. */
  issue(): string;
  /** The key for a token (which is then spent) or for a key still good; null refuses. */
  admit(hello: unknown): Welcome | null;
}

const TOKEN_LIFE_MS = 30_000;
const MOST_TOKENS = 16;
const MOST_KEYS = 64;

/** `now` in milliseconds, handed in by tests. */
export function openAdmission(now: () => number = () => performance.now()): Admission {
  let tokens: { readonly digest: Buffer; readonly until: number }[] = [];
  let keys: Buffer[] = [];

  function spend(token: string): boolean {
    const digest = digestOf(token);
    const at = now();
    const found = tokens.find((one) => timingSafeEqual(one.digest, digest));
    tokens = tokens.filter((one) => one !== found && one.until > at);
    return found !== undefined && found.until > at;
  }

  return {
    issue() {
      const token = secret();
      const fresh = { digest: digestOf(token), until: now() + TOKEN_LIFE_MS };
      tokens = [...tokens, fresh].slice(-MOST_TOKENS);
      return token;
    },
    admit(hello) {
      if (!isHello(hello)) return null;
      if ('key' in hello) {
        const digest = digestOf(hello.key);
        return keys.some((key) => timingSafeEqual(key, digest)) ? { key: hello.key } : null;
      }
      if (!spend(hello.token)) return null;
      const key = secret();
      keys = [...keys, digestOf(key)].slice(-MOST_KEYS);
      return { key };
    },
  };
}

/** 256 random bits, safe in a URL. */
function secret(): string {
  return randomBytes(32).toString('base64url');
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function isHello(value: unknown): value is Hello {
  if (typeof value !== 'object' || value === null) return false;
  if ('token' in value) return typeof value.token === 'string';
  return 'key' in value && typeof value.key === 'string';
}
