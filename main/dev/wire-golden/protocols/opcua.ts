/** OPC UA beside ICSNPP's logs: messages, services by their encoding, channels, requests; nodes read, written, browsed. */
import { type Cells, cell, defineGolden, FLOW, flow, type GoldenCase } from '../golden';

const FROM = "FROM event e WHERE event_dataset = 'pcap.opcua'";

const services = (capture: string, log: string): GoldenCase => ({
  capture,
  log,
  fields: ['flow', 'service', 'channel', 'action'],
  together: 1,
  // One line is a hello, an acknowledgement, or a request with its response.
  theirs: (line) => {
    const ends = flow(line, 2);
    if (line[6] === 'HEL') return [ends, null, null, 'hello'];
    if (line[6] === 'ACK') return [ends, null, null, 'acknowledge'];
    // A channel is opened under its old number and answered under its new one.
    const channels = (cell(line, 17) ?? '').split(',');
    const found: Cells[] = [];
    for (const [at, text] of line.entries()) {
      const name = /^([A-Z]\w+)(?:Request|Response)$/.exec(text)?.[1];
      if (name === undefined) continue;
      const channel = channels[found.length] ?? channels[0] ?? null;
      const action = name.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase();
      found.push([ends, cell(line, at - 1), channel, action]);
    }
    return found.length > 0 ? found : null;
  },
  isPartial: true,
  ours: `SELECT ${FLOW}, ot_function_code, ot_unit_id, event_action ${FROM} ORDER BY event_id`,
});

/** Node ids as they print them: encoding, namespace, number, text. */
function nodeOf(line: readonly string[], at: number): string | null {
  const [space, number, text] = [cell(line, at + 1), cell(line, at + 2), cell(line, at + 3)];
  const prefix = space === null || space === '0' ? '' : `ns=${space};`;
  return text !== null ? `${prefix}s=${text}` : number !== null ? `${prefix}i=${number}` : null;
}

const nodes = (capture: string, log: string, action: string, at: number): GoldenCase => ({
  capture,
  log,
  fields: ['flow', 'node'],
  together: 1,
  theirs: (line) => (line[6] === 'T' ? [flow(line, 2), nodeOf(line, at)] : null),
  ours: `SELECT ${FLOW}, ot_object ${FROM} AND event_action = '${action}' AND ot_message = 'request' ORDER BY event_id`,
});

const MAIN = 'icsnpp-opcua-binary/open62541_client-server_mainloop.pcap';
const OTHER = 'icsnpp-opcua-binary/open62541_client-server_mainloop-not-localhost-non-standard-port.pcap';

export const opcuaGolden = defineGolden({
  protocol: 'opcua',
  cases: [
    services(MAIN, 'expected/analyzer.basic/opcua_binary.log'),
    nodes(MAIN, 'expected/analyzer.basic/opcua_binary_read_nodes_to_read.log', 'read', 11),
    nodes(MAIN, 'expected/analyzer.basic/opcua_binary_write.log', 'write', 11),
    nodes(MAIN, 'expected/analyzer.basic/opcua_binary_browse_description.log', 'browse', 11),
    services(OTHER, 'expected/analyzer.non-standard-port/opcua_binary.log'),
    services('icsnpp-opcua-binary/opcua_with-gap.pcap', 'expected/analyzer.data-gap/opcua_binary.log'),
  ],
});
