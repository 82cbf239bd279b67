import { expect, test } from 'vitest';
import { atATime } from './at-a-time';

test('so many at a time, in order, and a failure stays with its item', async () => {
  const begun: number[] = [];
  const open = new Map<number, () => void>();
  const results = atATime(2, [0, 1, 2, 3], async (item) => {
    begun.push(item);
    await new Promise<void>((go) => open.set(item, go));
    if (item === 2) throw new Error('two');
    return item * 10;
  });
  expect(begun).toEqual([0, 1]);
  open.get(1)?.();
  expect(await results[1]).toBe(10);
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2]);
  open.get(2)?.();
  await expect(results[2]).rejects.toThrow('two');
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2, 3]);
  open.get(0)?.();
  open.get(3)?.();
  expect(await Promise.all([results[0], results[3]])).toEqual([0, 30]);
});
