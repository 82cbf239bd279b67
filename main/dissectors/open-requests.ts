/**
 * Requests that wait for their answers. Answers get lost and numbers come again: who asks anew under a number that
 * still waits has given up the answer to the first, so that no later answer may be taken for it.
 */

export class OpenRequests<T, K extends string | number = string> {
  private readonly most: number;
  private readonly open: { readonly key: K; readonly request: T }[] = [];

  /** `most` requests wait; the oldest go first. */
  constructor(most: number) {
    this.most = most;
  }

  /** `key`: what an answer repeats of its request. */
  ask(key: K, request: T): void {
    this.answer(key);
    this.open.push({ key, request });
    if (this.open.length > this.most) this.open.shift();
  }

  /** The oldest whose key fits; it waits no longer. */
  take(fits: (key: K) => boolean): T | null {
    return this.at(this.open.findIndex(({ key }) => fits(key)));
  }

  answer(key: K): T | null {
    const { open } = this;
    for (let at = 0; at < open.length; at++) if (open[at]?.key === key) return this.at(at);
    return null;
  }

  private at(place: number): T | null {
    if (place < 0) return null;
    // Most wait alone.
    const taken = place === this.open.length - 1 ? this.open.pop() : this.open.splice(place, 1)[0];
    return taken?.request ?? null;
  }
}
