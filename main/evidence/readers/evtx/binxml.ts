/**
 * Binary XML of Windows event logs as a tree ([MS-EVEN6] §2.2.12 and the layout libevtx documents). Offsets are those
 * of the 64 KiB chunk. Hostile by nature: every read is bounded, steps and depth are counted, a fault ends a record.
 */
import type { Chunk } from './chunk';

export interface Hole {
  readonly kind: 'hole';
  readonly index: number;
}
export interface Attribute {
  readonly name: string;
  readonly parts: readonly Part[];
}
export interface ElementNode {
  readonly kind: 'element';
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly children: readonly Part[];
}
/** A template with what fills its holes. */
export interface Instance {
  readonly kind: 'instance';
  readonly root: ElementNode;
  readonly values: Values;
}
export type Part = string | Hole | ElementNode | Instance;

/** Places of an instance's values within the chunk; `types` as in [MS-EVEN6] §2.2.12, 0x80 marks an array. */
export interface Values {
  readonly at: readonly number[];
  readonly sizes: readonly number[];
  readonly types: readonly number[];
}

const DEEPEST = 64;
const LONGEST_NAME = 1024;
const MOST_VALUES = 4096;

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Reads [at, limit) of a chunk. The first fault stays; from then on nothing more is read. */
export class BinXmlReader {
  fault: string | null = null;
  private readonly chunk: Chunk;
  private at: number;
  private limit: number;
  /** Elements of templates carry a dependency id, those of forwarded events do not; seen at the first one. */
  private hasIds: boolean;
  private depth = 0;

  constructor(chunk: Chunk, from: number, to: number, inTemplate: boolean) {
    this.chunk = chunk;
    this.at = from;
    this.limit = Math.min(to, chunk.bytes.length);
    this.hasIds = inTemplate;
  }

  /** What stands on the top level, up to the end mark or the limit. */
  read(): Part[] {
    return this.content();
  }

  private fail(reason: string): void {
    this.fault ??= reason;
    this.at = this.limit;
  }

  private u8(): number {
    if (this.at + 1 > this.limit) this.fail('it ends too early');
    return this.fault === null ? (this.chunk.bytes[this.at++] ?? 0) : 0;
  }

  private u16(): number {
    if (this.at + 2 > this.limit) this.fail('it ends too early');
    if (this.fault !== null) return 0;
    this.at += 2;
    return this.chunk.bytes.readUInt16LE(this.at - 2);
  }

  private u32(): number {
    if (this.at + 4 > this.limit) this.fail('it ends too early');
    if (this.fault !== null) return 0;
    this.at += 4;
    return this.chunk.bytes.readUInt32LE(this.at - 4);
  }

  private characters(count: number): string {
    const to = this.at + count * 2;
    if (to > this.limit) this.fail('a text ends beyond it');
    if (this.fault !== null) return '';
    const from = this.at;
    this.at = to;
    return this.chunk.bytes.toString('utf16le', from, to);
  }

  private content(): Part[] {
    const parts: Part[] = [];
    while (this.at < this.limit) {
      if (!this.chunk.spend()) this.fail('it takes more steps than any real one');
      const token = this.u8() & 0xbf;
      if (token === 0x00 || token === 0x04) break;
      if (token === 0x0f) this.skip(3);
      else if (token === 0x0c) this.instance(parts);
      else if (token === 0x01) this.element(parts);
      else if (token === 0x05 || token === 0x07 || (token >= 0x08 && token <= 0x0e))
        this.inline(token, parts);
      else this.fail(`there is no token 0x${token.toString(16)}`);
    }
    return parts;
  }

  private skip(count: number): void {
    if (this.at + count > this.limit) this.fail('it ends too early');
    else this.at += count;
  }

  /** Text, references, instructions and holes. */
  private inline(token: number, parts: Part[]): void {
    if (token === 0x05) {
      if (this.u8() === 0x01) parts.push(this.characters(this.u16()));
      else this.fail('a text is of no known type');
    } else if (token === 0x07) parts.push(this.characters(this.u16()));
    else if (token === 0x08) parts.push(String.fromCharCode(this.u16()));
    else if (token === 0x09) {
      const name = this.name();
      parts.push(ENTITIES[name] ?? `&${name};`);
    } else if (token === 0x0a) this.name();
    else if (token === 0x0b) this.characters(this.u16());
    else {
      const index = this.u16();
      this.u8();
      parts.push({ kind: 'hole', index });
    }
  }

