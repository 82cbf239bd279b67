/** The hot path: one packet after the other through framing, flows and streams into tables. No objects per packet. */
import type { Dissector, Message, Side } from '../../../dissectors/dissector';
import { FrameReader, linkName } from '../../../dissectors/framing/frame';
import { HeldBack } from '../../../dissectors/framing/held-back';
import { IP_PROTOCOL, Layers } from '../../../dissectors/framing/layers';
import { RecentBytes } from '../../../dissectors/framing/recent-bytes';
import { TCP_FLAG } from '../../../dissectors/framing/tcp';
import type { Carrier, SegmentFate } from '../../../dissectors/framing/tcp-stream';
import type { CaptureInterface, Packet, PacketSink } from '../../readers/capture/packet';
import { AddressBook } from './address-book';
import { AssetFacts } from './asset-facts';
import { Conversation, type Ends, type MessageSink, type SharedByConversations } from './conversation';
import type { CaptureCounters } from './counters';
import { FlowEnds } from './flow-ends';
import { FlowKey } from './flow-key';
import { FlowTable } from './flow-table';
import { FlowWriter } from './flow-writer';
import { MessageWriter } from './message-writer';
import { NetworkSessions } from './network-sessions';
import { beginner, carrierOf, isToGroup, macOf } from './packet-parts';
import { PacketRows } from './packet-rows';
import { QualityWatch } from './quality-watch';
import { Selection } from './selection';
import type { CaptureSizes, CaptureTables } from './tables';

/** A conversation of the same ends after this silence is another one, where no SYN tells (UDP, ICMP, ARP, …). */
const SILENCE_US = 600_000_000;
/** Networks of `FlowKey` from here on are IP. */
const FIRST_IP = 4;
/** Below are lengths of 802.3 frames. */
const FIRST_ETHERTYPE = 0x600;

export class PacketDecoder implements PacketSink, MessageSink {
  loaded = 0;
  firstUs = Number.POSITIVE_INFINITY;
  lastUs = Number.NEGATIVE_INFINITY;
  /** Clock step of the packet's interface; set by the caller when it changes. */
  precisionOf: (interfaceIndex: number) => number = () => 1;
  readonly found = new Set<string>();
  private foundLast: Dissector | null = null;
  readonly watch: QualityWatch;
  private readonly tables: CaptureTables;
  private readonly counters: CaptureCounters;
  private readonly tcpSelection: Selection;
  private readonly udpSelection: Selection;
  private readonly linkSelection: Selection;
  private readonly network: NetworkSessions;
  private readonly layers = new Layers();
  private readonly frames = new FrameReader();
  private readonly book = new AddressBook();
  private readonly key = new FlowKey(this.book);
  private readonly flows = new FlowTable();
  private readonly flowWriter: FlowWriter;
  private readonly ends: FlowEnds;
  private readonly messageWriter: MessageWriter;
  private readonly facts: AssetFacts;
  private readonly shared: SharedByConversations;
  private readonly rows: PacketRows;
  private anyForeign: Conversation | null = null;
  private flowNumber = 0;
  private messages = 0;
  /** Slots of the flows under way where the packets end, and how many of them have ended; null before. */
  private last: Uint32Array | null = null;
  private ended = 0;

  constructor(tables: CaptureTables, dissectors: readonly Dissector[], counters: CaptureCounters) {
    this.tables = tables;
    this.counters = counters;
    this.shared = { sink: this, counters, recent: new RecentBytes(), held: new HeldBack() };
    this.watch = new QualityWatch(counters);
    this.rows = new PacketRows(tables, this.layers);
    this.tcpSelection = new Selection(dissectors.filter(({ over }) => over === 'tcp' || over === 'both'));
    this.udpSelection = new Selection(dissectors.filter(({ over }) => over === 'udp' || over === 'both'));
    this.linkSelection = new Selection(dissectors.filter(({ over }) => over === 'link'));
    this.network = new NetworkSessions(dissectors, this, counters);
    this.flowWriter = new FlowWriter(tables, this.flows, this.book);
    this.ends = new FlowEnds(tables, this.flows, this.flowWriter);
    this.facts = new AssetFacts(this.flows, this.book, counters);
    this.messageWriter = new MessageWriter(tables, this.flows);
  }

  /** Events so far: messages, and flows whether written or still under way. */
  get events(): number {
    return this.messages + this.flowNumber;
  }

  get messageCount(): number {
    return this.messages;
  }

  get rejected(): number {
    return this.rows.rejected;
  }

