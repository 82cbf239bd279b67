/** Typed calls and notices over a page channel, for hosts that are their own page: the command line and tests. */
import { fail, type Outcome, succeed } from '../../shared/problem';
import type { CallName, Channel, Notice, NoticeName, Params, Result } from '../../shared/protocol';
import { engineLost } from './engine-client';

export interface PageCaller {
  call<N extends CallName>(name: N, params: Params<N>, signal?: AbortSignal): Promise<Outcome<Result<N>>>;
  on<N extends NoticeName>(name: N, listener: (value: Notice<N>) => void): void;
  close(): void;
}

export function pageCaller(channel: Channel): PageCaller {
  const pending = new Map<number, (outcome: Outcome<never>) => void>();
  const listeners = new Map<NoticeName, ((value: never) => void)[]>();
  let last = 0;
  let open = true;
  channel.onMessage((message) => {
    if ('notice' in message) {
      // The engine sends each notice with the value of its name.
      for (const listener of listeners.get(message.notice) ?? []) listener(message.value as never);
    } else if ('ok' in message) {
      const outcome = message.ok ? succeed(message.value) : fail(message.problem);
      pending.get(message.id)?.(outcome as Outcome<never>);
      pending.delete(message.id);
    }
  });
  channel.onClose(() => {
    open = false;
    for (const settle of pending.values()) settle(fail(engineLost('')));
    pending.clear();
  });
  return {
    call(name, params, signal) {
      if (!open) return Promise.resolve(fail(engineLost('')));
      last += 1;
      const id = last;
      return new Promise((resolve) => {
        pending.set(id, resolve);
        channel.send({ id, name, params });
        const cancel = (): void => channel.send({ cancel: id });
        signal?.addEventListener('abort', cancel, { once: true });
        if (signal?.aborted) cancel();
      });
    },
    on(name, listener) {
      listeners.set(name, [...(listeners.get(name) ?? []), listener]);
    },
    close: () => channel.close(),
  };
}
