/** PROFINET connection management beside ICSNPP's log: calls by operation, kind and sequence. */
import { cell, defineGolden, FLOW, flow, snake } from '../golden';

const FROM = "FROM event e WHERE event_dataset = 'pcap.profinet-cm'";
const KINDS: Readonly<Record<string, string>> = {
  Request: 'request',
  Response: 'response',
};

export const profinetGolden = defineGolden({
  protocol: 'profinet',
  cases: [
    {
      capture: 'icsnpp-profinet-io-cm/profinet_io_cm.pcap',
      log: 'expected/tests.profinet_io_cm/profinet_io_cm.log.gz',
      fields: ['flow', 'kind', 'operation', 'sequence'],
      together: 1,
      theirs: (line) => [
        flow(line, 4),
        KINDS[line[10] ?? ''] ?? null,
        KINDS[line[10] ?? ''] ? snake(cell(line, 31)) : null,
        cell(line, 30),
      ],
      isPartial: true,
      ours: `SELECT ${FLOW}, CASE ot_message WHEN 'exception' THEN 'response' ELSE ot_message END, event_action, ot_transaction_id ${FROM} ORDER BY event_id`,
    },
  ],
});
