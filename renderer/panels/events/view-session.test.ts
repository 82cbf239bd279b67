import { describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../shared/filter';
import type { ViewSpec } from '../../../shared/view';
import type { ArrowRows } from '../../ui/arrow-rows';
import { type Opened, type ViewCalls, ViewSession } from './view-session';

function rows(label: string, length: number): ArrowRows {
  return {
    length,
    columns: ['message'],
    value: (row) => `${label} ${row}`,
    text: (row) => `${label} ${row}`,
    number: () => null,
  };
}

const all: ViewSpec = { filter: EVERYTHING, sort: [] };
const words: ViewSpec = { filter: { kind: 'words', text: 'fail' }, sort: [] };
const nowhere = { eventId: null, time: null };

function setup(over: Partial<ViewCalls> = {}) {
  const seen: (Opened | null)[] = [];
  const calls: ViewCalls = {
    open: async (spec) => ({
      viewId: spec === all ? 'all' : 'words',
      shown: spec === all ? 100_000 : 40,
      total: 100_000,
      folded: 0,
      undated: 0,
      first: 0,
      last: 1,
    }),
    page: async (viewId, offset, limit, columns) => rows(`${viewId}/${columns.join()}@${offset}`, limit),
    locate: async () => null,
    ...over,
  };
  const session = new ViewSession(
    calls,
    (state) => seen.push(state.opened),
    () => undefined,
  );
  return { session, seen };
}

describe('view session', () => {
  it('keeps the old rows until the first rows of the new view are there', async () => {
    const { session, seen } = setup();
    await session.show(all, ['message'], nowhere, 40);
    const first = session.state.opened;
    expect(first?.cache.find(0)?.page.text(0, 'message')).toBe('all/message@0 0');
    const next = session.show(words, ['message'], nowhere, 40);
    expect(session.state).toMatchObject({ opening: true });
    expect(session.state.opened).toBe(first);
    await next;
    expect(session.state.opened?.counts.shown).toBe(40);
    expect(session.state.opened?.cache.find(0)?.page.text(0, 'message')).toBe('words/message@0 0');
    expect(
      seen.every((opened) => opened === null || opened.cache.find(0) !== undefined || opened === first),
    ).toBe(true);
  });

  it('shows only the last of two views asked for at once', async () => {
    const waiting: (() => void)[] = [];
    const { session, seen } = setup({
      open: (spec) =>
        new Promise((resolve) => {
          waiting.push(() =>
            resolve({
              viewId: spec === all ? 'all' : 'words',
              shown: 40,
              total: 100,
              folded: 0,
              undated: 0,
              first: 0,
              last: 1,
            }),
          );
        }),
    });
    const one = session.show(all, ['message'], nowhere, 10);
    const two = session.show(words, ['message'], nowhere, 10);
    waiting[1]?.();
    await two;
    waiting[0]?.();
    await one;
    expect(session.state.opened?.viewId).toBe('words');
    expect(seen.some((opened) => opened?.viewId === 'all')).toBe(false);
  });

  it('opens where the selected event is, else where its time would be', async () => {
    const { session } = setup({ locate: async (_view, eventId) => (eventId === '7' ? 90_000 : 512) });
    await session.show(all, ['message'], { eventId: '7', time: 5 }, 40);
    expect(session.state.opened).toMatchObject({ startRow: 90_000, keepsEvent: true });
    expect(session.state.opened?.cache.find(90_000)).toBeDefined();
    await session.show(all, ['message'], { eventId: null, time: 5 }, 40);
    expect(session.state.opened).toMatchObject({ startRow: 512, keepsEvent: false });
  });

  it('fetches other columns of the same view without opening it again', async () => {
    let opens = 0;
    const { session } = setup({
      open: async () => {
        opens += 1;
        return { viewId: 'all', shown: 1000, total: 1000, folded: 0, undated: 0, first: 0, last: 1 };
      },
    });
    await session.show(all, ['message'], nowhere, 40);
    await session.showFields(['message', 'host_name'], 600, 40);
    expect(opens).toBe(1);
    expect(session.state.opened?.cache.find(600)?.page.text(0, 'x')).toBe('all/message,host_name@500 0');
  });

  it('says why a view could not be opened and keeps the old one', async () => {
    let broken = false;
    const { session } = setup({
      open: async () => {
        if (broken) throw new Error('engine lost');
        return { viewId: 'all', shown: 0, total: 0, folded: 0, undated: 0, first: null, last: null };
      },
    });
    await session.show(all, ['message'], nowhere, 40);
    broken = true;
    await session.show(words, ['message'], nowhere, 40);
    expect(session.state.opened?.viewId).toBe('all');
    expect(String(session.state.failure)).toContain('engine lost');
  });
});
