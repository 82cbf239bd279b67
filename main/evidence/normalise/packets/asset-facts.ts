/**
 * What messages tell of machines, gathered: each fact once per address, value and teller, with how often, when first
 * and last, and the packet that told it first. Bounded: past its cap further facts are counted only.
 */
import type { AssetFact, Message, Side } from '../../../dissectors/dissector';
import type { Carrier } from '../../../dissectors/framing/tcp-stream';
import type { AddressBook } from './address-book';
import type { Ends } from './conversation';
import type { CaptureCounters } from './counters';
import type { FlowTable } from './flow-table';
import { ipText, macText } from './flow-text';
import type { CaptureTables } from './tables';

/** Facts kept of one capture; some 300 bytes each. */
export const MOST_FACTS = 50_000;
const MOST_VALUE = 300;

interface Known {
  readonly address: string;
  readonly isMac: boolean;
  readonly fact: string;
  readonly value: string;
  readonly by: string;
  readonly record: number;
  times: number;
  firstUs: number;
  lastUs: number;
}

export class AssetFacts {
  private readonly known = new Map<string, Known>();
  private readonly flows: FlowTable;
  private readonly book: AddressBook;
  private readonly counters: CaptureCounters;

  constructor(flows: FlowTable, book: AddressBook, counters: CaptureCounters) {
    this.flows = flows;
    this.book = book;
    this.counters = counters;
  }

  message(ends: Ends, message: Message, carrier: Carrier, by: string, from: Side): void {
    if (message.facts === undefined) return;
    for (const { of, fact, value } of message.facts) {
      if (value === '') continue;
      const side = of === 'sender' ? from : of === 'receiver' ? opposite(from) : null;
      if (side !== null) this.ofSide(ends, side, fact, value, by, carrier);
      else if (typeof of === 'object' && 'ip' in of) this.add(of.ip, false, fact, value, by, carrier);
      else if (typeof of === 'object') this.add(of.mac, true, fact, value, by, carrier);
    }
  }

  write(tables: CaptureTables): void {
    const { columns } = tables.fact;
    for (const one of this.known.values()) {
      const { row } = tables.fact;
      columns.record_number.set(row, one.record);
      columns.address.set(row, one.address);
      columns.is_mac.set(row, one.isMac ? 1 : 0);
      columns.fact.set(row, one.fact);
      columns.value.set(row, one.value);
      columns.told_by.set(row, one.by);
      columns.times.set(row, one.times);
      if (!Number.isNaN(one.firstUs)) {
        columns.first_seen.set(row, one.firstUs);
        columns.last_seen.set(row, one.lastUs);
      }
      tables.fact.endRow();
    }
  }

  /** By its IP address where it has one, else by its MAC. */
  private ofSide(
    { slot, clientIsA }: Ends,
    side: Side,
    fact: AssetFact['fact'],
    value: string,
    by: string,
    carrier: Carrier,
  ): void {
    const isA = (side === 'client') === clientIsA;
    const { columns } = this.flows;
    const network = (this.flows.kind[slot] ?? 0) >> 8;
    const ip = ipText(network, (isA ? this.flows.addressA[slot] : this.flows.addressB[slot]) ?? 0, this.book);
    const mac = macText((isA ? columns.macA[slot] : columns.macB[slot]) ?? 0);
    if (ip !== null) this.add(ip, false, fact, value, by, carrier);
    else if (mac !== null) this.add(mac, true, fact, value, by, carrier);
  }

  private add(
    address: string,
    isMac: boolean,
    fact: AssetFact['fact'],
    value: string,
    by: string,
    { record, timeUs, dated }: Carrier,
  ): void {
    const text = value.slice(0, MOST_VALUE);
    const key = `${address}\0${fact}\0${by}\0${text}`;
    const us = dated ? timeUs : Number.NaN;
    const found = this.known.get(key);
    if (found === undefined) {
      if (isMac ? isGroup(address) : isGroupIp(address)) return;
      if (this.known.size >= MOST_FACTS) {
        this.counters.assetFactsLeft++;
        return;
      }
      this.known.set(key, {
        address,
        isMac,
        fact,
        value: text,
        by,
        record,
        times: 1,
        firstUs: us,
        lastUs: us,
      });
      return;
    }
    found.times++;
    if (!(us >= found.firstUs)) found.firstUs = Number.isNaN(us) ? found.firstUs : us;
    if (!(us <= found.lastUs)) found.lastUs = Number.isNaN(us) ? found.lastUs : us;
  }
}

function opposite(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}

/** Multicast and broadcast are nobody's own (IEEE 802 §8.2; RFC 1112 §4; RFC 4291 §2.7). */
function isGroup(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
}

function isGroupIp(address: string): boolean {
  const first = address.includes('.') ? Number.parseInt(address, 10) : -1;
  return first >= 224 || /^ff[0-9a-f]{2}:/.test(address);
}
