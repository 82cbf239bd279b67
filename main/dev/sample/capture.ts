/** `plant-network.pcap`: normal Modbus and S7 polling, and inside it one write and one PLC stop. */
import { modbusReadReply, modbusReadRequest, modbusWrite, Network, s7 } from './packets';
import type { Random } from './random';
import { chlorine, flow, HOSTS, MINUTE, MOMENTS, SECOND, SETPOINT, utc } from './story';

const START = utc('2026-03-16T12:15:00');
const END = START + 30 * MINUTE;

export interface CaptureFacts {
  readonly packets: number;
  readonly modbusMessages: number;
  readonly s7Messages: number;
  readonly first: number;
  readonly last: number;
}

/** Builds the capture; packets are in time order. */
export function plantCapture(random: Random): { bytes: Uint8Array; facts: CaptureFacts } {
  const network = new Network(random);
  let modbusMessages = 0;
  let s7Messages = 0;

  const dosing = network.midStream(HOSTS.scada, 49210, HOSTS.dosing, 502);
  let transaction = 4000;
  for (let at = START + 120_000; at < END; at += SECOND) {
    transaction = (transaction + 1) & 0xffff;
    const registers = Array.from({ length: 24 }, (_, index) => 200 + index);
    registers[0] = Math.round(chlorine(at) * 100);
    registers[SETPOINT.register] = at < MOMENTS.setpointWrite ? SETPOINT.normal : SETPOINT.attacked;
    const sent = at + random.integer(0, 4000);
    dosing.send(sent, modbusReadRequest(transaction, 1, 0, registers.length));
    dosing.reply(sent + random.integer(1800, 5200), modbusReadReply(transaction, 1, registers));
    dosing.acknowledge(sent + random.integer(6000, 9000));
    modbusMessages += 2;
  }

  const pump = network.midStream(HOSTS.scada, 49377, HOSTS.pump, 102);
  let reference = 900;
  for (let at = START + 610_000; at < END; at += 2 * SECOND) {
    reference = (reference + 1) & 0xffff;
    const sent = at + random.integer(0, 5000);
    pump.send(sent, s7.readRequest(reference, 10, 0, 8));
    pump.reply(
      sent + random.integer(2500, 7000),
      s7.readReply(reference, [flow(at), at < MOMENTS.plcStop ? 1 : 0]),
    );
    pump.acknowledge(sent + random.integer(8000, 12000));
    s7Messages += 2;
  }

  const write = network.connect(
    HOSTS.engineering,
    50233,
    HOSTS.dosing,
    502,
    MOMENTS.setpointWrite - 2.2 * SECOND,
  );
  write.send(MOMENTS.setpointWrite - 1.6 * SECOND, modbusReadRequest(1, 1, SETPOINT.register, 1));
  write.reply(MOMENTS.setpointWrite - 1.596 * SECOND, modbusReadReply(1, 1, [SETPOINT.normal]));
  write.send(MOMENTS.setpointWrite, modbusWrite(2, 1, SETPOINT.register, SETPOINT.attacked));
  write.reply(MOMENTS.setpointWrite + 3914, modbusWrite(2, 1, SETPOINT.register, SETPOINT.attacked));
  write.close(MOMENTS.setpointWrite + 0.9 * SECOND);
  modbusMessages += 4;

  const stop = network.connect(HOSTS.engineering, 50241, HOSTS.pump, 102, MOMENTS.plcStop - 3 * SECOND);
  stop.send(MOMENTS.plcStop - 2.9 * SECOND, s7.connectionRequest());
  stop.reply(MOMENTS.plcStop - 2.894 * SECOND, s7.connectionConfirm());
  stop.send(MOMENTS.plcStop - 2.8 * SECOND, s7.setupRequest(1));
  stop.reply(MOMENTS.plcStop - 2.795 * SECOND, s7.setupReply(1));
  stop.send(MOMENTS.plcStop, s7.stopRequest(2));
  stop.reply(MOMENTS.plcStop + 5120, s7.stopReply(2));
  stop.close(MOMENTS.plcStop + 1.4 * SECOND);
  s7Messages += 4;

  for (let at = START + 7 * SECOND; at < END; at += 47 * SECOND) {
    network.arp(at + random.integer(0, SECOND), HOSTS.unknown, '10.20.40.1');
  }

  const { bytes, packets, first, last } = network.pcap();
  return { bytes, facts: { packets, modbusMessages, s7Messages, first, last } };
}
