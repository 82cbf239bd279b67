/** What is written of every packet itself: its row, and its place among the rejects where nothing could be read. */
import { type Layers, pathText } from '../../../dissectors/framing/layers';
import type { Packet } from '../../readers/capture/packet';
import { excerpt } from './packet-parts';
import type { CaptureTables } from './tables';

export class PacketRows {
  rejected = 0;
  private readonly tables: CaptureTables;
  private readonly layers: Layers;
  private readonly pathCodes = new Map<number, number>();

  /** `layers`: those of the packet at hand. */
  constructor(tables: CaptureTables, layers: Layers) {
    this.tables = tables;
    this.layers = layers;
  }

  /** `flow`: its number, -1 when the packet is of none. */
  packet(packet: Packet, flow: number, note: string | null, fromA: boolean): void {
    const { packet: table, words, numbers } = this.tables;
    const { columns, row } = table;
    columns.record_number.set(row, packet.number);
    columns.byte_offset.set(row, packet.byteOffset);
    columns.byte_length.set(row, packet.byteLength);
    if (packet.dated) {
      columns.time.set(row, packet.timeUs);
      columns.remainder.set(row, packet.remainderNs);
    }
    columns.interface.set(row, packet.interfaceIndex);
    columns.length.set(row, packet.wireLength);
    columns.captured.set(row, packet.end - packet.start);
    numbers.add(packet.interfaceIndex);
    numbers.add(packet.wireLength);
    numbers.add(packet.end - packet.start);
    if (flow >= 0) columns.flow.set(row, flow);
    const { flags } = this.layers;
    numbers.add(flags);
    columns.traits.set(row, this.pathCode(this.layers) * 512 + flags * 2 + (fromA ? 1 : 0));
    if (note !== null) columns.note.set(row, words.code(note));
    table.endRow();
  }

  reject(packet: Packet, reason: string, help: string): void {
    this.rejected++;
    const { columns, row } = this.tables.reject;
    columns.record_number.set(row, packet.number);
    columns.byte_offset.set(row, packet.byteOffset);
    columns.byte_length.set(row, packet.byteLength);
    columns.excerpt.set(row, excerpt(packet));
    columns.reason.set(row, reason);
    columns.help.set(row, help);
    this.tables.reject.endRow();
  }

  /** The words get other codes from here on. */
  forgetTexts(): void {
    this.pathCodes.clear();
  }

  private pathCode({ path, deeper }: Layers): number {
    if (deeper > 0) return this.tables.words.code(pathText(path, deeper));
    const known = this.pathCodes.get(path);
    if (known !== undefined) return known;
    const code = this.tables.words.code(pathText(path, 0));
    this.pathCodes.set(path, code);
    return code;
  }
}
