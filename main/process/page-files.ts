/** The window's own files, read once into memory: hosts serve names from this list and nothing else. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** By URL path, `/assets/index-4f2a.js`; `/` is the page itself. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** Every file below a folder that a window may load; unknown types are left out. */
export function readPageFiles(folder: string): PageFiles {
  const files = new Map<string, PageFile>();
  const walk = (path: string, url: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const type = TYPES[extname(entry.name)];
      if (entry.isDirectory()) walk(join(path, entry.name), `${url}${entry.name}/`);
      else if (entry.isFile() && type !== undefined)
        files.set(`${url}${entry.name}`, { type, bytes: readFileSync(join(path, entry.name)) });
    }
  };
  walk(folder, '/');
  const index = files.get('/index.html');
  if (index) files.set('/', index);
  return files;
}

/** Placeholder in `index.html` that every load replaces by a fresh nonce. */
export const NONCE_PLACEHOLDER = '__CSP_NONCE__';

/** The page with the nonce of this load. */
export function pageWithNonce(file: PageFile, nonce: string): Uint8Array {
  return new TextEncoder().encode(new TextDecoder().decode(file.bytes).replaceAll(NONCE_PLACEHOLDER, nonce));
}

/**
 * The content security policy of the window. Scripts come from our own files only; style elements need the load's
 * nonce; no text becomes markup or script (Trusted Types, whose one policy the page makes); `connect` names the one
 * other origin the page may reach (the loopback WebSocket), if any.
 */
export function contentSecurityPolicy(nonce: string, connect = ''): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${connect ? ` ${connect}` : ''}`,
    "worker-src 'none'",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    'trusted-types default',
    "require-trusted-types-for 'script'",
  ].join('; ');
}

/** Headers every answer carries, whatever it holds. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=()',
};
