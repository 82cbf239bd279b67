/**
 * Who a MAC was made by, for the makers met in plants and the networks around them. `vendors.txt` holds, a line each,
 * the 24-bit blocks that the IEEE Registration Authority's public register (MA-L) assigns to them, under a short name.
 */

const files: Readonly<Record<string, string>> = import.meta.glob('./vendors.txt', {
  eager: true,
  query: '?raw',
  import: 'default',
});

const VENDORS = read(Object.values(files).join('\n'));

function read(text: string): ReadonlyMap<string, string> {
  const vendors = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf(': ');
    if (at < 0) continue;
    const name = line.slice(0, at);
    for (const block of line
      .slice(at + 2)
      .trim()
      .split(' '))
      vendors.set(block, name);
  }
  return vendors;
}

/** How many blocks are known. */
export const KNOWN_BLOCKS = VENDORS.size;

/** The maker of a canonical MAC (`00:1b:1b:…`), or null: not in the table, or set by software (IEEE 802 §8.2). */
export function vendorOf(mac: string): string | null {
  const block = mac.slice(0, 8).replaceAll(':', '');
  const isOwn = (Number.parseInt(block.slice(0, 2), 16) & 2) !== 0;
  return isOwn ? null : (VENDORS.get(block) ?? null);
}