  packet(packet: Packet): void {
    const { layers } = this;
    const isCut = packet.end - packet.start < packet.wireLength;
    if (isCut) this.counters.cutBySnapLength++;
    this.watch.packet(packet);
    if (packet.dated) this.seen(packet.timeUs);
    layers.reset(packet.bytes, packet.start, isCut);
    const isRead = this.frames.read(layers, packet.link, packet.start, packet.end, packet.timeUs);
    if (layers.problem !== null) {
      this.rows.reject(
        packet,
        `${layers.problem} (at byte ${layers.problemAt} of the frame).`,
        'The packet is kept as bytes; nothing else was read from it.',
      );
      this.rows.packet(packet, -1, layers.problem, false);
      return;
    }
    this.loaded++;
    if (!isRead) this.counters.undecoded++;
    if (layers.missing > 0 && !isCut) this.counters.shortFrames++;
    const isTwice = this.watch.isTwice(packet, layers);
    if (!isRead || !this.key.read(layers)) {
      this.rows.packet(packet, -1, isRead ? null : 'link type not decoded', false);
      return;
    }
    const slot = this.flowOf(packet);
    this.ends.packet(slot);
    this.count(slot, packet);
    this.watch.path(this.flows, slot, this.key.fromA, layers);
    if (layers.hasPayload && this.isTcp(slot)) this.watch.tcp(this.flows, slot, this.key.fromA, layers);
    const fate = layers.hasPayload ? this.transport(slot, packet) : null;
    if (layers.network === 'ethernet' || layers.network === 'arp') this.link(slot, packet);
    const note = fate ?? (isTwice ? 'duplicate' : layers.isFragment ? 'fragment' : layers.hidden);
    this.rows.packet(packet, this.flows.columns.number[slot] ?? 0, note, this.key.fromA);
  }

  damaged(packet: Packet, reason: string, help: string): void {
    this.rows.reject(packet, reason, help);
    this.layers.reset(packet.bytes, packet.start, false);
    this.rows.packet(packet, -1, 'damaged', false);
  }

  message(ends: Ends, message: Message, carrier: Carrier, dissector: Dissector, from: Side): void {
    this.facts.message(ends, message, carrier, dissector.id, from);
    const { askedBy } = this.flows.columns;
    const asker = this.askerOf(ends, message, from);
    if (askedBy[ends.slot] === 0) askedBy[ends.slot] = asker;
    this.write(ends.slot, message, carrier, dissector, asker);
  }

  /** Who asked, of a question or an answer: 1 end A, 2 end B, 0 it is not told. */
  private askerOf({ slot, clientIsA }: Ends, { kind, transaction }: Message, from: Side): number {
    const sender = (from === 'client') === clientIsA ? 1 : 2;
    if (kind === 'request') return sender;
    if (kind === 'unsolicited') return 0;
    // An alert of its own answers nothing.
    if (kind === 'exception' && transaction === null && from === 'client') return 0;
    // An answer to all was perhaps asked for by none.
    return !this.isTcp(slot) && isToGroup(this.layers) ? 0 : 3 - sender;
  }

  /** What the rows so far need to be put together; `interfaces`: those known by now. */
  finishPart(interfaces: readonly CaptureInterface[]): CaptureSizes {
    this.interfaces(interfaces);
    this.ends.finishPart();
    this.messageWriter.forgetTexts();
    this.rows.forgetTexts();
    return this.tables.finishPart();
  }

  /** No packets follow: hands out what conversations hold and ends so many flows; false once all have ended. */
  endFlows(most: number): boolean {
    const { flows } = this;
    if (this.last === null) {
      this.last = flows.inOrder();
      for (const slot of this.last) flows.conversations[slot]?.finish();
    }
    for (const slot of this.last.subarray(this.ended, this.ended + most)) this.writeFlow(slot);
    this.ended += most;
    return this.ended < this.last.length;
  }

  /** Everything under way is handed out; nothing may follow. */
  finish(interfaces: readonly CaptureInterface[]): CaptureSizes {
    this.endFlows(Number.MAX_SAFE_INTEGER);
    const { encrypted, fragments, fragmentPackets, tunnelsUnread } = this.frames;
    this.facts.write(this.tables);
    this.counters.encrypted = encrypted;
    this.counters.tunnelsUnread = tunnelsUnread;
    this.counters.fragments = fragmentPackets;
    this.counters.datagramsReassembled = fragments.reassembled;
    this.counters.datagramsAbandoned = fragments.abandoned + fragments.unfinished;
    return this.finishPart(interfaces);
  }

  private interfaces(interfaces: readonly CaptureInterface[]): void {
    interfaces.forEach(({ link }, index) => {
      const { columns, row } = this.tables.interface;
      columns.number.set(row, index);
      columns.link.set(row, linkName(link));
      this.tables.interface.endRow();
    });
  }

