/**
 * ISO transport on TCP: TPKT packets (RFC 1006 §6) around COTP TPDUs (ISO 8073 / X.224 §13). Puts data units that
 * span several TPDUs together again.
 */
import type { Cursor } from '../cursor';
import { type Message, newMessage, type Side } from '../dissector';

const TPKT_VERSION = 3;
export const TPKT_HEADER_BYTES = 4;
/** TPKT header and the shortest TPDU. */
const MIN_TPKT = 7;
const MAX_DATA_UNIT = 1 << 20;

export const COTP = { connectRequest: 0xe0, connectConfirm: 0xd0, disconnect: 0x80, data: 0xf0 } as const;

const PARAMETER_CALLING = 0xc1;
const PARAMETER_CALLED = 0xc2;

/** Bytes of the TPKT at `from`; 0 when its length is not there yet, -1 when it is none. */
export function tpktLength(bytes: Uint8Array, from: number, to: number): number {
  if (from < to && bytes[from] !== TPKT_VERSION) return -1;
  if (from + 1 < to && bytes[from + 1] !== 0) return -1;
  if (from + TPKT_HEADER_BYTES > to) return 0;
  const length = ((bytes[from + 2] ?? 0) << 8) | (bytes[from + 3] ?? 0);
  return length < MIN_TPKT ? -1 : length;
}

export interface Tpdu {
  readonly kind: number;
  /** Transport selectors of a connection request or confirm: who calls, who is called. */
  readonly calling: Uint8Array | null;
  readonly called: Uint8Array | null;
}

/** What is passed over after a loss: nothing, until a data unit begins, or until this one ends. */
type Passing = 'nothing' | 'until begin' | 'until end';

/** Collects the data of one direction until a TPDU marked as the last one. */
export class DataUnit {
  private readonly begins: (part: Uint8Array) => boolean;
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private passing: Passing = 'nothing';
  private lostBytes = 0;

  /** `begins` tells a data unit's first part from its rest; asked where parts before may be missing. */
  constructor(begins: (part: Uint8Array) => boolean) {
    this.begins = begins;
  }

  /** The whole data unit when this was its last part, else null. Units beyond 1 MiB are dropped. */
  add(part: Uint8Array, isLast: boolean): Uint8Array | null {
    if (this.passing !== 'nothing' && this.passes(part, isLast)) return null;
    if (isLast && this.held.length === 0) return part;
    this.heldBytes += part.length;
    if (this.heldBytes > MAX_DATA_UNIT) {
      this.drop();
      if (!isLast) this.passing = 'until end';
      return null;
    }
    this.held.push(part.slice());
    if (!isLast) return null;
    const whole = new Uint8Array(this.heldBytes);
    let at = 0;
    for (const piece of this.held) {
      whole.set(piece, at);
      at += piece.length;
    }
    this.clear();
    return whole;
  }

  /** Bytes are missing: what was begun cannot be ended, and what comes may be the rest of what was not seen. */
  gap(): void {
    this.drop();
    this.passing = 'until begin';
  }

  /** A message that tells of parts which could not be put together since this was asked last; null when none were. */
  takeLost(from: Side): Message | null {
    const bytes = this.lostBytes;
    if (bytes === 0 || this.passing !== 'nothing') return null;
    this.lostBytes = 0;
    return newMessage({
      kind: from === 'client' ? 'request' : 'unsolicited',
      action: 'incomplete_message',
      text: `message could not be put together, of it came ${bytes} bytes`,
      malformed: 'Parts of the message are missing',
    });
  }

  private passes(part: Uint8Array, isLast: boolean): boolean {
    if (this.passing === 'until begin' && this.begins(part)) {
      this.passing = 'nothing';
      return false;
    }
    this.lostBytes += part.length;
    if (isLast) this.passing = 'nothing';
    return true;
  }

  private drop(): void {
    this.lostBytes += this.heldBytes;
    this.clear();
  }

  private clear(): void {
    this.held = [];
    this.heldBytes = 0;
  }
}

/*
 *   0    1          2      4        5
 *   +----+----------+------+--------+----------------+--------
 *   | 3  | reserved | size | LI     | TPDU type …    | data …
 *   +----+----------+------+--------+----------------+--------
 */
/**
 * Reads the TPDU of a whole TPKT, leaving the cursor at its user data. Null when the header does not hold. For data
 * TPDUs (§13.7) `isLast` tells whether the data unit ends here.
 */
export function readTpdu(cursor: Cursor): (Tpdu & { readonly isLast: boolean }) | null {
  cursor.skip(TPKT_HEADER_BYTES);
  const header = cursor.part(cursor.u8());
  const kind = header.u8() & 0xf0;
  if (cursor.isShort || header.isShort) return null;
  if (kind === COTP.data) {
    const isLast = (header.u8() & 0x80) !== 0;
    return { kind, calling: null, called: null, isLast };
  }
  header.skip(5);
  let calling: Uint8Array | null = null;
  let called: Uint8Array | null = null;
  while (header.left >= 2) {
    const code = header.u8();
    const value = header.part(header.u8());
    if (code === PARAMETER_CALLING) calling = value.bytes.slice(value.at, value.end);
    if (code === PARAMETER_CALLED) called = value.bytes.slice(value.at, value.end);
  }
  return { kind, calling, called, isLast: true };
}

/**
 * Place of the first transport data in a stream of TPKTs, past connection TPDUs; `more` when it is not there yet,
 * `no` when this is no ISO transport.
 */
export function firstTransportData(bytes: Uint8Array, from: number, to: number): number | 'more' | 'no' {
  let at = from;
  while (at < to) {
    const length = tpktLength(bytes, at, to);
    if (length < 0) return 'no';
    if (length === 0 || at + 6 > to) return 'more';
    const kind = (bytes[at + 5] ?? 0) & 0xf0;
    const data = at + 5 + (bytes[at + 4] ?? 0);
    if (kind === COTP.data && data < at + length) return data < to ? data : 'more';
    if (kind !== COTP.connectRequest && kind !== COTP.connectConfirm && kind !== COTP.data) return 'no';
    at += length;
  }
  return 'more';
}
