/** Gives each 128-bit address (IPv6, or a MAC in its low bits) a number that fits a flow key; hashing without strings. */

const INITIAL = 1024;

export class AddressBook {
  private words = new Uint32Array(INITIAL * 4);
  private slots = new Int32Array(INITIAL * 2);
  private count = 0;

  /** Number of the address made of four words, from 0; the same words always give the same number. */
  intern(a: number, b: number, c: number, d: number): number {
    const mask = this.slots.length - 1;
    let at = hash(a, b, c, d) & mask;
    for (;;) {
      const id = (this.slots[at] ?? 0) - 1;
      if (id < 0) break;
      if (this.matches(id, a, b, c, d)) return id;
      at = (at + 1) & mask;
    }
    if (this.count * 4 === this.words.length) {
      this.grow();
      return this.intern(a, b, c, d);
    }
    const id = this.count++;
    this.words[id * 4] = a;
    this.words[id * 4 + 1] = b;
    this.words[id * 4 + 2] = c;
    this.words[id * 4 + 3] = d;
    this.slots[at] = id + 1;
    return id;
  }

  word(id: number, index: number): number {
    return this.words[id * 4 + index] ?? 0;
  }

  private matches(id: number, a: number, b: number, c: number, d: number): boolean {
    const { words } = this;
    const at = id * 4;
    return words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d;
  }

  private grow(): void {
    const words = new Uint32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let id = 0; id < this.count; id++) {
      let at = hash(this.word(id, 0), this.word(id, 1), this.word(id, 2), this.word(id, 3)) & mask;
      while (this.slots[at] !== 0) at = (at + 1) & mask;
      this.slots[at] = id + 1;
    }
  }
}

/** Mixes four words into 32 bits (multiply and xor-shift; no security rests on it). */
export function hash(a: number, b: number, c: number, d: number): number {
  let mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35) ^ Math.imul(c, 0x27d4eb2f);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x165667b1) ^ Math.imul(d, 0x9e3779b1);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
