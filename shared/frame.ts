/**
 * Messages over a WebSocket of the loopback host, and the handshake before them. A frame is
 * `[u32 header length, little endian][header: JSON][zeros to a multiple of 8][bytes]…`; each Uint8Array of the
 * message is null in the JSON and named in the header by its path, so that no text of a page can pass for bytes.
 */
import type { Message } from './protocol';

/**
 * First message of a page, as text: the one-time token of its address, or the key it got for one before. The host
 * answers `Welcome` as text, or closes with `REFUSED`. Binary frames follow in both directions.
 */
export type Hello = { readonly token: string } | { readonly key: string };
export interface Welcome {
  /** For `sessionStorage`: admits the same window again after a reload, as long as the host runs. */
  readonly key: string;
}

/** Path of the WebSocket on the host that served the page. */
export const ENGINE_PATH = '/engine';
/** Close code: the token is spent, too old or unknown, or the key is. A new address is needed. */
export const REFUSED = 4401;

/** Both platforms have these; neither's types are in reach of shared code. */
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label: string, options: { fatal: boolean });
  decode(bytes: Uint8Array): string;
}

type Path = readonly (string | number)[];

interface Attached {
  readonly path: Path;
  readonly length: number;
}

const ALIGN = 8;

function aligned(length: number): number {
  return Math.ceil(length / ALIGN) * ALIGN;
}

/** One message as one frame. Values must be plain data; undefined members are left out, as JSON does. */
export function encodeFrame(message: Message): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const attached: Attached[] = [];
  const plain = detach(message, [], (path, bytes) => {
    attached.push({ path, length: bytes.byteLength });
    parts.push(bytes);
  });
  const header = new TextEncoder().encode(JSON.stringify({ message: plain, attached }));
  let size = aligned(4 + header.byteLength);
  for (const part of parts) size += aligned(part.byteLength);
  const frame = new Uint8Array(size);
  new DataView(frame.buffer).setUint32(0, header.byteLength, true);
  frame.set(header, 4);
  let at = aligned(4 + header.byteLength);
  for (const part of parts) {
    frame.set(part, at);
    at += aligned(part.byteLength);
  }
  return frame;
}

/**
 * The message of a frame; its byte parts are copies of their own. Null for anything `encodeFrame` would not have
 * made: the other side is then not ours.
 */
export function decodeFrame(received: Uint8Array): Message | null {
  // Plain bytes: the slice of a Node Buffer would be a window on its memory, not a copy.
  const frame = new Uint8Array(received.buffer, received.byteOffset, received.byteLength);
  try {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    const length = view.getUint32(0, true);
    if (length > frame.byteLength - 4) return null;
    const text = new TextDecoder('utf-8', { fatal: true }).decode(frame.subarray(4, 4 + length));
    const header: unknown = JSON.parse(text);
    if (!isHeader(header)) return null;
    let at = aligned(4 + length);
    for (const { path, length: size } of header.attached) {
      if (at + size > frame.byteLength) return null;
      if (!attach(header.message, path, frame.slice(at, at + size))) return null;
      at += aligned(size);
    }
    return isMessage(header.message) ? header.message : null;
  } catch {
    return null;
  }
}

function detach(value: unknown, path: Path, take: (path: Path, bytes: Uint8Array) => void): unknown {
  if (value instanceof Uint8Array) {
    take(path, value);
    return null;
  }
  if (Array.isArray(value)) return value.map((item, index) => detach(item, [...path, index], take));
  if (typeof value !== 'object' || value === null) return value;
  // Without a prototype, so that a member called __proto__ is a member like any other.
  const plain: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value)) plain[key] = detach(item, [...path, key], take);
  return plain;
}

/** Puts bytes in their place; false when there is no such place holding null. */
function attach(root: unknown, path: Path, bytes: Uint8Array): boolean {
  let holder: unknown = root;
  for (const [index, key] of path.entries()) {
    if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return false;
    const next: unknown = Reflect.get(holder, key);
    if (index < path.length - 1) holder = next;
    else if (next === null) return Reflect.set(holder, key, bytes);
    else return false;
  }
  return false;
}

function isHeader(value: unknown): value is { message: unknown; attached: readonly Attached[] } {
  if (typeof value !== 'object' || value === null || !('message' in value) || !('attached' in value)) {
    return false;
  }
  return Array.isArray(value.attached) && value.attached.every(isAttached);
}

function isAttached(value: unknown): value is Attached {
  if (typeof value !== 'object' || value === null || !('path' in value) || !('length' in value)) return false;
  const { path, length } = value;
  return (
    typeof length === 'number' &&
    Number.isSafeInteger(length) &&
    length >= 0 &&
    Array.isArray(path) &&
    path.length <= 8 &&
    path.every((key) => typeof key === 'string' || typeof key === 'number')
  );
}

/** The outer shape only; what a call or an answer holds is judged by who receives it. */
function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null) return false;
  if ('cancel' in value) return typeof value.cancel === 'number';
  if ('notice' in value) return typeof value.notice === 'string';
  return 'id' in value && typeof value.id === 'number' && ('name' in value || 'ok' in value);
}
