/** What a page holds instead of a path: an opaque token for a file the host has granted or the page has sent. */
import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import type { Problem } from '../../shared/problem';

export interface Granted {
  /** As the analyst named it; goes into the ledger. */
  readonly path: string;
  readonly name: string;
  /** Where the bytes lie when not at `path`: a file the page sent. */
  readonly readFrom?: string;
  /** Found in a folder, and why it is not read. */
  readonly unread?: Problem;
}

export interface Tokens {
  grant(file: { path: string; name?: string; readFrom?: string; unread?: Problem }): string;
  resolve(token: string): Granted | null;
}

/** Tokens live as long as the engine; the same path granted twice keeps its token. */
export function createTokens(): Tokens {
  const byToken = new Map<string, Granted>();
  const byPath = new Map<string, string>();
  return {
    grant({ path, name, readFrom, unread }) {
      // A link met in a folder is not followed; named by itself it is.
      const key = `${path}\0${readFrom ?? ''}\0${unread?.code ?? ''}`;
      const known = byPath.get(key);
      if (known) return known;
      const token = randomBytes(16).toString('base64url');
      byToken.set(token, {
        path,
        name: name ?? basename(path),
        ...(readFrom ? { readFrom } : {}),
        ...(unread ? { unread } : {}),
      });
      byPath.set(key, token);
      return token;
    },
    resolve: (token) => byToken.get(token) ?? null,
  };
}