  private element(parts: Part[]): void {
    this.depth++;
    if (this.depth > DEEPEST) this.fail(`elements are nested more than ${DEEPEST} deep`);
    if (!this.isNameAt(this.at + (this.hasIds ? 6 : 4)) && this.isNameAt(this.at + (this.hasIds ? 4 : 6))) {
      this.hasIds = !this.hasIds;
    }
    const token = this.chunk.bytes[this.at - 1] ?? 0;
    this.skip(this.hasIds ? 6 : 4);
    const name = this.name();
    const attributes: Attribute[] = [];
    if ((token & 0x40) !== 0) this.skip(4);
    while (this.at < this.limit) {
      const next = this.u8();
      if (next === 0x02 || next === 0x03) {
        const children = next === 0x02 ? this.content() : [];
        parts.push({ kind: 'element', name, attributes, children });
        break;
      }
      if ((next & 0xbf) !== 0x06) this.fail(`an attribute begins with 0x${next.toString(16)}`);
      else attributes.push({ name: this.name(), parts: this.attributeParts() });
    }
    this.depth--;
  }

  private attributeParts(): Part[] {
    const parts: Part[] = [];
    while (this.at < this.limit) {
      if (!this.chunk.spend()) this.fail('it takes more steps than any real one');
      const token = (this.chunk.bytes[this.at] ?? 0) & 0xbf;
      if (
        token !== 0x05 &&
        token !== 0x07 &&
        token !== 0x08 &&
        token !== 0x09 &&
        token !== 0x0d &&
        token !== 0x0e
      )
        break;
      this.at++;
      this.inline(token, parts);
    }
    return parts;
  }

  /** Whether the offset of a name stands at `at`: it points at itself, or to something like a name. */
  private isNameAt(at: number): boolean {
    const { bytes } = this.chunk;
    if (at + 4 > this.limit) return false;
    const offset = bytes.readUInt32LE(at);
    if (offset === at + 4) return true;
    return this.chunk.names.has(offset) || readName(bytes, offset) !== null;
  }

  private name(): string {
    const offset = this.u32();
    if (this.fault !== null) return '';
    let name = this.chunk.names.get(offset);
    if (name === undefined) {
      const found = readName(this.chunk.bytes, offset);
      if (found === null) {
        this.fail('a name is lost');
        return '';
      }
      name = found;
      this.chunk.names.set(offset, name);
    }
    if (offset === this.at) this.skip(10 + (this.chunk.bytes.readUInt16LE(offset + 6) << 1));
    return name;
  }

  private instance(parts: Part[]): void {
    this.skip(5);
    const offset = this.u32();
    if (this.fault !== null) return;
    if (offset === this.at) {
      const isThere = this.at + 24 <= this.limit;
      this.skip(24 + (isThere ? this.chunk.bytes.readUInt32LE(this.at + 20) : 0));
    }
    const root = this.chunk.template(offset);
    const values = this.values();
    if (root === null) this.fail('its template is lost');
    else if (this.fault === null) parts.push({ kind: 'instance', root, values });
  }

  private values(): Values {
    const at: number[] = [];
    const sizes: number[] = [];
    const types: number[] = [];
    const count = this.u32();
    if (count > MOST_VALUES) this.fail('it has more values than any real one');
    if (this.at + count * 4 > this.limit) this.fail('its values end beyond it');
    for (let index = 0; index < count && this.fault === null; index++) {
      sizes.push(this.u16());
      types.push(this.u8());
      this.skip(1);
    }
    for (const size of sizes) {
      at.push(this.at);
      this.skip(size);
    }
    return { at, sizes, types };
  }
}

/** A name of the chunk's string table (next, hash, length, text, zero), or null where none can be. */
function readName(bytes: Buffer, offset: number): string | null {
  if (offset + 10 > bytes.length) return null;
  const length = bytes.readUInt16LE(offset + 6);
  const to = offset + 8 + length * 2;
  if (length === 0 || length > LONGEST_NAME || to + 2 > bytes.length) return null;
  if (bytes.readUInt16LE(to) !== 0) return null;
  for (let at = offset + 8; at < to; at += 2) if (bytes.readUInt16LE(at) <= 32) return null;
  return bytes.toString('utf16le', offset + 8, to);
}

/** The template defined at an offset of the chunk (next, GUID, size, fragment), or null. */
export function readTemplate(chunk: Chunk, offset: number): ElementNode | null {
  const { bytes } = chunk;
  if (offset + 24 > bytes.length) return null;
  const from = offset + 24;
  const to = from + bytes.readUInt32LE(offset + 20);
  if (to > bytes.length) return null;
  const reader = new BinXmlReader(chunk, from, to, true);
  const root = reader.read().find((part) => typeof part === 'object' && part.kind === 'element');
  return reader.fault === null && typeof root === 'object' && root.kind === 'element' ? root : null;
}
