/** HTTP/1.x heads: RFC 9112 §2–§4. A message is its head; a body up to 64 KiB with a stated length goes with it. */
import type { Cursor } from '../../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type OtOperation,
  type Session,
  sampleOf,
} from '../../dissector';

const latin1 = new TextDecoder('latin1');
const METHODS = [
  'GET ',
  'POST ',
  'PUT ',
  'HEAD ',
  'DELETE ',
  'OPTIONS ',
  'PATCH ',
  'CONNECT ',
  'TRACE ',
  'PROPFIND ',
  'M-SEARCH ',
  'NOTIFY ',
  'SUBSCRIBE ',
  'HTTP/1.',
] as const;
const MAX_HEAD = 16384;
const MAX_BODY = 65536;

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  let best: Likeness = 'no';
  for (const method of METHODS) {
    const size = Math.min(method.length, to - from);
    let isSame = true;
    for (let at = 0; at < size && isSame; at++) isSame = bytes[from + at] === method.charCodeAt(at);
    if (!isSame) continue;
    if (size === method.length) return method === 'HTTP/1.' ? 'yes' : requestLine(bytes, from, to);
    best = 'more';
  }
  return best;
}

/** A request's line ends with the version (§3); SIP and RTSP share methods and end with their own. */
function requestLine(bytes: Uint8Array, from: number, to: number): Likeness {
  const stop = Math.min(to, from + MAX_HEAD);
  const end = bytes.subarray(from, stop).indexOf(10);
  if (end < 0) return 'yes';
  const line = latin1.decode(bytes.subarray(from + Math.max(0, end - 10), from + end));
  return / HTTP\/\d(?:\.\d)?\r?$/.test(line) ? 'yes' : 'no';
}

/** Whether a whole first line of HTTP begins there. */
function beginsHere(bytes: Uint8Array, from: number, to: number): boolean {
  return looksLike(bytes, from, to) === 'yes' && bytes.subarray(from, to).includes(10);
}

/** Length of chunks that are there with their end (§7.1), else 0. */
function chunkedLength(bytes: Uint8Array, from: number, to: number): number {
  const stop = Math.min(to, from + MAX_BODY);
  for (let at = from; at < stop; ) {
    const line = latin1.decode(bytes.subarray(at, Math.min(stop, at + 80)));
    const found = /^([0-9a-f]{1,6})[^\r\n]*\r\n/i.exec(line);
    if (!found) return 0;
    const size = Number.parseInt(found[1] ?? '', 16);
    at += found[0].length + size + 2;
    if (size === 0) return at <= to ? at - from : 0;
  }
  return 0;
}

/** The head ends with an empty line (§2.1). */
function headLength(bytes: Uint8Array, from: number, to: number): number {
  const stop = Math.min(to, from + MAX_HEAD);
  for (let at = from + 3; at < stop; at++) {
    if (bytes[at] === 10 && (bytes[at - 1] === 10 || (bytes[at - 1] === 13 && bytes[at - 2] === 10)))
      return at + 1 - from;
  }
  return to - from >= MAX_HEAD ? -1 : 0;
}

function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to) return 0;
  const likeness = looksLike(bytes, from, to);
  if (likeness !== 'yes') return likeness === 'more' ? 0 : -1;
  const head = headLength(bytes, from, to);
  if (head <= 0) return head;
  const text = latin1.decode(bytes.subarray(from, from + head));
  // Chunks go before a stated length (§6.3).
  if (/\ntransfer-encoding:[^\n]*\bchunked\b/i.test(text))
    return head + chunkedLength(bytes, from + head, to);
  const stated = /\ncontent-length:[ \t]*0*(\d{1,6})[ \t]*\r?\n/i.exec(text);
  const body = stated ? Number(stated[1]) : 0;
  // Answers to HEAD and 304 state a length and have no body (RFC 9110 §8.6).
  const isBare = beginsHere(bytes, from + head, to) || bytes[from + 9] === 0x33;
  return body > MAX_BODY || (isBare && bytes[from] === 0x48) ? head : head + body;
}

function headers(lines: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) found.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return found;
}

/** Host without its port; empty for an IPv6 address in brackets. */
function hostName(host: string): string {
  return host.startsWith('[') ? '' : (host.split(':')[0] ?? '').slice(0, 255);
}

const OPERATIONS: Readonly<Record<string, OtOperation>> = {
  GET: 'read',
  HEAD: 'read',
  PUT: 'write',
  POST: 'write',
  PATCH: 'write',
  DELETE: 'write',
};

class HttpSession implements Session {
  private readonly open: string[] = [];

