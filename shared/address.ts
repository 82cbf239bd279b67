/**
 * IP and MAC addresses: strict reading, one canonical text, integers, networks as ranges. The rules are those that
 * decide whether two sources speak of the same machine, so nothing is guessed.
 */

export type IpVersion = 4 | 6;

export interface IpAddress {
  readonly version: IpVersion;
  /** 32 or 128 bits. */
  readonly value: bigint;
  /** The interface after `%` (RFC 4007 §11), which is no part of the address. */
  readonly zoneId: string | null;
}

/** A network as the closed range of its addresses. */
export interface Network {
  readonly version: IpVersion;
  readonly prefix: number;
  readonly first: bigint;
  readonly last: bigint;
}

/** Four decimal numbers 0–255 without leading zeros: `010` is octal to some readers and ten to others, so refused. */
const IPV4 = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

function ipv4Value(text: string): bigint | null {
  const match = IPV4.exec(text);
  if (match === null) return null;
  let value = 0;
  for (const part of match.slice(1)) {
    const octet = Number(part);
    if (octet > 255) return null;
    value = value * 256 + octet;
  }
  return BigInt(value);
}

/** Eight groups of hex, one run of zeros as `::`, the last two groups possibly as an IPv4 address (RFC 4291 §2.2). */
function ipv6Value(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [left = '', right] = halves;
  const head = groupsOf(left, right === undefined);
  const tail = right === undefined ? [] : groupsOf(right, true);
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

/** The groups of one side of `::`; only the last side may end in dotted form. */
function groupsOf(text: string, isLast: boolean): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9A-Fa-f]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const dotted = isLast && index === parts.length - 1 ? ipv4Value(part) : null;
    if (dotted === null) return null;
    groups.push(Number(dotted >> 16n), Number(dotted & 0xffffn));
  }
  return groups;
}

/**
 * Reads an IPv4 or IPv6 address; null for anything else. No octal, hex or short IPv4 forms, no brackets, no port, no
 * blanks. An IPv6 zone id is split off. IPv4-mapped IPv6 stays IPv6 (`unmapped` turns it).
 */
export function parseIp(text: string): IpAddress | null {
  if (text.length > 128) return null;
  if (!text.includes(':')) {
    const value = ipv4Value(text);
    return value === null ? null : { version: 4, value, zoneId: null };
  }
  const percent = text.indexOf('%');
  const bare = percent < 0 ? text : text.slice(0, percent);
  const zoneId = percent < 0 ? null : text.slice(percent + 1);
  if (zoneId === '' || (zoneId !== null && /[\s%]/.test(zoneId))) return null;
  const value = ipv6Value(bare);
  return value === null ? null : { version: 6, value, zoneId };
}

/** The IPv4 address inside an IPv4-mapped one (`::ffff:10.0.0.1`, RFC 4291 §2.5.5.2); others unchanged. */
export function unmapped(address: IpAddress): IpAddress {
  if (address.version === 4 || address.value >> 32n !== 0xffffn) return address;
  return { version: 4, value: address.value & 0xffff_ffffn, zoneId: null };
}

/** Canonical text without zone id: dotted decimal, or RFC 5952 (lower case, longest run of zeros short). */
export function formatIp(version: IpVersion, value: bigint): string {
  if (version === 4) {
    const number = Number(value);
    return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, index) =>
    Number((value >> BigInt(112 - 16 * index)) & 0xffffn),
  );
  if (value >> 32n === 0xffffn) return `::ffff:${formatIp(4, value & 0xffff_ffffn)}`;
  const run = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (run.length < 2) return hex.join(':');
  return `${hex.slice(0, run.start).join(':')}::${hex.slice(run.start + run.length).join(':')}`;
}

/** First of the longest runs of zero groups (RFC 5952 §4.2.3). */
function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, index) => {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  });
  return best;
}

/** The canonical text of an address however it was written (mapped IPv4 as IPv4, no zone id); null if it is none. */
export function canonicalIp(text: string): string | null {
  const address = parseIp(text);
  if (address === null) return null;
  const plain = unmapped(address);
  return formatIp(plain.version, plain.value);
}

/**
 * Reads `10.0.0.0/8`, `10.1.2.3/8` (host bits are dropped), `2001:db8::/32`, or a single address as its own network.
 * Null for anything else; prefix lengths are decimal without leading zeros.
 */
