/** S7comm beside ICSNPP's logs: reference, function, sub-function, error; blocks moved; system status lists read. */
import { cell, defineGolden, FLOW, flow, type GoldenCase } from '../golden';

const FROM = "FROM event e WHERE event_dataset = 'pcap.s7comm'";
/** The reference as they print it: low byte first, while the wire has the high one there (RFC 1006 aside). */
const REFERENCE = '((ot_transaction_id & 255) << 8) | (ot_transaction_id >> 8)';
const KIND = "CASE ot_message WHEN 'request' THEN 'request' ELSE 'response' END";

/** Our actions by their function, then by sub-function where one number stands for several. */
const ACTIONS: Readonly<Record<string, string>> = {
  '0xf0': 'setup_communication',
  '0x04': 'read_var',
  '0x05': 'write_var',
  '0x1d': 'start_upload',
  '0x1e': 'upload',
  '0x1f': 'end_upload',
  '0x29': 'plc_stop',
  P_PROGRAM: 'plc_start',
  _GARB: 'compress_memory',
  _MODU: 'copy_ram_to_rom',
  '3 0x01': 'list_blocks',
  '3 0x03': 'block_info',
  '4 0x01': 'read_szl',
  '7 0x01': 'read_clock',
  '7 0x02': 'set_clock',
};

function actionOf(line: readonly string[]): string | null {
  const [code = '', sub = ''] = [line[14], line[16]];
  if (line[11] === '7') return ACTIONS[`${code.slice(-1)} ${sub}`] ?? `${code} ${sub}`;
  if (code === '0x28') return sub === '-' ? null : (ACTIONS[sub] ?? sub);
  return ACTIONS[code] ?? code;
}

const messages = (capture: string, log: string): GoldenCase => ({
  capture,
  log,
  fields: ['flow', 'kind', 'reference', 'action', 'error'],
  together: 2,
  theirs: (line) => [
    flow(line, 2),
    line[6] === 'T' ? 'request' : 'response',
    cell(line, 13),
    actionOf(line),
    line[18] === '-' ? null : String(Number(line[19])),
  ],
  // The log lacks three messages that are in the capture; tshark counts them as we do.
  isPartial: true,
  apart: (field, ours, theirs) =>
    field === 'error' && theirs === '0' && ours !== null
      ? 'their error is that of the header, ours the refusal of an item where the header has none'
      : null,
  ours: `SELECT ${FLOW}, ${KIND}, ${REFERENCE}, event_action, coalesce(ot_exception_code, 0) ${FROM} ORDER BY event_id`,
});

export const s7Golden = defineGolden({
  protocol: 's7comm',
  cases: [
    messages('icsnpp-s7comm/snap7.pcap', 'expected/analyzer.snap7/s7comm.log'),
    {
      capture: 'icsnpp-s7comm/snap7.pcap',
      log: 'expected/analyzer.snap7/s7comm_upload_download.log',
      isPartial: true,
      fields: ['flow', 'kind', 'reference', 'action', 'block'],
      together: 2,
      theirs: (line) => [
        flow(line, 2),
        line[6] === 'T' ? 'request' : 'response',
        cell(line, 12),
        (cell(line, 13) ?? '').toLowerCase().replaceAll(' ', '_'),
        blockOf(cell(line, 17)),
      ],
      ours: `SELECT ${FLOW}, ${KIND}, ${REFERENCE}, event_action, file_path ${FROM} AND ot_function_code BETWEEN 26 AND 31 ORDER BY event_id`,
    },
    {
      capture: 'icsnpp-s7comm/snap7.pcap',
      log: 'expected/analyzer.snap7/s7comm_read_szl.log',
      fields: ['flow', 'kind', 'reference', 'list', 'index'],
      together: 2,
      theirs: (line) => [
        flow(line, 2),
        (cell(line, 12) ?? '').toLowerCase(),
        cell(line, 11),
        `SZL ${line[13]}`,
        String(Number(line[15])),
      ],
      // The log leaves out answers whose list is cut; ours has them.
      isPartial: true,
      ours: `SELECT ${FLOW}, ${KIND}, ${REFERENCE}, ot_object, ot_address ${FROM} AND event_action = 'read_szl' ORDER BY event_id`,
    },
    {
      capture: 'icsnpp-s7comm/s7comm_plus.pcap',
      log: 'expected/analyzer.s7comm_plus/s7comm_plus.log',
      fields: ['flow', 'kind', 'version', 'function', 'action'],
      together: 2,
      theirs: (line) => {
        const kind = (cell(line, 13) ?? '').toLowerCase();
        const isNotice = kind === 'notification';
        return [
          flow(line, 2),
          isNotice ? 'unsolicited' : kind,
          cell(line, 11),
          line[14] === '-' ? null : String(Number(line[14])),
          isNotice ? kind : (cell(line, 15) ?? '').toLowerCase().replaceAll(' ', '_'),
        ];
      },
      ours: `SELECT ${FLOW}, ot_message, regexp_extract(message, 'version (\\d+)', 1), ot_function_code, event_action
        FROM event e WHERE event_dataset = 'pcap.s7comm-plus' ORDER BY event_id`,
    },
    messages('icsnpp-s7comm/s7comm_plus.pcap', 'expected/analyzer.s7comm_plus/s7comm.log'),
  ],
});

/** `_0B00000A`: kind and number of a block. */
function blockOf(name: string | null): string | null {
  const found = /^_(..)(\d{5}).$/.exec(name ?? '');
  const kinds: Readonly<Record<string, string>> = {
    '08': 'OB',
    '0A': 'DB',
    '0B': 'SDB',
    '0C': 'FC',
    '0E': 'FB',
  };
  return found ? `${kinds[found[1] ?? ''] ?? found[1]}${Number(found[2])}` : null;
}
