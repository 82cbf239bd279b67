/** C12.22 beside ICSNPP's logs: services, verdicts, titles, invocation numbers, encryption; what services ask and tell. */
import { cell, defineGolden, FLOW, flow, type GoldenCase, hexOf } from '../golden';

const FROM = "FROM event e WHERE event_dataset = 'pcap.c1222'";
const KIND = "CASE ot_message WHEN 'request' THEN 'request' ELSE 'response' END";
const SERVICES: Readonly<Record<string, string>> = {
  'REQ:Ident': 'identify',
  'REQ:Resolve': 'resolve',
  'REQ:Security': 'security',
  'REQ:Wait': 'wait',
};

const number = (bytes: string | null): string | null =>
  bytes === null ? null : String(Number.parseInt(hexOf(bytes) ?? '', 16));

/** Titles stand as `calling to called`; an answer has the number of what it answers. */
const messages = (name: string): GoldenCase => ({
  capture: `icsnpp-c1222/${name}.pcap`,
  log: `expected/tests.${name}/c1222.log`,
  fields: ['flow', 'called', 'calling', 'kind', 'service', 'verdict', 'transaction', 'encrypted'],
  together: 2,
  theirs: (line) => {
    const service = cell(line, 7);
    const isAnswer = cell(line, 14) !== null || service?.startsWith('RESP:') === true;
    return [
      flow(line, 0),
      cell(line, 9),
      cell(line, 10),
      isAnswer ? 'response' : 'request',
      service === null || isAnswer ? null : (SERVICES[service] ?? service),
      service === null ? null : isAnswer ? service.slice(5).toLowerCase() : null,
      number(cell(line, 14) ?? cell(line, 15)),
      line[6] === 'T' ? 'encrypted' : 'clear',
    ];
  },
  ours: `SELECT ${FLOW}, regexp_extract(message, '\\(\\S+ to (\\S+), \\w+\\)', 1), regexp_extract(message, '\\((\\S+) to ', 1), ${KIND}, event_action,
    CASE WHEN ot_message <> 'request' THEN coalesce(ot_exception_code::VARCHAR, 'ok') END, ot_transaction_id,
    CASE event_action WHEN 'encrypted' THEN 'encrypted' ELSE 'clear' END ${FROM} ORDER BY event_id`,
});

const told = (
  name: string,
  log: string,
  fields: readonly string[],
  theirs: GoldenCase['theirs'],
  ours: string,
): GoldenCase => ({
  capture: `icsnpp-c1222/${name}.pcap`,
  log: `expected/tests.${name}/${log}.log`,
  fields: ['flow', 'kind', ...fields],
  together: 2,
  theirs,
  ours: `SELECT ${FLOW}, ${KIND}, ${ours} ${FROM} ORDER BY event_id`,
});

const kindOf = (line: readonly string[]): string => (line[5] === 'Req' ? 'request' : 'response');
const found = (pattern: string): string => `nullif(regexp_extract(message, '${pattern}', 1), '')`;

export const c1222Golden = defineGolden({
  protocol: 'c12.22',
  cases: [
    ...[
      'c1222_ident_service_tcp',
      'c1222_over_ipv6',
      'c1222_resolve_service_tcp',
      'c1222_security_service_tcp',
      'c1222_std_example8',
      'c1222_wait_service_tcp',
    ].map(messages),
    told(
      'c1222_ident_service_tcp',
      'c1222_identification_service',
      ['standard', 'version', 'mechanism', 'class', 'form', 'identity'],
      (line) => [
        flow(line, 0),
        kindOf(line),
        cell(line, 6),
        cell(line, 7) === null ? null : `${line[7]}.${line[8]}`,
        cell(line, 9),
        cell(line, 12),
        cell(line, 13),
        hexOf(cell(line, 14)),
      ],
      [
        found('identify: (ANSI C12.\\d+)'),
        found('ANSI C12.\\d+ ([\\d.]+)'),
        found('mechanism ([\\d.]+)'),
        found('class ([\\d.]+)'),
        found('identity form (\\d+)'),
        found('identity form \\d+ ([0-9a-f]+)'),
      ].join(', '),
    ),
    told(
      'c1222_resolve_service_tcp',
      'c1222_resolve_service',
      ['title', 'address'],
      (line) => [flow(line, 0), kindOf(line), cell(line, 6), cell(line, 7)],
      `ot_object, ${found(': at (\\S+)')}`,
    ),
    told(
      'c1222_wait_service_tcp',
      'c1222_wait_service',
      ['seconds'],
      (line) => [flow(line, 0), kindOf(line), cell(line, 6)],
      'ot_quantity',
    ),
  ],
});
