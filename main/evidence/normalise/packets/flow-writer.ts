/** Turns a flow of the table into its row: who began it (decision by SYN, service port, first seen), names, counts. */
import { IP_PROTOCOL } from '../../../dissectors/framing/layers';
import { TCP_FLAG } from '../../../dissectors/framing/tcp';
import type { AddressBook } from './address-book';
import { communityId } from './community-id';
import { icmpCounterpart } from './flow-key';
import type { FlowTable } from './flow-table';
import { flowMessage, ipText, linkProtocol, macText, putIp, TextMemo, transportName } from './flow-text';
import { isServicePort } from './ports';
import type { CaptureTables, FlowRows } from './tables';

const ARP = 2;
const FIRST_IP = 4;
const IPV4 = 4;
const IPV6 = 6;
const PROTOCOLS_WITH_PORTS = new Set<number>([IP_PROTOCOL.tcp, IP_PROTOCOL.udp, IP_PROTOCOL.sctp]);

interface End {
  readonly ip: string | null;
  readonly mac: string | null;
  readonly port: number;
  readonly packets: number;
  readonly flags: number;
}

export class FlowWriter {
  private readonly tables: CaptureTables;
  private readonly flows: FlowTable;
  private readonly book: AddressBook;
  private readonly macs = new TextMemo();
  /** IPv4's address is its own number, IPv6's one of the book. */
  private readonly ips = new TextMemo();
  private readonly ips6 = new TextMemo();

  constructor(tables: CaptureTables, flows: FlowTable, book: AddressBook) {
    this.tables = tables;
    this.flows = flows;
    this.book = book;
  }

  /**
   * Whether end A is taken for the initiator: who sent SYN, else the side without a service port, else who asked
   * first or was answered (a capture may begin with an answer, and PROFINET answers from a port of its own), else
   * first seen.
   */
  sourceIsA(slot: number): boolean {
    const { columns, ports } = this.flows;
    const begunBy = columns.begunBy[slot] ?? 0;
    if (begunBy !== 0) return begunBy === 1;
    if (this.hasPorts(slot)) {
      const pair = ports[slot] ?? 0;
      const aServes = isServicePort(pair >>> 16);
      const bServes = isServicePort(pair & 0xffff);
      if (aServes !== bServes) return bServes;
      const askedBy = columns.askedBy[slot] ?? 0;
      if (askedBy !== 0) return askedBy === 1;
    }
    return columns.firstFrom[slot] === 1;
  }

  /** Ends the flow's row with what its messages and packets need of it, as far as it is known. */
  writeEnds(slot: number, rows: FlowRows): void {
    this.putEnds(slot, rows);
    rows.endRow();
  }

  /** The flow's row, when nothing more comes of it; `isSpoken`: the part at hand has packets or messages of it. */
  write(slot: number, isSpoken: boolean): void {
    const { columns: flow } = this.flows;
    const { columns, row } = this.tables.flow;
    const kind = this.flows.kind[slot] ?? 0;
    const network = kind >> 8;
    const protocol = kind & 255;
    const isTcp = protocol === IP_PROTOCOL.tcp && network >= FIRST_IP;
    const { source, destination, transport, isPorted, isFragments } = this.putEnds(slot, this.tables.flow);
    const firstUs = flow.firstUs[slot] ?? 0;
    const lastUs = flow.lastUs[slot] ?? 0;
    const bytes = (flow.bytesA[slot] ?? 0) + (flow.bytesB[slot] ?? 0);

    columns.spoken.set(row, isSpoken ? 1 : 0);
    columns.place.set(row, this.tables.flow.rows);
    columns.record_number.set(row, flow.firstRecord[slot] ?? 0);
    if (!Number.isNaN(firstUs)) {
      columns.time.set(row, firstUs);
      columns.remainder.set(row, flow.firstRemainder[slot] ?? 0);
      columns.ended.set(row, lastUs);
    }
    columns.precision.set(row, flow.precision[slot] ?? 0);
    const name = this.protocolName(slot, network);
    if (name !== null) columns.protocol.set(row, name);
    columns.action.set(row, network === ARP ? 'arp' : 'network_flow');
    const outcome = isTcp ? tcpOutcome(source, destination) : 'unknown';
    columns.outcome.set(row, outcome);
    columns.bytes.set(row, bytes);
    const message = flowMessage({
      source: place(source, isPorted),
      destination: place(destination, isPorted),
      name: flowName(transport, isFragments ? 'fragments' : name, network, protocol, source.port),
      packetsOut: source.packets,
      packetsBack: destination.packets,
      bytes,
      durationUs: Number.isNaN(firstUs) ? 0 : lastUs - firstUs,
      state: isTcp ? tcpState(source, destination) : '',
    });
    columns.message.set(row, message);
    this.tables.flow.endRow();
  }

