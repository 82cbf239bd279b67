/** Options of neighbour discovery messages (RFC 4861 §4.6; DNS servers and names: RFC 8106 §5). */
import { readIpv6, readMac } from '../addresses';
import type { Cursor } from '../cursor';
import { oneLine, someOf } from '../words';
import { quotedPacket } from './quoted';

const SOURCE_ADDRESS = 1;
const TARGET_ADDRESS = 2;
const PREFIX = 3;
const REDIRECTED = 4;
const MTU = 5;
const DNS_SERVERS = 25;
const DNS_NAMES = 31;
/** A message of 1500 bytes cannot hold more that say anything. */
const MAX_OPTIONS = 64;
const MOST_LISTED = 8;

export interface NeighbourOptions {
  sourceMac: string | null;
  targetMac: string | null;
  /** The packet that was redirected. */
  redirected: string | null;
  /** What a router hands out, each in words. */
  readonly parts: string[];
}

/*
 *   0      1                2
 *   +------+----------------+--------
 *   | type | length × 8 bytes | value …
 */
export function readOptions(cursor: Cursor): NeighbourOptions {
  const options: NeighbourOptions = { sourceMac: null, targetMac: null, redirected: null, parts: [] };
  for (let seen = 0; seen < MAX_OPTIONS && cursor.left >= 2; seen++) {
    const type = cursor.u8();
    const size = cursor.u8() * 8;
    if (size === 0) {
      cursor.skip(cursor.left + 1);
      break;
    }
    readOption(options, type, cursor.part(size - 2));
  }
  return options;
}

function readOption(options: NeighbourOptions, type: number, body: Cursor): void {
  switch (type) {
    case SOURCE_ADDRESS:
      if (body.left === 6) options.sourceMac = readMac(body);
      return;
    case TARGET_ADDRESS:
      if (body.left === 6) options.targetMac = readMac(body);
      return;
    case PREFIX: {
      const bits = body.u8();
      body.skip(13);
      options.parts.push(`prefix ${readIpv6(body)}/${bits}`);
      return;
    }
    case REDIRECTED:
      body.skip(6);
      options.redirected = quotedPacket(body);
      return;
    case MTU:
      body.skip(2);
      options.parts.push(`MTU ${body.u32()}`);
      return;
    case DNS_SERVERS: {
      body.skip(6);
      const servers: string[] = [];
      while (body.left >= 16) servers.push(readIpv6(body));
      options.parts.push(`DNS ${someOf(servers, MOST_LISTED)}`);
      return;
    }
    case DNS_NAMES:
      body.skip(6);
      options.parts.push(`search ${someOf(domains(body), MOST_LISTED)}`);
      return;
  }
}

/** Names as DNS writes them (RFC 1035 §3.1), never compressed; zeros fill up the option. */
function domains(body: Cursor): readonly string[] {
  const found: string[] = [];
  while (body.left > 0) {
    const labels: string[] = [];
    for (let size = body.u8(); size > 0 && size < 64 && body.left > 0; size = body.u8())
      labels.push(body.text(Math.min(size, body.left)));
    if (labels.length === 0) break;
    found.push(oneLine(labels.join('.'), 120));
  }
  return found;
}