export function parseNetwork(text: string): Network | null {
  const match = /^([^/]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text);
  const address = match?.[1] === undefined ? null : parseIp(match[1]);
  if (address === null || address.zoneId !== null) return null;
  const bits = address.version === 4 ? 32 : 128;
  const prefix = match?.[2] === undefined ? bits : Number(match[2]);
  if (prefix > bits) return null;
  const host = (1n << BigInt(bits - prefix)) - 1n;
  const first = address.value & ~host;
  return { version: address.version, prefix, first, last: first | host };
}

/** Canonical text of a network, `10.0.0.0/8`. */
export function formatNetwork(network: Network): string {
  return `${formatIp(network.version, network.first)}/${network.prefix}`;
}

/** Whether an address lies in a network; mapped IPv4 counts as IPv4 on either side. */
export function contains(network: Network, address: IpAddress): boolean {
  const plain = network.version === 4 ? unmapped(address) : address;
  return plain.version === network.version && plain.value >= network.first && plain.value <= network.last;
}

/** Bounds to bind in SQL against the integer form of addresses: decimal text, since 128 bits fit no number. */
export function networkBounds(network: Network): {
  readonly version: IpVersion;
  readonly first: string;
  readonly last: string;
} {
  return { version: network.version, first: network.first.toString(), last: network.last.toString() };
}

function networks(...texts: readonly string[]): readonly Network[] {
  return texts.flatMap((text) => parseNetwork(text) ?? []);
}

/** RFC 1918, RFC 4193 and RFC 6598: addresses an organisation hands out itself, or its carrier does. */
const PRIVATE = networks('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7');
/** Loopback, link-local, this network (RFC 6890). */
const LOCAL = networks('127.0.0.0/8', '169.254.0.0/16', '0.0.0.0/8', '::1/128', '::/128', 'fe80::/10');
const MULTICAST = networks('224.0.0.0/4', '255.255.255.255/32', 'ff00::/8');

export type IpScope = 'private' | 'local' | 'multicast' | 'public';

/** Where an address can be used. Documentation and reserved ranges count as public: they are no one's own. */
export function ipScope(address: IpAddress): IpScope {
  if (PRIVATE.some((network) => contains(network, address))) return 'private';
  if (LOCAL.some((network) => contains(network, address))) return 'local';
  if (MULTICAST.some((network) => contains(network, address))) return 'multicast';
  return 'public';
}

/** True for an address that never leaves an organisation: private or local. */
export function isPrivate(text: string): boolean {
  const address = parseIp(text);
  if (address === null) return false;
  const scope = ipScope(address);
  return scope === 'private' || scope === 'local';
}

/** Six pairs of hex under one separator (`:` or `-`), Cisco's three groups of four, or twelve digits. */
const MAC =
  /^(?:[0-9a-f]{2}(?::[0-9a-f]{2}){5}|[0-9a-f]{2}(?:-[0-9a-f]{2}){5}|[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}|[0-9a-f]{12})$/;

/** The canonical text of a MAC address, lower case with colons; null if it is none. */
export function canonicalMac(text: string): string | null {
  const lower = text.toLowerCase();
  if (!MAC.test(lower)) return null;
  const digits = lower.replace(/[^0-9a-f]/g, '');
  return formatMac(BigInt(`0x${digits}`));
}

/** The 48 bits of a MAC address in any accepted form; null if it is none. */
export function parseMac(text: string): bigint | null {
  const canonical = canonicalMac(text);
  return canonical === null ? null : BigInt(`0x${canonical.replaceAll(':', '')}`);
}

/** 48 bits as lower-case pairs under colons. */
export function formatMac(value: bigint): string {
  return value
    .toString(16)
    .padStart(12, '0')
    .replace(/(..)(?=.)/g, '$1:');
}

/** True when the group bit is set: broadcast or multicast, nobody's own address (IEEE 802-2014 §8.2.2). */
export function isGroupMac(value: bigint): boolean {
  return ((value >> 40n) & 1n) === 1n;
}

/** True when the address is made up locally, so that it names no manufacturer (IEEE 802-2014 §8.2.2). */
export function isLocalMac(value: bigint): boolean {
  return ((value >> 40n) & 2n) === 2n;
}
