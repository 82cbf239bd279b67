/**
 * Which records of a file of JSON lines bring its keys: found while the lines are split, so that not all of them need
 * be asked for theirs once more.
 */
import { KeySkeleton, viewOf } from './key-skeleton';

/** More than this and asking all of them is as quick. */
const MOST_ASKED = 2000;
const MOST_SKELETONS = 8;

/** Notes every record whose keys are not known to be those, in the same order, of one noted before it. */
export class KeyWatch {
  private count = 0;
  private readonly noted: number[] = [];
  /** The one that fitted last comes first. */
  private readonly skeletons: KeySkeleton[] = [];
  private view: DataView = new DataView(new ArrayBuffer(0));
  private viewed: Uint8Array | null = null;

  /** The next record lies at [from, to) and is UTF-8. */
  record(bytes: Uint8Array, from: number, to: number): void {
    if (this.noted.length > MOST_ASKED) return;
    this.count++;
    if (bytes !== this.viewed) {
      this.view = viewOf(bytes);
      this.viewed = bytes;
    }
    if (this.isKnown(bytes, from, to)) return;
    this.noted.push(this.count);
    if (this.skeletons.length >= MOST_SKELETONS) return;
    const skeleton = KeySkeleton.of(bytes, from, to);
    if (skeleton !== null) this.skeletons.push(skeleton);
  }

  /**
   * Numbers, from 1 and in order, of the records that have to be asked for their keys: those of every other JSON record
   * are, in the same order, those of one of these before it. Null where they are too many and all are to be asked.
   */
  asked(): readonly number[] | null {
    return this.noted.length > MOST_ASKED ? null : this.noted;
  }

  private isKnown(bytes: Uint8Array, from: number, to: number): boolean {
    const { skeletons, view } = this;
    for (let index = 0; index < skeletons.length; index++) {
      const skeleton = skeletons[index];
      if (!skeleton?.fits(bytes, view, from, to)) continue;
      if (index > 0) {
        skeletons[index] = skeletons[0] ?? skeleton;
        skeletons[0] = skeleton;
      }
      return true;
    }
    return false;
  }
}
