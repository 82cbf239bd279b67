/**
 * A message as one binary frame, for channels that carry bytes only (the loopback WebSocket): JSON with the byte
 * arrays taken out and put behind it, so that Arrow crosses without being turned into text.
 *
 *    0        4            4+n      8-aligned
 *    +--------+------------+--------+---------+ …
 *    | n: u32 | JSON, n by | zeros  | part 0  | … each part begins on a multiple of 8
 *    +--------+------------+--------+---------+
 *    little-endian; JSON = { message, parts: [[path, length], …] }
 */

type Path = readonly (string | number)[];

const ALIGN = 8;
const MOST_PARTS = 1000;
const DEEPEST = 32;

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGN) * ALIGN;
}

interface Taken {
  readonly path: Path;
  readonly bytes: Uint8Array;
}

/** The value with every Uint8Array replaced by null and listed in `taken`. */
function takeBytes(value: unknown, path: Path, taken: Taken[]): unknown {
  if (value instanceof Uint8Array) {
    taken.push({ path, bytes: value });
    return null;
  }
  if (Array.isArray(value)) return value.map((part, index) => takeBytes(part, [...path, index], taken));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, takeBytes(part, [...path, key], taken)]),
  );
}

/** Encodes any JSON-like value that may hold Uint8Arrays. */
export function encodeFrame(message: unknown): Uint8Array<ArrayBuffer> {
  const taken: Taken[] = [];
  const plain = takeBytes(message, [], taken);
  const parts = taken.map(({ path, bytes }) => [path, bytes.byteLength]);
  const header = new TextEncoder().encode(JSON.stringify({ message: plain, parts }));
  let size = aligned(4 + header.byteLength);
  for (const { bytes } of taken) size = aligned(size + bytes.byteLength);
  const frame = new Uint8Array(size);
  new DataView(frame.buffer).setUint32(0, header.byteLength, true);
  frame.set(header, 4);
  let at = aligned(4 + header.byteLength);
  for (const { bytes } of taken) {
    frame.set(bytes, at);
    at = aligned(at + bytes.byteLength);
  }
  return frame;
}

/**
 * The value of a frame, or undefined when the bytes are no frame. Byte arrays are copies of their own. Nothing about
 * the value is checked: who receives it validates it.
 */
export function decodeFrame(frame: Uint8Array): unknown {
  if (frame.byteLength < 4) return undefined;
  const length = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0, true);
  if (4 + length > frame.byteLength) return undefined;
  const header = readHeader(frame.subarray(4, 4 + length));
  if (header === undefined) return undefined;
  const { message, parts } = header;
  let at = aligned(4 + length);
  for (const { path, length: size } of parts) {
    if (at + size > frame.byteLength) return undefined;
    if (path.length === 0) return parts.length === 1 ? frame.slice(at, at + size) : undefined;
    if (!putBytes(message, path, frame.slice(at, at + size))) return undefined;
    at = aligned(at + size);
  }
  return message;
}

interface Header {
  readonly message: unknown;
  readonly parts: readonly { readonly path: Path; readonly length: number }[];
}

function readHeader(bytes: Uint8Array): Header | undefined {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  if (!isRecord(json) || !Array.isArray(json.parts) || json.parts.length > MOST_PARTS) return undefined;
  const parts: { path: Path; length: number }[] = [];
  for (const part of json.parts as readonly unknown[]) {
    if (!Array.isArray(part) || part.length !== 2) return undefined;
    const [path, length]: readonly unknown[] = part;
    if (!isPath(path) || typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0) {
      return undefined;
    }
    parts.push({ path, length });
  }
  return { message: json.message, parts };
}

/** Puts bytes where the sender took them out: only over an own property that is null. */
function putBytes(message: unknown, path: Path, bytes: Uint8Array): boolean {
  let holder: unknown = message;
  for (const [depth, key] of path.entries()) {
    if (!isRecord(holder) || !Object.hasOwn(holder, key)) return false;
    if (depth === path.length - 1) {
      if (holder[key] !== null) return false;
      holder[key] = bytes;
      return true;
    }
    holder = holder[key];
  }
  return false;
}

function isRecord(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}

function isPath(value: unknown): value is Path {
  return (
    Array.isArray(value) &&
    value.length <= DEEPEST &&
    value.every((key) => typeof key === 'string' || (typeof key === 'number' && Number.isInteger(key)))
  );
}
