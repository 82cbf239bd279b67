/** Builds Ethernet/IPv4/TCP packets with right checksums, Modbus and S7 payloads, and a pcap file of them. */
import type { Random } from './random';
import type { Micros } from './story';

export interface Station {
  readonly ip: string;
  readonly mac: string;
}

const concat = (...parts: ReadonlyArray<ArrayLike<number>>): Uint8Array => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};
const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
const u32 = (value: number): number[] => [
  (value >>> 24) & 255,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];
const ipBytes = (ip: string): number[] => ip.split('.').map(Number);
const macBytes = (mac: string): number[] => mac.split(':').map((part) => Number.parseInt(part, 16));

/** The Internet checksum, RFC 1071. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 2)
    sum += ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

const FIN = 1;
const SYN = 2;
const PSH = 8;
const ACK = 16;

interface Side {
  readonly station: Station;
  readonly port: number;
  sequence: number;
}

/** One TCP conversation; sequence numbers and checksums are kept right on both sides. */
export class Conversation {
  private readonly network: Network;
  private readonly client: Side;
  private readonly server: Side;

  constructor(network: Network, client: Side, server: Side) {
    this.network = network;
    this.client = client;
    this.server = server;
  }

  send(at: Micros, payload: Uint8Array): void {
    this.packet(at, this.client, this.server, PSH | ACK, payload);
  }

  reply(at: Micros, payload: Uint8Array): void {
    this.packet(at, this.server, this.client, PSH | ACK, payload);
  }

  acknowledge(at: Micros): void {
    this.packet(at, this.client, this.server, ACK, new Uint8Array());
  }

  open(at: Micros): void {
    this.packet(at, this.client, this.server, SYN, new Uint8Array());
    this.packet(at + 310, this.server, this.client, SYN | ACK, new Uint8Array());
    this.packet(at + 450, this.client, this.server, ACK, new Uint8Array());
  }

  close(at: Micros): void {
    this.packet(at, this.client, this.server, FIN | ACK, new Uint8Array());
    this.packet(at + 290, this.server, this.client, FIN | ACK, new Uint8Array());
    this.packet(at + 420, this.client, this.server, ACK, new Uint8Array());
  }

  private packet(at: Micros, from: Side, to: Side, flags: number, payload: Uint8Array): void {
    this.network.tcp(
      at,
      from.station,
      from.port,
      to.station,
      to.port,
      from.sequence,
      (flags & SYN) !== 0 && (flags & ACK) === 0 ? 0 : to.sequence,
      flags,
      payload,
    );
    from.sequence = (from.sequence + payload.length + ((flags & (SYN | FIN)) !== 0 ? 1 : 0)) >>> 0;
  }
}

/** Collects packets from all conversations and writes them in time order. */
export class Network {
  private readonly packets: Array<{ at: Micros; bytes: Uint8Array }> = [];
  private readonly random: Random;
  private identification = 1;

  constructor(random: Random) {
    this.random = random;
  }

  /** A conversation that began before the capture did. */
  midStream(client: Station, clientPort: number, server: Station, serverPort: number): Conversation {
    const side = (station: Station, port: number): Side => ({
      station,
      port,
      sequence: this.random.integer(1, 0x7fffffff),
    });
    return new Conversation(this, side(client, clientPort), side(server, serverPort));
  }

  connect(
    client: Station,
    clientPort: number,
    server: Station,
    serverPort: number,
    at: Micros,
  ): Conversation {
    const conversation = this.midStream(client, clientPort, server, serverPort);
    conversation.open(at);
    return conversation;
  }

  arp(at: Micros, from: Station, askedFor: string): void {
    const ethernet = concat([255, 255, 255, 255, 255, 255], macBytes(from.mac), u16(0x0806));
    const body = concat(
      u16(1),
      u16(0x0800),
      [6, 4],
      u16(1),
      macBytes(from.mac),
      ipBytes(from.ip),
      [0, 0, 0, 0, 0, 0],
      ipBytes(askedFor),
    );
    this.packets.push({ at: Math.round(at), bytes: concat(ethernet, body, new Uint8Array(18)) });
  }

  tcp(
    at: Micros,
    from: Station,
    fromPort: number,
    to: Station,
    toPort: number,
    sequence: number,
    acknowledged: number,
    flags: number,
    payload: Uint8Array,
  ): void {
    const segment = concat(
      u16(fromPort),
      u16(toPort),
      u32(sequence),
      u32(acknowledged),
      [0x50, flags],
      u16(8192),
      u16(0),
      u16(0),
      payload,
    );
    const pseudo = concat(ipBytes(from.ip), ipBytes(to.ip), [0, 6], u16(segment.length), segment);
    segment.set(u16(checksum(pseudo)), 16);
    this.identification = (this.identification + 1) & 0xffff;
    const header = concat(
      [0x45, 0],
      u16(20 + segment.length),
      u16(this.identification),
      u16(0x4000),
      [64, 6],
      u16(0),
      ipBytes(from.ip),
      ipBytes(to.ip),
    );
    header.set(u16(checksum(header)), 10);
    this.packets.push({
      at: Math.round(at),
      bytes: concat(macBytes(to.mac), macBytes(from.mac), u16(0x0800), header, segment),
    });
  }

