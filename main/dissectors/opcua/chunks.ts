/** Messages out of chunks, one direction of a connection: OPC 10000-6 §6.7.2 (sequence, request id) and §6.7.3 (abort). */
import { Cursor } from '../cursor';

export const ABORT = 0x41;
const MAX_BODY = 1 << 20;
const NO_BYTES = new Uint8Array(0);

export class Chunks {
  private held = NO_BYTES;
  private heldId: number | null = null;
  private sequence = 0;
  /** Request whose other chunks are missing. */
  private passed: number | null = null;
  private lost = 0;
  /** Whether what was begun last can be read: where it is encrypted, so are its numbers. */
  isPlain = true;

  /** The body this chunk ends, else null; never one of which a chunk is missing. */
  add(cursor: Cursor, id: number, sequence: number, isFinal: boolean): Cursor | null {
    if (this.heldId !== null && this.isPlain && !(id === this.heldId && isAfter(sequence, this.sequence)))
      this.drop();
    const isFirst = this.heldId === null;
    if (isFirst && this.passed === id) {
      this.lost += cursor.left;
      if (isFinal) this.passed = null;
      return null;
    }
    this.passed = null;
    if (isFirst) {
      this.isPlain = beginsBody(cursor);
      if (isFinal) return cursor;
    }
    const part = cursor.bytes.subarray(cursor.at, cursor.end);
    const whole = new Uint8Array(Math.min(MAX_BODY, this.held.length + part.length));
    whole.set(this.held);
    whole.set(part.subarray(0, whole.length - this.held.length), this.held.length);
    this.held = isFinal ? NO_BYTES : whole;
    this.heldId = isFinal ? null : id;
    this.sequence = sequence;
    return isFinal ? new Cursor(whole, 0, whole.length) : null;
  }

  /** Takes back the chunks of that request; gives how many bytes they had. */
  abort(id: number): number {
    const bytes = this.held.length;
    if (this.passed === id) this.passed = null;
    if (this.heldId === null || (this.isPlain && this.heldId !== id)) return 0;
    this.clear();
    return bytes;
  }

  /** Bytes are missing: what was begun cannot be ended. */
  gap(): void {
    if (this.heldId !== null) this.drop();
  }

  /** Bytes of messages that could not be put together, since this was asked last; 0 while one of them goes on. */
  takeLost(): number {
    const { lost } = this;
    if (this.passed !== null) return 0;
    this.lost = 0;
    return lost;
  }

  private drop(): void {
    this.lost += this.held.length;
    this.passed = this.isPlain ? this.heldId : null;
    this.clear();
  }

  private clear(): void {
    this.held = NO_BYTES;
    this.heldId = null;
  }
}

/** By one; before it passes its end it begins anew below 1024 (§6.7.2.4). */
function isAfter(sequence: number, before: number): boolean {
  return sequence === before + 1 || (before > 4294966271 && sequence < 1024);
}

/** A body begins with its type: a numeric node id of the standard's own namespace (§5.2.9). */
function beginsBody({ bytes, at }: Cursor): boolean {
  return bytes[at] === 1 && bytes[at + 1] === 0;
}
