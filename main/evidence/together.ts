/** Waiting for several pieces of work that share a folder and a database. */

/** As Promise.all, but no work is left under way when one of them fails. */
export async function together<T extends readonly Promise<unknown>[]>(
  work: readonly [...T],
): Promise<{ readonly [I in keyof T]: Awaited<T[I]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
