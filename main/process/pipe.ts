/**
 * A duplex, ordered pipe between two of our own processes, whatever carries it: a forked child's IPC, Electron's
 * utility process, or a transferred message port. Values are structured clones; Uint8Array crosses as bytes.
 */
import type { ChildProcess } from 'node:child_process';

export interface Pipe {
  /** Queues a value; `flushed` runs once the transport has taken it (at once where it cannot tell). */
  send(value: unknown, flushed?: () => void): void;
  /** Values in order; `ports` are the message ports that travelled with the value (Electron only). */
  onMessage(listener: (value: unknown, ports: readonly PortLike[]) => void): void;
  /** Runs once, when the other side is gone. */
  onClose(listener: (exit: Exit) => void): void;
  close(): void;
}

/** How the other side ended; both null where the transport does not tell. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A pipe to a child process that this process (or its host) started. */
export interface Child extends Pipe {
  readonly pid: number | undefined;
  /** SIGKILL, or the platform's like: never waits for the child's leave. */
  kill(): void;
  /** The last lines the child wrote to its error stream, for a report of its death. */
  lastWords(): string;
}

/** What we use of `MessagePortMain` and of a utility process's parent port; named here so as not to import electron. */
export interface PortLike {
  postMessage(value: unknown, transfer?: PortLike[]): void;
  on(event: 'message', listener: (event: { data: unknown; ports: PortLike[] }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start?(): void;
  close?(): void;
}

const LAST_WORDS_BYTES = 4096;

/** Of a child's last words the line that says why it ended: Node says what was fatal above a trace of its own. */
export function lastReason(words: string): string {
  const lines = words.split('\n');
  return lines.find((line) => line.startsWith('FATAL ERROR')) ?? lines.at(-1) ?? '';
}

/** Wraps a child made by `child_process.fork` with advanced serialization. */
export function childPipe(child: ChildProcess): Child {
  let tail = '';
  const closeListeners: ((exit: Exit) => void)[] = [];
  let ended: Exit | null = null;
  const end = (exit: Exit): void => {
    if (ended) return;
    ended = exit;
    for (const listener of closeListeners) listener(exit);
  };
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString('utf8')).slice(-LAST_WORDS_BYTES);
  });
  child.on('exit', (code, signal) => end({ code, signal }));
  child.on('error', () => end({ code: null, signal: null }));
  return {
    get pid() {
      return child.pid;
    },
    send(value, flushed) {
      if (!child.connected) return;
      // A child that dies between the check and the write is reported by 'exit', not here.
      child.send(value as object, () => flushed?.());
    },
    onMessage(listener) {
      child.on('message', (value) => listener(value, []));
    },
    onClose(listener) {
      if (ended) listener(ended);
      else closeListeners.push(listener);
    },
    close() {
      if (child.connected) child.disconnect();
    },
    kill() {
      child.kill('SIGKILL');
    },
    lastWords: () => tail.trim(),
  };
}

/** Wraps an Electron message port (or anything shaped like one). */
export function portPipe(port: PortLike): Pipe {
  return {
    send(value, flushed) {
      port.postMessage(value);
      flushed?.();
    },
    onMessage(listener) {
      port.on('message', (event) => listener(event.data, event.ports ?? []));
      port.start?.();
    },
    onClose(listener) {
      port.on('close', () => listener({ code: null, signal: null }));
    },
    close() {
      port.close?.();
    },
  };
}

/** A pipe whose carrier comes later (a port that is still on its way): what is said meanwhile waits. */
export function latePipe(): Pipe & { connect(carrier: Pipe): void; end(exit: Exit): void } {
  const queued: [unknown, (() => void) | undefined][] = [];
  const messageListeners: ((value: unknown, ports: readonly PortLike[]) => void)[] = [];
  const closeListeners: ((exit: Exit) => void)[] = [];
  let pipe: Pipe | null = null;
  let ended: Exit | null = null;
  const end = (exit: Exit): void => {
    if (ended) return;
    ended = exit;
    for (const listener of closeListeners) listener(exit);
  };
  return {
    connect(carrier) {
      pipe = carrier;
      for (const [value, flushed] of queued.splice(0)) carrier.send(value, flushed);
      carrier.onClose(end);
      carrier.onMessage((value, ports) => {
        for (const listener of messageListeners) listener(value, ports);
      });
    },
    end,
    send(value, flushed) {
      if (pipe) pipe.send(value, flushed);
      else if (!ended) queued.push([value, flushed]);
    },
    onMessage: (listener) => void messageListeners.push(listener),
    onClose(listener) {
      if (ended) listener(ended);
      else closeListeners.push(listener);
    },
    close: () => pipe?.close(),
  };
}
