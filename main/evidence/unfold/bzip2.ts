/**
 * bzip2, whole file in memory, block by block: Huffman tables, move to front, run lengths, Burrows-Wheeler backwards.
 * Several streams in a row are one. The layout is that of bzip2 1.0.8; every count that drives memory is bounded.
 */

const BLOCK_MARK = 0x314159265359;
const END_MARK = 0x177245385090;
const MOST_SYMBOLS = 258;
const GROUP_SYMBOLS = 50;

class Bits {
  at = 0;
  private readonly bytes: Uint8Array;
  private held = 0;
  private count = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get atEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  bit(): number {
    if (this.count === 0) {
      if (this.at >= this.bytes.length) throw new RangeError('unexpected end of file');
      this.held = this.bytes[this.at++] ?? 0;
      this.count = 8;
    }
    this.count--;
    return (this.held >> this.count) & 1;
  }

  /** Up to 48 bits; beyond 32 by multiplication. */
  take(width: number): number {
    let value = 0;
    let left = width;
    while (left > 0) {
      if (this.count === 0) {
        if (this.at >= this.bytes.length) throw new RangeError('unexpected end of file');
        this.held = this.bytes[this.at++] ?? 0;
        this.count = 8;
      }
      const step = Math.min(left, this.count);
      this.count -= step;
      value = value * 2 ** step + ((this.held >> this.count) & ((1 << step) - 1));
      left -= step;
    }
    return value;
  }

  align(): void {
    this.count = 0;
  }
}

interface Table {
  readonly limits: Int32Array;
  readonly bases: Int32Array;
  readonly symbols: Uint16Array;
  readonly least: number;
  readonly most: number;
}

/** Blocks of the decompressed stream in order. @throws RangeError where the stream is damaged or ends too early. */
export function* bunzip2(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  const bits = new Bits(bytes);
  let first = true;
  while (!bits.atEnd) {
    if (bits.take(24) !== 0x425a68) {
      if (first) throw new RangeError('no bzip2 stream');
      throw new RangeError('bytes that are not compressed data follow');
    }
    const level = bits.take(8) - 0x30;
    if (level < 1 || level > 9) throw new RangeError('its block size is none');
    for (;;) {
      const mark = bits.take(48);
      if (mark === END_MARK) break;
      if (mark !== BLOCK_MARK) throw new RangeError('a block does not begin where it should');
      yield readBlock(bits, level * 100_000);
    }
    bits.take(32);
    bits.align();
    first = false;
  }
}

function readBlock(bits: Bits, blockBytes: number): Uint8Array {
  const sum = bits.take(32) >>> 0;
  if (bits.bit() === 1) throw new RangeError('a block is of a kind no longer written');
  const origin = bits.take(24);
  const used = readUsed(bits);
  const groups = bits.take(3);
  const selectorCount = bits.take(15);
  if (groups < 2 || groups > 6 || selectorCount === 0) throw new RangeError('a block has no tables');
  const order = Array.from({ length: groups }, (_, index) => index);
  const selectors = new Uint8Array(selectorCount);
  for (let index = 0; index < selectorCount; index++) {
    let place = 0;
    while (bits.bit() === 1)
      if (++place >= groups) throw new RangeError('a block names a table that is not there');
    const [chosen = 0] = order.splice(place, 1);
    order.unshift(chosen);
    selectors[index] = chosen;
  }
  const alphabet = used.length + 2;
  const tables = Array.from({ length: groups }, () => readTable(bits, alphabet));
  const { last, counts, length } = readSymbols(bits, { tables, selectors, used, blockBytes });
  if (length === 0 || origin >= length) throw new RangeError('a block has no beginning');
  const out = undo(last, counts, length, origin);
  if (checksum(out) !== sum) throw new RangeError('the checksum of a block does not hold');
  return out;
}

function readUsed(bits: Bits): Uint8Array {
  const rows = bits.take(16);
  const used: number[] = [];
  for (let row = 0; row < 16; row++) {
    if ((rows & (0x8000 >> row)) === 0) continue;
    const columns = bits.take(16);
    for (let column = 0; column < 16; column++) {
      if ((columns & (0x8000 >> column)) !== 0) used.push(row * 16 + column);
    }
  }
  if (used.length === 0) throw new RangeError('a block uses no bytes');
  return Uint8Array.from(used);
}

