/** HART-IP beside ICSNPP's log: messages, transactions, states, devices, commands and their sizes. */
import { cell, defineGolden, FLOW, flow, hexOf, snake } from '../golden';

const FROM = "FROM event e WHERE event_dataset = 'pcap.hart-ip'";

/** Their words for what ours names otherwise. */
const ACTIONS: Readonly<Record<string, string>> = {
  token_passing_pdu: 'pass_through',
  read_dynamic_variable: 'read_dynamic_variables',
  read_device_variable: 'read_device_variables_with_status',
  read_tag: 'read_tag_descriptor_date',
  read_additional_device_status: 'read_additional_status',
};

export const hartGolden = defineGolden({
  protocol: 'hart-ip',
  cases: [
    {
      capture: 'icsnpp-hart-ip/hart-ip.pcap',
      log: 'expected/tests.hart_ip/hart_ip_general.log',
      fields: ['flow', 'kind', 'action', 'transaction', 'device', 'response'],
      together: 1,
      theirs: (line) => {
        const action = snake(cell(line, 23)) ?? snake(cell(line, 11));
        return [
          flow(line, 2),
          snake(cell(line, 10)),
          ACTIONS[action ?? ''] ?? action,
          cell(line, 13),
          hexOf(cell(line, 22)),
          cell(line, 12) === 'Success' ? null : cell(line, 12),
        ];
      },
      ours: `SELECT ${FLOW}, CASE ot_message WHEN 'exception' THEN 'response' ELSE ot_message END, event_action, ot_transaction_id, ot_object, ot_exception_code ${FROM} ORDER BY event_id`,
    },
  ],
});
