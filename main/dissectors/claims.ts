/** Who claims an address on a link: remembers the MAC of each and tells when another one claims it. Bounded. */
import { type Message, newMessage } from './dissector';

/** Addresses remembered; the oldest are let go beyond. */
const MOST = 65_536;

export class Claims {
  private readonly held = new Map<string, string>();

  /** Notes that `mac` says it has `address`, in a message of `protocol`; what to tell when another one said so before. */
  conflict(protocol: string, address: string, mac: string): readonly Message[] {
    const before = this.claim(address, mac);
    if (before === null) return [];
    const text = `${protocol} ${address} was at ${before} before, now ${mac} claims it`;
    return [newMessage({ kind: 'unsolicited', action: 'address_conflict', operation: 'report', text })];
  }

  /** The MAC that claimed it before when it is another one, else null. */
  private claim(address: string, mac: string): string | null {
    const before = this.held.get(address);
    if (before === mac) return null;
    if (before === undefined && this.held.size >= MOST) {
      const [oldest] = this.held.keys();
      if (oldest !== undefined) this.held.delete(oldest);
    }
    this.held.set(address, mac);
    return before ?? null;
  }
}