  /** A little-endian microsecond pcap of link type Ethernet. */
  pcap(): { bytes: Uint8Array; packets: number; first: Micros; last: Micros } {
    const ordered = this.packets
      .map((packet, order) => ({ ...packet, order }))
      .sort((a, b) => a.at - b.at || a.order - b.order);
    const out = new Uint8Array(24 + ordered.reduce((sum, packet) => sum + 16 + packet.bytes.length, 0));
    const view = new DataView(out.buffer);
    view.setUint32(0, 0xa1b2c3d4, true);
    view.setUint16(4, 2, true);
    view.setUint16(6, 4, true);
    view.setUint32(16, 65535, true);
    view.setUint32(20, 1, true);
    let at = 24;
    for (const packet of ordered) {
      view.setUint32(at, Math.floor(packet.at / 1_000_000), true);
      view.setUint32(at + 4, packet.at % 1_000_000, true);
      view.setUint32(at + 8, packet.bytes.length, true);
      view.setUint32(at + 12, packet.bytes.length, true);
      out.set(packet.bytes, at + 16);
      at += 16 + packet.bytes.length;
    }
    return { bytes: out, packets: ordered.length, first: ordered[0]?.at ?? 0, last: ordered.at(-1)?.at ?? 0 };
  }
}

/** MBAP header and PDU, Modbus Messaging on TCP/IP V1.0b §3.1.3. */
function modbus(transaction: number, unit: number, pdu: readonly number[]): Uint8Array {
  return concat(u16(transaction), u16(0), u16(pdu.length + 1), [unit], pdu);
}

export function modbusReadRequest(
  transaction: number,
  unit: number,
  address: number,
  quantity: number,
): Uint8Array {
  return modbus(transaction, unit, [3, ...u16(address), ...u16(quantity)]);
}

export function modbusReadReply(transaction: number, unit: number, registers: readonly number[]): Uint8Array {
  return modbus(transaction, unit, [3, registers.length * 2, ...registers.flatMap(u16)]);
}

/** Write single register: request and reply are the same bytes. */
export function modbusWrite(transaction: number, unit: number, address: number, value: number): Uint8Array {
  return modbus(transaction, unit, [6, ...u16(address), ...u16(value)]);
}

/** TPKT (RFC 1006) around a COTP TPDU (ISO 8073). */
function tpkt(cotp: readonly number[], body: ArrayLike<number> = []): Uint8Array {
  return concat([3, 0], u16(4 + cotp.length + body.length), cotp, body);
}

const JOB = 1;
const ACK_DATA = 3;

function s7Message(
  kind: number,
  reference: number,
  parameters: ArrayLike<number>,
  data: ArrayLike<number> = [],
): Uint8Array {
  const error = kind === ACK_DATA ? [0, 0] : [];
  const header = [
    0x32,
    kind,
    0,
    0,
    ...u16(reference),
    ...u16(parameters.length),
    ...u16(data.length),
    ...error,
  ];
  return tpkt([2, 0xf0, 0x80], concat(header, parameters, data));
}

function float32(value: number): number[] {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return [0, 1, 2, 3].map((index) => view.getUint8(index));
}

/** The S7 messages of the story. */
export const s7 = {
  connectionRequest: (): Uint8Array =>
    tpkt([17, 0xe0, 0, 0, 0, 1, 0, 0xc0, 1, 10, 0xc1, 2, 1, 0, 0xc2, 2, 1, 2]),
  connectionConfirm: (): Uint8Array =>
    tpkt([17, 0xd0, 0, 1, 0, 2, 0, 0xc0, 1, 10, 0xc1, 2, 1, 0, 0xc2, 2, 1, 2]),
  setupRequest: (reference: number): Uint8Array => s7Message(JOB, reference, [0xf0, 0, 0, 1, 0, 1, 1, 0xe0]),
  setupReply: (reference: number): Uint8Array =>
    s7Message(ACK_DATA, reference, [0xf0, 0, 0, 1, 0, 1, 0, 0xf0]),
  /** Read `bytes` bytes of a data block from a byte address. */
  readRequest: (reference: number, block: number, byte: number, bytes: number): Uint8Array =>
    s7Message(JOB, reference, [
      4,
      1,
      0x12,
      0x0a,
      0x10,
      2,
      ...u16(bytes),
      ...u16(block),
      0x84,
      ...u32(byte * 8).slice(1),
    ]),
  readReply: (reference: number, values: readonly number[]): Uint8Array => {
    const body = values.flatMap(float32);
    return s7Message(ACK_DATA, reference, [4, 1], [0xff, 4, ...u16(body.length * 8), ...body]);
  },
  stopRequest: (reference: number): Uint8Array =>
    s7Message(JOB, reference, [
      0x29,
      0,
      0,
      0,
      0,
      0,
      9,
      ...Array.from('P_PROGRAM', (char) => char.charCodeAt(0)),
    ]),
  stopReply: (reference: number): Uint8Array => s7Message(ACK_DATA, reference, [0x29]),
};
