/** One page: the handshake, then frames of its WebSocket to its line of the engine and back, at the page's own pace. */
import type { RawData, WebSocket } from 'ws';
import { decodeFrame, encodeFrame, REFUSED } from '../../shared/frame';
import type { Message } from '../../shared/protocol';
import { bulkBytes } from '../process/envelope';
import type { Admission } from './admission';
import type { EngineHold } from './engine-hold';

const HELLO_WITHIN_MS = 5000;
const LONGEST_HELLO = 1024;
const BAD_FRAME = 1007;
/** Unanswered bytes of uploads at which the socket is not read until the engine has caught up. */
const MOST_UNANSWERED_BYTES = 32 * 1024 * 1024;

export function relay(socket: WebSocket, admission: Admission, engine: EngineHold): void {
  const timer = setTimeout(() => socket.close(REFUSED, 'no hello'), HELLO_WITHIN_MS);
  socket.on('error', () => socket.terminate());
  socket.once('message', (data, isBinary) => {
    clearTimeout(timer);
    const bytes = bytesOf(data);
    const welcome = isBinary || bytes.length > LONGEST_HELLO ? null : admission.admit(parse(bytes));
    if (welcome === null) {
      socket.close(REFUSED, 'a new address is needed');
      return;
    }
    socket.send(JSON.stringify(welcome));
    carry(socket, engine);
  });
  socket.once('close', () => clearTimeout(timer));
}

function carry(socket: WebSocket, engine: EngineHold): void {
  const line = engine.connect();
  const unanswered = new Map<number, number>();
  let waiting = 0;
  socket.on('message', (data, isBinary) => {
    const message = isBinary ? decodeFrame(bytesOf(data)) : null;
    if (message === null) {
      socket.close(BAD_FRAME, 'not a frame');
      return;
    }
    if ('name' in message) {
      const size = bulkBytes(message.params);
      unanswered.set(message.id, size);
      waiting += size;
      if (waiting > MOST_UNANSWERED_BYTES) socket.pause();
    }
    line.send(message);
  });
  line.onMessage((message: Message) => {
    if ('ok' in message) {
      waiting -= unanswered.get(message.id) ?? 0;
      unanswered.delete(message.id);
      if (waiting <= MOST_UNANSWERED_BYTES) socket.resume();
    }
    return new Promise<void>((resolve) => {
      if (socket.readyState !== socket.OPEN) resolve();
      // Written to the system, or the socket is gone: either way the engine may go on.
      else socket.send(encodeFrame(message), () => resolve());
    });
  });
  socket.once('close', () => line.close());
  line.onClose(() => socket.close(1001, 'the host stops'));
}

function bytesOf(data: RawData): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return Array.isArray(data) ? Buffer.concat(data) : data;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
