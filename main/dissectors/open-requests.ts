/**
 * Requests that wait for their answers, by what an answer repeats of its request. Answers get lost, numbers come again,
 * and some protocols number nothing: where different requests wait under one key, nobody can tell whose answer comes, so
 * it is given none of them – a wrong pair is worse than none.
 *
 * How long that lasts follows from how the other end asks. One that asked one at a time so far has given up the older
 * request: after the one answer that may still be its, the key is free again. One that asks ahead may have as many
 * answers under way as it asked for: all of them must have come first.
 */

/** As many exchanges that did not overlap show that one asks one at a time. */
const HABIT = 8;
/** What was not answered while so many others were asked is given up: numbers come round. */
const GIVEN_UP = 32;

interface Open<T, K> {
  readonly key: K;
  /** Null: several that differ wait under this key. */
  request: T | null;
  /** Answers that may come. */
  waiting: number;
  /** Number of the latest of them among all that were asked. */
  asked: number;
  readonly isOverlap: boolean;
}

export class OpenRequests<T, K extends string | number = string> {
  private readonly most: number;
  private readonly open: Open<T, K>[] = [];
  private asked = 0;
  /** Exchanges one after the other, since two overlapped. */
  private alone = 0;

  /** `most` requests wait; the oldest go first. */
  constructor(most: number) {
    this.most = most;
  }

  /** `key`: what an answer repeats of its request. The same request asked again is one question. */
  ask(key: K, request: T): void {
    const asked = ++this.asked;
    const before = this.at(this.placeOf(key));
    if (before === null || asked - before.asked > GIVEN_UP) {
      this.open.push({ key, request, waiting: 1, asked, isOverlap: false });
      if (this.open.length > this.most) this.open.shift();
      return;
    }
    const isSame = before.request !== null && isAlike(before.request, request);
    const waiting = before.waiting + 1;
    this.open.push({ key, request: isSame ? request : null, waiting, asked, isOverlap: true });
  }

  /** That of the one key that fits; null where several do, which wait on: all but one of them are not answered. */
  take(fits: (key: K) => boolean): T | null {
    const fitting = this.open.filter(({ key, asked }) => this.asked - asked <= GIVEN_UP && fits(key));
    const [only] = fitting;
    return only !== undefined && fitting.length === 1 ? this.answer(only.key) : null;
  }

  /** The request under that key; null where none waits, or several that cannot be told apart. */
  answer(key: K): T | null {
    const open = this.at(this.placeOf(key));
    if (open === null) return null;
    if (!open.isOverlap) this.alone++;
    else if (this.alone >= HABIT) this.alone = 0;
    else if (open.waiting > 1) {
      this.alone = 0;
      open.waiting--;
      this.open.push(open);
    }
    return open.request;
  }

  /** All go: bytes are missing in which they may have been answered. */
  letGo(): void {
    this.open.length = 0;
  }

  private placeOf(key: K): number {
    const { open } = this;
    for (let at = 0; at < open.length; at++) if (open[at]?.key === key) return at;
    return -1;
  }

  private at(place: number): Open<T, K> | null {
    if (place < 0) return null;
    // Most wait alone.
    const taken = place === this.open.length - 1 ? this.open.pop() : this.open.splice(place, 1)[0];
    return taken ?? null;
  }
}

/** Whether plain data are equal in all they hold. */
function isAlike(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const [ours, theirs] = [Object.entries(one), Object.entries(other)];
  const known = new Map(theirs);
  return ours.length === theirs.length && ours.every(([name, value]) => isAlike(value, known.get(name)));
}
