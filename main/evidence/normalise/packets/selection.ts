/** Which dissectors a conversation is offered to: by its ports, and those that need none. One look-up each. */
import type { Dissector } from '../../../dissectors/dissector';

export class Selection {
  private readonly byPort = new Map<number, Dissector[]>();
  /** By a port of each end, where one is at home: the conversations between such ends share their list. */
  private readonly byPorts = new Map<number, readonly Dissector[]>();
  private readonly roaming: readonly Dissector[];

  constructor(dissectors: readonly Dissector[]) {
    this.roaming = dissectors.filter(({ roams }) => roams === true);
    for (const dissector of dissectors) {
      for (const port of dissector.ports) {
        const there = this.byPort.get(port);
        if (there) there.push(dissector);
        else this.byPort.set(port, [dissector]);
      }
    }
  }

  hasPort(port: number): boolean {
    return this.byPort.has(port);
  }

  /** Those at home on either port first, then those that may be anywhere. */
  candidates(portA: number, portB: number): readonly Dissector[] {
    const atA = this.byPort.get(portA);
    const atB = this.byPort.get(portB);
    if (atA === undefined && atB === undefined) return this.roaming;
    const ports = (atA === undefined ? 0 : portA) * 65_536 + (atB === undefined ? 0 : portB);
    const known = this.byPorts.get(ports);
    if (known !== undefined) return known;
    const found = [...new Set([...(atA ?? []), ...(atB ?? []), ...this.roaming])];
    this.byPorts.set(ports, found);
    return found;
  }
}
