/** Omron FINS beside ICSNPP's logs: commands, nodes, areas with addresses and counts, files. */
import { type Cells, cell, defineGolden, FLOW, flow, snake } from '../golden';

const CAPTURE = 'icsnpp-omron-fins/omron.pcap';
const LOGS = 'expected/tests.omron_fins';
const FROM = "FROM event e WHERE event_dataset = 'pcap.fins'";
const KIND = "CASE ot_message WHEN 'request' THEN 'command' ELSE 'response' END";

/** The name: of the program area they print other numbers than the wire has (0x0301 for 0x0304 and so on). */
const NAMES: Readonly<Record<string, string>> = {
  message_read_message_clear_fal_fals_read: 'message_read_clear',
  parameter_area_file_transer: 'parameter_area_file_transfer',
  access_right_forced_acquire: 'access_right_forced_acquire',
};

function nameOf(text: string | null): string | null {
  const name = snake(text);
  return name === null ? null : (NAMES[name] ?? name);
}

const kindOf = (text: string | null): string | null => snake(text)?.replace(/_\d$/, '') ?? null;

/** Flow, command, kind. */
const head = (line: readonly string[], at: number): Cells => [
  flow(line, 1),
  nameOf(cell(line, at)),
  kindOf(cell(line, at + 1)),
];

export const finsGolden = defineGolden({
  protocol: 'fins',
  cases: [
    {
      capture: CAPTURE,
      log: `${LOGS}/omron_fins_general.log`,
      fields: ['flow', 'command', 'kind', 'node', 'transaction'],
      together: 3,
      theirs: (line) => [
        flow(line, 1),
        nameOf(cell(line, 23)),
        kindOf(cell(line, 13)),
        null,
        number(cell(line, 22)),
      ],
      ours: `SELECT ${FLOW}, event_action, ${KIND}, ot_unit_id, ot_transaction_id ${FROM} AND ot_function_code IS NOT NULL ORDER BY event_id`,
    },
    {
      capture: CAPTURE,
      log: `${LOGS}/omron_fins_detail.log`,
      fields: ['flow', 'command', 'kind', 'area', 'address', 'count'],
      together: 3,
      theirs: (line) => {
        const isArea = /Memory Area (?:Read|Write|Fill) \(0x010[123]\)/.test(line[5] ?? '');
        if (!isArea || line[7] === '-') return null;
        const address = cell(line, 8);
        return [
          ...head(line, 5),
          areaOf(cell(line, 7)),
          address === null ? null : String(Number.parseInt(address.slice(2, 6), 16)),
          cell(line, 9),
        ];
      },
      isPartial: true,
      ours: `SELECT ${FLOW}, event_action, ${KIND}, ot_object, ot_address, ot_quantity ${FROM} ORDER BY event_id`,
    },
    {
      capture: CAPTURE,
      log: `${LOGS}/omron_fins_file.log`,
      fields: ['flow', 'command', 'kind', 'file'],
      together: 3,
      // Answers that list files have a line for each.
      theirs: (line) =>
        kindOf(cell(line, 6)) === 'command'
          ? [...head(line, 5), cell(line, 23) ?? cell(line, 29) ?? cell(line, 11)]
          : null,
      isPartial: true,
      ours: `SELECT ${FLOW}, event_action, ${KIND}, file_path ${FROM} ORDER BY event_id`,
    },
    {
      capture: CAPTURE,
      log: `${LOGS}/omron_fins_error.log`,
      fields: ['flow', 'command', 'kind'],
      together: 3,
      theirs: (line) => (kindOf(cell(line, 6)) === 'command' ? head(line, 5) : null),
      isPartial: true,
      ours: `SELECT ${FLOW}, event_action, ${KIND} ${FROM} ORDER BY event_id`,
    },
  ],
});

function number(hex: string | null): string | null {
  return hex === null ? null : String(Number(hex));
}

/** Their words for an area name several; ours is the one by its number. */
function areaOf(text: string | null): string | null {
  const found = /\((0x[0-9a-f]+)\)$/i.exec(text ?? '');
  const areas: Readonly<Record<string, string>> = {
    '0x00': 'CIO bit',
    '0x01': 'T/C flag',
    '0x02': 'DM bit',
    '0x80': 'CIO',
    '0x81': 'T/C',
    '0x82': 'DM',
  };
  return areas[found?.[1]?.toLowerCase() ?? ''] ?? null;
}
