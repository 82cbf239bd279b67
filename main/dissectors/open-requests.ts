/**
 * Requests that wait for their answers. Answers get lost and numbers come again: who asks anew under a number that
 * still waits has given up the answer to the first, so that no later answer may be taken for it.
 */

export class OpenRequests<T> {
  private readonly most: number;
  private readonly open: { readonly key: string; readonly request: T }[] = [];

  /** `most` requests wait; the oldest go first. */
  constructor(most: number) {
    this.most = most;
  }

  /** `key`: what an answer repeats of its request. */
  ask(key: string, request: T): void {
    this.take((open) => open === key);
    this.open.push({ key, request });
    if (this.open.length > this.most) this.open.shift();
  }

  /** The oldest whose key fits; it waits no longer. */
  take(fits: (key: string) => boolean): T | null {
    const at = this.open.findIndex(({ key }) => fits(key));
    return at < 0 ? null : (this.open.splice(at, 1)[0]?.request ?? null);
  }

  answer(key: string): T | null {
    return this.take((open) => open === key);
  }
}