  message(cursor: Cursor): readonly Message[] {
    const head = headLength(cursor.bytes, cursor.at, cursor.end);
    const size = head > 0 ? head : Math.min(MAX_HEAD, cursor.left);
    const text = latin1
      .decode(cursor.bytes.subarray(cursor.at, cursor.at + size))
      .replace(/[^\x20-\x7e\r\n]/g, '.');
    const [start = '', ...lines] = text.split('\n').map((line) => line.replaceAll('\r', ''));
    const fields = headers(lines.slice(0, 128));
    const malformed = head > 0 ? null : 'The head has no end';
    if (start.startsWith('HTTP/1.')) return [this.response(start, fields, malformed)];
    const [method = '', target = ''] = start.split(' ');
    const host = fields.get('host') ?? null;
    const path = withoutSecrets(target);
    this.open.push(`${method} ${path}`);
    if (this.open.length > 32) this.open.shift();
    const agent = fields.get('user-agent');
    return [
      newMessage({
        kind: 'request',
        action: `http_${method.toLowerCase().replace(/[^a-z0-9]/g, '_')}`,
        operation: OPERATIONS[method] ?? null,
        host,
        // A name, not the address with its port.
        facts: [
          { of: 'receiver', fact: 'name', value: /[a-z]/i.test(host ?? '') ? hostName(host ?? '') : '' },
        ],
        user: basicUser(fields.get('authorization')),
        file: path.slice(0, 500),
        text: `${method} ${host ?? ''}${path.slice(0, 300)}${agent ? ` by ${agent.slice(0, 150)}` : ''}`,
        malformed,
      }),
    ];
  }

  /** Responses name no request; after a loss the next is of nobody knows which. */
  gap(): void {
    this.open.length = 0;
  }

  private response(start: string, fields: ReadonlyMap<string, string>, malformed: string | null): Message {
    const status = Number(start.slice(9, 12)) || 0;
    const request = status >= 200 ? this.open.shift() : this.open[0];
    const server = fields.get('server');
    return newMessage({
      kind: status >= 400 ? 'exception' : 'response',
      action: request
        ? `http_${(request.split(' ')[0] ?? '').toLowerCase().replace(/[^a-z0-9]/g, '_')}`
        : 'http_response',
      functionCode: status,
      exception: status >= 400 ? status : null,
      text: `${status}${request ? ` to ${request.slice(0, 300)}` : ''}${server ? ` from ${server.slice(0, 150)}` : ''}`,
      malformed,
      isUnpaired: request === undefined,
    });
  }
}

/** Values of parameters that are named as secrets are masked. */
function withoutSecrets(target: string): string {
  return target.replace(/((?:pass(?:word|wd)?|pwd|token|secret|api_?key)=)[^&]*/gi, '$1***');
}

/** The user of basic authentication (RFC 7617 §2); the password is dropped. */
function basicUser(authorization: string | undefined): string | null {
  if (!authorization?.toLowerCase().startsWith('basic ')) return null;
  try {
    const user = atob(authorization.slice(6).trim()).split(':')[0] ?? '';
    return user.replace(/[\p{Cc}]/gu, '.') || null;
  } catch {
    return null;
  }
}

const hex = (text: string): string =>
  Array.from(text, (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('');

export const http: Dissector = defineDissector({
  id: 'http',
  title: 'HTTP/1.x',
  reference: 'RFC 9112 §2–§6; RFC 7617',
  dataset: 'pcap.http',
  domain: 'network',
  over: 'both',
  ports: [80, 8080, 8000, 3128, 1900],
  roams: true,
  maxUnitBytes: MAX_HEAD + MAX_BODY,
  looksLike,
  unitLength,
  begin: () => new HttpSession(),
  samples: [
    {
      kind: 'normal',
      title: 'a page is asked for and refused',
      units: [
        {
          from: 'client',
          hex: hex(
            'GET /awp/index.htm?pwd=x1 HTTP/1.1\r\nHost: plc1\r\nUser-Agent: probe/2\r\nAuthorization: Basic YWRtaW46eA==\r\n\r\n',
          ),
          messages: [
            {
              action: 'http_get',
              operation: 'read',
              host: 'plc1',
              user: 'admin',
              text: 'GET plc1/awp/index.htm?pwd=*** by probe/2',
            },
          ],
        },
        {
          from: 'server',
          hex: hex('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno'),
          messages: [{ kind: 'exception', exception: 403, isUnpaired: false }],
        },
      ],
    },
    sampleOf(
      'truncated',
      'a response to a request that was not captured',
      'server',
      hex('HTTP/1.0 200 OK\r\n\r\n'),
      { isUnpaired: true },
    ),
    sampleOf('foreign', 'a greeting', 'server', hex('220 ready\r\n')),
    sampleOf('foreign', 'a call by SIP', 'client', hex('OPTIONS sip:bob@plc1 SIP/2.0\r\n\r\n')),
  ],
});
