/**
 * Turns the 64-bit ticks of a capture into microseconds and nanoseconds in whole numbers: a float of seconds has
 * lost the last digits of every packet since 2004.
 */
import type { Packet } from './packet';

const TWO_32 = 4294967296;
const MAX_SAFE_HIGH = 2097151;

export interface Clock {
  /** See `CaptureInterface.precisionUs`. */
  readonly precisionUs: number;
  /** Sets the packet's time from the ticks `high × 2^32 + low`; out-of-range times leave it undated. */
  read(high: number, low: number, packet: Packet): void;
}

/** Ticks of 10^-digits s, or of 2^-digits s when `binary` (pcapng §4.2 if_tsresol), plus whole seconds of offset. */
export function makeClock(digits: number, binary: boolean, offsetSeconds: bigint): Clock {
  if (!binary && digits === 6 && offsetSeconds === 0n) return { precisionUs: 1, read: readMicroseconds };
  if (!binary && digits === 9 && offsetSeconds === 0n) return { precisionUs: 0, read: readNanoseconds };
  const perSecond = binary ? 1n << BigInt(digits) : 10n ** BigInt(digits);
  return {
    precisionUs: perSecond > 1_000_000n ? 0 : Number(1_000_000n / perSecond),
    read: (high, low, packet) => readTicks(high, low, perSecond, offsetSeconds, packet),
  };
}

/**
 * The halves of pcap's own header: seconds, and microseconds or nanoseconds. Writers that forget to carry a second are
 * known; a fraction of more is damage, and the packet stays undated.
 */
export function readSeconds(seconds: number, fraction: number, isNano: boolean, packet: Packet): void {
  packet.dated = fraction < (isNano ? 2_000_000_000 : 2_000_000);
  if (!packet.dated) {
    packet.timeUs = 0;
    packet.remainderNs = 0;
  } else if (isNano) {
    packet.timeUs = seconds * 1_000_000 + Math.floor(fraction / 1000);
    packet.remainderNs = fraction % 1000;
  } else {
    packet.timeUs = seconds * 1_000_000 + fraction;
    packet.remainderNs = 0;
  }
}

function readMicroseconds(high: number, low: number, packet: Packet): void {
  packet.dated = high < MAX_SAFE_HIGH;
  packet.timeUs = packet.dated ? high * TWO_32 + low : 0;
  packet.remainderNs = 0;
}

/** Long division by 1000 over the two halves; no intermediate passes 2^53. */
function readNanoseconds(high: number, low: number, packet: Packet): void {
  const quotient = Math.floor(high / 1000);
  const rest = (high % 1000) * TWO_32 + low;
  packet.dated = true;
  packet.timeUs = quotient * TWO_32 + Math.floor(rest / 1000);
  packet.remainderNs = rest % 1000;
}

const LATEST_US = 9_000_000_000_000_000n;

function readTicks(high: number, low: number, perSecond: bigint, offset: bigint, packet: Packet): void {
  const ticks = (BigInt(high) << 32n) | BigInt(low);
  const nanoseconds = (ticks * 1_000_000_000n) / perSecond + offset * 1_000_000_000n;
  const microseconds = floorDivide(nanoseconds, 1000n);
  packet.dated = microseconds < LATEST_US && microseconds > -LATEST_US;
  packet.timeUs = packet.dated ? Number(microseconds) : 0;
  packet.remainderNs = packet.dated ? Number(nanoseconds - microseconds * 1000n) : 0;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value < 0n && quotient * by !== value ? quotient - 1n : quotient;
}
