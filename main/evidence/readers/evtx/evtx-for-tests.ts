/** Small Windows event logs made for tests: one template per chunk, its names, records that fill it, checksums. */
import { crc32 } from 'node:zlib';
import { CHUNK_BYTES, CHUNK_HEADER_BYTES } from './chunk';

export interface MadeEvent {
  readonly number: number;
  /** 100 ns since 1601. */
  readonly ticks: bigint;
  readonly code: number;
  readonly user: string;
}

class Bytes {
  private readonly parts: Buffer[] = [];
  length = 0;
  readonly start: number;

  constructor(start: number) {
    this.start = start;
  }

  get at(): number {
    return this.start + this.length;
  }

  raw(bytes: Buffer): this {
    this.parts.push(bytes);
    this.length += bytes.length;
    return this;
  }

  u8(...values: readonly number[]): this {
    return this.raw(Buffer.from(values));
  }

  u16(value: number): this {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16LE(value);
    return this.raw(bytes);
  }

  u32(value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return this.raw(bytes);
  }

  u64(value: bigint): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    return this.raw(bytes);
  }

  /** Offset of a name, and the name itself right behind it. */
  name(text: string): this {
    const characters = Buffer.from(text, 'utf16le');
    this.u32(this.at + 4);
    return this.u32(0).u16(0).u16(text.length).raw(characters).u16(0);
  }

  text(text: string): this {
    return this.u8(0x05, 0x01).u16(text.length).raw(Buffer.from(text, 'utf16le'));
  }

  hole(index: number, type: number): this {
    return this.u8(0x0e).u16(index).u8(type);
  }

  /** An element whose size nobody reads; `attribute` stands before what `inside` adds. */
  element(name: string, attribute: readonly [string, string | number] | null, inside: () => void): this {
    this.u8(attribute === null ? 0x01 : 0x41)
      .u16(0xffff)
      .u32(0)
      .name(name);
    if (attribute !== null) {
      const [key, value] = attribute;
      this.u32(0).u8(0x06).name(key);
      if (typeof value === 'string') this.text(value);
      else this.hole(value, 0x11);
    }
    this.u8(0x02);
    inside();
    return this.u8(0x04);
  }

  buffer(): Buffer {
    return Buffer.concat(this.parts);
  }
}

function fragment(start: number): Buffer {
  const out = new Bytes(start);
  out.u8(0x0f, 0x01, 0x01, 0x00);
  out.element('Event', null, () => {
    out.element('System', null, () => {
      out.element('Provider', ['Name', 'Throughline-Test'], () => undefined);
      out.element('EventID', null, () => out.hole(0, 0x06));
      out.element('TimeCreated', ['SystemTime', 1], () => undefined);
      out.element('Channel', null, () => out.text('Security'));
      out.element('Computer', null, () => out.text('ENG01'));
    });
    out.element('EventData', null, () => {
      out.element('Data', ['Name', 'TargetUserName'], () => out.hole(2, 0x01));
    });
  });
  return out.u8(0x00).buffer();
}

/** A chunk of these events; the first record brings the template that the others use. */
export function makeChunk(events: readonly MadeEvent[]): Buffer {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let at = CHUNK_HEADER_BYTES;
  let template = 0;
  let last = at;
  for (const event of events) {
    const body = new Bytes(at + 24);
    body.u8(0x0f, 0x01, 0x01, 0x00, 0x0c, 0x01).u32(7);
    if (template === 0) {
      template = body.at + 4;
      body.u32(template);
      const written = fragment(template + 24);
      body.u32(0).raw(Buffer.alloc(16, 1)).u32(written.length).raw(written);
    } else body.u32(template);
    const user = Buffer.from(event.user, 'utf16le');
    body.u32(3).u16(2).u8(6, 0).u16(8).u8(0x11, 0).u16(user.length).u8(1, 0);
    body.u16(event.code).u64(event.ticks).raw(user).u8(0x00);
    const length = 24 + body.length + 4;
    const record = new Bytes(0).u32(0x2a2a).u32(length).u64(BigInt(event.number)).u64(event.ticks);
    record.raw(body.buffer()).u32(length).buffer().copy(chunk, at);
    last = at;
    at += length;
  }
  chunk.write('ElfChnk\0', 'latin1');
  chunk.writeUInt32LE(128, 40);
  chunk.writeUInt32LE(last, 44);
  chunk.writeUInt32LE(at, 48);
  chunk.writeUInt32LE(crc32(chunk.subarray(CHUNK_HEADER_BYTES, at)), 52);
  chunk.writeUInt32LE(crc32(chunk.subarray(128, CHUNK_HEADER_BYTES), crc32(chunk.subarray(0, 120))), 124);
  return chunk;
}

/** A log of such chunks; `announced` is what its header says of their number. */
export function makeLog(chunks: readonly Buffer[], announced = chunks.length): Buffer {
  const header = Buffer.alloc(4096);
  header.write('ElfFile\0', 'latin1');
  header.writeUInt16LE(announced, 42);
  return Buffer.concat([header, ...chunks]);
}

/** `count` events a second apart, numbered from `from`. */
export function makeEvents(from: number, count: number): MadeEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    number: from + index,
    ticks: 134_145_000_000_000_000n + BigInt(from + index) * 10_000_001n,
    code: 4624 + ((from + index) % 3),
    user: `user ${from + index} é`,
  }));
}
