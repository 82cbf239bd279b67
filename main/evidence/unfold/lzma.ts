/** LZMA2 chunks as xz holds them ("LZMA specification" by Igor Pavlov; xz file format 1.2.1 §5.3.1). Bounds checked. */

const STATES = 12;
const TOP = 1 << 24;
const BIT_MODEL = 1 << 11;

class RangeDecoder {
  private range = 0xffffffff;
  private code = 0;
  private at: number;
  private readonly to: number;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number, to: number) {
    this.bytes = bytes;
    this.at = at + 1;
    this.to = to;
    for (let index = 0; index < 4; index++) this.code = ((this.code << 8) | this.next()) >>> 0;
  }

  private next(): number {
    if (this.at >= this.to) throw new RangeError('a chunk ends too early');
    return this.bytes[this.at++] ?? 0;
  }

  bit(model: Uint16Array, index: number): number {
    if (this.range < TOP) {
      this.range = (this.range << 8) >>> 0;
      this.code = ((this.code << 8) | this.next()) >>> 0;
    }
    const chance = model[index] ?? 0;
    const bound = (this.range >>> 11) * chance;
    if (this.code < bound) {
      this.range = bound;
      model[index] = chance + ((BIT_MODEL - chance) >> 5);
      return 0;
    }
    this.range = (this.range - bound) >>> 0;
    this.code = (this.code - bound) >>> 0;
    model[index] = chance - (chance >> 5);
    return 1;
  }

  direct(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left--) {
      if (this.range < TOP) {
        this.range = (this.range << 8) >>> 0;
        this.code = ((this.code << 8) | this.next()) >>> 0;
      }
      this.range >>>= 1;
      const isOne = this.code >= this.range;
      if (isOne) this.code = (this.code - this.range) >>> 0;
      value = (value << 1) | (isOne ? 1 : 0);
    }
    return value >>> 0;
  }

  tree(model: Uint16Array, base: number, width: number): number {
    let node = 1;
    for (let bit = 0; bit < width; bit++) node = (node << 1) | this.bit(model, base + node);
    return node - (1 << width);
  }

  reverse(model: Uint16Array, base: number, width: number): number {
    let node = 1;
    let value = 0;
    for (let bit = 0; bit < width; bit++) {
      const found = this.bit(model, base + node);
      node = (node << 1) | found;
      value |= found << bit;
    }
    return value;
  }
}

class Lengths {
  private readonly choice = models(2);
  private readonly low = models(16 << 3);
  private readonly middle = models(16 << 3);
  private readonly high = models(256);

  read(range: RangeDecoder, position: number): number {
    if (range.bit(this.choice, 0) === 0) return 2 + range.tree(this.low, position << 3, 3);
    if (range.bit(this.choice, 1) === 0) return 10 + range.tree(this.middle, position << 3, 3);
    return 18 + range.tree(this.high, 0, 8);
  }
}

function models(count: number): Uint16Array {
  return new Uint16Array(count).fill(BIT_MODEL >> 1);
}

/** What a state reset makes new. */
class Models {
  readonly match = models(STATES << 4);
  readonly repeat = models(STATES);
  readonly repeat0 = models(STATES);
  readonly repeat1 = models(STATES);
  readonly repeat2 = models(STATES);
  readonly repeat0Long = models(STATES << 4);
  readonly slot = models(4 << 6);
  readonly special = models(128);
  readonly align = models(16);
  readonly lengths = new Lengths();
  readonly repeatLengths = new Lengths();
  readonly literals: Uint16Array;
  state = 0;
  readonly distances = [0, 0, 0, 0] as [number, number, number, number];

  constructor(literalBits: number) {
    this.literals = models(0x300 << literalBits);
  }
}

/** Output of one block of LZMA2, with the window that its matches reach into. */
export class Lzma2 {
  private readonly window: Uint8Array;
  private end = 0;
  private filled = 0;
  private total = 0;
  private lc = 3;
  private lp = 0;
  private pb = 2;
  private models: Models | null = null;

  /** @param windowBytes bytes that a match may reach back */
  constructor(windowBytes: number) {
    this.window = new Uint8Array(windowBytes);
  }

  resetDictionary(): void {
    this.filled = 0;
  }

  resetState(): void {
    this.models = new Models(this.lc + this.lp);
  }

