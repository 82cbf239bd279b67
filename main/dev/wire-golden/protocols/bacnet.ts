/** BACnet beside ICSNPP's logs: services, invoke ids, kinds of answer; objects, properties, values; who is there. */
import { cell, defineGolden, FLOW, flow, type GoldenCase, snake } from '../golden';

const FROM = "FROM event e WHERE event_dataset = 'pcap.bacnet'";
const VALUE =
  "(SELECT string_agg(coalesce(value_text, regexp_replace(value::DECIMAL(38, 6)::VARCHAR, '\\.?0+$', '')), ',' ORDER BY ordinal) FROM point p WHERE p.event_id = e.event_id)";
const KINDS: Readonly<Record<string, string>> = {
  CONFIRMED_REQUEST: 'request',
  SIMPLE_ACK: 'response',
  COMPLEX_ACK: 'response',
  ERROR_PDU: 'exception',
  REJECT_PDU: 'exception',
  ABORT_PDU: 'exception',
};

const services = (capture: string, log: string): GoldenCase => ({
  capture,
  log,
  fields: ['flow', 'kind', 'service', 'invoke', 'result'],
  together: 1,
  theirs: (line) => {
    const isBare = line[12] === 'REJECT_PDU' || line[12] === 'ABORT_PDU';
    return [
      flow(line, 2),
      KINDS[line[12] ?? ''] ?? null,
      isBare ? null : cell(line, 13),
      cell(line, 14),
      cell(line, 15) === 'password-failure' ? String(5 * 256 + 26) : null,
    ];
  },
  ours: `SELECT ${FLOW}, ot_message, event_action, ot_transaction_id, ot_exception_code ${FROM} ORDER BY event_id`,
});

/** Words of enumerated values, which we keep as the numbers of the wire (ASHRAE 135 §21). */
const WORDS: Readonly<Record<string, string>> = {
  false: '0',
  true: '1',
  normal: '0',
  hertz: '27',
  percent: '98',
  kilograms: '39',
  'kilowatt-hours': '19',
  liters: '82',
  'degrees-celsius': '62',
  lumens: '36',
  volts: '5',
};

const properties = (capture: string, log: string): GoldenCase => ({
  capture,
  log,
  fields: ['flow', 'kind', 'invoke', 'service', 'object', 'instance', 'property', 'value'],
  together: 1,
  theirs: (line) => [
    flow(line, 2),
    (cell(line, 12) ?? '').endsWith('-ack') ? 'response' : 'request',
    cell(line, 11),
    (snake(cell(line, 12)) ?? '').replace(/_(?:request|ack)$/, ''),
    cell(line, 13),
    cell(line, 14),
    cell(line, 15),
    // Times in values are masked in the log.
    (cell(line, 17) ?? 'X').includes('X') ? null : (WORDS[cell(line, 17) ?? ''] ?? cell(line, 17)),
  ],
  isPartial: true,
  ours: `SELECT ${FLOW}, ot_message, ot_transaction_id, event_action, ot_object, ot_address,
    unnest(string_split(regexp_extract(message, ' \\d+ ([a-z-]+(?:, [a-z-]+)*)', 1), ', ')), ${VALUE}
    ${FROM} AND ot_object IS NOT NULL ORDER BY event_id`,
});

const discovery = (capture: string, log: string): GoldenCase => ({
  capture,
  log,
  fields: ['flow', 'service', 'object', 'instance'],
  together: 1,
  theirs: (line) => [flow(line, 2), snake(cell(line, 11)), cell(line, 14), cell(line, 15)],
  ours: `SELECT ${FLOW}, event_action, ot_object, ot_address ${FROM} AND event_action IN ('who_is', 'i_am', 'who_has', 'i_have') ORDER BY event_id`,
});

const EXAMPLE = 'icsnpp-bacnet/bacnet_example.pcap';
const ERRORS = 'icsnpp-bacnet/bacnet_error_reject_abort.pcap';

export const bacnetGolden = defineGolden({
  protocol: 'bacnet',
  cases: [
    services(EXAMPLE, 'expected/analyzer.basic/bacnet.log.gz'),
    properties(EXAMPLE, 'expected/analyzer.basic/bacnet_property.log.gz'),
    discovery(EXAMPLE, 'expected/analyzer.basic/bacnet_discovery.log'),
    services(ERRORS, 'expected/analyzer.error-reject-abort/bacnet.log'),
    properties(ERRORS, 'expected/analyzer.error-reject-abort/bacnet_property.log'),
    discovery(ERRORS, 'expected/analyzer.error-reject-abort/bacnet_discovery.log'),
  ],
});
