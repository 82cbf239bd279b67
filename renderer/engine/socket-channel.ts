/**
 * The browser window's way: a WebSocket of the loopback host. The one-time token comes in the address's fragment and
 * is taken out of it at once; the key it buys stays in this tab's session storage, so that a reload gets in again.
 */
import { decodeFrame, ENGINE_PATH, encodeFrame, type Hello, REFUSED } from '../../shared/frame';
import type { Problem } from '../../shared/problem';
import type { Channel } from '../../shared/protocol';
import type { EngineLine } from './client';

const KEY = 'throughline-key';
/** Waits between attempts to reach a host whose socket broke, ms. */
const RETRIES = [200, 500, 1000, 2000, 4000];

export const NEW_ADDRESS_NEEDED: Problem = {
  code: 'address-spent',
  what: 'This address was already used, or is too old.',
  why: 'An address lets in one window, once, within half a minute.',
  help: 'Ask for a new one where Throughline was started, and open it here.',
};

const HOST_GONE: Problem = {
  code: 'host-gone',
  what: 'Throughline is no longer running.',
  help: 'Start it again; the case is on disk as you left it.',
};

/** Takes the token out of the address, or falls back on this tab's key. */
export function takeHello(location: Location, history: History, storage: Storage): Hello | null {
  const token = location.hash.slice(1);
  if (token !== '') {
    history.replaceState(null, '', location.pathname);
    return { token };
  }
  const key = storage.getItem(KEY);
  return key === null ? null : { key };
}

function socketChannel(socket: WebSocket): Channel {
  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(encodeFrame(message));
    },
    onMessage: (listener) =>
      socket.addEventListener('message', (event: MessageEvent<unknown>) => {
        const message = event.data instanceof ArrayBuffer ? decodeFrame(new Uint8Array(event.data)) : null;
        if (message !== null) listener(message);
      }),
    onClose: (listener) => socket.addEventListener('close', () => listener()),
    close: () => socket.close(),
  };
}

/** One attempt: the socket once it has been welcomed, or why not. */
function open(hello: Hello): Promise<{ socket: WebSocket; key: string } | { refused: boolean }> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://${location.host}${ENGINE_PATH}`);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => socket.send(JSON.stringify(hello)), { once: true });
    socket.addEventListener('close', (event) => resolve({ refused: event.code === REFUSED }), { once: true });
    socket.addEventListener(
      'message',
      (event: MessageEvent<unknown>) => {
        const key = typeof event.data === 'string' ? readKey(event.data) : null;
        if (key === null) socket.close();
        else resolve({ socket, key });
      },
      { once: true },
    );
  });
}

function readKey(text: string): string | null {
  try {
    const welcome: unknown = JSON.parse(text);
    const isWelcome = typeof welcome === 'object' && welcome !== null && 'key' in welcome;
    return isWelcome && typeof welcome.key === 'string' ? welcome.key : null;
  } catch {
    return null;
  }
}

export async function connectSocket(line: EngineLine): Promise<Problem | null> {
  const hello = takeHello(location, history, sessionStorage);
  if (hello === null) return NEW_ADDRESS_NEEDED;
  const first = await open(hello);
  if ('refused' in first) return first.refused ? NEW_ADDRESS_NEEDED : HOST_GONE;
  sessionStorage.setItem(KEY, first.key);
  keep(line, first.socket, first.key);
  return null;
}

/** Speaks over the socket, and opens another one with the key when it breaks. */
function keep(line: EngineLine, socket: WebSocket, key: string): void {
  const channel = socketChannel(socket);
  line.attach(channel, null);
  channel.onClose(() => void again(line, key));
}

async function again(line: EngineLine, key: string): Promise<void> {
  for (const wait of RETRIES) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const next = await open({ key });
    if (!('refused' in next)) {
      keep(line, next.socket, key);
      return;
    }
    if (next.refused) break;
  }
  line.giveUp();
}
