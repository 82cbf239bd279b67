/** Test support: made-up events with hostile text, and generated filters and sorts over them. */
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import type { Filter } from '../../shared/filter';
import type { Outcome } from '../../shared/problem';
import type { MadeEvent, Question } from './made-for-tests';
import { openView } from './open-view';
import { viewPage } from './page';
import type { Views } from './views';

export const SHA = new Map([
  [1, 'ff00'],
  [2, '0a11'],
  [3, '7777'],
]);
export const START = 1_780_000_000_000_000;

/** No two case rules, but quotes, wildcards, comments, controls, emoji and right-to-left marks. */
const text = fc.oneof(
  fc.constantFrom(
    "Robert'); DROP TABLE event;--",
    '100%',
    '_',
    '%',
    '\\',
    '"',
    "''",
    'NULL',
    '',
    ' ',
    'a\u0000b',
    'line\nbreak\ttab',
    '😀 denied',
    '\u202eevil',
    '__proto__',
    '$1',
    '/* x */',
    'DENIED',
    'ÄÖ',
    'я',
  ),
  fc.stringMatching(/^[a-cA-C%_' ]{0,6}$/),
);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null, freq: 4 });
const ip = fc.oneof(
  fc
    .tuple(fc.constantFrom('10.0.0', '10.0.1', '192.168.7'), fc.nat(255))
    .map(([net, host]) => `${net}.${host}`),
  fc.constantFrom('2001:db8::1', '2001:db8:0:1::9', 'fe80::1', 'not-an-address', '::1'),
);
const madeEvent = fc.record({
  evidence_id: fc.constantFrom(1, 2, 3),
  record_number: fc.nat(20),
  timestamp: maybe(fc.nat(40).map((step) => START + step * 1_000_003)),
  time_remainder_ns: fc.constantFrom(0, 0, 7, 999),
  event_domain: fc.constantFrom('ot', 'security', 'network'),
  event_dataset: fc.constantFrom('pcap.modbus', 'zeek.conn', "it's"),
  event_severity: fc.nat(6),
  message: text,
  user_name: maybe(text),
  host_name: maybe(text),
  source_ip: maybe(ip),
  destination_ip: maybe(ip),
  destination_port: maybe(fc.constantFrom(0, 80, 443, 502, 65535)),
  network_bytes: maybe(fc.nat(1000)),
  network_direction_assumed: maybe(fc.boolean()),
  ot_address: maybe(fc.integer({ min: -3, max: 3 })),
  ot_value: maybe(fc.constantFrom(-1.5, 0.25, 3, 1e300)),
});
export const events: readonly MadeEvent[] = fc
  .sample(madeEvent, { numRuns: 1500, seed: 11 })
  .map((event, index) => ({ ...event, event_id: event.evidence_id * 2 ** 36 + index }));

const numeric = fc.constantFrom(
  'destination_port',
  'ot_address',
  'ot_value',
  'event_severity',
  'network_bytes',
);
const textField = fc.constantFrom('message', 'user_name', 'host_name', 'source_ip', 'event_dataset');
const number = fc.oneof(
  fc.integer({ min: -5, max: 70_000 }),
  fc.constantFrom(1.5, -0.5, 0.25, 1e25, -1e25, 502),
);
const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    kind: fc.constant('in' as const),
    field: textField,
    values: fc.array(text, { maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('in' as const),
    field: numeric,
    values: fc.array(number, { maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('in' as const),
    field: fc.constant('network_direction_assumed'),
    values: fc.array(fc.boolean(), { maxLength: 2 }),
  }),
  fc.record({ kind: fc.constant('null' as const), field: fc.oneof(textField, numeric) }),
  fc.record({
    kind: fc.constant('compare' as const),
    field: numeric,
    op: fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const),
    value: number,
  }),
  fc.tuple(fc.integer({ min: -5, max: 45 }), fc.nat(30)).map(([from, length]) => ({
    kind: 'time' as const,
    from: START + from * 1_000_003 + 0.5,
    to: START + (from + length) * 1_000_003,
  })),
  fc.record({ kind: fc.constant('contains' as const), field: textField, text }),
  fc.record({ kind: fc.constant('words' as const), text }),
  fc.record({
    kind: fc.constant('cidr' as const),
    field: fc.constantFrom(null, 'source_ip', 'destination_ip'),
    network: fc.constantFrom(
      '10.0.0.0/8',
      '10.0.0.128/25',
      '10.0.1.7/32',
      '0.0.0.0/0',
      '2001:db8::/32',
      '2001:db8:0:1::/64',
      '::/0',
    ),
  }),
);
export const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      of: fc.array(tie('filter'), { maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), of: tie('filter') }),
  ),
}));
export const sort = fc.array(
  fc.record({
    field: fc.constantFrom('timestamp', 'message', 'ot_value', 'destination_port', 'user_name', 'event_id'),
    descending: fc.boolean(),
  }),
  { maxLength: 3 },
);

/** The value, or a thrown problem. */
export function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.problem.code}: ${outcome.problem.what}`);
  return outcome.value;
}

/** Every id of a view in order, page by page. */
export async function readIds(views: Views, question: Question, pageRows = 700): Promise<string[]> {
  const opened = value(await openView(views, question));
  const ids: string[] = [];
  for (let offset = 0; offset < opened.shown; offset += pageRows) {
    const page = await viewPage(views, {
      viewId: opened.viewId,
      offset,
      limit: pageRows,
      columns: ['event_id'],
    });
    for (const id of tableFromIPC(value(page).arrow).getChild('event_id') ?? []) ids.push(String(id));
  }
  if (ids.length !== opened.shown) throw new Error(`${ids.length} rows of ${opened.shown}`);
  return ids;
}
