/**
 * The desktop window's way: the preload hands over one message port for each engine that starts. A second port means
 * the first engine was lost and is back.
 */
import type { Problem } from '../../shared/problem';
import type { Channel, Message } from '../../shared/protocol';
import type { EngineLine } from './client';

export interface DesktopBridge {
  /** Asks the shell for a port, which comes as a window message. */
  readonly connect: () => void;
}

/** How long a lost engine may take to come back. */
const PATIENCE_MS = 20_000;

const LOST: Problem = {
  code: 'engine-lost',
  what: 'The engine stopped and was started again.',
  why: 'What it was doing was given up; an import is either whole or absent.',
  help: 'Repeat what you did last. The log says more.',
};

/** A port as a channel. `postMessage` clones, so byte arrays cross as they are. */
export function portChannel(port: MessagePort): Channel {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.addEventListener('message', (event: MessageEvent<Message>) => listener(event.data));
      port.start();
    },
    onClose: (listener) => port.addEventListener('close', () => listener()),
    close: () => port.close(),
  };
}

export function connectPort(line: EngineLine, bridge: DesktopBridge): Promise<null> {
  let count = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new Promise((resolve) => {
    window.addEventListener('message', (event: MessageEvent<unknown>) => {
      const [port] = event.ports;
      if (event.source !== window || port === undefined || !isHandOver(event.data)) return;
      clearTimeout(timer);
      const channel = portChannel(port);
      count += 1;
      line.attach(channel, count === 1 ? null : LOST);
      channel.onClose(() => {
        timer = setTimeout(() => line.giveUp(), PATIENCE_MS);
      });
      resolve(null);
    });
    bridge.connect();
  });
}

function isHandOver(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'kind' in data && data.kind === 'throughline-port';
}
