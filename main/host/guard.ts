/**
 * Who may speak to the loopback host at all, decided from a request's head alone: Host first (a name that was rebound
 * to 127.0.0.1 fails here), then Origin, then what the browser says of the request. Pure.
 */

export interface RequestHead {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Name and value in turn, as Node gives them: the only form that shows a header sent twice. */
  readonly rawHeaders: readonly string[];
}

/** HTTP status to refuse with, or null to go on. */
export type Verdict = 400 | 403 | 405 | null;

/** A request for a file. `authority` is `127.0.0.1:port`, the only name this host answers to. */
export function judgeRequest(head: RequestHead, authority: string): Verdict {
  const host = judgeHost(head, authority);
  if (host !== null) return host;
  const origins = headerValues(head, 'origin');
  if (origins.some((origin) => origin !== `http://${authority}`)) return 403;
  if (head.method !== 'GET') return 405;
  const [site] = headerValues(head, 'sec-fetch-site');
  const [mode] = headerValues(head, 'sec-fetch-mode');
  const [destination] = headerValues(head, 'sec-fetch-dest');
  if (site === undefined || site === 'none' || site === 'same-origin') return null;
  // The launching page is a local file, so the first load comes from another site; only as a whole document.
  const isFirstLoad = mode === 'navigate' && destination === 'document' && head.url === '/';
  return isFirstLoad ? null : 403;
}

/** A WebSocket upgrade: as a request, but the Origin must be there and the path must be the engine's. */
export function judgeUpgrade(head: RequestHead, authority: string, path: string): Verdict {
  const host = judgeHost(head, authority);
  if (host !== null) return host;
  const origins = headerValues(head, 'origin');
  if (origins.length !== 1 || origins[0] !== `http://${authority}`) return 403;
  if (head.method !== 'GET') return 405;
  const [site] = headerValues(head, 'sec-fetch-site');
  if (site !== undefined && site !== 'same-origin') return 403;
  return head.url === path ? null : 403;
}

function judgeHost(head: RequestHead, authority: string): Verdict {
  const hosts = headerValues(head, 'host');
  if (hosts.length !== 1) return 400;
  if (hosts[0] !== authority) return 403;
  // `GET http://evil.test/` names a host of its own.
  return head.url?.startsWith('/') ? null : 400;
}

function headerValues(head: RequestHead, name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < head.rawHeaders.length; index += 2) {
    if (head.rawHeaders[index]?.toLowerCase() === name) values.push(head.rawHeaders[index + 1] ?? '');
  }
  return values;
}
