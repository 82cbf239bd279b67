/** OPC UA beside ICSNPP's logs: services, channels; nodes read, written, browsed, watched; applications, users, states. */
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

/** What a service says beside its name: columns of ours by the action and kind they stand at. */
const told = (
  capture: string,
  log: string,
  fields: readonly string[],
  theirs: GoldenCase['theirs'],
  ours: string,
): GoldenCase => ({
  capture,
  log,
  fields: ['flow', ...fields],
  together: 1,
  theirs,
  isPartial: true,
  ours,
});

const said = (pattern: string): string => `nullif(regexp_extract(message, '${pattern}', 1), '')`;

const bodies = (capture: string, folder: string): readonly GoldenCase[] => [
  told(
    capture,
    `${folder}/opcua_binary_get_endpoints_description.log`,
    ['name', 'application', 'policy'],
    (line) => [flow(line, 2), cell(line, 16), cell(line, 12), cell(line, 24)?.split('#').at(-1) ?? null],
    `SELECT ${FLOW}, ${said(': (.*?) \\(')}, ${said('\\(([^)]+)\\), by')}, ${said(', by (\\S+)')} ${FROM}
      AND event_action = 'get_endpoints' AND ot_message = 'response' ORDER BY event_id`,
  ),
  told(
    capture,
    `${folder}/opcua_binary_create_session.log`,
    ['application', 'url'],
    (line) => (line[6] === 'T' ? [flow(line, 2), cell(line, 11), cell(line, 20)] : null),
    `SELECT ${FLOW}, ${said('create session: (?:.* \\()?(\\S+?)\\)? at ')}, ${said(' at (\\S+)')} ${FROM}
      AND event_action = 'create_session' AND ot_message = 'request' ORDER BY event_id`,
  ),
  told(
    capture,
    `${folder}/opcua_binary_activate_session.log`,
    ['user'],
    (line) => (line[6] === 'T' ? [flow(line, 2), cell(line, 22)] : null),
    `SELECT ${FLOW}, user_name ${FROM} AND event_action = 'activate_session' AND ot_message = 'request' ORDER BY event_id`,
  ),
  told(
    capture,
    `${folder}/opcua_binary_browse_response_references.log`,
    ['node', 'name'],
    (line) => [flow(line, 2), nodeOf(line, 18), qualified(cell(line, 26), cell(line, 27))],
    `SELECT ${FLOW}, p.ot_object, p.value_text FROM event e JOIN point p USING (event_id)
      WHERE event_dataset = 'pcap.opcua' AND event_action = 'browse' AND ot_message = 'response' ORDER BY event_id, p.ordinal`,
  ),
  nodes(
    capture,
    `${folder}/opcua_binary_create_monitored_items_create_item.log`,
    'create_monitored_items',
    11,
  ),
  told(
    capture,
    `${folder}/opcua_binary_read_results.log`,
    ['results'],
    (line) => [flow(line, 2), '1'],
    `SELECT ${FLOW}, ot_quantity ${FROM} AND event_action = 'read' AND ot_message = 'response' ORDER BY event_id`,
  ),
];

function qualified(space: string | null, name: string | null): string | null {
  return space === null || space === '0' ? name : `${space}:${name}`;
}

const MAIN = 'icsnpp-opcua-binary/open62541_client-server_mainloop.pcap';
const OTHER = 'icsnpp-opcua-binary/open62541_client-server_mainloop-not-localhost-non-standard-port.pcap';

export const opcuaGolden = defineGolden({
  protocol: 'opcua',
  cases: [
    services(MAIN, 'expected/analyzer.basic/opcua_binary.log'),
    nodes(MAIN, 'expected/analyzer.basic/opcua_binary_read_nodes_to_read.log', 'read', 11),
    nodes(MAIN, 'expected/analyzer.basic/opcua_binary_write.log', 'write', 11),
    nodes(MAIN, 'expected/analyzer.basic/opcua_binary_browse_description.log', 'browse', 11),
    ...bodies(MAIN, 'expected/analyzer.basic'),
    services(OTHER, 'expected/analyzer.non-standard-port/opcua_binary.log'),
    ...bodies(OTHER, 'expected/analyzer.non-standard-port'),
    services('icsnpp-opcua-binary/opcua_with-gap.pcap', 'expected/analyzer.data-gap/opcua_binary.log'),
  ],
});
