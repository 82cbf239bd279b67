/**
 * Thrift's compact protocol, as far as a Parquet footer needs it: structs read into fields with their types and
 * written again, so that what is not understood passes through unchanged. Every length is checked against the bytes.
 */

/** Types of the compact protocol that occur in footers. */
export const THRIFT = {
  yes: 1,
  no: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  struct: 12,
};

export interface ThriftList {
  readonly of: number;
  readonly items: readonly ThriftValue[];
}

/** By field number, in rising order. */
export type ThriftStruct = ReadonlyMap<number, ThriftField>;

export interface ThriftField {
  readonly type: number;
  readonly value: ThriftValue;
}

/** Whole numbers, bytes (binary and doubles), lists and structs; the value of a boolean is its type. */
export type ThriftValue = number | Uint8Array | ThriftList | ThriftStruct;

const MOST_NESTED = 16;

class Reader {
  at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new RangeError('the footer ends inside a value');
    this.at += 1;
    return byte;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (!Number.isSafeInteger(value)) throw new RangeError('a number of the footer is too large');
      if (byte < 128) return value;
    }
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw new RangeError('the footer ends inside a value');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  value(type: number, nested: number): ThriftValue {
    switch (type) {
      case THRIFT.yes:
      case THRIFT.no:
        return type;
      case THRIFT.byte:
        return this.byte();
      case THRIFT.i16:
      case THRIFT.i32:
      case THRIFT.i64:
        return this.zigzag();
      case THRIFT.double:
        return this.take(8);
      case THRIFT.binary:
        return this.take(this.varint());
      case THRIFT.list:
        return this.list(nested);
      case THRIFT.struct:
        return this.struct(nested + 1);
      default:
        throw new RangeError(`the footer has a value of type ${type}`);
    }
  }

  struct(nested: number): ThriftStruct {
    if (nested > MOST_NESTED) throw new RangeError('the footer is nested too deeply');
    const fields = new Map<number, ThriftField>();
    let id = 0;
    for (let head = this.byte(); head !== 0; head = this.byte()) {
      id = head >> 4 === 0 ? this.zigzag() : id + (head >> 4);
      const type = head & 15;
      fields.set(id, { type, value: this.value(type, nested) });
    }
    return fields;
  }

  private list(nested: number): ThriftList {
    const head = this.byte();
    const of = head & 15;
    const count = head >> 4 === 15 ? this.varint() : head >> 4;
    // Every item takes a byte at least.
    if (count > this.bytes.length - this.at) throw new RangeError('the footer ends inside a list');
    // A boolean in a list is a byte of its own.
    const isFlag = of === THRIFT.yes || of === THRIFT.no;
    return {
      of,
      items: Array.from({ length: count }, () => (isFlag ? this.byte() : this.value(of, nested))),
    };
  }
}

/** @throws RangeError where the bytes are no struct. */
export function readThrift(bytes: Uint8Array): ThriftStruct {
  return new Reader(bytes).struct(0);
}

class Writer {
  private bytes = new Uint8Array(256);
  private at = 0;

  get written(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }

  byte(value: number): void {
    this.room(1);
    this.bytes[this.at] = value;
    this.at += 1;
  }

  varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  zigzag(value: number): void {
    this.varint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  append(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  value(type: number, value: ThriftValue): void {
    if (typeof value === 'number') {
      if (type === THRIFT.byte) this.byte(value);
      else if (type !== THRIFT.yes && type !== THRIFT.no) this.zigzag(value);
    } else if (value instanceof Uint8Array) {
      if (type === THRIFT.binary) this.varint(value.length);
      this.append(value);
    } else if (value instanceof Map) {
      this.struct(value);
    } else if ('items' in value) {
      this.list(value);
    }
  }

  struct(fields: ThriftStruct): void {
    let last = 0;
    for (const [id, { type, value }] of [...fields].sort(([a], [b]) => a - b)) {
      const step = id - last;
      if (step > 0 && step < 16) this.byte((step << 4) | type);
      else {
        this.byte(type);
        this.zigzag(id);
      }
      this.value(type, value);
      last = id;
    }
    this.byte(0);
  }

  private list({ of, items }: ThriftList): void {
    if (items.length < 15) this.byte((items.length << 4) | of);
    else {
      this.byte(0xf0 | of);
      this.varint(items.length);
    }
    const isFlag = of === THRIFT.yes || of === THRIFT.no;
    for (const item of items) {
      if (isFlag && typeof item === 'number') this.byte(item);
      else this.value(of, item);
    }
  }

  private room(bytes: number): void {
    if (this.at + bytes <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.at + bytes));
    grown.set(this.written);
    this.bytes = grown;
  }
}

export function writeThrift(fields: ThriftStruct): Uint8Array {
  const writer = new Writer();
  writer.struct(fields);
  return writer.written;
}

type Entry = readonly [number, ThriftField];

/** A struct of these fields. */
export const fields = (...entries: readonly Entry[]): ThriftStruct => new Map(entries);

/** Fields by type. */
export const field = {
  i32: (value: number): ThriftField => ({ type: THRIFT.i32, value }),
  i64: (value: number): ThriftField => ({ type: THRIFT.i64, value }),
  binary: (value: Uint8Array): ThriftField => ({ type: THRIFT.binary, value }),
  struct: (...entries: readonly Entry[]): ThriftField => ({ type: THRIFT.struct, value: fields(...entries) }),
  list: (of: number, items: readonly ThriftValue[]): ThriftField => ({
    type: THRIFT.list,
    value: { of, items },
  }),
  flag(is: boolean): ThriftField {
    const type = is ? THRIFT.yes : THRIFT.no;
    return { type, value: type };
  },
};