  private seen(timeUs: number): void {
    if (timeUs < this.firstUs) this.firstUs = timeUs;
    if (timeUs > this.lastUs) this.lastUs = timeUs;
  }

  private write(
    slot: number,
    message: Message,
    carrier: Carrier,
    dissector: Dissector,
    askedBy: number,
  ): void {
    if (dissector !== this.foundLast) this.found.add(dissector.id);
    this.foundLast = dissector;
    this.ends.message(slot);
    this.messageWriter.write(slot, this.messages++, message, carrier, dissector, askedBy);
  }

  /** The flow of `key`, begun if need be. */
  private flowOf(packet: Packet): number {
    const { flows, key, layers } = this;
    let slot = flows.find(key);
    if (slot >= 0 && !this.isAnew(slot, packet)) return slot;
    if (slot >= 0) {
      this.close(slot);
      flows.restart(slot);
    } else {
      if (flows.isFull) this.makeRoom();
      slot = flows.add(key);
    }
    const { columns } = flows;
    columns.number[slot] = this.flowNumber++;
    columns.firstRecord[slot] = packet.number;
    columns.firstUs[slot] = packet.dated ? packet.timeUs : Number.NaN;
    columns.firstRemainder[slot] = packet.remainderNs;
    columns.precision[slot] = this.precisionOf(packet.interfaceIndex);
    columns.lastUs[slot] = packet.dated ? packet.timeUs : Number.NaN;
    columns.firstFrom[slot] = key.fromA ? 1 : 2;
    columns.vlan[slot] = layers.vlan + 1;
    return slot;
  }

  /** Whether this packet begins another conversation between the ends of a known one. */
  private isAnew(slot: number, packet: Packet): boolean {
    const { layers, key } = this;
    const { columns } = this.flows;
    if (layers.protocol !== IP_PROTOCOL.tcp || key.network < FIRST_IP) {
      return packet.dated && packet.timeUs - (columns.lastUs[slot] ?? 0) > SILENCE_US;
    }
    const isSyn = (layers.flags & (TCP_FLAG.syn | TCP_FLAG.ack)) === TCP_FLAG.syn;
    if (!isSyn || !layers.hasPayload) return false;
    const flags = (key.fromA ? columns.flagsA[slot] : columns.flagsB[slot]) ?? 0;
    const initial = (key.fromA ? columns.initialA[slot] : columns.initialB[slot]) ?? 0;
    const isRepeated = (flags & TCP_FLAG.syn) !== 0 && initial === layers.sequence;
    return !isRepeated;
  }

  private makeRoom(): void {
    const slots = this.flows.silentLongest();
    for (const slot of slots) this.close(slot);
    this.flows.remove(slots);
  }

  private close(slot: number): void {
    this.flows.conversations[slot]?.finish();
    this.writeFlow(slot);
  }

  private writeFlow(slot: number): void {
    if (this.isTcp(slot)) this.watch.ended(this.flows, slot);
    this.flowWriter.write(slot, this.ends.has(slot));
    this.ends.ended(slot);
  }

  private isTcp(slot: number): boolean {
    const kind = this.flows.kind[slot] ?? 0;
    return kind >> 8 >= FIRST_IP && (kind & 255) === IP_PROTOCOL.tcp;
  }

  private count(slot: number, packet: Packet): void {
    const { layers, key } = this;
    const { columns } = this.flows;
    columns.lastRecord[slot] = packet.number;
    // Frames of several interfaces, or of merged captures, need not lie in the order of their times.
    const { dated, timeUs } = packet;
    if (dated && !(timeUs < (columns.lastUs[slot] ?? 0))) columns.lastUs[slot] = timeUs;
    if (dated && !(timeUs >= (columns.firstUs[slot] ?? 0))) {
      columns.firstUs[slot] = timeUs;
      columns.firstRemainder[slot] = packet.remainderNs;
    }
    const mac = layers.sourceMac < 0 ? 0 : macOf(layers.frame, layers.sourceMac);
    const other = layers.destinationMac < 0 ? 0 : macOf(layers.frame, layers.destinationMac);
    if (key.fromA) {
      columns.packetsA[slot] = (columns.packetsA[slot] ?? 0) + 1;
      columns.bytesA[slot] = (columns.bytesA[slot] ?? 0) + packet.wireLength;
      columns.flagsA[slot] = (columns.flagsA[slot] ?? 0) | layers.flags;
      if (columns.macA[slot] === 0) columns.macA[slot] = mac;
      if (columns.macB[slot] === 0) columns.macB[slot] = other;
    } else {
      columns.packetsB[slot] = (columns.packetsB[slot] ?? 0) + 1;
      columns.bytesB[slot] = (columns.bytesB[slot] ?? 0) + packet.wireLength;
      columns.flagsB[slot] = (columns.flagsB[slot] ?? 0) | layers.flags;
      if (columns.macB[slot] === 0) columns.macB[slot] = mac;
      if (columns.macA[slot] === 0) columns.macA[slot] = other;
    }
    if (columns.begunBy[slot] === 0) columns.begunBy[slot] = beginner(layers, key.fromA);
  }

