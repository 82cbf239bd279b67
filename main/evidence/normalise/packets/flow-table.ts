/**
 * The flows under way, as columns of numbers: found by an open-addressing table, kept in slots that are reused. Holds
 * a bounded number; the ones silent longest are handed out first when it is full.
 */
import { hash } from './address-book';
import type { Conversation } from './conversation';
import type { FlowKey } from './flow-key';

/** Flows held at a time; some 200 bytes each. */
export const MAX_FLOWS = 200_000;
const INITIAL = 1024;

/** One number per slot; grows with the table. */
function column(): Float64Array {
  return new Float64Array(INITIAL);
}

export class FlowTable {
  addressA = new Uint32Array(INITIAL);
  addressB = new Uint32Array(INITIAL);
  ports = new Uint32Array(INITIAL);
  kind = new Uint32Array(INITIAL);
  columns = {
    number: column(),
    firstRecord: column(),
    lastRecord: column(),
    firstUs: column(),
    firstRemainder: column(),
    lastUs: column(),
    packetsA: column(),
    packetsB: column(),
    bytesA: column(),
    bytesB: column(),
    macA: column(),
    macB: column(),
    vlan: column(),
    /** TCP flags seen from each end, or-ed. */
    flagsA: column(),
    flagsB: column(),
    initialA: column(),
    initialB: column(),
    /** 1: A sent the first packet; 2: B did. */
    firstFrom: column(),
    /** 1: A is known to have begun (SYN, request); 2: B; 0: not known. */
    begunBy: column(),
    /** 1: A sent the first request that was read; 2: B did; 0: none was. */
    askedBy: column(),
    path: column(),
    precision: column(),
    /** Parts of the capture in which a packet or message of the flow, and a message, came last; see `FlowEnds`. */
    part: column(),
    spoke: column(),
    told: column(),
    /** TTL and MAC of the first packet from each end; whether later ones came another way. See `QualityWatch`. */
    wayA: column(),
    wayB: column(),
    mixed: column(),
    /** Sequence number after the last byte seen from each end, one higher; 0: none seen. */
    nextA: column(),
    nextB: column(),
    /** Sequence number up to which the other end acknowledged what was not captured, one higher. */
    toldA: column(),
    toldB: column(),
  };
  conversations: (Conversation | null)[] = [];
  /** Dissector whose messages were seen. */
  protocols: (string | null)[] = [];
  private slots = new Int32Array(INITIAL * 2);
  private used = 0;
  private readonly free: number[] = [];
  private live = new Uint8Array(INITIAL);

  get size(): number {
    return this.used - this.free.length;
  }

  get isFull(): boolean {
    return this.size >= MAX_FLOWS;
  }

  /** Slot of the flow, or -1. */
  find(key: FlowKey): number {
    const ports = ((key.portA << 16) | key.portB) >>> 0;
    const kind = key.network * 256 + key.protocol;
    const mask = this.slots.length - 1;
    let at = hash(key.addressA, key.addressB, ports, kind) & mask;
    for (;;) {
      const slot = (this.slots[at] ?? 0) - 1;
      if (slot < 0) return -1;
      if (
        this.addressA[slot] === key.addressA &&
        this.addressB[slot] === key.addressB &&
        this.ports[slot] === ports &&
        this.kind[slot] === kind
      ) {
        return slot;
      }
      at = (at + 1) & mask;
    }
  }

  /** A cleared slot for a flow that is not in the table. */
  add(key: FlowKey): number {
    const reused = this.free.pop();
    const slot = reused ?? this.used++;
    if (slot >= this.addressA.length) this.grow();
    this.addressA[slot] = key.addressA;
    this.addressB[slot] = key.addressB;
    this.ports[slot] = ((key.portA << 16) | key.portB) >>> 0;
    this.kind[slot] = key.network * 256 + key.protocol;
    this.live[slot] = 1;
    this.restart(slot);
    this.insert(slot);
    return slot;
  }

  /** Clears a flow whose ends are used anew by another conversation. */
  restart(slot: number): void {
    for (const values of Object.values(this.columns)) values[slot] = 0;
    this.conversations[slot] = null;
    this.protocols[slot] = null;
  }

  /** Slots in use, lowest flow number first. */
  inOrder(): Uint32Array {
    const slots: number[] = [];
    for (let slot = 0; slot < this.used; slot++) if (this.live[slot] === 1) slots.push(slot);
    const { number } = this.columns;
    return Uint32Array.from(slots).sort((a, b) => (number[a] ?? 0) - (number[b] ?? 0));
  }

  /** The quarter of the flows silent longest, lowest flow number first. */
  silentLongest(): Uint32Array {
    const all = this.inOrder();
    const { lastRecord } = this.columns;
    const last = Float64Array.from(all, (slot) => lastRecord[slot] ?? 0).sort();
    const border = last[all.length >> 2] ?? 0;
    return all.filter((slot) => (lastRecord[slot] ?? 0) < border);
  }

  /** Takes flows out of the table; their slots are used again. */
  remove(slots: Iterable<number>): void {
    for (const slot of slots) {
      this.live[slot] = 0;
      this.conversations[slot] = null;
      this.free.push(slot);
    }
    this.rebuild(this.slots.length);
  }

  private insert(slot: number): void {
    const mask = this.slots.length - 1;
    let at = this.hashOf(slot) & mask;
    while (this.slots[at] !== 0) at = (at + 1) & mask;
    this.slots[at] = slot + 1;
  }

  private hashOf(slot: number): number {
    return hash(
      this.addressA[slot] ?? 0,
      this.addressB[slot] ?? 0,
      this.ports[slot] ?? 0,
      this.kind[slot] ?? 0,
    );
  }

  private rebuild(size: number): void {
    this.slots = new Int32Array(size);
    for (let slot = 0; slot < this.used; slot++) if (this.live[slot] === 1) this.insert(slot);
  }

  private grow(): void {
    const size = Math.min(this.addressA.length * 2, MAX_FLOWS);
    this.addressA = widerWords(this.addressA, size);
    this.addressB = widerWords(this.addressB, size);
    this.ports = widerWords(this.ports, size);
    this.kind = widerWords(this.kind, size);
    const live = new Uint8Array(size);
    live.set(this.live);
    this.live = live;
    for (const [name, values] of Object.entries(this.columns)) {
      const wider = new Float64Array(size);
      wider.set(values);
      Reflect.set(this.columns, name, wider);
    }
    this.rebuild(this.slots.length * 2);
  }
}

function widerWords(words: Uint32Array<ArrayBuffer>, size: number): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(size);
  wider.set(words);
  return wider;
}
