/**
 * Puts IP datagrams together from their fragments (RFC 791 §3.2, RFC 8200 §4.5). Bounded in datagrams, fragments and
 * time; the first bytes to arrive at a place stay there, so an overlap cannot rewrite what was seen.
 */
import type { Fragment } from './ipv4';
import type { Layers } from './layers';

const MAX_DATAGRAMS = 256;
const MAX_FRAGMENTS = 64;
const MAX_BYTES = 65535;
const TIMEOUT_US = 60_000_000;

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

interface Datagram {
  readonly pieces: Piece[];
  readonly startedUs: number;
  /** Known when the fragment without "more" was seen; else -1. */
  length: number;
  held: number;
}

export class FragmentStore {
  /** Datagrams given up: too many, too large, too late, or unfinished at the end. */
  abandoned = 0;
  reassembled = 0;
  private readonly datagrams = new Map<string, Datagram>();

  /** Takes a fragment; true when the datagram is whole: `layers.bytes` and its range are then the datagram's. */
  add(layers: Layers, fragment: Fragment, timeUs: number): boolean {
    const key = datagramKey(layers, fragment);
    const datagram = this.find(key, timeUs);
    const piece = layers.bytes.slice(layers.from, layers.to);
    const isSound = layers.missing === 0 && fragment.offset + piece.length <= MAX_BYTES;
    if (!isSound || datagram.pieces.length === MAX_FRAGMENTS) {
      this.datagrams.delete(key);
      this.abandoned++;
      return false;
    }
    datagram.pieces.push({ offset: fragment.offset, bytes: piece });
    datagram.held += piece.length;
    if (!fragment.more && datagram.length < 0) datagram.length = fragment.offset + piece.length;
    if (datagram.length < 0 || datagram.held < datagram.length) return false;
    const whole = join(datagram);
    if (whole === null) return false;
    this.datagrams.delete(key);
    this.reassembled++;
    layers.bytes = whole;
    layers.from = 0;
    layers.to = whole.length;
    return true;
  }

  /** Datagrams still waiting for a fragment. */
  get unfinished(): number {
    return this.datagrams.size;
  }

  private find(key: string, timeUs: number): Datagram {
    const known = this.datagrams.get(key);
    if (known !== undefined && Math.abs(timeUs - known.startedUs) <= TIMEOUT_US) return known;
    if (known !== undefined) this.drop(key);
    else if (this.datagrams.size === MAX_DATAGRAMS) {
      const [oldest] = this.datagrams.keys();
      if (oldest !== undefined) this.drop(oldest);
    }
    const datagram: Datagram = { pieces: [], startedUs: timeUs, length: -1, held: 0 };
    this.datagrams.set(key, datagram);
    return datagram;
  }

  private drop(key: string): void {
    this.datagrams.delete(key);
    this.abandoned++;
  }
}

function datagramKey(layers: Layers, fragment: Fragment): string {
  const { frame, sourceIp, destinationIp } = layers;
  const size = layers.network === 'ipv6' ? 16 : 4;
  const source = frame.subarray(sourceIp, sourceIp + size).join('.');
  const destination = frame.subarray(destinationIp, destinationIp + size).join('.');
  return `${source} ${destination} ${layers.protocol} ${fragment.identification}`;
}

/** The datagram in one piece, or null while there is a hole. Earlier arrivals win where pieces overlap. */
function join(datagram: Datagram): Uint8Array | null {
  const whole = new Uint8Array(datagram.length);
  const filled = new Uint8Array(datagram.length);
  let missing = datagram.length;
  for (const { offset, bytes } of datagram.pieces) {
    const end = Math.min(bytes.length, datagram.length - offset);
    for (let index = 0; index < end; index++) {
      if (filled[offset + index] === 1) continue;
      filled[offset + index] = 1;
      whole[offset + index] = bytes[index] ?? 0;
      missing--;
    }
  }
  return missing === 0 ? whole : null;
}
