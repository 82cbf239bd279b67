/** DNP3 beside ICSNPP's and Zeek's logs: functions, object headers with their ranges, control blocks, indications. */
import { cell, defineGolden, FLOW, flow, type GoldenCase } from '../golden';

const FROM = "FROM event e WHERE event_dataset = 'pcap.dnp3' AND ot_function_code IS NOT NULL";
const LOGS = 'icsnpp-dnp3/dnp3_example.pcap';
const CODES: Readonly<Record<string, number>> = {
  CONFIRM: 0,
  READ: 1,
  WRITE: 2,
  SELECT: 3,
  OPERATE: 4,
  DIRECT_OPERATE: 5,
  DELAY_MEASURE: 23,
  OPEN_FILE: 25,
  CLOSE_FILE: 26,
  DELETE_FILE: 27,
  RESPONSE: 129,
  UNSOLICITED_RESPONSE: 130,
};
const OBJECTS: Readonly<Record<string, string>> = {
  'Class 0 Data': 'class 0 data',
  'Class 1 Data': 'class 1 data',
  'Class 2 Data': 'class 2 data',
  'Class 3 Data': 'class 3 data',
  'Binary Input With Status': 'g1v2',
  'Binary Input Change With Time': 'g2v2',
  'Binary Output Status': 'g10v2',
  'Control Relay Output Block': 'g12v1',
  '16-Bit Analog Input': 'g30v2',
  '16-Bit Analog Output Status': 'g40v2',
};

const codeOf = (name: string | null): string | null => (name === null ? null : String(CODES[name] ?? name));

/** Functions of Zeek: one line is a request with its response, or an unsolicited response. */
const functions = (capture: string, log: string): GoldenCase => ({
  capture,
  log,
  fields: ['flow', 'function'],
  together: 1,
  theirs: (line) =>
    [cell(line, 6), cell(line, 7)]
      .filter((name) => name !== null)
      .map((name) => [flow(line, 2), codeOf(name)]),
  isPartial: true,
  ours: `SELECT ${FLOW}, ot_function_code ${FROM} ORDER BY event_id`,
});

const zeek = (name: string): GoldenCase =>
  functions(`zeek-btest/dnp3/${name}.pcap`, `expected/scripts.base.protocols.dnp3.${name}/dnp3.log`);

export const dnp3Golden = defineGolden({
  protocol: 'dnp3',
  cases: [
    functions(LOGS, 'expected/analyzer.basic/dnp3.log'),
    {
      // Control blocks stand in a log of their own.
      capture: LOGS,
      log: 'expected/analyzer.basic/dnp3_objects.log',
      fields: ['flow', 'function', 'object', 'first', 'last', 'count'],
      together: 2,
      theirs: (line) => [
        flow(line, 2),
        codeOf(cell(line, 11)),
        OBJECTS[line[12] ?? ''] ?? cell(line, 12),
        cell(line, 14),
        cell(line, 15),
        cell(line, 13),
      ],
      ours: `SELECT flow, code, object, first, last, coalesce(told, last - first + 1) FROM (
          SELECT flow, code, ordinal, regexp_extract(piece, '(class \\d data|g\\d+v\\d+)', 1) AS object,
            try_cast(regexp_extract(piece, 'index (\\d+)', 1) AS BIGINT) AS first,
            try_cast(coalesce(nullif(regexp_extract(piece, '–(\\d+)', 1), ''), regexp_extract(piece, 'index (\\d+)', 1)) AS BIGINT) AS last,
            try_cast(regexp_extract(piece, ' ×(\\d+)', 1) AS BIGINT) AS told
          FROM (SELECT event_id AS ordinal, ${FLOW} AS flow, ot_function_code AS code,
            unnest(regexp_extract_all(message, 'class \\d data|g\\d+v\\d+[^;\\[(]*')) AS piece ${FROM}))
        WHERE object <> 'g12v1'
        ORDER BY ordinal`,
    },
    {
      capture: LOGS,
      log: 'expected/analyzer.basic/dnp3_control.log',
      fields: ['flow', 'function', 'index', 'block'],
      together: 2,
      theirs: (line) => [
        flow(line, 2),
        codeOf(cell(line, 12)),
        cell(line, 13),
        `${(cell(line, 15) ?? '').toLowerCase()} ${(cell(line, 14) ?? '').toLowerCase()} ×${line[17]} (on ${line[18]} ms, off ${line[19]} ms)`,
      ],
      ours: `SELECT ${FLOW}, ot_function_code, p.ot_address, p.value_text FROM event e JOIN point p USING (event_id)
        WHERE p.ot_object = 'g12v1' ORDER BY event_id, p.ordinal`,
    },
    ...[
      'dnp3_select_operate',
      'dnp3_del_measure',
      'dnp3_file_del',
      'dnp3_udp_write',
      'dnp3_read',
      'dnp3_file_write',
      'dnp3_udp_read',
    ].map(zeek),
  ],
});
