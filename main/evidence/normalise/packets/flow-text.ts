/** How the ends of a flow, its transport and its one human line are written. */
import { formatIp } from '../../../../shared/address';
import { IP_PROTOCOL } from '../../../dissectors/framing/layers';
import type { AddressBook } from './address-book';

const NETWORK = { ethernet: 1, arp: 2, ipv4: 4, ipv6: 6 } as const;

const ETHERTYPES = new Map<number, string>([
  [0x0800, 'ipv4'],
  [0x0806, 'arp'],
  [0x8035, 'rarp'],
  [0x86dd, 'ipv6'],
  [0x8809, 'slow'],
  [0x8863, 'pppoe'],
  [0x8864, 'pppoe'],
  [0x888e, 'eapol'],
  [0x8892, 'profinet'],
  [0x88a4, 'ethercat'],
  [0x88ab, 'powerlink'],
  [0x88b8, 'goose'],
  [0x88b9, 'gse'],
  [0x88ba, 'sampled_values'],
  [0x88cc, 'lldp'],
  [0x88cd, 'sercos'],
  [0x88e1, 'homeplug'],
  [0x88e3, 'mrp'],
  [0x88e5, 'macsec'],
  [0x88f7, 'ptp'],
  [0x88fb, 'prp'],
  [0x9000, 'loopback'],
]);

const TRANSPORTS = new Map<number, string>([
  [IP_PROTOCOL.icmp, 'icmp'],
  [2, 'igmp'],
  [4, 'ipip'],
  [IP_PROTOCOL.tcp, 'tcp'],
  [IP_PROTOCOL.udp, 'udp'],
  [41, 'ipv6'],
  [46, 'rsvp'],
  [47, 'gre'],
  [50, 'esp'],
  [51, 'ah'],
  [IP_PROTOCOL.icmpv6, 'icmpv6'],
  [88, 'eigrp'],
  [89, 'ospf'],
  [103, 'pim'],
  [112, 'vrrp'],
  [IP_PROTOCOL.sctp, 'sctp'],
]);

/** `network_transport`. */
export function transportName(network: number, protocol: number): string {
  if (network === NETWORK.ipv4 || network === NETWORK.ipv6)
    return TRANSPORTS.get(protocol) ?? `ip_${protocol}`;
  return 'ethernet';
}

/** `network_protocol` of a flow no dissector knows; null where only the transport is known. */
export function linkProtocol(network: number, etherType: number): string | null {
  if (network === NETWORK.arp) return 'arp';
  if (network !== NETWORK.ethernet || etherType === 0) return null;
  if (etherType < 0x600) return 'llc';
  return ETHERTYPES.get(etherType) ?? `ethertype_0x${etherType.toString(16).padStart(4, '0')}`;
}

/** Text of a flow key's address; null for a MAC. */
export function ipText(network: number, address: number, book: AddressBook): string | null {
  if (network === NETWORK.ipv4 || network === NETWORK.arp) {
    return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
  }
  if (network !== NETWORK.ipv6) return null;
  let value = 0n;
  for (let index = 0; index < 4; index++) value = (value << 32n) | BigInt(book.word(address, index));
  return formatIp(6, value);
}

/** Writes a flow key's IP address into `out` at `at`, in network order; returns how many bytes it has. */
export function putIp(
  out: DataView,
  at: number,
  network: number,
  address: number,
  book: AddressBook,
): number {
  if (network !== NETWORK.ipv6) {
    out.setUint32(at, address);
    return 4;
  }
  for (let index = 0; index < 4; index++) out.setUint32(at + index * 4, book.word(address, index));
  return 16;
}

/** 48 bits as `00:1b:1b:…`; null for 0, which stands for none. */
export function macText(value: number): string | null {
  if (value === 0) return null;
  const digits = value.toString(16).padStart(12, '0');
  const pair = (at: number): string => digits.slice(at, at + 2);
  return `${pair(0)}:${pair(2)}:${pair(4)}:${pair(6)}:${pair(8)}:${pair(10)}`;
}

/** Texts of numbers made once: the same few machines speak all through a capture. */
export class TextMemo {
  private readonly known = new Map<number, string | null>();

  of(number: number, make: (number: number) => string | null): string | null {
    const known = this.known.get(number);
    if (known !== undefined) return known;
    if (this.known.size >= MOST_TEXTS) this.known.clear();
    const made = make(number);
    this.known.set(number, made);
    return made;
  }
}

const MOST_TEXTS = 10_000;

export interface FlowSummary {
  readonly source: string;
  readonly destination: string;
  readonly name: string;
  readonly packetsOut: number;
  readonly packetsBack: number;
  readonly bytes: number;
  readonly durationUs: number;
  readonly state: string;
}

/** `TCP 10.0.0.1:49210 → 10.0.0.2:502 modbus, 12 packets out, 11 back, 1,930 bytes in 4.2 s, closed`. */
export function flowMessage(flow: FlowSummary): string {
  const packets = `${flow.packetsOut} ${flow.packetsOut === 1 ? 'packet' : 'packets'} out, ${flow.packetsBack} back`;
  const state = flow.state === '' ? '' : `, ${flow.state}`;
  return `${flow.name} ${flow.source} → ${flow.destination}, ${packets}, ${flow.bytes} bytes in ${duration(flow.durationUs)}${state}`;
}

function duration(us: number): string {
  if (us < 1000) return `${us} µs`;
  if (us < 1_000_000) return `${(us / 1000).toFixed(1)} ms`;
  return `${(us / 1_000_000).toFixed(1)} s`;
}
