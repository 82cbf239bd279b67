/** From the first byte of a frame to the payload of its transport, by the capture's link-layer type, through tunnels. */
import { readArp } from './arp';
import { readEthernet } from './ethernet';
import { FragmentStore } from './fragments';
import { type Fragment, readIpv4 } from './ipv4';
import { readIpv6 } from './ipv6';
import { ETHERTYPE, etherTypeOfIp, type Hidden, IP_PROTOCOL, LAYER, Layers } from './layers';
import { readSll, readSll2 } from './sll';
import { readTcp } from './tcp';
import { enterGre, enterIpv4, enterIpv6, enterVxlan, isEspInUdp, isVxlan } from './tunnels';
import { readIcmp, readSctp, readUdp } from './udp';

/** tcpdump.org's numbers of the link layers that are read; files of some systems use others for raw IP. */
const LINK = {
  null: 0,
  ethernet: 1,
  rawOpenBsd: 12,
  rawBsd: 14,
  raw: 101,
  loop: 108,
  sll: 113,
  ipv4: 228,
  ipv6: 229,
  sll2: 276,
} as const;

const LINK_NAMES = new Map<number, string>([
  [LINK.null, 'BSD loopback'],
  [LINK.ethernet, 'Ethernet'],
  [LINK.rawOpenBsd, 'raw IP'],
  [LINK.rawBsd, 'raw IP'],
  [LINK.raw, 'raw IP'],
  [LINK.loop, 'OpenBSD loopback'],
  [LINK.sll, 'Linux cooked'],
  [LINK.ipv4, 'raw IPv4'],
  [LINK.ipv6, 'raw IPv6'],
  [LINK.sll2, 'Linux cooked v2'],
]);

export function linkName(link: number): string {
  return LINK_NAMES.get(link) ?? `link type ${link}`;
}

/** Address families of IPv6 in BSD loopback headers: NetBSD and OpenBSD, FreeBSD, macOS. */
const IPV6_FAMILIES = new Set([24, 28, 30]);
const IPV4_FAMILY = 2;

/** Most tunnels within each other that are read; deeper ones are an attack on the reader. */
const MOST_TUNNELS = 4;

export class FrameReader {
  readonly fragments = new FragmentStore();
  fragmentPackets = 0;
  /** Packets that carry something encrypted, and those of tunnels that could not be read. */
  encrypted = 0;
  tunnelsUnread = 0;
  private readonly fragment: Fragment = { offset: 0, more: false, identification: 0 };
  /** What lies around the tunnels of the packet at hand. */
  private readonly outers = Array.from({ length: MOST_TUNNELS }, () => new Layers());

  /**
   * Fills `layers` (already reset) from `frame[start..end)`: of a packet in a tunnel with what the inner one says,
   * where that can be read. False when the link is not one that is read.
   */
  read(layers: Layers, link: number, start: number, end: number, timeUs: number): boolean {
    layers.end = end;
    const at = readLink(layers, link, start, end);
    if (at < 0) return false;
    if (layers.problem === null) this.network(layers, at, end, timeUs, 0);
    if (layers.hidden !== null) this.countHidden(layers.hidden);
    return true;
  }

  private countHidden(why: Hidden): void {
    if (why === 'encrypted') this.encrypted++;
    else this.tunnelsUnread++;
  }

  /** What begins at `at` by `layers.etherType`; `depth`: how many tunnels it is in. */
  private network(layers: Layers, at: number, end: number, timeUs: number, depth: number): void {
    switch (layers.etherType) {
      case ETHERTYPE.ipv4:
        readIpv4(layers, at, end, this.fragment);
        break;
      case ETHERTYPE.ipv6:
        readIpv6(layers, at, end, this.fragment);
        break;
      case ETHERTYPE.arp:
        readArp(layers, at, end);
        return;
      default:
        layers.from = at;
        layers.to = end;
        return;
    }
    if (layers.protocol >= 0 && layers.problem === null) this.transport(layers, timeUs, depth);
  }

