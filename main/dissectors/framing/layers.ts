/**
 * What a frame's own headers say: one reused object that the framing readers fill, link layer first. Offsets are
 * indexes into byte arrays that are valid only while the packet is at hand.
 */

/** Layers a frame can pass through; a path of them is the packet's `protocols`. */
export const LAYER_NAMES = [
  '',
  'ethernet',
  'vlan',
  'sll',
  'sll2',
  'null',
  'raw',
  'llc',
  'arp',
  'ipv4',
  'ipv6',
  'fragment',
  'tcp',
  'udp',
  'icmp',
  'icmpv6',
  'sctp',
  'pppoe',
  'mpls',
  'vxlan',
  'gre',
  'erspan',
  'hsr',
] as const;

export const LAYER = {
  ethernet: 1,
  vlan: 2,
  sll: 3,
  sll2: 4,
  null: 5,
  raw: 6,
  llc: 7,
  arp: 8,
  ipv4: 9,
  ipv6: 10,
  fragment: 11,
  tcp: 12,
  udp: 13,
  icmp: 14,
  icmpv6: 15,
  sctp: 16,
  pppoe: 17,
  mpls: 18,
  vxlan: 19,
  gre: 20,
  erspan: 21,
  hsr: 22,
} as const;

export const ETHERTYPE = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;
export const IP_PROTOCOL = {
  icmp: 1,
  ipv4: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  gre: 47,
  esp: 50,
  icmpv6: 58,
  sctp: 132,
} as const;

/** Layers of a path that one number keeps, five bits each in a safe integer; and how many are kept at all. */
const LAYERS_OF_NUMBER = 10;
const MAX_PATH = 2 * LAYERS_OF_NUMBER;

/** Why what a packet carries could not be read: it is encrypted, or in a tunnel that is not read. */
export type Hidden = 'encrypted' | 'tunnel not read';

export type NetworkKind = 'none' | 'ethernet' | 'arp' | 'ipv4' | 'ipv6';

export class Layers {
  /** The frame, as captured or as put together where it came in a tunnel's fragments: MAC and IP offsets point here. */
  frame: Uint8Array = new Uint8Array(0);
  /** Where the innermost frame (or packet) lies in it. */
  start = 0;
  end = 0;
  /** True when the snapshot length cut the frame: headers may end early without being malformed. */
  isCut = false;
  /** Reason why the frame is malformed, with its offset in the frame; null when its headers hold. */
  problem: string | null = null;
  problemAt = 0;
  private frameStart = 0;

  /** Layers passed, five bits each, outermost highest; those behind the tenth are in `deeper`. */
  path = 0;
  deeper = 0;
  private depth = 0;
  /** Set when the packet carries something that could not be read for want of a key or of knowing its tunnel. */
  hidden: Hidden | null = null;

  sourceMac = -1;
  destinationMac = -1;
  /** The sender's link address in a Linux cooked header, and its length; of more than eight bytes the rest is cut. */
  senderAt = -1;
  senderLength = 0;
  /** Set where the link says itself that the frame goes to many. */
  isToMany = false;
  vlan = -1;
  etherType = -1;
  network: NetworkKind = 'none';
  /** 4 or 16 bytes each by `network`; for ARP the protocol addresses. */
  sourceIp = -1;
  destinationIp = -1;
  isFragment = false;
  /** IP protocol number of the transport, or -1; for ARP the operation. */
  protocol = -1;
  /** The IP payload: in `bytes`, which is the frame or a reassembled datagram. */
  bytes: Uint8Array = this.frame;
  from = 0;
  to = 0;
  /** Bytes of the IP payload that were on the wire but not captured. */
  missing = 0;
  /** Set when the ports (or ICMP type and code) were read. */
  hasPorts = false;
  sourcePort = 0;
  destinationPort = 0;
  sequence = 0;
  acknowledgement = 0;
  flags = 0;
  /** Set when the transport header was read whole: `from`…`to` is then the payload. */
  hasPayload = false;

  reset(frame: Uint8Array, start: number, isCut: boolean): void {
    this.frame = frame;
    this.bytes = frame;
    this.frameStart = start;
    this.start = start;
    this.isCut = isCut;
    this.problem = null;
    this.path = 0;
    this.deeper = 0;
    this.depth = 0;
    this.hidden = null;
    this.from = 0;
    this.to = 0;
    this.missing = 0;
    this.forget();
  }

  /** Steps into a tunnel: its payload is the frame now, and of the outer headers only the path is kept. */
  stepInside(): void {
    this.frame = this.bytes;
    this.start = this.from;
    this.end = this.to;
    this.forget();
  }

  /** Steps out of a tunnel whose inside cannot be read, to what `outer` kept; the path tells how far reading came. */
  stepOut(outer: Layers): void {
    const { path, deeper, depth } = this;
    Object.assign(this, outer);
    this.path = path;
    this.deeper = deeper;
    this.depth = depth;
  }

  private forget(): void {
    this.sourceMac = -1;
    this.destinationMac = -1;
    this.senderAt = -1;
    this.senderLength = 0;
    this.isToMany = false;
    this.vlan = -1;
    this.etherType = -1;
    this.network = 'none';
    this.sourceIp = -1;
    this.destinationIp = -1;
    this.isFragment = false;
    this.protocol = -1;
    this.hasPorts = false;
    this.sourcePort = 0;
    this.destinationPort = 0;
    this.flags = 0;
    this.hasPayload = false;
  }

  enter(layer: number): void {
    if (this.depth === MAX_PATH) return;
    if (this.depth < LAYERS_OF_NUMBER) this.path = this.path * 32 + layer;
    else this.deeper = this.deeper * 32 + layer;
    this.depth++;
  }

  /** A header ends before its bytes do: malformed, unless the snapshot length cut the frame. */
  short(what: string, at: number): void {
    if (!this.isCut) this.malformed(what, at);
  }

  malformed(what: string, at: number): void {
    this.problem ??= what;
    this.problemAt = at - this.frameStart;
  }
}

/** EtherType of an IP packet that begins with that byte (RFC 791 §3.1, RFC 8200 §3), or -1. */
export function etherTypeOfIp(first: number): number {
  const version = first >> 4;
  if (version === 4) return ETHERTYPE.ipv4;
  return version === 6 ? ETHERTYPE.ipv6 : -1;
}

/** The names of a path, outermost first: `ethernet:vlan:ipv4:tcp`. */
export function pathText(path: number, deeper: number): string {
  const names: string[] = [];
  for (const part of [deeper, path])
    for (let rest = part; rest > 0; rest = Math.floor(rest / 32)) names.unshift(LAYER_NAMES[rest % 32] ?? '');
  return names.join(':');
}
