/** Spoils files the way disks, transfers and editors do, and a little worse; the same seed spoils them alike. */
import { gzipSync } from 'node:zlib';
import type { Random } from './sample/random';

type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

function place(bytes: Buffer, random: Random): number {
  return random.integer(0, Math.max(0, bytes.length - 1));
}

function span(bytes: Buffer, random: Random): readonly [from: number, to: number] {
  const from = place(bytes, random);
  return [from, Math.min(bytes.length, from + random.integer(1, 400))];
}

function insert(bytes: Buffer, at: number, added: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at)]);
}

const NOISE = [
  '"',
  "'",
  ',',
  ';',
  '\t',
  '\n',
  '\r',
  '\0',
  '{',
  '}',
  '[',
  ']',
  '<',
  '&',
  '|',
  '=',
  '\\',
  '\ufeff',
  '𝔘',
  '%',
  '\x1b[0m',
];

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  cut: (bytes, random) => bytes.subarray(0, place(bytes, random)),
  beheaded: (bytes, random) => bytes.subarray(place(bytes, random)),
  flipped: (bytes, random) => {
    const copy = Buffer.from(bytes);
    for (let turn = random.integer(1, 30); turn > 0 && copy.length > 0; turn -= 1) {
      const at = place(copy, random);
      copy[at] = (copy[at] ?? 0) ^ (1 << random.integer(0, 7));
    }
    return copy;
  },
  zeroed: (bytes, random) => {
    const [from, to] = span(bytes, random);
    return Buffer.from(bytes).fill(0, from, to);
  },
  left_out: (bytes, random) => {
    const [from, to] = span(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  repeated: (bytes, random) => {
    const [from, to] = span(bytes, random);
    return insert(bytes, to, bytes.subarray(from, to));
  },
  overwritten: (bytes, random) => {
    const [from, to] = span(bytes, random);
    const copy = Buffer.from(bytes);
    for (let at = from; at < to; at += 1) copy[at] = random.integer(0, 255);
    return copy;
  },
  noisy: (bytes, random) => {
    let spoiled = bytes;
    for (let turn = random.integer(1, 12); turn > 0; turn -= 1) {
      spoiled = insert(
        spoiled,
        place(spoiled, random),
        Buffer.from(random.pick(NOISE).repeat(random.integer(1, 3))),
      );
    }
    return spoiled;
  },
  big_numbers: (bytes) =>
    Buffer.from(
      bytes.toString('latin1').replace(/\d{2,}/g, (digits) => '9'.repeat(digits.length + 9)),
      'latin1',
    ),
  nested: (bytes, random) =>
    insert(bytes, place(bytes, random), Buffer.from(random.pick(['[', '{"a":', '<a>', '"']).repeat(3000))),
  one_line: (bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0a && byte !== 0x0d)),
  other_ends: (bytes, random) =>
    Buffer.from(
      bytes.toString('latin1').replace(/\r?\n/g, random.pick(['\r', '\r\n', '\n\n', '\u0085'])),
      'latin1',
    ),
  spliced: (bytes, random, other) =>
    Buffer.concat([bytes.subarray(0, place(bytes, random)), other.subarray(place(other, random))]),
  as_utf16: (bytes, random) =>
    Buffer.concat([
      random.chance(0.5) ? Buffer.from([0xff, 0xfe]) : Buffer.alloc(0),
      Buffer.from(bytes.toString('latin1'), 'utf16le'),
    ]),
  cut_gzip: (bytes, random) => {
    const packed = gzipSync(bytes);
    return packed.subarray(0, random.integer(Math.floor(packed.length / 2), packed.length));
  },
};

/** One or two mutations of `bytes`; the name says which. */
export function mutate(
  bytes: Buffer,
  other: Buffer,
  random: Random,
): { readonly name: string; readonly bytes: Buffer } {
  const names = [
    random.pick(Object.keys(MUTATIONS)),
    ...(random.chance(0.3) ? [random.pick(Object.keys(MUTATIONS))] : []),
  ];
  const spoiled = names.reduce((now, name) => MUTATIONS[name]?.(now, random, other) ?? now, bytes);
  return { name: names.join('+'), bytes: spoiled };
}
