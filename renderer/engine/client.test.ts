import { describe, expect, it } from 'vitest';
import type { Channel, Message } from '../../shared/protocol';
import { createEngineLine } from './client';

function fakeChannel() {
  const sent: Message[] = [];
  const listeners: ((message: Message) => void)[] = [];
  const closers: (() => void)[] = [];
  const channel: Channel = {
    send: (message) => sent.push(message),
    onMessage: (listener) => listeners.push(listener),
    onClose: (listener) => closers.push(listener),
    close: () => undefined,
  };
  const receive = (message: Message): void => {
    for (const listener of listeners) listener(message);
  };
  const close = (): void => {
    for (const closer of closers) closer();
  };
  return { channel, sent, receive, close };
}

describe('engine client', () => {
  it('settles calls by id, in any order', async () => {
    const { engine, attach } = createEngineLine();
    const fake = fakeChannel();
    attach(fake.channel, null);
    const first = engine.call('workspace.load', {});
    const second = engine.call('workspace.load', {});
    fake.receive({ id: 2, ok: true, value: { state: 'b' } });
    fake.receive({ id: 1, ok: false, problem: { code: 'x', what: 'No.' } });
    expect(await second).toEqual({ ok: true, value: { state: 'b' } });
    expect(await first).toEqual({ ok: false, problem: { code: 'x', what: 'No.' } });
  });

  it('sends what was asked before there was a channel', () => {
    const { engine, attach } = createEngineLine();
    void engine.call('case.close', {});
    const fake = fakeChannel();
    attach(fake.channel, null);
    expect(fake.sent).toEqual([{ id: 1, name: 'case.close', params: {} }]);
  });

  it('gives up a call: the engine is told, the caller gets a value, a late answer is dropped', async () => {
    const { engine, attach } = createEngineLine();
    const fake = fakeChannel();
    attach(fake.channel, null);
    const controller = new AbortController();
    const call = engine.call('evidence.list', {}, controller.signal);
    controller.abort();
    fake.receive({ id: 1, ok: true, value: { rows: [] } });
    expect(await call).toMatchObject({ ok: false, problem: { code: 'cancelled' } });
    expect(fake.sent).toContainEqual({ cancel: 1 });
  });

  it('fails what was under way when the engine is replaced, says so, and goes on over the new channel', async () => {
    const { engine, attach } = createEngineLine();
    const one = fakeChannel();
    const two = fakeChannel();
    const restarts: unknown[] = [];
    engine.on('engine.restarted', (value) => restarts.push(value));
    attach(one.channel, null);
    const lost = engine.call('case.close', {});
    one.close();
    attach(two.channel, { code: 'engine-lost', what: 'Gone.' });
    expect(await lost).toMatchObject({ ok: false, problem: { code: 'engine-lost' } });
    expect(restarts).toHaveLength(1);
    const next = engine.call('workspace.load', {});
    one.receive({ id: 2, ok: true, value: { state: 'from the dead' } });
    two.receive({ id: 2, ok: true, value: { state: null } });
    expect(await next).toEqual({ ok: true, value: { state: null } });
  });

  it('rejects with the problem for code that wants plain promises', async () => {
    const { engine, giveUp } = createEngineLine();
    let told = 0;
    engine.onLost(() => {
      told += 1;
    });
    giveUp();
    await expect(engine.load('case.close', {})).rejects.toMatchObject({ problem: { code: 'engine-lost' } });
    expect(told).toBe(1);
  });
});
