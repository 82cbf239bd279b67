/** HART-IP beside ICSNPP's logs: messages, transactions, states, devices, commands; what universal commands tell. */
import { cell, defineGolden, FLOW, flow, hexOf, snake } from '../golden';

const FROM = "FROM event e WHERE event_dataset = 'pcap.hart-ip'";

const VALUES =
  "(SELECT string_agg(CASE WHEN value IS NULL OR isnan(value) THEN 'nan' ELSE value::DECIMAL(38, 6)::VARCHAR END, ',' ORDER BY ordinal) FROM point p WHERE p.event_id = e.event_id)";
const said = (pattern: string): string => `regexp_extract(message, '${pattern}', 1)`;

/** Their words for what ours names otherwise. */
const ACTIONS: Readonly<Record<string, string>> = {
  token_passing_pdu: 'pass_through',
  read_dynamic_variable: 'read_dynamic_variables',
  read_device_variable: 'read_device_variables_with_status',
  read_tag: 'read_tag_descriptor_date',
  read_additional_device_status: 'read_additional_status',
};

/** Which command a line of the log of universal commands is about, and what it tells, in order. */
function universal(line: readonly string[]): readonly [string, string] | null {
  const list = (...places: readonly number[]): string =>
    places.flatMap((at) => cell(line, at) ?? []).join(',');
  const text = (at: number): string => (cell(line, at) ?? '').replace(/(?:\\x00)+$/, '');
  if (cell(line, 7)) return ['read_unique_identifier', list(23, 10, 11, 12, 13)];
  if (cell(line, 38) && !cell(line, 37)?.includes('nan')) return ['read_primary_variable', list(38)];
  if (cell(line, 43)) return ['read_dynamic_variables', list(41, 43, 45, 47, 49)];
  if (cell(line, 40)) return ['read_loop_current', list(39, 40)];
  if (cell(line, 76)) return ['read_device_variables_with_status', list(76, 84, 92, 100)];
  if (cell(line, 169)) return ['read_message', text(169)];
  if (cell(line, 170)) return ['read_tag_descriptor_date', `${text(170)},${text(171)}`];
  if (cell(line, 194)) return ['read_long_tag', text(194)];
  return cell(line, 228) ? ['read_additional_status', hexOf(cell(line, 228)) ?? ''] : null;
}

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
    {
      capture: 'icsnpp-hart-ip/hart-ip.pcap',
      log: 'expected/tests.hart_ip/hart_ip_universal_commands.log',
      fields: ['flow', 'action', 'told'],
      together: 2,
      theirs: (line) => {
        const told = universal(line);
        return told === null ? null : [flow(line, 2), ...told];
      },
      isPartial: true,
      ours: `SELECT ${FLOW}, event_action, CASE ot_function_code
          WHEN 0 THEN concat_ws(',', ${said('id (\\d+)')}, ${said('HART (\\d+)')}, ${said('revision (\\d+)')}, ${said('software (\\d+)')}, ${said('hardware (\\d+)')})
          WHEN 12 THEN ${said('“(.*)”')} WHEN 13 THEN replace(${said('tag “(.*)”')}, '”, “', ',') WHEN 20 THEN ${said('“(.*)”')}
          WHEN 48 THEN ${said(': ([0-9a-f]{12})')}
          ELSE ${VALUES} END ${FROM} AND ot_message = 'response' ORDER BY event_id`,
    },
  ],
});
