/** EtherNet/IP and CIP beside ICSNPP's logs: services, classes, instances, states; identity replies. */
import { cell, defineGolden, FLOW, flow } from '../golden';

const CAPTURE = 'icsnpp-enip/enip_cip_example.pcap';
const FROM = "FROM event e WHERE event_dataset = 'pcap.enip'";
/** Classes of Logix controllers, which they do not name. */
const CLASSES: Readonly<Record<string, string>> = {
  '0x68': 'Program',
  '0x69': 'Map',
  '0x70': 'Task',
  '0x8b': 'Wall Clock',
  '0x8e': 'Controller',
  '0xac': 'Change Log',
};
const number = (hex: string | null): string | null => (hex === null ? null : String(Number(hex)));

export const enipGolden = defineGolden({
  protocol: 'enip and cip',
  cases: [
    {
      capture: CAPTURE,
      log: 'expected/analyzer.basic/cip.log.gz',
      fields: ['flow', 'kind', 'sequence', 'service', 'action', 'class', 'instance', 'state'],
      together: 3,
      theirs: (line) => [
        flow(line, 2),
        cell(line, 12),
        cell(line, 11),
        number(cell(line, 13)),
        (cell(line, 14) ?? '').toLowerCase().replaceAll(' ', '_'),
        cell(line, 20) === 'unknown' ? (CLASSES[line[19] ?? ''] ?? `class ${line[19]}`) : cell(line, 20),
        number(cell(line, 21)),
        number(cell(line, 15)),
      ],
      ours: `SELECT ${FLOW}, CASE ot_message WHEN 'request' THEN 'request' ELSE 'response' END, ot_transaction_id, ot_function_code, event_action,
        regexp_extract(ot_object, '^(.*?)(?: instance .*)?$', 1), ot_address, coalesce(ot_exception_code, 0)
        ${FROM} AND event_action <> 'list_identity' ORDER BY event_id`,
    },
    {
      capture: CAPTURE,
      log: 'expected/analyzer.basic/cip_identity.log',
      fields: ['flow', 'vendor', 'type', 'product', 'revision', 'serial', 'name'],
      together: 1,
      theirs: (line) => [
        flow(line, 2),
        cell(line, 14),
        cell(line, 16),
        cell(line, 18),
        cell(line, 19),
        (cell(line, 21) ?? '').replace('0x', ''),
        cell(line, 22),
      ],
      ours: `SELECT ${FLOW}, regexp_extract(message, 'vendor (\\d+)', 1), regexp_extract(message, 'type (\\d+)', 1), regexp_extract(message, 'product (\\d+)', 1),
        regexp_extract(message, 'revision ([\\d.]+)', 1), regexp_extract(message, 'serial (\\w+)', 1), regexp_extract(message, 'identity: ([^,]+)', 1)
        ${FROM} AND event_action = 'list_identity' AND ot_message = 'response'`,
    },
  ],
});
