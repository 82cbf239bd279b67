/** Builds captures byte by byte for tests: frames of Ethernet, IP and TCP, and pcap and pcapng around them. */

export interface Frame {
  readonly timeUs: number;
  readonly bytes: Uint8Array;
  /** When the capture kept less than the wire had. */
  readonly wireLength?: number;
  readonly remainderNs?: number;
}

export function concat(...parts: ReadonlyArray<ArrayLike<number>>): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function be16(value: number): number[] {
  return [(value >>> 8) & 255, value & 255];
}

export function be32(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

export interface TcpFrame {
  readonly source: readonly number[];
  readonly destination: readonly number[];
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgement?: number;
  readonly flags: number;
  readonly payload?: ArrayLike<number>;
  readonly vlan?: number;
}

/** An Ethernet frame around TCP; addresses of 16 bytes make it IPv6. */
export function tcpFrame(tcp: TcpFrame): Uint8Array {
  const { source, destination, sequence, flags, vlan } = tcp;
  const payload = tcp.payload ?? [];
  const segment = concat(
    be16(tcp.sourcePort),
    be16(tcp.destinationPort),
    be32(sequence),
    be32(tcp.acknowledgement ?? 0),
    [0x50, flags],
    be16(8192),
    [0, 0, 0, 0],
    payload,
  );
  return ethernet(ip(6, source, destination, segment), source.length === 16, vlan);
}

/** An IPv4 or IPv6 packet, by the length of its addresses. */
export function ip(
  protocol: number,
  source: readonly number[],
  destination: readonly number[],
  payload: ArrayLike<number>,
  fragment = 0,
): Uint8Array {
  if (source.length === 16) {
    return concat(be32(0x60000000), be16(payload.length), [protocol, 64], source, destination, payload);
  }
  const head = [0x45, 0, ...be16(20 + payload.length), 0, 1, ...be16(fragment), 64, protocol, 0, 0];
  return concat(head, source, destination, payload);
}

export function ethernet(packet: ArrayLike<number>, isVersion6 = false, vlan?: number): Uint8Array {
  const tag = vlan === undefined ? [] : [0x81, 0, ...be16(vlan)];
  return concat([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2], tag, isVersion6 ? [0x86, 0xdd] : [8, 0], packet);
}

export interface PcapOptions {
  readonly isBigEndian?: boolean;
  readonly isNano?: boolean;
  readonly link?: number;
}

export function pcapFile(frames: readonly Frame[], options: PcapOptions = {}): Uint8Array {
  const { isBigEndian = false, isNano = false, link = 1 } = options;
  const size = frames.reduce((sum, { bytes }) => sum + 16 + bytes.length, 24);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  const little = !isBigEndian;
  view.setUint32(0, isNano ? 0xa1b23c4d : 0xa1b2c3d4, little);
  view.setUint16(4, 2, little);
  view.setUint16(6, 4, little);
  view.setUint32(16, 65535, little);
  view.setUint32(20, link, little);
  let at = 24;
  for (const { timeUs, bytes, wireLength, remainderNs = 0 } of frames) {
    const fraction = timeUs % 1_000_000;
    view.setUint32(at, Math.floor(timeUs / 1_000_000), little);
    view.setUint32(at + 4, isNano ? fraction * 1000 + remainderNs : fraction, little);
    view.setUint32(at + 8, bytes.length, little);
    view.setUint32(at + 12, wireLength ?? bytes.length, little);
    out.set(bytes, at + 16);
    at += 16 + bytes.length;
  }
  return out;
}

/** One pcapng block: type, body filled to four bytes, both lengths. */
export function block(type: number, body: ArrayLike<number>, isBigEndian = false): Uint8Array {
  const padded = (body.length + 3) & ~3;
  const out = new Uint8Array(12 + padded);
  const view = new DataView(out.buffer);
  view.setUint32(0, type, !isBigEndian);
  view.setUint32(4, out.length, !isBigEndian);
  out.set(body, 8);
  view.setUint32(out.length - 4, out.length, !isBigEndian);
  return out;
}

/** Numbers of two and four bytes in the order of a section. */
export function writer(isBigEndian: boolean): { u16: (v: number) => number[]; u32: (v: number) => number[] } {
  const turn = (bytes: number[]): number[] => (isBigEndian ? bytes : bytes.reverse());
  return { u16: (value) => turn(be16(value)), u32: (value) => turn(be32(value)) };
}
