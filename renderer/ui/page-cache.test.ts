import { describe, expect, it } from 'vitest';
import { PageCache } from './page-cache';

interface Request {
  readonly offset: number;
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly answer: (page: string) => void;
  readonly refuse: (error: unknown) => void;
}

function setup(over: { rowCount?: number; capacity?: number; parallel?: number } = {}) {
  const requests: Request[] = [];
  let changes = 0;
  const cache = new PageCache<string>({
    rowCount: over.rowCount ?? 10_000,
    pageRows: 500,
    capacity: over.capacity ?? 4,
    parallel: over.parallel ?? 2,
    load: (offset, limit, signal) =>
      new Promise((answer, refuse) => {
        requests.push({ offset, limit, signal, answer, refuse });
      }),
    onChange: () => {
      changes += 1;
    },
  });
  const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
  return { cache, requests, turn, changes: () => changes };
}

describe('page cache', () => {
  it('loads the page in sight first, then two ahead, then one behind', async () => {
    const { cache, requests, turn } = setup({ parallel: 1 });
    cache.want(2100, 2130, 1);
    expect(requests.map((one) => one.offset)).toEqual([2000]);
    for (let index = 0; index < 4; index += 1) {
      requests[index]?.answer(`page ${index}`);
      await turn();
    }
    expect(requests.map((one) => one.offset)).toEqual([2000, 2500, 3000, 1500]);
    expect(cache.find(2100)).toEqual({ page: 'page 0', index: 100 });
  });

  it('looks ahead upwards when scrolling up', async () => {
    const { cache, requests, turn } = setup({ parallel: 4 });
    cache.want(2100, 2130, -1);
    await turn();
    expect(requests.map((one) => one.offset)).toEqual([2000, 1500, 1000, 2500]);
  });

  it('gives up requests for rows that left the screen and never shows their answers', async () => {
    const { cache, requests, turn, changes } = setup();
    cache.want(0, 30, 1);
    cache.want(9000, 9030, 1);
    expect(requests[0]?.signal.aborted).toBe(true);
    requests[0]?.answer('late');
    await turn();
    expect(cache.find(0)).toBeUndefined();
    expect(changes()).toBe(0);
    expect(requests.map((one) => one.offset)).toEqual([0, 500, 9000, 9500]);
  });

  it('asks anew for a page whose first request was given up, and takes only the new answer', async () => {
    const { cache, requests, turn } = setup({ parallel: 1 });
    cache.want(0, 30, 1);
    cache.want(9000, 9030, 1);
    cache.want(0, 30, 1);
    const again = requests.filter((one) => one.offset === 0);
    expect(again).toHaveLength(2);
    again[0]?.answer('old');
    await turn();
    expect(cache.find(0)).toBeUndefined();
    again[1]?.answer('new');
    await turn();
    expect(cache.find(0)?.page).toBe('new');
  });

  it('drops the least recently used page, never one in sight', async () => {
    const { cache, requests, turn } = setup({ capacity: 4, parallel: 8 });
    for (const first of [0, 3000, 6000]) {
      cache.want(first, first + 30, 1);
      for (const request of requests) request.answer(String(request.offset));
      await turn();
    }
    expect(cache.held).toHaveLength(4);
    expect(cache.find(6000)?.page).toBe('6000');
    expect(cache.find(0)).toBeUndefined();
  });

  it('asks for a short last page', () => {
    const { cache, requests } = setup({ rowCount: 1200 });
    cache.want(1190, 1200, 1);
    expect(requests[0]).toMatchObject({ offset: 1000, limit: 200 });
  });

  it('says why a page in sight is missing and asks again on retry', async () => {
    const { cache, requests, turn, changes } = setup({ parallel: 1 });
    cache.want(0, 30, 0);
    requests[0]?.refuse('engine lost');
    await turn();
    expect(cache.failure).toBe('engine lost');
    expect(changes()).toBe(1);
    const before = requests.length;
    cache.retry();
    await turn();
    expect(cache.failure).toBeUndefined();
    requests[1]?.answer('next');
    await turn();
    expect(requests.length).toBeGreaterThan(before);
    expect(requests.at(-1)?.offset).toBe(0);
  });

  it('settles once the rows asked for are there', async () => {
    const { cache, requests } = setup();
    let settled = false;
    const done = cache.settle(0, 30).then(() => {
      settled = true;
    });
    expect(settled).toBe(false);
    for (const request of requests) request.answer('page');
    await done;
    expect(cache.find(29)?.page).toBe('page');
  });

  it('answers nothing once disposed', async () => {
    const { cache, requests, turn, changes } = setup();
    cache.want(0, 30, 1);
    cache.dispose();
    expect(requests.every((one) => one.signal.aborted)).toBe(true);
    for (const request of requests) request.answer('late');
    await turn();
    expect(changes()).toBe(0);
    cache.want(0, 30, 1);
    expect(cache.find(0)).toBeUndefined();
  });
});
