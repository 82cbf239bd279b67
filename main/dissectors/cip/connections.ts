/**
 * Both ways of the connections of one TCP connection: CIP Volume 1 §3-5.4. What goes there bears one identifier, what
 * comes back another, each chosen by the end that receives it; the answer to the forward open tells the two.
 */
import type { Cursor } from '../cursor';
import { otherSide, type Side } from '../dissector';

/** The oldest go first. */
const MOST = 256;

export class Connections {
  /** By the side that sends under an identifier; both ways have the name of the way there. */
  private readonly names = new Map<string, string>();

  /** The cursor stands behind the status of an answer to a forward open, which `from` gave; it is not moved. */
  open({ bytes, at, end }: Cursor, from: Side): void {
    if (end - at < 8) return;
    const number = (place: number): number =>
      ((bytes[place] ?? 0) | ((bytes[place + 1] ?? 0) << 8) | ((bytes[place + 2] ?? 0) << 16)) +
      (bytes[place + 3] ?? 0) * 16777216;
    const there = `${otherSide(from)} ${number(at)}`;
    this.name(there, there);
    this.name(`${from} ${number(at + 4)}`, there);
  }

  /** The name of the connection under whose identifier `from` sends; null when its opening was not seen. */
  nameOf(from: Side, identifier: number): string | null {
    return this.names.get(`${from} ${identifier}`) ?? null;
  }

  private name(way: string, name: string): void {
    this.names.delete(way);
    this.names.set(way, name);
    if (this.names.size <= 2 * MOST) return;
    const [oldest] = this.names.keys();
    if (oldest !== undefined) this.names.delete(oldest);
  }
}
