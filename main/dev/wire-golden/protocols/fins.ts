/** Omron FINS beside ICSNPP's logs: commands, nodes, areas with addresses and counts, files. */
import { type Cells, cell, defineGolden, FLOW, flow, type ReadLine, snake } from '../golden';

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
      fields: ['flow', 'command', 'kind', 'area', 'address', 'count', 'detail', 'refusal'],
      together: 3,
      // Several areas, and the two of a transfer, stand on a line each: the first is compared, then how many.
      theirs: () => null,
      begin,
      isPartial: true,
      ours: `SELECT ${FLOW}, event_action, ${KIND}, regexp_replace(ot_object, ' \\d+\\.\\d+$', ''), ot_address, ot_quantity,
        CASE ot_function_code WHEN 1025 THEN regexp_extract(message, ' in (\\w+)', 1) WHEN 1794 THEN regexp_extract(message, ' to ([\\d-]+ \\d+:\\d+)', 1)
          WHEN 8961 THEN regexp_extract(message, '(released and \\w+)', 1) END,
        CASE WHEN ot_message <> 'request' THEN coalesce(ot_exception_code, 0) END ${FROM} AND ot_function_code IS NOT NULL ORDER BY event_id`,
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

/** Lists have a line for each entry; what a message is about stands on its first. */
function begin(): ReadLine {
  let before = '';
  return (line) => {
    const kind = kindOf(cell(line, 6));
    const key = `${line[5]} ${line[6]}`;
    const isNext =
      key === before &&
      LISTED.test(line[5] ?? '') &&
      (kind === 'response' || !/0x0104|0x0502/.test(line[5] ?? ''));
    before = key;
    // The second area of a request for two, and the target of a transfer.
    if (isNext || /\(Destination\)|\(0x40\)/.test(line[7] ?? '')) return null;
    if (kind !== 'response') return [...head(line, 5), ...targetOf(line), detailOf(line), null];
    const refusal = /\((0x[0-9a-f]{4})\)$/i.exec(line[14] ?? '')?.[1] ?? null;
    return [...head(line, 5), null, null, null, null, refusal === null ? null : String(Number(refusal))];
  };
}
const LISTED = /\(0x(?:0104|022[01]|0502|2301)\)/;

/** Object, first address and count of a command's line; null where the line does not tell, or names one of several. */
function targetOf(line: readonly string[]): Cells {
  const code = line[5] ?? '';
  const last = (at: number): string | null => /\((0x[0-9a-f]+)\)/i.exec(line[at] ?? '')?.[1] ?? null;
  const program = cell(line, 36) === null || !/0x030[3-7]|0x040/.test(code) ? null : `program ${line[36]}`;
  if (/\(0x020[123]\)/.test(code))
    return [PARAMETERS[last(10) ?? ''] ?? null, number(cell(line, 11)), cell(line, 12)];
  if (program !== null) {
    const hasWords = /\(0x030[34]\)/.test(code);
    return [program, hasWords ? number(cell(line, 11)) : null, hasWords ? cell(line, 41) : null];
  }
  if (/\(0x2301\)/.test(code)) return [areaOf(last(7)), null, cell(line, 125)];
  const address = cell(line, 8);
  const first = address === null ? null : String(Number.parseInt(address.slice(2, 6), 16));
  const count = /\(0x230A\)/i.test(code) ? cell(line, 61) : cell(line, 9);
  return [areaOf(last(7)), first, count];
}

/** Mode of a start, moment of a clock, kind of a force. */
function detailOf(line: readonly string[]): string | null {
  const code = line[5] ?? '';
  if (code.includes('(0x0401)')) return /Monitor|Debug|Run/.exec(line[42] ?? '')?.[0].toLowerCase() ?? null;
  const two = (at: number): string => (line[at] ?? '').padStart(2, '0');
  if (code.includes('(0x0702)')) return `${line[16]}-${two(17)}-${two(18)} ${two(19)}:${two(20)}`;
  return code.includes('(0x2301)') && (line[126] ?? '').includes('OFF') ? 'released and off' : null;
}

const PARAMETERS: Readonly<Record<string, string>> = {
  '0x8002': 'CPU bus unit settings',
  '0x8010': 'PC setup',
  '0x8011': 'peripheral device settings',
  '0x8012': 'I/O tables',
  '0x8013': 'routing tables',
};

/** Our name of an area by the number they print. */
function areaOf(code: string | null): string | null {
  const areas: Readonly<Record<string, string>> = {
    '0x00': 'CIO bit',
    '0x01': 'T/C flag',
    '0x02': 'DM bit',
    '0x03': 'transition flag',
    '0x04': 'step flag',
    '0x05': 'forced status bit',
    '0x1b': 'action flag',
    '0x40': 'CIO forced bit',
    '0x80': 'CIO',
    '0x81': 'T/C',
    '0x82': 'DM',
    '0x85': 'forced status',
    '0x98': 'EM',
  };
  const bank = /^0x9([0-7])$/.exec(code ?? '');
  return bank ? `E${bank[1]}` : (areas[code?.toLowerCase() ?? ''] ?? null);
}
