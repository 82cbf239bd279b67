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

/** One number per slot; grows with the table. The narrowest that holds it: very many flows may be under way. */
const floats = () => new Float64Array(INITIAL);
const words = () => new Uint32Array(INITIAL);
const halves = () => new Uint16Array(INITIAL);
const bytes = () => new Uint8Array(INITIAL);
type Column = ReturnType<typeof floats | typeof words | typeof halves | typeof bytes>;

export class FlowTable {
  addressA = words();
  addressB = words();
  ports = words();
  kind = words();
  readonly columns = {
    number: words(),
    firstRecord: floats(),
    lastRecord: floats(),
    firstUs: floats(),
    firstRemainder: halves(),
    lastUs: floats(),
    packetsA: floats(),
    packetsB: floats(),
    bytesA: floats(),
    bytesB: floats(),
    macA: floats(),
    macB: floats(),
    vlan: halves(),
    /** TCP flags seen from each end, or-ed. */
    flagsA: bytes(),
    flagsB: bytes(),
    initialA: words(),
    initialB: words(),
    /** 1: A sent the first packet; 2: B did. */
    firstFrom: bytes(),
    /** 1: A is known to have begun (SYN, request); 2: B; 0: not known. */
    begunBy: bytes(),
    /** 1: A sent the first request that was read; 2: B did; 0: none was. */
    askedBy: bytes(),
    precision: words(),
    /** Parts of the capture in which a packet or message of the flow, and a message, came last; see `FlowEnds`. */
    part: words(),
    spoke: words(),
    told: bytes(),
    /** TTL and MAC of the first packet from each end; whether later ones came another way. See `QualityWatch`. */
    wayA: floats(),
    wayB: floats(),
    mixed: bytes(),
    /** Sequence number after the last byte seen from each end, one higher; 0: none seen. */
    nextA: floats(),
    nextB: floats(),
    /** Sequence number up to which the other end acknowledged what was not captured, one higher. */
    toldA: floats(),
    toldB: floats(),
  };
  conversations: (Conversation | null)[] = [];
  /** Dissector whose messages were seen. */
  protocols: (string | null)[] = [];
  private slots = new Int32Array(INITIAL * 2);
  private used = 0;
  private readonly free: number[] = [];
  /** Slot of the flow found last. */
  private found = 0;
  private live = bytes();
  /** Those of `columns`. */
  private all: readonly Column[] = Object.values(this.columns);

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
    // Packets come in twos and more of a flow.
    if (this.live[this.found] === 1 && this.isOf(this.found, key, ports, kind)) return this.found;
    const mask = this.slots.length - 1;
    let at = hash(key.addressA, key.addressB, ports, kind) & mask;
    for (;;) {
      const slot = (this.slots[at] ?? 0) - 1;
      if (slot < 0) return -1;
      if (this.isOf(slot, key, ports, kind)) {
        this.found = slot;
        return slot;
      }
      at = (at + 1) & mask;
    }
  }

  private isOf(slot: number, key: FlowKey, ports: number, kind: number): boolean {
    return (
      this.addressA[slot] === key.addressA &&
      this.addressB[slot] === key.addressB &&
      this.ports[slot] === ports &&
      this.kind[slot] === kind
    );
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
    for (const values of this.all) values[slot] = 0;
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
    this.addressA = wider(this.addressA, size);
    this.addressB = wider(this.addressB, size);
    this.ports = wider(this.ports, size);
    this.kind = wider(this.kind, size);
    this.live = wider(this.live, size);
    for (const [name, values] of Object.entries(this.columns))
      Reflect.set(this.columns, name, wider(values, size));
    this.all = Object.values(this.columns);
    this.rebuild(this.slots.length * 2);
  }
}

function wider<C extends Column>(column: C, size: number): C {
  const made: C = Reflect.construct(column.constructor, [size]);
  made.set(column);
  return made;
}