  private transport(layers: Layers, timeUs: number, depth: number): void {
    if (layers.isFragment) {
      this.fragmentPackets++;
      layers.enter(LAYER.fragment);
      if (!this.fragments.add(layers, this.fragment, timeUs)) return;
    }
    switch (layers.protocol) {
      case IP_PROTOCOL.tcp:
        readTcp(layers);
        return;
      case IP_PROTOCOL.udp:
        readUdp(layers);
        if (isVxlan(layers)) this.tunnel(layers, enterVxlan, timeUs, depth);
        else if (isEspInUdp(layers)) layers.hidden = 'encrypted';
        return;
      case IP_PROTOCOL.icmp:
        readIcmp(layers, false);
        return;
      case IP_PROTOCOL.icmpv6:
        readIcmp(layers, true);
        return;
      case IP_PROTOCOL.sctp:
        readSctp(layers);
        return;
      case IP_PROTOCOL.gre:
        this.tunnel(layers, enterGre, timeUs, depth);
        return;
      case IP_PROTOCOL.ipv4:
        this.tunnel(layers, enterIpv4, timeUs, depth);
        return;
      case IP_PROTOCOL.ipv6:
        this.tunnel(layers, enterIpv6, timeUs, depth);
        return;
      case IP_PROTOCOL.esp:
        layers.hidden = 'encrypted';
        return;
    }
  }

  /** Reads what a tunnel carries; where that cannot be, the packet stays one between the tunnel's ends. */
  private tunnel(layers: Layers, enter: (layers: Layers) => number, timeUs: number, depth: number): void {
    const outer = this.outers[depth];
    if (outer === undefined) {
      layers.hidden = 'tunnel not read';
      return;
    }
    Object.assign(outer, layers);
    const at = enter(layers);
    const isEntered = at >= 0 && layers.problem === null;
    if (isEntered) this.network(layers, at, layers.end, timeUs, depth + 1);
    if (isEntered && layers.problem === null && layers.network !== 'none') {
      layers.isFragment ||= outer.isFragment;
      return;
    }
    // Nothing is in it (a keepalive), or nothing was captured of it.
    const isEmpty = isEntered && at >= layers.end;
    layers.stepOut(outer);
    if (!isEmpty) layers.hidden = 'tunnel not read';
  }
}

/** Where the network layer begins, with its EtherType in `layers`; -1 for a link that is not read. */
function readLink(layers: Layers, link: number, start: number, end: number): number {
  switch (link) {
    case LINK.ethernet:
      return readEthernet(layers, start, end);
    case LINK.sll:
      return readSll(layers, start, end);
    case LINK.sll2:
      return readSll2(layers, start, end);
    case LINK.null:
    case LINK.loop:
      return readLoopback(layers, start, end);
    case LINK.raw:
    case LINK.rawOpenBsd:
    case LINK.rawBsd:
    case LINK.ipv4:
    case LINK.ipv6:
      return readRaw(layers, start, end);
    default:
      return -1;
  }
}

function readRaw(layers: Layers, start: number, end: number): number {
  layers.enter(LAYER.raw);
  if (start >= end) {
    layers.short('The frame is empty', start);
    return start;
  }
  layers.etherType = etherTypeOfIp(layers.frame[start] ?? 0);
  if (layers.etherType < 0)
    layers.malformed('The frame begins with neither an IPv4 nor an IPv6 header', start);
  return start;
}

/** Four bytes of address family: of the capturing machine's byte order (LINKTYPE_NULL), or big-endian (LOOP). */
function readLoopback(layers: Layers, start: number, end: number): number {
  layers.enter(LAYER.null);
  if (start + 4 > end) {
    layers.short('The frame is shorter than a loopback header', start);
    return end;
  }
  const { frame } = layers;
  const family = (frame[start] ?? 0) | (frame[start + 3] ?? 0);
  if (family === IPV4_FAMILY) layers.etherType = ETHERTYPE.ipv4;
  else if (IPV6_FAMILIES.has(family)) layers.etherType = ETHERTYPE.ipv6;
  return start + 4;
}