function readTable(bits: Bits, alphabet: number): Table {
  const lengths = new Uint8Array(alphabet);
  let length = bits.take(5);
  for (let symbol = 0; symbol < alphabet; symbol++) {
    while (bits.bit() === 1) length += bits.bit() === 0 ? 1 : -1;
    if (length < 1 || length > 20) throw new RangeError('a code is too long');
    lengths[symbol] = length;
  }
  const least = lengths.reduce((a, b) => Math.min(a, b), 20);
  const most = lengths.reduce((a, b) => Math.max(a, b), 1);
  const symbols = new Uint16Array(MOST_SYMBOLS);
  const limits = new Int32Array(22);
  const bases = new Int32Array(22);
  let code = 0;
  let place = 0;
  for (let width = least; width <= most; width++) {
    bases[width] = place - code;
    for (let symbol = 0; symbol < alphabet; symbol++) {
      if (lengths[symbol] !== width) continue;
      symbols[place++] = symbol;
      code++;
    }
    limits[width] = code - 1;
    code <<= 1;
  }
  return { limits, bases, symbols, least, most };
}

function readSymbol(bits: Bits, table: Table): number {
  let width = table.least;
  let code = bits.take(width);
  while (code > (table.limits[width] ?? -1)) {
    if (++width > table.most) throw new RangeError('a code stands for nothing');
    code = (code << 1) | bits.bit();
  }
  return table.symbols[code + (table.bases[width] ?? 0)] ?? 0;
}

interface Coded {
  readonly tables: readonly Table[];
  readonly selectors: Uint8Array;
  readonly used: Uint8Array;
  readonly blockBytes: number;
}

function readSymbols(bits: Bits, { tables, selectors, used, blockBytes }: Coded) {
  const last = new Uint32Array(blockBytes);
  const counts = new Uint32Array(256);
  const front = Uint8Array.from(used);
  const end = used.length + 1;
  let length = 0;
  let run = 0;
  let weight = 1;
  let group = -1;
  let left = 0;
  let table = tables[0];
  for (;;) {
    if (left === 0) {
      left = GROUP_SYMBOLS;
      table = tables[selectors[++group] ?? -1];
      if (table === undefined || group >= selectors.length)
        throw new RangeError('a block has too few tables');
    }
    left--;
    if (table === undefined) throw new RangeError('a block has too few tables');
    const symbol = readSymbol(bits, table);
    if (symbol <= 1) {
      run += weight * (symbol + 1);
      weight *= 2;
      if (run > blockBytes) throw new RangeError('a block is longer than it may be');
      continue;
    }
    if (run > 0) {
      const byte = front[0] ?? 0;
      if (length + run > blockBytes) throw new RangeError('a block is longer than it may be');
      counts[byte] = (counts[byte] ?? 0) + run;
      last.fill(byte, length, length + run);
      length += run;
      run = 0;
      weight = 1;
    }
    if (symbol === end) return { last, counts, length };
    if (length >= blockBytes) throw new RangeError('a block is longer than it may be');
    const place = symbol - 1;
    const byte = front[place] ?? 0;
    front.copyWithin(1, 0, place);
    front[0] = byte;
    counts[byte] = (counts[byte] ?? 0) + 1;
    last[length++] = byte;
  }
}

/** From the last column to the text, then the first run lengths: four alike are followed by how many more there are. */
function undo(last: Uint32Array, counts: Uint32Array, length: number, origin: number): Uint8Array {
  const starts = new Uint32Array(256);
  let sum = 0;
  for (let byte = 0; byte < 256; byte++) {
    starts[byte] = sum;
    sum += counts[byte] ?? 0;
  }
  for (let index = 0; index < length; index++) {
    const byte = (last[index] ?? 0) & 0xff;
    const place = starts[byte] ?? 0;
    starts[byte] = place + 1;
    last[place] = (last[place] ?? 0) | (index << 8);
  }
  let out = new Uint8Array(length + (length >> 2) + 64);
  let written = 0;
  let alike = 0;
  let before = -1;
  let place = (last[origin] ?? 0) >>> 8;
  for (let index = 0; index < length; index++) {
    const cell = last[place] ?? 0;
    const byte = cell & 0xff;
    place = cell >>> 8;
    const times = alike === 4 ? byte : 1;
    if (written + times > out.length) {
      const grown = new Uint8Array((written + times) * 2);
      grown.set(out.subarray(0, written));
      out = grown;
    }
    if (alike === 4) {
      out.fill(before, written, written + times);
      alike = 0;
      before = -1;
    } else {
      out[written] = byte;
      alike = byte === before ? alike + 1 : 1;
      before = byte;
    }
    written += times;
  }
  return out.subarray(0, written);
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

function checksum(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = ((sum << 8) ^ (crcTable[((sum >>> 24) ^ byte) & 0xff] ?? 0)) >>> 0;
  return ~sum >>> 0;
}