  /** Sets number and ends of the row at hand. */
  private putEnds(slot: number, { columns, row }: FlowRows) {
    const { columns: flow } = this.flows;
    const kind = this.flows.kind[slot] ?? 0;
    const network = kind >> 8;
    const protocol = kind & 255;
    const a = this.end(slot, true);
    const b = this.end(slot, false);
    const sourceIsA = this.sourceIsA(slot);
    const source = sourceIsA ? a : b;
    const destination = sourceIsA ? b : a;
    // Fragments that were never put together have no ports.
    const isFragments = this.hasPorts(slot) && this.flows.ports[slot] === 0;
    const isPorted = this.hasPorts(slot) && !isFragments;
    columns.number.set(row, flow.number[slot] ?? 0);
    columns.source_is_a.set(row, sourceIsA ? 1 : 0);
    if (source.ip !== null) columns.source_ip.set(row, source.ip);
    if (destination.ip !== null) columns.destination_ip.set(row, destination.ip);
    if (source.mac !== null) columns.source_mac.set(row, source.mac);
    if (destination.mac !== null) columns.destination_mac.set(row, destination.mac);
    if (isPorted) {
      columns.source_port.set(row, source.port);
      columns.destination_port.set(row, destination.port);
    }
    const vlan = flow.vlan[slot] ?? 0;
    if (vlan > 0) columns.vlan.set(row, vlan - 1);
    const transport = transportName(network, protocol);
    columns.transport.set(row, transport);
    if (network >= FIRST_IP && !isFragments)
      columns.community_id.set(row, this.communityId(slot, network, protocol));
    columns.assumed.set(row, flow.begunBy[slot] === 0 ? 1 : 0);
    return { source, destination, transport, isPorted, isFragments };
  }

  private hasPorts(slot: number): boolean {
    const kind = this.flows.kind[slot] ?? 0;
    return kind >> 8 >= FIRST_IP && PROTOCOLS_WITH_PORTS.has(kind & 255);
  }

  private end(slot: number, isA: boolean): End {
    const { flows } = this;
    const { columns, ports } = flows;
    const address = (isA ? flows.addressA[slot] : flows.addressB[slot]) ?? 0;
    const network = (flows.kind[slot] ?? 0) >> 8;
    const pair = ports[slot] ?? 0;
    return {
      ip: this.ip(network, address),
      mac: this.macs.of((isA ? columns.macA[slot] : columns.macB[slot]) ?? 0, macText),
      port: isA ? pair >>> 16 : pair & 0xffff,
      packets: (isA ? columns.packetsA[slot] : columns.packetsB[slot]) ?? 0,
      flags: (isA ? columns.flagsA[slot] : columns.flagsB[slot]) ?? 0,
    };
  }

  private ip(network: number, address: number): string | null {
    if (network !== IPV4 && network !== ARP && network !== IPV6) return null;
    const ips = network === IPV6 ? this.ips6 : this.ips;
    return ips.of(address, (number) => ipText(network, number, this.book));
  }

  private protocolName(slot: number, network: number): string | null {
    const found = this.flows.protocols[slot];
    return found ?? linkProtocol(network, (this.flows.ports[slot] ?? 0) & 0xffff);
  }

  private communityId(slot: number, network: number, protocol: number): string {
    const { flows, book } = this;
    const pair = flows.ports[slot] ?? 0;
    const isIcmp = protocol === IP_PROTOCOL.icmp || protocol === IP_PROTOCOL.icmpv6;
    const isOneWay = isIcmp && icmpCounterpart(pair >>> 16, protocol === IP_PROTOCOL.icmpv6) === undefined;
    return communityId({
      putA: (out, at) => putIp(out, at, network, flows.addressA[slot] ?? 0, book),
      putB: (out, at) => putIp(out, at, network, flows.addressB[slot] ?? 0, book),
      portA: pair >>> 16,
      portB: pair & 0xffff,
      protocol,
      isOneWay,
    });
  }
}

function place(end: End, isPorted: boolean): string {
  const address = end.ip ?? end.mac ?? 'unknown';
  if (!isPorted) return address;
  return address.includes(':') ? `[${address}]:${end.port}` : `${address}:${end.port}`;
}

function flowName(
  transport: string,
  name: string | null,
  network: number,
  protocol: number,
  type: number,
): string {
  if (network === ARP) return 'ARP';
  const isIcmp = protocol === IP_PROTOCOL.icmp || protocol === IP_PROTOCOL.icmpv6;
  const upper = transport === 'ethernet' ? 'Ethernet' : transport.toUpperCase();
  if (isIcmp && network >= FIRST_IP) return `${upper} type ${type}`;
  return name === null ? upper : `${upper} ${name}`;
}

/** A handshake that was answered is a success, one refused or left unanswered a failure; mid-stream tells neither. */
function tcpOutcome(source: End, destination: End): 'success' | 'failure' | 'unknown' {
  if ((source.flags & TCP_FLAG.syn) === 0) return 'unknown';
  if ((destination.flags & TCP_FLAG.syn) !== 0) return 'success';
  const isRefused = (destination.flags & TCP_FLAG.rst) !== 0;
  return isRefused || destination.packets === 0 ? 'failure' : 'unknown';
}

function tcpState(source: End, destination: End): string {
  const both = source.flags | destination.flags;
  if (tcpOutcome(source, destination) === 'failure')
    return destination.packets === 0 ? 'no answer' : 'refused';
  if ((both & TCP_FLAG.rst) !== 0) return 'reset';
  return (both & TCP_FLAG.fin) !== 0 ? 'closed' : '';
}
