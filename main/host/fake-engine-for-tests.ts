/** Test support: an engine in this process that answers calls at once and dies when told to. */
import { succeed } from '../../shared/problem';
import type { Message } from '../../shared/protocol';
import type { EngineClient, PageChannel } from '../process/engine-client';
import type { Exit } from '../process/pipe';

export interface FakeEngine extends EngineClient {
  /** Control calls in order, `name` or `name folder`. */
  readonly controls: string[];
  /** Calls of pages in order. */
  readonly calls: Message[];
  die(): void;
  notify(message: Message): void;
}

/** `answer` gives the answer to a page's call, or null to leave it waiting. */
export function fakeEngine(answer: (message: Message) => Message | null): FakeEngine {
  const exits: ((exit: Exit, lastWords: string) => void)[] = [];
  const pages: ((message: Message) => void | Promise<void>)[] = [];
  const engine: FakeEngine = {
    pid: 1,
    controls: [],
    calls: [],
    control(name, params) {
      const folder = 'folder' in params ? ` ${params.folder}` : '';
      engine.controls.push(`${name}${folder}`);
      // Nothing under test reads more of a result than the folder.
      return Promise.resolve(succeed({ ...params } as never));
    },
    connect(): PageChannel {
      const listeners: ((message: Message) => void | Promise<void>)[] = [];
      pages.push(async (message) => {
        for (const listener of listeners) await listener(message);
      });
      return {
        send(message) {
          engine.calls.push(message);
          const reply = answer(message);
          if (reply) for (const listener of listeners) void listener(reply);
        },
        onMessage: (listener) => void listeners.push(listener),
        onClose: () => undefined,
        close: () => undefined,
      };
    },
    onExit: (listener) => void exits.push(listener),
    kill: () => engine.die(),
    stop: () => Promise.resolve(),
    die() {
      for (const exit of exits) exit({ code: null, signal: 'SIGKILL' }, 'last words');
    },
    notify(message) {
      for (const page of pages) void page(message);
    },
  };
  return engine;
}