  setProperties(byte: number): void {
    if (byte > 224) throw new RangeError('a chunk has no valid properties');
    this.lc = byte % 9;
    this.lp = Math.floor(byte / 9) % 5;
    this.pb = Math.floor(byte / 45);
    if (this.lc + this.lp > 4) throw new RangeError('a chunk has no valid properties');
  }

  private put(byte: number, out: Uint8Array, at: number): void {
    this.window[this.end] = byte;
    if (++this.end === this.window.length) this.end = 0;
    if (this.filled < this.window.length) this.filled++;
    this.total++;
    out[at] = byte;
  }

  private back(distance: number): number {
    const at = this.end - distance - 1;
    return this.window[at < 0 ? at + this.window.length : at] ?? 0;
  }

  stored(bytes: Uint8Array): Uint8Array {
    const out = new Uint8Array(bytes.length);
    for (let at = 0; at < bytes.length; at++) this.put(bytes[at] ?? 0, out, at);
    return out;
  }

  packed(bytes: Uint8Array, from: number, to: number, size: number): Uint8Array {
    const own = this.models;
    if (own === null) throw new RangeError('a chunk needs what was never set');
    const range = new RangeDecoder(bytes, from, to);
    const out = new Uint8Array(size);
    const positions = (1 << this.pb) - 1;
    for (let at = 0; at < size; ) {
      const position = this.total & positions;
      if (range.bit(own.match, (own.state << 4) + position) === 0) {
        this.put(this.literal(range, own), out, at++);
        continue;
      }
      const length = this.match(range, own, position);
      const [distance] = own.distances;
      if (distance >= this.filled) throw new RangeError('a match reaches before the beginning');
      if (at + length > size) throw new RangeError('a match ends beyond its chunk');
      for (let left = length; left > 0; left--) this.put(this.back(distance), out, at++);
    }
    return out;
  }

  private literal(range: RangeDecoder, own: Models): number {
    const before = this.filled === 0 ? 0 : this.back(0);
    const context = ((this.total & ((1 << this.lp) - 1)) << this.lc) + (before >> (8 - this.lc));
    const base = context * 0x300;
    let symbol = 1;
    if (own.state >= 7) {
      let matched = this.back(own.distances[0]);
      while (symbol < 0x100) {
        const bit = (matched >> 7) & 1;
        matched <<= 1;
        const found = range.bit(own.literals, base + ((1 + bit) << 8) + symbol);
        symbol = (symbol << 1) | found;
        if (bit !== found) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | range.bit(own.literals, base + symbol);
    own.state = own.state < 4 ? 0 : own.state < 10 ? own.state - 3 : own.state - 6;
    return symbol & 0xff;
  }

  /** Sets the distance and gives the length. */
  private match(range: RangeDecoder, own: Models, position: number): number {
    const { state, distances } = own;
    if (range.bit(own.repeat, state) === 0) {
      distances[3] = distances[2];
      distances[2] = distances[1];
      distances[1] = distances[0];
      const length = own.lengths.read(range, position);
      own.state = state < 7 ? 7 : 10;
      distances[0] = this.distance(range, own, length);
      return length;
    }
    if (range.bit(own.repeat0, state) === 0) {
      if (range.bit(own.repeat0Long, (state << 4) + position) === 0) {
        own.state = state < 7 ? 9 : 11;
        return 1;
      }
    } else {
      let distance = distances[1];
      if (range.bit(own.repeat1, state) === 1) {
        distance = distances[2];
        if (range.bit(own.repeat2, state) === 1) {
          distance = distances[3];
          distances[3] = distances[2];
        }
        distances[2] = distances[1];
      }
      distances[1] = distances[0];
      distances[0] = distance;
    }
    own.state = state < 7 ? 8 : 11;
    return own.repeatLengths.read(range, position);
  }

  private distance(range: RangeDecoder, own: Models, length: number): number {
    const slot = range.tree(own.slot, Math.min(length - 2, 3) << 6, 6);
    if (slot < 4) return slot;
    const width = (slot >> 1) - 1;
    const base = ((2 | (slot & 1)) << width) >>> 0;
    if (slot < 14) return base + range.reverse(own.special, base - slot, width);
    return base + range.direct(width - 4) * 16 + range.reverse(own.align, 0, 4);
  }
}
