/**
 * The Electron shell's side of `shellSpawner`: forks a utility process when its engine asks for one, and hands both
 * the ends of a message channel. Knows Electron only by shape, so that it can be tested without it.
 */

import type { FromEngine, ToEngine } from './envelope';
import { isFromEngine } from './envelope';
import type { Child, Exit, PortLike } from './pipe';
import { entryPath, nodeOptions } from './spawn';

/** What we use of Electron's `UtilityProcess`. */
export interface UtilityLike {
  readonly pid: number | undefined;
  postMessage(value: unknown, transfer?: PortLike[]): void;
  on(event: 'message', listener: (value: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  kill(): boolean;
}

export interface Shell {
  /** `utilityProcess.fork(path)` with these options of Node's. */
  fork(path: string, nodeOptions: string[]): UtilityLike;
  /** `new MessageChannelMain()`. */
  channel(): { port1: PortLike; port2: PortLike };
}

/** Starts the engine as a utility process that may ask for importers and sandboxes; feed it to `holdEngine`. */
export function startUtilityEngine(shell: Shell): Child & { sendPort(client: number, port: PortLike): void } {
  const engine = shell.fork(entryPath('engine'), []);
  const children = new Map<number, UtilityLike>();
  const tell = (message: ToEngine, ports: PortLike[] = []): void => engine.postMessage(message, ports);
  const closers: ((exit: Exit) => void)[] = [];
  let ended: Exit | null = null;

  engine.on('message', (value) => {
    if (!isFromEngine(value)) return;
    if (value.kind === 'spawn') start(value);
    if (value.kind === 'kill') children.get(value.child)?.kill();
  });
  engine.on('exit', (code) => {
    // A shell outlives its engine; the engine's own children must not.
    for (const child of children.values()) child.kill();
    ended = { code, signal: null };
    for (const closer of closers) closer(ended);
  });

  function start({ child: id, entry }: Extract<FromEngine, { kind: 'spawn' }>): void {
    const child = shell.fork(entryPath(entry), nodeOptions(entry));
    const { port1, port2 } = shell.channel();
    children.set(id, child);
    child.postMessage({ kind: 'port' }, [port1]);
    tell({ kind: 'spawned', child: id, ...(child.pid === undefined ? {} : { pid: child.pid }) }, [port2]);
    child.on('exit', (code) => {
      children.delete(id);
      tell({ kind: 'child-exit', child: id, code });
    });
  }

  return {
    get pid() {
      return engine.pid;
    },
    send(value, flushed) {
      engine.postMessage(value);
      flushed?.();
    },
    sendPort: (client, port) => tell({ kind: 'port', client }, [port]),
    onMessage: (listener) => void engine.on('message', (value) => listener(value, [])),
    onClose: (listener) => {
      if (ended) listener(ended);
      else closers.push(listener);
    },
    close: () => void engine.kill(),
    kill: () => void engine.kill(),
    lastWords: () => '',
  };
}
