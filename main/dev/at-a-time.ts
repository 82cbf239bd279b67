/** Work that waits mostly for other programs, some of it at a time. */

/** What `work` gives for each item, in the order of the items; at most `most` are under way, begun in that order. */
export function atATime<T, R>(
  most: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): readonly Promise<R>[] {
  let running = 0;
  const waiting: (() => void)[] = [];
  const inTurn = async (item: T): Promise<R> => {
    if (running < most) running += 1;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      return await work(item);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
  const results = items.map(inTurn);
  // Whoever waits for one of them hears of its failure when its turn comes.
  for (const result of results) result.catch(() => undefined);
  return results;
}
