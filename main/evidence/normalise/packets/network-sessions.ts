/**
 * What lies beneath conversations (ARP, ICMP): one session of each dissector for the whole capture, found by number of
 * the IP protocol (below 256) or EtherType (from 0x600).
 */
import { Cursor } from '../../../dissectors/cursor';
import type { Dissector, Session } from '../../../dissectors/dissector';
import type { Layers } from '../../../dissectors/framing/layers';
import type { Packet } from '../../readers/capture/packet';
import { countMessage, type MessageSink } from './conversation';
import type { CaptureCounters } from './counters';
import { carrierOf } from './packet-parts';

interface Known {
  readonly dissector: Dissector;
  readonly session: Session;
}

export class NetworkSessions {
  private readonly known = new Map<number, Known>();
  private readonly sink: MessageSink;
  private readonly counters: CaptureCounters;

  constructor(dissectors: readonly Dissector[], sink: MessageSink, counters: CaptureCounters) {
    this.sink = sink;
    this.counters = counters;
    for (const dissector of dissectors) {
      if (dissector.over !== 'network') continue;
      const session = dissector.begin();
      for (const number of dissector.ports) this.known.set(number, { dissector, session });
    }
  }

  /** The payload of `layers`, a packet of the flow in `slot`, for the protocol of that number. */
  take(number: number, slot: number, fromA: boolean, layers: Layers, packet: Packet): void {
    const found = this.known.get(number);
    if (found === undefined) return;
    const { dissector, session } = found;
    const { bytes, from, to } = layers;
    if (dissector.looksLike(bytes, from, to) === 'no') return;
    const carrier = carrierOf(packet);
    for (const message of session.message(new Cursor(bytes, from, to), 'client')) {
      countMessage(this.counters, message);
      this.sink.message({ slot, clientIsA: fromA }, message, carrier, dissector, 'client');
    }
  }
}
