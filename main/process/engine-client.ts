/** A host's hold on its engine process: page channels, control calls, back-pressure, and word of its death. */
import { describeProblem, fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import type { Channel, Message } from '../../shared/protocol';
import type { ControlName, ControlParams, ControlResult } from './control';
import { type FromEngine, isFromEngine, type ToEngine } from './envelope';
import type { Child, Exit } from './pipe';
import { COMING_IMPORT, forkedChildren } from './spawn';

export interface EngineClient {
  readonly pid: number | undefined;
  control<N extends ControlName>(
    name: N,
    params: ControlParams<N>,
    signal?: AbortSignal,
  ): Promise<Outcome<ControlResult<N>>>;
  /**
   * A page's channel. A listener may return a promise: the engine is told to go on only once it has settled, which
   * is how a slow page slows the engine instead of filling the host's memory.
   */
  connect(): PageChannel;
  /** Runs once, when the engine's process is gone, wanted or not. */
  onExit(listener: (exit: Exit, lastWords: string) => void): void;
  kill(): void;
  /** Tidy: closes the case, waits for the process to end, kills it after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

export interface PageChannel extends Channel {
  onMessage(listener: (message: Message) => void | Promise<void>): void;
}

/** Starts an engine as a forked child: the loopback host and the command line. */
export function startEngine({ forImport = false } = {}): EngineClient {
  return holdEngine(forkedChildren.spawn('engine', ...(forImport ? [COMING_IMPORT] : [])));
}

/** The same hold on an engine somebody else started (Electron's shell wraps its utility process as a `Child`). */
export function holdEngine(child: Child): EngineClient {
  const pages = new Map<number, { deliver(message: Message): Promise<void>; closed(): void }>();
  const pending = new Map<number, (outcome: Outcome<unknown>) => void>();
  let lastClient = 0;
  let lastId = 0;
  let gone = false;
  const tell = (message: ToEngine): void => child.send(message);

  child.onMessage((value) => {
    if (!isFromEngine(value)) return;
    receive(value);
  });
  child.onClose(() => {
    gone = true;
    for (const settle of pending.values()) settle(fail(engineLost(child.lastWords())));
    pending.clear();
    for (const page of pages.values()) page.closed();
    pages.clear();
  });

  function receive(value: FromEngine): void {
    if (value.kind === 'page') {
      const page = pages.get(value.client);
      const { client, bytes } = value;
      const credit = (): void => {
        if (bytes > 0) tell({ kind: 'credit', client, bytes });
      };
      // The engine made it, by its own types; it was checked at the door's other side.
      void page?.deliver(value.message as Message).then(credit, credit);
    } else if (value.kind === 'control-result') {
      pending.get(value.id)?.(succeed(value.value));
      pending.delete(value.id);
    } else if (value.kind === 'control-failed') {
      pending.get(value.id)?.(fail(value.problem));
      pending.delete(value.id);
    }
  }

  return {
    get pid() {
      return child.pid;
    },
    control(name, params, signal) {
      if (gone) return Promise.resolve(fail(engineLost(child.lastWords())));
      lastId += 1;
      const id = lastId;
      return new Promise((resolve) => {
        // The engine validates params and answers with the result of that name.
        pending.set(id, (outcome) => resolve(outcome as Outcome<never>));
        tell({ kind: 'control', id, name, params });
        const abort = (): void => tell({ kind: 'abort', id });
        signal?.addEventListener('abort', abort, { once: true });
        if (signal?.aborted) abort();
      });
    },
    connect() {
      lastClient += 1;
      return pageChannel(lastClient, pages, tell);
    },
    onExit(listener) {
      child.onClose((exit) => listener(exit, child.lastWords()));
    },
    kill: () => child.kill(),
    async stop(graceMs = 5000) {
      if (gone) return;
      const ended = new Promise<void>((resolve) => child.onClose(() => resolve()));
      const timer = setTimeout(() => child.kill(), graceMs);
      void this.control('engine.stop', {});
      await ended;
      clearTimeout(timer);
    },
  };
}

function pageChannel(
  client: number,
  pages: Map<number, { deliver(message: Message): Promise<void>; closed(): void }>,
  tell: (message: ToEngine) => void,
): PageChannel {
  const listeners: ((message: Message) => void | Promise<void>)[] = [];
  const closers: (() => void)[] = [];
  let open = true;
  const closed = (): void => {
    if (!open) return;
    open = false;
    for (const closer of closers) closer();
  };
  pages.set(client, {
    async deliver(message) {
      for (const listener of listeners) await listener(message);
    },
    closed,
  });
  // Says hello, so that notices reach a page that has not called yet.
  tell({ kind: 'credit', client, bytes: 0 });
  return {
    send(message) {
      if (open) tell({ kind: 'page', client, message });
    },
    onMessage: (listener) => void listeners.push(listener),
    onClose: (listener) => void closers.push(listener),
    close() {
      if (!open) return;
      pages.delete(client);
      tell({ kind: 'gone', client });
      closed();
    },
  };
}

/** What a host tells of an engine that died under a call. */
export function engineLost(lastWords: string): Problem {
  return {
    code: 'engine-lost',
    what: 'The engine stopped before it had answered.',
    ...(lastWords ? { why: lastWords.split('\n').slice(-3).join(' ') } : {}),
    help: 'What was stored before is safe; do it again. If it happens again, send the log file.',
  };
}

/** For a host's own log. */
export function describeExit(exit: Exit, lastWords: string): string {
  const how = exit.signal ? `signal ${exit.signal}` : `code ${exit.code ?? 'unknown'}`;
  return `${describeProblem(engineLost(''))} [${how}]${lastWords ? ` ${lastWords}` : ''}`;
}
