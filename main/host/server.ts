/** The only open socket of the product: 127.0.0.1, a frozen list of files, and the engine's WebSocket. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { ENGINE_PATH } from '../../shared/frame';
import { fail, type Outcome, succeed } from '../../shared/problem';
import { contentSecurityPolicy, type PageFiles, pageWithNonce, SAFE_HEADERS } from '../process/page-files';
import { judgeRequest, judgeUpgrade } from './guard';

export interface LoopbackServer {
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly files: PageFiles;
  /** 0 lets the system choose. */
  readonly port: number;
  /** A socket that came through the door; it has not said hello yet. */
  readonly onSocket: (socket: WebSocket) => void;
}

const LARGEST_FRAME = 16 * 1024 * 1024;
const MOST_SOCKETS = 32;

export async function openServer({ files, port, onSocket }: ServerOptions): Promise<Outcome<LoopbackServer>> {
  let authority = '';
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_FRAME,
    perMessageDeflate: false,
    clientTracking: true,
  });
  const server = createServer({ maxHeaderSize: 16 * 1024 }, (request, response) =>
    answer(request, response, files, authority),
  );
  server.headersTimeout = 10_000;
  server.requestTimeout = 10_000;
  server.maxConnections = 128;
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const verdict = judgeUpgrade(request, authority, ENGINE_PATH);
    if (verdict !== null || sockets.clients.size >= MOST_SOCKETS) {
      stream.end(`HTTP/1.1 ${verdict ?? 503} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, stream, head, onSocket);
  });
  server.on('clientError', (_error, stream) => stream.destroy());
  const listening = await listen(server, port);
  if (!listening.ok) return listening;
  authority = `127.0.0.1:${listening.value}`;
  return succeed({
    origin: `http://${authority}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: PageFiles,
  authority: string,
): void {
  const verdict = judgeRequest(request, authority);
  const file = verdict === null ? files.get(request.url ?? '') : undefined;
  if (file === undefined) {
    const status = verdict ?? 404;
    response.writeHead(status, { ...SAFE_HEADERS, 'content-type': 'text/plain', connection: 'close' });
    response.end(String(status));
    return;
  }
  const nonce = randomBytes(16).toString('base64');
  const body = file.type.startsWith('text/html') ? pageWithNonce(file, nonce) : file.bytes;
  response.writeHead(200, {
    ...SAFE_HEADERS,
    'content-type': file.type,
    'content-length': body.byteLength,
    'content-security-policy': contentSecurityPolicy(nonce, `ws://${authority}`),
  });
  response.end(body);
}

function listen(server: Server, port: number): Promise<Outcome<number>> {
  return new Promise((resolve) => {
    server.once('error', (error) =>
      resolve(
        fail({
          code: 'port-unavailable',
          what: `The workbench could not listen on 127.0.0.1${port === 0 ? '' : `, port ${port}`}.`,
          why: error.message,
          help: 'Choose another port with --port, or leave it out.',
        }),
      ),
    );
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      resolve(succeed(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
