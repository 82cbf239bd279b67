/**
 * The engine behind the loopback host, kept alive: when its process dies it is started again with the case that was
 * open, calls under way are answered with what happened, and every page is told. Pages never notice otherwise.
 */
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import type { Channel, Message } from '../../shared/protocol';
import type { ControlName, ControlParams, ControlResult } from '../process/control';
import { describeExit, type EngineClient, engineLost, type PageChannel } from '../process/engine-client';

export type EngineSettings = ControlParams<'engine.configure'>;

export interface EngineHold {
  control<N extends ControlName>(name: N, params: ControlParams<N>): Promise<Outcome<ControlResult<N>>>;
  /** A page's channel, which outlives engines. A listener may return a promise: see `EngineClient.connect`. */
  connect(): PageChannel;
  /** Id of the engine's process now running. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

/** Deaths in a row, each soon after the last, after which the engine is left down. */
const PATIENCE = 5;
const SOON_MS = 30_000;
/** Calls whose result says which case is open. */
const CASE_CALLS = new Set(['case.create', 'case.open', 'case.sample', 'case.close']);

/** `start` forks an engine; `log` takes one line about each death. */
export function holdEngineAlive(
  start: () => EngineClient,
  settings: EngineSettings,
  log: (line: string) => void,
): EngineHold {
  const lines = new Set<Line>();
  let folder: string | null = null;
  let deaths = 0;
  let diedAt = -Infinity;
  let stopping = false;
  let down: Problem | null = null;
  let { client, ready } = launch();

  function launch(): { client: EngineClient; ready: Promise<void> } {
    const engine = start();
    engine.onExit((exit, lastWords) => {
      if (stopping) return;
      log(describeExit(exit, lastWords));
      deaths = performance.now() - diedAt < SOON_MS ? deaths + 1 : 1;
      diedAt = performance.now();
      const problem = engineLost(lastWords);
      for (const line of lines) line.lose(problem);
      if (deaths > PATIENCE) {
        down = { ...problem, what: 'The engine stops again and again and was left down.' };
        return;
      }
      ({ client, ready } = launch());
      void ready.then(() => {
        for (const line of lines) void line.tell({ notice: 'engine.restarted', value: { problem } });
      });
    });
    return { client: engine, ready: prepare(engine) };
  }

  async function prepare(engine: EngineClient): Promise<void> {
    await engine.control('engine.configure', settings);
    if (folder === null) return;
    const opened = await engine.control('case.openFolder', {
      folder,
      mode: 'write',
      create: false,
      cache: true,
    });
    if (!opened.ok) log(opened.problem.what);
  }

  /** Remembers which case is open, from what the engine tells any page. */
  function noteCase(name: string | undefined, value: unknown): void {
    if (name === 'case.close') folder = null;
    else if (name !== undefined && CASE_CALLS.has(name)) folder = folderOf(value) ?? folder;
    else folder = folderOf(value) ?? folder;
  }

  class Line implements PageChannel {
    private readonly listeners: ((message: Message) => void | Promise<void>)[] = [];
    private readonly closers: (() => void)[] = [];
    /** Names of calls not answered yet, by id. */
    private readonly pending = new Map<number, string>();
    private channel: Channel | null = null;
    private open = true;

    send(message: Message): void {
      if (!this.open) return;
      if ('name' in message) {
        if (down) {
          void this.tell({ id: message.id, ok: false, problem: down });
          return;
        }
        this.pending.set(message.id, message.name);
      }
      const target = client;
      // In order, because every promise of one engine settles in the order it was waited for.
      void ready.then(() => {
        if (!this.open || target !== client) return;
        this.reach().send(message);
      });
    }

    onMessage(listener: (message: Message) => void | Promise<void>): void {
      this.listeners.push(listener);
      // Says hello to the engine, so that notices reach a page that has not called yet.
      void ready.then(() => this.open && !down && this.reach());
    }

    onClose(listener: () => void): void {
      this.closers.push(listener);
    }

    close(): void {
      if (!this.open) return;
      this.open = false;
      lines.delete(this);
      this.channel?.close();
      for (const closer of this.closers) closer();
    }

    /** The engine died: what was asked will not be answered by it. */
    lose(problem: Problem): void {
      this.channel = null;
      for (const id of [...this.pending.keys()]) void this.tell({ id, ok: false, problem });
    }

    async tell(message: Message): Promise<void> {
      if ('ok' in message) {
        const name = this.pending.get(message.id);
        this.pending.delete(message.id);
        if (message.ok && name !== undefined && CASE_CALLS.has(name)) noteCase(name, message.value);
      } else if ('notice' in message && message.notice === 'facts.changed') {
        noteCase(undefined, message.value);
      }
      for (const listener of this.listeners) await listener(message);
    }

    private reach(): Channel {
      if (this.channel) return this.channel;
      const channel = client.connect();
      this.channel = channel;
      channel.onMessage((message) => this.tell(message));
      return channel;
    }
  }

  return {
    async control(name, params) {
      await ready;
      if (down) return fail(down);
      const outcome = await client.control(name, params);
      if (name === 'case.openFolder' && outcome.ok) folder = folderOf(outcome.value) ?? folder;
      return outcome.ok ? succeed(outcome.value) : outcome;
    },
    connect() {
      const line = new Line();
      lines.add(line);
      return line;
    },
    pid: () => client.pid,
    async stop() {
      stopping = true;
      for (const line of [...lines]) line.close();
      await client.stop();
    },
  };
}

/** `folder` of a case state, or of the `case` inside a result or notice. */
function folderOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if ('folder' in value && typeof value.folder === 'string') return value.folder;
  return 'case' in value ? folderOf(value.case) : null;
}
