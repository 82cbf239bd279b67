import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING, type Join, type Source } from '../../../shared/filter';
import { refreshEndpoints } from '../../store/endpoints';
import { sql } from '../../store/sql';
import { type MadeSources, madeSources, rowsOf, value } from './case-for-tests';
import { joinCount } from './count';
import {
  anyPlan,
  askSqlite,
  assetOf,
  everyPlan,
  hasSqlite,
  ipText,
  makeEvents,
  type Plan,
} from './join-oracle-for-tests';
import { sourcePage } from './page';

const SHA = new Map([
  [1, 'ff'],
  [2, '0a'],
  [3, '77'],
]);
const RANK = new Map([
  [1, 3],
  [2, 1],
  [3, 2],
]);
const made = makeEvents(110, 42);
let at: MadeSources;
beforeAll(async () => {
  at = await madeSources(
    made.map((event) => ({
      event_id: event.id,
      evidence_id: event.evidence,
      record_number: event.id,
      timestamp: event.at,
      time_remainder_ns: event.remainder,
      ended_at: event.end,
      user_name: event.user,
      event_code: event.code,
      source_port: event.port,
      source_ip: event.source === null ? null : ipText(event.source),
      destination_ip: event.destination === null ? null : ipText(event.destination),
      service_name: event.network
        ? event.network.bits === 32
          ? ipText(event.network.first)
          : `${ipText(event.network.first)}/${event.network.bits}`
        : null,
      event_dataset: event.side,
    })),
    SHA,
  );
  const addresses = new Set(made.flatMap(({ source, destination }) => [source, destination]));
  for (const name of ['asset 0', 'asset 1']) {
    await at.database.run(sql`INSERT INTO asset (asset_id, name, evidence_id) VALUES (${name}, ${name}, 1)`);
  }
  for (const address of addresses) {
    const asset = address === null ? null : assetOf(address);
    if (address === null || asset === null) continue;
    await at.database.run(
      sql`INSERT INTO asset_address (asset_id, ip, evidence_id) VALUES (${asset}, ${ipText(address)}, 1)`,
    );
  }
  await refreshEndpoints(at.database);
});
afterAll(() => at.views.close());

const sideOf = (dataset: string): Source => ({
  from: { kind: 'table', table: 'event_view' },
  filter: { kind: 'in', field: 'event_dataset', values: [dataset] },
});
const joined = ({ how, on }: Plan): Source => {
  const join: Join = { left: sideOf('l'), right: sideOf('r'), how, name: 'right', on };
  return { from: { kind: 'join', join }, filter: EVERYTHING };
};

/** Each kind of condition in each kind of join, each direction bounded and not, each tolerance: which do no plans have? */
function missing(plans: readonly Plan[]): string[] {
  const had = new Set(
    plans.flatMap(({ how, on }) =>
      on.flatMap((condition) => {
        const { kind } = condition;
        if (kind === 'as-of') {
          const bound = condition.withinUs === null ? 'open' : 'bounded';
          return [`${how} ${kind} ${condition.direction} ${bound}`];
        }
        if (kind === 'window') {
          const side = condition.leftEnd === null ? 'moment' : 'span';
          const tolerance = condition.beforeUs + condition.afterUs > 0 ? 'tolerance' : 'exact';
          return [`${how} ${kind} ${side}`, `${how} ${kind} ${tolerance}`];
        }
        return [`${how} ${kind}`];
      }),
    ),
  );
  const kinds = [
    'equal',
    'asset',
    'cidr',
    ...['last', 'next'].flatMap((one) => [`as-of ${one} open`, `as-of ${one} bounded`]),
    ...['moment', 'span', 'tolerance', 'exact'].map((one) => `window ${one}`),
  ];
  const wanted = ['left', 'inner', 'anti'].flatMap((how) => kinds.map((kind) => `${how} ${kind}`));
  return wanted.filter((one) => !had.has(one));
}

describe('joins', () => {
  test.skipIf(!hasSqlite())(
    '200 generated joins, and each kind alone, give the rows and counts sqlite3 gives',
    async () => {
      const plans = [...fc.sample(anyPlan, { numRuns: 200, seed: 20261121 }), ...everyPlan()];
      expect(missing(plans)).toEqual([]);
      const expected = askSqlite(made, RANK, plans);
      let rows = 0;
      for (const [index, plan] of plans.entries()) {
        const source = joined(plan);
        const counted = value(await joinCount(at.sources, { source }));
        const opened = value(await at.opened.open({ source, sort: [] }));
        const columns = plan.how === 'anti' ? ['event_id'] : ['event_id', 'right.event_id'];
        const found: (string | null)[][] = [];
        for (let offset = 0; offset < opened.rows; offset += 2000) {
          const page = await sourcePage(at.sources, at.opened, {
            sourceId: opened.sourceId,
            offset,
            limit: 2000,
            columns,
          });
          for (const [left, right] of rowsOf(value(page).arrow))
            found.push([String(left), right === undefined || right === null ? null : String(right)]);
        }
        const { counts } = counted;
        expect({
          plan,
          rows: found,
          counts: [counts.rows, counts.left.matched, counts.right.matched, counts.most],
        }).toEqual({ plan, ...expected[index] });
        rows += found.length;
      }
      expect(rows).toBeGreaterThan(10_000);
    },
    180_000,
  );
});
