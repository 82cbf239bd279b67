/** BACnet's network layer: who sent to whom across routers, and its messages (ASHRAE 135-2020 §6.2, §6.4). */
import { readIpv4 } from '../addresses';
import type { Cursor } from '../cursor';
import { NETWORK } from './names';

const MOST_SHOWN = 8;
const REJECTED = [
  'other',
  'not directly connected to it',
  'router busy',
  'unknown message',
  'message too long',
  'security',
  'addressing error',
] as const;
/** Messages that end in a list of network numbers. */
const LISTS = new Set([0, 1, 4, 5]);

export interface Npdu {
  /** Number of a network layer message; null: an APDU follows. */
  readonly message: number | null;
  /** Who sent it, where a router passed it on; a device of its own, behind the address it came from. */
  readonly source: string | null;
  /** Who it is for, beyond the address it went to. */
  readonly destination: string | null;
}

/*
 *   0         1         [2: network, length, address of the destination] [network, length, address of the source] [hops]
 *   +---------+---------+--------------------------------------------------------------------------------------------
 *   | version | control | 0x80 message, 0x20 destination, 0x08 source
 *   +---------+---------+--------------------------------------------------------------------------------------------
 */
export function readNetwork(cursor: Cursor): Npdu {
  cursor.skip(1);
  const control = cursor.u8();
  const destination = (control & 0x20) !== 0 ? station(cursor) : null;
  const source = (control & 0x08) !== 0 ? station(cursor) : null;
  if (destination !== null) cursor.skip(1);
  return { message: (control & 0x80) !== 0 ? cursor.u8() : null, source, destination };
}

/** Length 0 is all of the network, network 65535 all networks (§6.2.2). */
function station(cursor: Cursor): string {
  const network = cursor.u16();
  const size = cursor.u8();
  const where = network === 0xffff ? 'all networks' : `network ${network}`;
  if (size === 0) return where;
  if (size === 6) return `${where} station ${endpoint(cursor)}`;
  return `${where} station ${size === 1 ? cursor.u8() : cursor.hex(size)}`;
}

/** A B/IP address (annex J.1.2): IPv4 address and port. */
export function endpoint(cursor: Cursor): string {
  const address = readIpv4(cursor);
  return `${address}:${cursor.u16()}`;
}

/** What a network layer message says besides its name, with a blank before it. */
export function networkDetail(message: number, cursor: Cursor): string {
  if (message >= 0x80) return ` of vendor ${cursor.u16()}`;
  if (LISTS.has(message)) return numbers(cursor);
  if (message === 2) return ` ${cursor.u16()}`;
  if (message === 3) {
    const reason = cursor.u8();
    return ` ${cursor.u16()}: ${REJECTED[reason] ?? `reason ${reason}`}`;
  }
  if (message === 6 || message === 7) {
    const count = cursor.u8();
    return count === 0 ? '' : `, ${count} ${count === 1 ? 'port' : 'ports'}`;
  }
  if (message === 8 || message === 9 || message === 19) return ` ${cursor.u16()}`;
  return '';
}

function numbers(cursor: Cursor): string {
  const shown: number[] = [];
  let count = 0;
  for (; cursor.left >= 2; count++) {
    const number = cursor.u16();
    if (shown.length < MOST_SHOWN) shown.push(number);
  }
  if (count === 0) return '';
  return ` ${shown.join(', ')}${count > shown.length ? `, … (${count})` : ''}`;
}

/** Name of a network layer message in snake case. */
export function networkAction(message: number): string {
  if (message >= 0x80) return 'proprietary_network_message';
  return NETWORK[message] ?? `network_message_${message}`;
}
