/** Modbus beside ICSNPP's and Zeek's logs: transaction, unit, function, address, quantity, values, exceptions. */
import { cell, defineGolden, FLOW, flow, type GoldenCase, snake, WHOLE_VALUES } from '../golden';

const CAPTURE = 'icsnpp-modbus/modbus_example.pcap';
const LOGS = 'expected/analyzer.basic';
const FROM = "FROM event e WHERE event_dataset = 'pcap.modbus'";

/** Their names are the specification's, but for these. */
const NAMES: Readonly<Record<string, string>> = {
  encap_interface_transport: 'encapsulated_interface_transport',
  report_slave_id: 'report_server_id',
};
const EXCEPTIONS: Readonly<Record<string, string>> = {
  illegal_function: '1',
  illegal_data_address: '2',
  illegal_data_value: '3',
  slave_device_failure: '4',
};

function functionOf(text: string | null): string | null {
  const name =
    snake(text)
      ?.replace(/_exception$/, '')
      .replace(/^unknown_/, 'function_') ?? null;
  if (name === null) return null;
  const unknown = /^function_(\d+)$/.exec(name);
  // With its exception bit, the way they print an unknown function of a response.
  return unknown ? `function_${Number(unknown[1]) & 127}` : (NAMES[name] ?? name);
}

const exceptionOf = (text: string | null): string | null => EXCEPTIONS[snake(text) ?? ''] ?? text;

/**
 * Zeek's own log: each message with its transaction, unit, function and exception. The captures it fuzzed are left out:
 * where streams are torn, both begin anew at other bytes.
 */
const messages = (capture: string, test: string): GoldenCase => ({
  capture: `zeek-btest/modbus/${capture}.pcap`,
  log: `expected/scripts.base.protocols.modbus.${test}/modbus.log`,
  fields: ['flow', 'kind', 'transaction', 'unit', 'function', 'exception'],
  together: 2,
  theirs: (line) => [
    flow(line, 2),
    line[9] === 'REQ' ? 'request' : 'response',
    cell(line, 6),
    cell(line, 7),
    functionOf(cell(line, 8)),
    exceptionOf(cell(line, 10)),
  ],
  ours: `SELECT ${FLOW}, CASE ot_message WHEN 'request' THEN 'request' ELSE 'response' END, ot_transaction_id, ot_unit_id, event_action,
    ot_exception_code ${FROM} ORDER BY event_id`,
});

/** What a request that writes is to read as well. */
const READ_FROM = "TRY_CAST(regexp_extract(message, 'read (\\d+)', 1) AS BIGINT)";
const READ_TO = "TRY_CAST(regexp_extract(message, 'read \\d+–(\\d+)', 1) AS BIGINT)";

export const modbusGolden = defineGolden({
  protocol: 'modbus',
  cases: [
    {
      capture: CAPTURE,
      log: `${LOGS}/modbus_detailed.log`,
      fields: [
        'flow',
        'kind',
        'transaction',
        'unit',
        'function',
        'address',
        'quantity',
        'values',
        'exception',
      ],
      together: 2,
      // One line is a request with its response; those that found no mate are one message.
      theirs: (line) => {
        const ends = flow(line, 2);
        const about = [cell(line, 6), cell(line, 7), functionOf(cell(line, 8)), cell(line, 9)];
        const isFile = (cell(line, 8) ?? '').endsWith('FILE_RECORD');
        // How many wait in a queue is told by the response.
        const isQueue = line[8] === 'READ_FIFO_QUEUE';
        const quantity = isFile || cell(line, 9) === null ? null : cell(line, 10);
        if (cell(line, 14) !== 'T') return null;
        return [
          [ends, 'request', ...about, isQueue ? null : quantity, cell(line, 11), null],
          [ends, 'response', ...about, quantity, cell(line, 12), exceptionOf(cell(line, 19))],
        ];
      },
      ours: `SELECT ${FLOW}, CASE ot_message WHEN 'request' THEN 'request' ELSE 'response' END, ot_transaction_id, ot_unit_id,
        event_action, ot_address, ot_quantity, ${WHOLE_VALUES}, ot_exception_code ${FROM} ORDER BY event_id`,
      isPartial: true,
    },
    {
      capture: CAPTURE,
      log: `${LOGS}/modbus_mask_write_register.log`,
      fields: ['flow', 'kind', 'transaction', 'unit', 'function', 'address', 'and', 'or'],
      together: 2,
      theirs: (line) => [
        flow(line, 2),
        snake(cell(line, 15)),
        cell(line, 12),
        cell(line, 13),
        functionOf(cell(line, 14)),
        cell(line, 16),
        cell(line, 17),
        cell(line, 18),
      ],
      ours: `SELECT ${FLOW}, ot_message, ot_transaction_id, ot_unit_id, event_action, ot_address,
        ('0x' || regexp_extract(message, 'AND 0x([0-9a-f]+)', 1))::BIGINT, ('0x' || regexp_extract(message, 'OR 0x([0-9a-f]+)', 1))::BIGINT
        ${FROM} AND ot_function_code = 22 ORDER BY event_id`,
    },
    {
      capture: CAPTURE,
      log: `${LOGS}/modbus_read_write_multiple_registers.log`,
      fields: [
        'flow',
        'kind',
        'transaction',
        'unit',
        'function',
        'write',
        'written',
        'read',
        'quantity',
        'values',
      ],
      together: 2,
      theirs: (line) => [
        flow(line, 2),
        snake(cell(line, 15)),
        cell(line, 12),
        cell(line, 13),
        functionOf(cell(line, 14)),
        cell(line, 16),
        cell(line, 17),
        cell(line, 18),
        cell(line, 19),
        cell(line, 20),
      ],
      ours: `SELECT ${FLOW}, ot_message, ot_transaction_id, ot_unit_id, event_action,
        CASE ot_message WHEN 'request' THEN ot_address END, CASE ot_message WHEN 'request' THEN ${WHOLE_VALUES} END,
        CASE ot_message WHEN 'request' THEN ${READ_FROM} ELSE ot_address END,
        CASE ot_message WHEN 'request' THEN coalesce(${READ_TO} - ${READ_FROM} + 1, 1) ELSE ot_quantity END,
        CASE ot_message WHEN 'response' THEN ${WHOLE_VALUES} END
        ${FROM} AND ot_function_code = 23 ORDER BY event_id`,
    },
    {
      capture: CAPTURE,
      log: `${LOGS}/modbus.log`,
      fields: ['function', 'exception'],
      together: 0,
      theirs: (line) => [functionOf(cell(line, 6)), exceptionOf(cell(line, 7))],
      ours: `SELECT event_action, ot_exception_code ${FROM} AND ot_message <> 'request' ORDER BY event_id`,
    },
    messages('modbus-and-non-modbus-p502', 'modbus_and_non_modbus_on_port_502'),
  ],
});
