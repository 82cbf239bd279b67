/**
 * The ends of flows where a capture is written out in parts: each part needs those of every flow it speaks of, though
 * the flow goes on. What becomes known later (who began it, a MAC) is told again at the flow's end.
 */
import type { FlowTable } from './flow-table';
import type { FlowWriter } from './flow-writer';
import type { CaptureTables } from './tables';

const TOLD = 64;
const TOLD_OTHERWISE = 128;

export class FlowEnds {
  private readonly tables: CaptureTables;
  private readonly flows: FlowTable;
  private readonly writer: FlowWriter;
  /** Number of the part at hand, and the slots of its flows; those that have ended since no longer count. */
  private part = 1;
  private slots: number[] = [];

  constructor(tables: CaptureTables, flows: FlowTable, writer: FlowWriter) {
    this.tables = tables;
    this.flows = flows;
    this.writer = writer;
  }

  /** A packet of the flow belongs to the part at hand. */
  packet(slot: number): void {
    const { part } = this.flows.columns;
    if (part[slot] === this.part) return;
    part[slot] = this.part;
    this.slots.push(slot);
  }

  message(slot: number): void {
    this.packet(slot);
    this.flows.columns.spoke[slot] = this.part;
  }

  /** Whether packets or messages of the part at hand are of the flow. */
  has(slot: number): boolean {
    return this.flows.columns.part[slot] === this.part;
  }

  /** Before the flow's slot is used again, its own row being among those of the part. */
  ended(slot: number): void {
    const { part, told } = this.flows.columns;
    part[slot] = 0;
    const known = told[slot] ?? 0;
    if (known === 0) return;
    if (known !== TOLD + this.known(slot)) this.writer.writeEnds(slot, this.tables.late);
  }

  /** Writes the ends of the part's flows that go on; what follows belongs to the next part. */
  finishPart(): void {
    const { part, spoke, told } = this.flows.columns;
    for (const slot of this.slots) {
      if (part[slot] !== this.part) continue;
      // A slot may stand twice, where a flow ended and another began in it.
      part[slot] = 0;
      this.writer.writeEnds(slot, this.tables.end);
      if (spoke[slot] !== this.part) continue;
      const before = told[slot] ?? 0;
      const now = TOLD + this.known(slot);
      told[slot] = before === 0 || before === now ? now : TOLD_OTHERWISE;
    }
    this.slots = [];
    this.part++;
  }

  /** What may become known of a flow in the course of it, as bits: each changes but once. */
  private known(slot: number): number {
    const { begunBy, askedBy, macA, macB } = this.flows.columns;
    const macs = (macA[slot] === 0 ? 0 : 4) + (macB[slot] === 0 ? 0 : 8);
    return (begunBy[slot] ?? 0) + macs + (askedBy[slot] ?? 0) * 16;
  }
}
