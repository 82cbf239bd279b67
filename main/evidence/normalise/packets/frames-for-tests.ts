/** Test support: frames of one client and one Modbus server, a millisecond apart. */
import { be16, type Frame, tcpFrame } from './capture-file';

export const TIME = 1_481_789_205_941_977;
export const CLIENT = [10, 0, 0, 1];
export const SERVER = [10, 0, 0, 2];

export function frames(...all: readonly Uint8Array[]): Frame[] {
  return all.map((bytes, index) => ({ timeUs: TIME + index * 1000, bytes }));
}

export function fromClient(
  sequence: number,
  payload: readonly number[],
  flags = 0x18,
  acknowledgement = 0,
): Uint8Array {
  return tcpFrame({
    source: CLIENT,
    destination: SERVER,
    sourcePort: 40000,
    destinationPort: 502,
    sequence,
    acknowledgement,
    flags,
    payload,
  });
}

export function fromServer(
  sequence: number,
  payload: readonly number[],
  flags = 0x18,
  acknowledgement = 0,
): Uint8Array {
  return tcpFrame({
    source: SERVER,
    destination: CLIENT,
    sourcePort: 502,
    destinationPort: 40000,
    sequence,
    acknowledgement,
    flags,
    payload,
  });
}

export function readRequest(transaction: number, address: number, quantity: number): number[] {
  return [...be16(transaction), 0, 0, 0, 6, 1, 3, ...be16(address), ...be16(quantity)];
}

export function readReply(transaction: number, values: readonly number[]): number[] {
  return [
    ...be16(transaction),
    0,
    0,
    ...be16(3 + values.length * 2),
    1,
    3,
    values.length * 2,
    ...values.flatMap(be16),
  ];
}

export function udp(source: number, destination: number, payload: readonly number[]): number[] {
  return [...be16(source), ...be16(destination), ...be16(8 + payload.length), 0, 0, ...payload];
}
