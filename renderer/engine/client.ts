/** Typed calls and notices over a channel: the window's end of `shared/protocol.ts`. */
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import type { Channel, NoticeName } from '../../shared/protocol';
import { cancelled, type Engine, ProblemError } from '../state/engine';

export const CONNECTION_LOST: Problem = {
  code: 'connection-lost',
  what: 'The window lost its connection to the engine.',
  help: 'Start Throughline again; committed imports and the journal are on disk.',
};

type Settle = (outcome: Outcome<never>) => void;
type Hear = (value: never) => void;

export function createEngine(channel: Channel): Engine {
  const pending = new Map<number, Settle>();
  const listeners = new Map<NoticeName, Set<Hear>>();
  const closers = new Set<() => void>();
  let last = 0;
  let open = true;

  channel.onMessage((message) => {
    if ('notice' in message) {
      // The engine sends each notice with the value of its name; the protocol's types say so on both sides.
      for (const hear of listeners.get(message.notice) ?? []) hear(message.value as never);
    } else if ('ok' in message) {
      const settle = pending.get(message.id);
      pending.delete(message.id);
      settle?.(message.ok ? succeed(message.value as never) : fail(message.problem));
    }
  });
  channel.onClose(() => {
    open = false;
    for (const settle of pending.values()) settle(fail(CONNECTION_LOST));
    pending.clear();
    for (const closer of closers) closer();
  });

  const call: Engine['call'] = (name, params, signal) => {
    if (!open) return Promise.resolve(fail(CONNECTION_LOST));
    if (signal?.aborted) return Promise.resolve(cancelled());
    last += 1;
    const id = last;
    return new Promise((resolve) => {
      const giveUp = (): void => {
        if (!pending.delete(id)) return;
        channel.send({ cancel: id });
        resolve(cancelled());
      };
      pending.set(id, (outcome) => {
        signal?.removeEventListener('abort', giveUp);
        resolve(outcome);
      });
      signal?.addEventListener('abort', giveUp, { once: true });
      channel.send({ id, name, params });
    });
  };

  return {
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
  };
}
