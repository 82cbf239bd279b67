/** The packet an ICMP error quotes: as much of its headers as came along (RFC 792; RFC 4443 §2.4 c). */
import { readIpv4, readIpv6 } from '../addresses';
import type { Cursor } from '../cursor';

const TRANSPORTS = new Map<number, string>([
  [1, 'ICMP'],
  [2, 'IGMP'],
  [6, 'TCP'],
  [17, 'UDP'],
  [47, 'GRE'],
  [50, 'ESP'],
  [58, 'ICMPv6'],
  [132, 'SCTP'],
]);
const WITH_PORTS = new Set([6, 17, 132]);
const FRAGMENT = 44;
/** Hop-by-hop, routing and destination options are stepped over; real packets have two or three. */
const OPTIONS = new Set([0, 43, 60]);
const MAX_OPTIONS = 8;

/** `UDP 10.20.1.1:50000 → 10.20.1.5:502`; null when not even its addresses came along. */
export function quotedPacket(cursor: Cursor): string | null {
  const version = cursor.peek() >> 4;
  if (version === 4) return quotedIpv4(cursor);
  return version === 6 ? quotedIpv6(cursor) : null;
}

function quotedIpv4(cursor: Cursor): string | null {
  const header = cursor.part((cursor.peek() & 15) * 4);
  header.skip(6);
  const isLater = (header.u16() & 0x1fff) !== 0;
  header.skip(1);
  const protocol = header.u8();
  header.skip(2);
  const [from, to] = [readIpv4(header), readIpv4(header)];
  if (header.isShort) return null;
  return withPorts(protocol, from, to, isLater ? null : cursor);
}

function quotedIpv6(cursor: Cursor): string | null {
  cursor.skip(6);
  let protocol = cursor.u8();
  cursor.skip(1);
  const [from, to] = [readIpv6(cursor), readIpv6(cursor)];
  if (cursor.isShort) return null;
  let isLater = false;
  for (let seen = 0; seen < MAX_OPTIONS && cursor.left >= 8; seen++) {
    if (protocol === FRAGMENT) {
      protocol = cursor.u8();
      cursor.skip(1);
      isLater = cursor.u16() >> 3 !== 0;
      cursor.skip(4);
    } else if (OPTIONS.has(protocol)) {
      protocol = cursor.u8();
      cursor.skip(cursor.u8() * 8 + 6);
    } else break;
  }
  return withPorts(protocol, from, to, isLater ? null : cursor);
}

function withPorts(protocol: number, from: string, to: string, rest: Cursor | null): string {
  const name = TRANSPORTS.get(protocol) ?? `IP protocol ${protocol}`;
  if (rest === null || rest.left < 4 || !WITH_PORTS.has(protocol)) return `${name} ${from} → ${to}`;
  return `${name} ${withPort(from, rest.u16())} → ${withPort(to, rest.u16())}`;
}

function withPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
