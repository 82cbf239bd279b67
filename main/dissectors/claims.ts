/** Who claims an address on a link: remembers the MAC of each and tells when another one claims it. Bounded. */

/** Addresses remembered; the oldest are let go beyond. */
const MOST = 65_536;

export class Claims {
  private readonly held = new Map<string, string>();

  /** Notes that `mac` says it has `address`; the MAC that said so before when it is another one, else null. */
  claim(address: string, mac: string): string | null {
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
