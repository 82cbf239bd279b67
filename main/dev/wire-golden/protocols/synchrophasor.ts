/** Synchrophasors beside ICSNPP's logs: commands, configurations, measured phasors, frequency, analogs, digitals. */
import { cell, defineGolden, FLOW, flow, type GoldenCase } from '../golden';

const FROM = "FROM event e WHERE event_dataset = 'pcap.synchrophasor'";
const VALUES =
  "(SELECT string_agg(coalesce(value_text, value::DECIMAL(38, 6)::VARCHAR), ',' ORDER BY ordinal) FROM point p WHERE p.event_id = e.event_id)";
const COMMANDS: Readonly<Record<string, string>> = {
  'Data on': 'data_on',
  'Data off': 'data_off',
  'Send HDR': 'send_header',
  'Send CFG-1': 'send_configuration_1',
  'Send CFG-2': 'send_configuration_2',
  'Send CFG-3': 'send_configuration_3',
};

function list(line: readonly string[], at: number): readonly string[] {
  const text = cell(line, at);
  return text === null || text === '(empty)' ? [] : text.split(',');
}

/** Real and imaginary part of each phasor, or magnitude and angle, whichever is filled; frequency and its change. */
function measured(line: readonly string[], rocofUnit: number): string {
  const [real, imaginary, magnitude, angle] = [
    list(line, 20),
    list(line, 21),
    list(line, 22),
    list(line, 23),
  ];
  const isPolar = magnitude.some((text) => Number(text) !== 0);
  const [one, two] = isPolar ? [magnitude, angle] : [real, imaginary];
  const phasors = one.flatMap((text, at) => [text, two[at] ?? '']);
  const rest = [
    String(50 + Number(line[24]) / 1000),
    String(Number(line[25]) * rocofUnit),
    ...list(line, 26),
    ...list(line, 27),
  ];
  return [...phasors, ...rest].map((text) => Number(text).toFixed(6)).join(',');
}

/** `rocofUnit`: they print the integer of the wire, which counts hundredths of Hz/s (C37.118.2 §6.3.1). */
const cases = (name: string, folder: string, rocofUnit: number): readonly GoldenCase[] => [
  {
    capture: `icsnpp-synchrophasor/${name}`,
    log: `expected/${folder}/synchrophasor_cmd.log`,
    fields: ['flow', 'command'],
    together: 1,
    theirs: (line) => [flow(line, 2), COMMANDS[line[10] ?? ''] ?? cell(line, 10)],
    ours: `SELECT ${FLOW}, event_action ${FROM} AND ot_message = 'request' ORDER BY event_id`,
  },
  {
    capture: `icsnpp-synchrophasor/${name}`,
    log: `expected/${folder}/synchrophasor_cfg_detail.log`,
    fields: ['flow', 'station', 'phasors', 'analogs', 'digitals'],
    together: 1,
    theirs: (line) => [flow(line, 2), cell(line, 12), cell(line, 19), cell(line, 20), cell(line, 21)],
    ours: `SELECT ${FLOW}, ot_object, regexp_extract(message, '(\\d+) phasors?', 1), regexp_extract(message, '(\\d+) analogs?', 1),
      regexp_extract(message, '(\\d+) digital words?', 1) ${FROM} AND event_action LIKE 'configuration%' ORDER BY event_id`,
  },
  {
    capture: `icsnpp-synchrophasor/${name}`,
    log: `expected/${folder}/synchrophasor_data_detail.log`,
    fields: ['flow', 'trigger', 'measured'],
    together: 1,
    theirs: (line) => [flow(line, 2), cell(line, 11), measured(line, rocofUnit)],
    ours: `SELECT ${FLOW}, coalesce(nullif(regexp_extract(message, 'trigger (\\d+)', 1), ''), '0'), ${VALUES} ${FROM} AND event_action = 'data' ORDER BY event_id`,
  },
];

export const synchrophasorGolden = defineGolden({
  protocol: 'synchrophasor',
  cases: [
    ...cases('C37.118_1PMU_TCP.pcap', 'analyzer.1PMU_TCP', 0.01),
    ...cases('C37.118_1PMU_UDP.pcap', 'analyzer.1PMU_UDP', 0.01),
    ...cases('C37.118_1PMU_UDP_minimal_otherport.pcap', 'analyzer.1PMU_UDP_otherport', 0.01),
  ],
});
