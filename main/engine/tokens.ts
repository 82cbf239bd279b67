/** What a page holds instead of a path: an opaque token for a file the host has granted or the page has sent. */
import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';

export interface Granted {
  /** As the analyst named it; goes into the ledger. */
  readonly path: string;
  readonly name: string;
  /** Where the bytes lie when not at `path`: a file the page sent. */
  readonly readFrom?: string;
}

export interface Tokens {
  grant(file: { path: string; name?: string; readFrom?: string }): string;
  resolve(token: string): Granted | null;
}

/** Tokens live as long as the engine; the same path granted twice keeps its token. */
export function createTokens(): Tokens {
  const byToken = new Map<string, Granted>();
  const byPath = new Map<string, string>();
  return {
    grant({ path, name, readFrom }) {
      const key = `${path}\0${readFrom ?? ''}`;
      const known = byPath.get(key);
      if (known) return known;
      const token = randomBytes(16).toString('base64url');
      byToken.set(token, { path, name: name ?? basename(path), ...(readFrom ? { readFrom } : {}) });
      byPath.set(key, token);
      return token;
    },
    resolve: (token) => byToken.get(token) ?? null,
  };
}
