/**
 * The window's end of `shared/protocol.ts`: typed calls and notices over whatever channel there is. When a channel is
 * lost its calls fail; a new one takes its place under the same `Engine`, so that no panel ever holds a dead one.
 */
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import type { Channel, NoticeName } from '../../shared/protocol';
import { cancelled, type Engine, ProblemError } from '../state/engine';

const ENGINE_LOST: Problem = {
  code: 'engine-lost',
  what: 'The engine stopped before it answered.',
  help: 'Try again; committed imports and the journal are on disk.',
};

type Settle = (outcome: Outcome<never>) => void;
type Hear = (value: never) => void;

export interface EngineLine {
  readonly engine: Engine;
  /** Speaks over this channel from now on. `lost` tells listeners that the engine was replaced, and why. */
  readonly attach: (channel: Channel, lost: Problem | null) => void;
  /** No channel will come any more. */
  readonly giveUp: () => void;
}

export function createEngineLine(): EngineLine {
  const pending = new Map<number, Settle>();
  const listeners = new Map<NoticeName, Set<Hear>>();
  const closers = new Set<() => void>();
  let channel: Channel | null = null;
  let over = false;
  let last = 0;
  /** Calls made before there is a channel, sent in order when it comes. */
  let waiting: (() => void)[] = [];

  const tell = (name: NoticeName, value: unknown): void => {
    // The engine sends each notice with the value of its name; the protocol's types say so on both sides.
    for (const hear of listeners.get(name) ?? []) hear(value as never);
  };
  const failAll = (): void => {
    const all = [...pending.values()];
    pending.clear();
    for (const settle of all) settle(fail(ENGINE_LOST));
  };

  const call: Engine['call'] = (name, params, signal) => {
    if (over) return Promise.resolve(fail(ENGINE_LOST));
    if (signal?.aborted) return Promise.resolve(cancelled());
    last += 1;
    const id = last;
    return new Promise((resolve) => {
      const giveUp = (): void => {
        if (!pending.delete(id)) return;
        channel?.send({ cancel: id });
        resolve(cancelled());
      };
      pending.set(id, (outcome) => {
        signal?.removeEventListener('abort', giveUp);
        resolve(outcome);
      });
      signal?.addEventListener('abort', giveUp, { once: true });
      const send = (): void => {
        if (pending.has(id)) channel?.send({ id, name, params });
      };
      if (channel === null) waiting.push(send);
      else send();
    });
  };

  return {
    engine: {
      call,
      load: async (name, params, signal) => {
        const outcome = await call(name, params, signal);
        if (!outcome.ok) throw new ProblemError(outcome.problem);
        return outcome.value;
      },
      on: (name, listener) => {
        const set = listeners.get(name) ?? new Set<Hear>();
        listeners.set(name, set);
        set.add(listener);
        return () => set.delete(listener);
      },
      onLost: (listener) => {
        closers.add(listener);
        return () => closers.delete(listener);
      },
    },
    attach: (next, lost) => {
      if (channel !== null) failAll();
      channel = next;
      next.onMessage((message) => {
        if (channel !== next) return;
        if ('notice' in message) tell(message.notice, message.value);
        else if ('ok' in message) {
          const settle = pending.get(message.id);
          pending.delete(message.id);
          settle?.(message.ok ? succeed(message.value as never) : fail(message.problem));
        }
      });
      next.onClose(() => {
        if (channel !== next) return;
        channel = null;
        failAll();
      });
      const sends = waiting;
      waiting = [];
      for (const send of sends) send();
      if (lost !== null) tell('engine.restarted', { problem: lost });
    },
    giveUp: () => {
      over = true;
      failAll();
      for (const closer of closers) closer();
    },
  };
}
