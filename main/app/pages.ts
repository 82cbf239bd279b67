/** Serves the window's files under `app://workbench/` from a list frozen at start. */
import { randomBytes } from 'node:crypto';
import { contentSecurityPolicy, type PageFiles, pageWithNonce, SAFE_HEADERS } from '../process/page-files';
import { ORIGIN } from './electron';

/** Answers one request; names outside the list are 404, other hosts 403, other methods 405. */
export function answerPage(files: PageFiles, url: string, method: string): Response {
  const parsed = new URL(url);
  const plain = { 'content-type': 'text/plain', ...SAFE_HEADERS };
  if (`${parsed.protocol}//${parsed.host}` !== ORIGIN)
    return new Response('403', { status: 403, headers: plain });
  if (method !== 'GET') return new Response('405', { status: 405, headers: plain });
  const file = files.get(parsed.pathname);
  if (file === undefined) return new Response('404', { status: 404, headers: plain });
  const nonce = randomBytes(16).toString('base64');
  const body = file.type.startsWith('text/html') ? pageWithNonce(file, nonce) : file.bytes;
  return new Response(new Uint8Array(body), {
    status: 200,
    headers: {
      'content-type': file.type,
      'content-security-policy': contentSecurityPolicy(nonce),
      ...SAFE_HEADERS,
    },
  });
}
