/** Addresses off the wire as text, each as the house writes it. */
import { formatIp } from '../../shared/address';
import type { Cursor } from './cursor';

const OCTETS: readonly string[] = Array.from({ length: 256 }, (_, octet) =>
  octet.toString(16).padStart(2, '0'),
);

/** Six bytes: `02:00:00:00:00:01`. */
export function readMac(cursor: Cursor): string {
  const octet = (): string => OCTETS[cursor.u8()] ?? '00';
  return `${octet()}:${octet()}:${octet()}:${octet()}:${octet()}:${octet()}`;
}

/** Four bytes: `10.20.1.5`. */
export function readIpv4(cursor: Cursor): string {
  return `${cursor.u8()}.${cursor.u8()}.${cursor.u8()}.${cursor.u8()}`;
}

/** Sixteen bytes, shortened as RFC 5952 says: `fe80::1`. */
export function readIpv6(cursor: Cursor): string {
  let value = 0n;
  for (let word = 0; word < 4; word++) value = (value << 32n) | BigInt(cursor.u32());
  return formatIp(6, value);
}

/** Several may share it: the first octet is odd (IEEE 802-2014 §8.2.2), or it is no address at all. */
export function isNobodysMac(mac: string): boolean {
  return mac === '00:00:00:00:00:00' || '13579bdf'.includes(mac.charAt(1));
}
