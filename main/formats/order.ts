/** Which of two formats that read the same records is meant: the one whose samples the other also reads. No numbers. */

/** Whether `reader` reads at least one sample of `owner` as its own. */
export type Claims = (reader: string, owner: string) => boolean;

/** True when `one` says more about its records than `other`: the other reads them too, but not the other way round. */
export function isMoreSpecific(one: string, other: string, claims: Claims): boolean {
  return claims(other, one) && !claims(one, other);
}

/** Specific before general; formats that say nothing about each other keep their order. */
export function orderBySamples(ids: readonly string[], claims: Claims): readonly string[] {
  const waiting = [...ids];
  const ordered: string[] = [];
  while (waiting.length > 0) {
    const free = waiting.findIndex((id) =>
      waiting.every((other) => other === id || !isMoreSpecific(other, id, claims)),
    );
    // A ring of claims has no beginning; its first member then stands first.
    ordered.push(...waiting.splice(Math.max(free, 0), 1));
  }
  return ordered;
}

/** Pairs that read each other's samples: nothing tells which is meant. */
export function tiesOf(ids: readonly string[], claims: Claims): ReadonlyArray<readonly [string, string]> {
  return ids.flatMap((one, index) =>
    ids
      .slice(index + 1)
      .filter((other) => claims(one, other) && claims(other, one))
      .map((other): readonly [string, string] => [one, other]),
  );
}