  private transport(slot: number, packet: Packet): string | null {
    const { layers } = this;
    if (layers.protocol === IP_PROTOCOL.tcp) return this.tcp(slot, packet);
    if (layers.from >= layers.to) return null;
    // A datagram is a data unit of its own.
    if (layers.protocol === IP_PROTOCOL.udp) this.datagram(slot, packet, this.udpSelection);
    else this.network.take(layers.protocol, slot, this.key.fromA, layers, packet);
    return null;
  }

  /** What became of the segment where it did not come in order. */
  private tcp(slot: number, packet: Packet): SegmentFate | null {
    const { layers, key, flows } = this;
    const isSyn = (layers.flags & TCP_FLAG.syn) !== 0;
    if (isSyn) {
      const initial = key.fromA ? flows.columns.initialA : flows.columns.initialB;
      initial[slot] = layers.sequence;
      // Data in a SYN (RFC 7413) begins after its own number.
      layers.sequence = (layers.sequence + 1) >>> 0;
    }
    const size = layers.to - layers.from;
    let conversation = flows.conversations[slot] ?? null;
    if (conversation === null) {
      if (size === 0) return null;
      conversation = this.begin(slot);
    }
    if (conversation.isForeign) return null;
    const from = this.sideOf(conversation);
    if (isSyn) conversation.begin(from, (layers.sequence - 1) >>> 0);
    // What the sender has received came before what it says now.
    if ((layers.flags & TCP_FLAG.ack) !== 0) conversation.acknowledged(from, layers.acknowledgement);
    let fate: SegmentFate = 'in order';
    if (size > 0 || layers.missing > 0) {
      const { bytes, from: start, to, missing } = layers;
      fate = conversation.segment(from, layers.sequence, bytes, start, to, missing, carrierOf(packet));
    }
    // What it held is let go; one stands for all that are no one's.
    if (conversation.isForeign) flows.conversations[slot] = this.foreign(conversation);
    return fate === 'in order' ? null : fate;
  }

  private begin(slot: number): Conversation {
    const conversation = this.converse(slot, this.tcpSelection);
    const { columns } = this.flows;
    const { clientIsA } = conversation;
    if (((columns.flagsA[slot] ?? 0) & TCP_FLAG.syn) !== 0) {
      conversation.begin(clientIsA ? 'client' : 'server', columns.initialA[slot] ?? 0);
    }
    if (((columns.flagsB[slot] ?? 0) & TCP_FLAG.syn) !== 0) {
      conversation.begin(clientIsA ? 'server' : 'client', columns.initialB[slot] ?? 0);
    }
    return conversation;
  }

  private foreign(conversation: Conversation): Conversation {
    conversation.abandon();
    this.anyForeign ??= conversation;
    return this.anyForeign;
  }

  private converse(slot: number, selection: Selection): Conversation {
    const { flows } = this;
    const pair = flows.ports[slot] ?? 0;
    const place = {
      slot,
      portA: pair >>> 16,
      portB: pair & 0xffff,
      sourceIsA: this.flowWriter.sourceIsA(slot),
      isBegun: (flows.columns.begunBy[slot] ?? 0) !== 0,
    };
    const conversation = new Conversation(place, selection, this.shared);
    flows.conversations[slot] = conversation;
    return conversation;
  }

  private sideOf(conversation: Conversation): Side {
    return conversation.clientIsA === this.key.fromA ? 'client' : 'server';
  }

  /** A frame without IP carries one data unit, padding included. */
  private link(slot: number, packet: Packet): void {
    const { layers } = this;
    if (layers.from >= layers.to) return;
    if (this.linkSelection.hasPort(layers.etherType)) this.datagram(slot, packet, this.linkSelection);
    else if (layers.etherType >= FIRST_ETHERTYPE)
      this.network.take(layers.etherType, slot, this.key.fromA, layers, packet);
  }

  private datagram(slot: number, packet: Packet, selection: Selection): void {
    const { flows, layers } = this;
    const conversation = flows.conversations[slot] ?? this.converse(slot, selection);
    if (conversation.isForeign) return;
    const { bytes, from, to } = layers;
    conversation.datagram(this.sideOf(conversation), bytes, from, to, carrierOf(packet));
    if (conversation.isForeign) flows.conversations[slot] = this.foreign(conversation);
  }
}
