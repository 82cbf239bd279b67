/** Where the records of one file lie, packed: a few bytes each, so that those of a file of any size fit memory. */

const BLOCK_BYTES = 1 << 16;
/** Two whole numbers below 2^53, seven bits to a byte. */
const MOST_BYTES = 16;

/** Byte offsets and lengths of records, in the order of the file; records do not overlap. */
export class Places {
  count = 0;
  private readonly blocks: Uint8Array[] = [];
  private block = new Uint8Array(BLOCK_BYTES);
  private at = 0;
  private end = 0;

  add(offset: number, length: number): void {
    if (offset < this.end || length < 0) throw new RangeError('a record begins before the last one ends');
    if (this.at > BLOCK_BYTES - MOST_BYTES) this.endBlock();
    this.put(offset - this.end);
    this.put(length);
    this.end = offset + length;
    this.count++;
  }

  /** From the first record on; what is added later is not read. */
  read(): PlaceReader {
    return new PlaceReader([...this.blocks, this.block.slice(0, this.at)]);
  }

  private endBlock(): void {
    this.blocks.push(this.block.subarray(0, this.at));
    this.block = new Uint8Array(BLOCK_BYTES);
    this.at = 0;
  }

  private put(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.block[this.at++] = (rest % 128) + 128;
    this.block[this.at++] = rest;
  }
}

/** One record after another. */
export class PlaceReader {
  offset = 0;
  length = 0;
  private readonly blocks: readonly Uint8Array[];
  private block: Uint8Array;
  private following = 1;
  private at = 0;

  constructor(blocks: readonly Uint8Array[]) {
    this.blocks = blocks;
    this.block = blocks[0] ?? new Uint8Array(0);
  }

  /** Goes on to the next record; false where there is none. */
  next(): boolean {
    if (this.at >= this.block.length) {
      const block = this.blocks[this.following];
      if (block === undefined || block.length === 0) return false;
      this.block = block;
      this.following++;
      this.at = 0;
    }
    this.offset += this.length + this.take();
    this.length = this.take();
    return true;
  }

  private take(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.block[this.at++] ?? 0;
      if (byte < 128) return value + byte * scale;
      value += (byte - 128) * scale;
    }
  }
}
