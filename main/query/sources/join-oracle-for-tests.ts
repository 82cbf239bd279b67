/** Test support: generated joins of made-up events, and the same joins written out for sqlite3. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import type { AssetSide, Join, JoinCondition } from '../../../shared/filter';

/** A row as both sides of the comparison know it; addresses beside their numbers, networks beside their bounds. */
export interface JoinEvent {
  readonly id: number;
  readonly side: 'l' | 'r';
  readonly evidence: number;
  readonly at: number | null;
  readonly remainder: number | null;
  readonly end: number | null;
  readonly user: string | null;
  readonly code: string | null;
  readonly port: number | null;
  readonly source: number | null;
  readonly destination: number | null;
  /** A network by its first address and prefix length. */
  readonly network: { readonly first: number; readonly bits: number } | null;
}

export const START = 1_780_000_000_000_000;

export function ipText(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

/** Few times, users and addresses, so that ties, borders and doubles abound. */
export function makeEvents(count: number, seed: number): JoinEvent[] {
  let state = seed;
  const pick = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
  const some = <T>(chance: number, make: () => T): T | null => (pick(100) < chance ? make() : null);
  return Array.from({ length: count }, (_, id): JoinEvent => {
    const at = some(88, () => START + pick(25) * 1_000_000);
    return {
      id,
      side: pick(2) === 0 ? 'l' : 'r',
      evidence: 1 + pick(3),
      at,
      remainder: some(70, () => pick(3)),
      end: at === null ? some(20, () => START) : some(60, () => at + (pick(8) - 2) * 1_000_000),
      user: some(80, () => ['anna', 'Anna', 'ben', 'BEN', 'cleo', ''][pick(6)] ?? ''),
      code: some(80, () => ['7', '07', '8', 'x', ' 9', '8.5'][pick(6)] ?? ''),
      port: some(80, () => 6 + pick(4)),
      source: some(85, () => 0x0a000000 + pick(3) * 256 + pick(6)),
      destination: some(85, () => 0x0a000000 + pick(3) * 256 + pick(6)),
      network: some(80, () => {
        const bits = [0, 22, 24, 30, 31, 32][pick(6)] ?? 32;
        const address = 0x0a000000 + pick(3) * 256 + pick(8);
        return { first: bits === 0 ? 0 : Math.floor(address / 2 ** (32 - bits)) * 2 ** (32 - bits), bits };
      }),
    };
  });
}

/** Every third address is no asset's. */
export function assetOf(address: number): string | null {
  const last = address & 255;
  return last % 3 === 2 ? null : `asset ${last % 3}`;
}

const side: fc.Arbitrary<AssetSide> = fc.constantFrom('source', 'destination', 'either');
const within = fc.option(fc.constantFrom(0, 999_999, 1_000_000, 3_000_000), { nil: null });
const tolerance = fc.constantFrom(0, 1, 1_000_000, 2_500_000);

const asOf: fc.Arbitrary<JoinCondition> = fc.record({
  kind: fc.constant('as-of' as const),
  left: fc.constant('timestamp'),
  right: fc.constantFrom('timestamp', 'ended_at'),
  direction: fc.constantFrom('last' as const, 'next' as const),
  withinUs: within,
});
const plain: fc.Arbitrary<JoinCondition> = fc.oneof(
  fc.record({
    kind: fc.constant('equal' as const),
    left: fc.constant('user_name'),
    right: fc.constant('user_name'),
    ignoreCase: fc.boolean(),
  }),
  fc.constant<JoinCondition>({ kind: 'equal', left: 'event_code', right: 'source_port', ignoreCase: false }),
  fc.constant<JoinCondition>({ kind: 'equal', left: 'source_port', right: 'source_port', ignoreCase: false }),
  fc.record({ kind: fc.constant('asset' as const), left: side, right: side }),
  fc.record({
    kind: fc.constant('window' as const),
    left: fc.constant('timestamp'),
    leftEnd: fc.option(fc.constant('ended_at'), { nil: null }),
    from: fc.constant('timestamp'),
    to: fc.constant('ended_at'),
    beforeUs: tolerance,
    afterUs: tolerance,
  }),
  fc.constant<JoinCondition>({ kind: 'cidr', left: 'source_ip', right: 'service_name' }),
);

export type Plan = Pick<Join, 'how' | 'on'>;

export const anyPlan: fc.Arbitrary<Plan> = fc.record({
  how: fc.constantFrom('left' as const, 'inner' as const, 'anti' as const),
  on: fc
    .tuple(fc.array(plain, { minLength: 0, maxLength: 2 }), fc.option(asOf, { nil: undefined }))
    .filter(([others, one]) => others.length > 0 || one !== undefined)
    .map(([others, one]) => (one === undefined ? others : [...others, one])),
});

/** Every kind of condition alone, with and without its borders, in every kind of join: what chance may leave out. */
export function everyPlan(): Plan[] {
  const windows = [null, 'ended_at'].flatMap((leftEnd) =>
    [
      [0, 0],
      [1_000_000, 2_500_000],
    ].map(
      ([beforeUs = 0, afterUs = 0]): JoinCondition => ({
        kind: 'window',
        left: 'timestamp',
        leftEnd,
        from: 'timestamp',
        to: 'ended_at',
        beforeUs,
        afterUs,
      }),
    ),
  );
  const nearest = (['last', 'next'] as const).flatMap((direction) =>
    [null, 0, 1_000_000].flatMap((withinUs) =>
      ['timestamp', 'ended_at'].map(
        (right): JoinCondition => ({ kind: 'as-of', left: 'timestamp', right, direction, withinUs }),
      ),
    ),
  );
  const conditions: JoinCondition[] = [
    { kind: 'equal', left: 'user_name', right: 'user_name', ignoreCase: false },
    { kind: 'equal', left: 'user_name', right: 'user_name', ignoreCase: true },
    { kind: 'equal', left: 'event_code', right: 'source_port', ignoreCase: false },
    { kind: 'asset', left: 'either', right: 'either' },
    { kind: 'asset', left: 'source', right: 'destination' },
    { kind: 'cidr', left: 'source_ip', right: 'service_name' },
    ...windows,
    ...nearest,
  ];
  return (['left', 'inner', 'anti'] as const).flatMap((how) => conditions.map((one) => ({ how, on: [one] })));
}

export function hasSqlite(): boolean {
  try {
    return execFileSync('sqlite3', ['--version'], { encoding: 'utf8' }).length > 0;
  } catch {
    return false;
  }
}

export interface OracleAnswer {
  readonly rows: readonly (readonly [string, string | null])[];
  readonly counts: readonly [rows: number, left: number, right: number, most: number];
}

/** Each plan as sqlite3 answers it, in the total order of the left and then of the right. */
export function askSqlite(
  events: readonly JoinEvent[],
  shaRank: ReadonlyMap<number, number>,
  plans: readonly Plan[],
): OracleAnswer[] {
  const literal = (value: string | number | null): string =>
    value === null ? 'NULL' : typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
  const lines = [
    'CREATE TABLE ev (id, side, sha, at, rem, fin, user, code, port, src, dst, srca, dsta, first, last);',
    'BEGIN;',
    ...events.map((event) => {
      const { network } = event;
      const values = [
        event.id,
        event.side,
        shaRank.get(event.evidence) ?? null,
        event.at,
        event.remainder,
        event.end,
        // An empty text states nothing, and is equal to nothing.
        event.user === '' ? null : event.user,
        event.code,
        event.port,
        event.source,
        event.destination,
        event.source === null ? null : assetOf(event.source),
        event.destination === null ? null : assetOf(event.destination),
        network?.first ?? null,
        network ? network.first + 2 ** (32 - network.bits) - 1 : null,
      ];
      return `INSERT INTO ev VALUES (${values.map(literal).join(', ')});`;
    }),
    'COMMIT;',
    "CREATE VIEW l AS SELECT * FROM ev WHERE side = 'l'; CREATE VIEW r AS SELECT * FROM ev WHERE side = 'r';",
    ...plans.flatMap((plan, at) => statements(plan, at)),
  ];
  const output = execFileSync('sqlite3', [':memory:'], {
    input: lines.join('\n'),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const answers = plans.map(() => ({
    rows: [] as [string, string | null][],
    counts: [0, 0, 0, 0] as [number, number, number, number],
  }));
  for (const line of output.split('\n')) {
    const [what, at, ...rest] = line.split('|');
    const answer = answers[Number(at)];
    if (!answer) continue;
    if (what === 'c')
      answer.counts = [Number(rest[0]), Number(rest[1]), Number(rest[2]), Number(rest[3] || 0)];
    else if (what === 'p') answer.rows.push([rest[0] ?? '', rest[1] === '' ? null : (rest[1] ?? null)]);
  }
  return answers;
}

const ORDER = (side: 'l' | 'r'): string =>
  ['at', 'rem', 'sha', 'id'].map((name) => `${side}.${name} ASC NULLS LAST`).join(', ');

function statements({ how, on }: Plan, at: number): string[] {
  const conditions = on.filter(({ kind }) => kind !== 'as-of').map(conditionText);
  const found = on.find(({ kind }) => kind === 'as-of');
  let pairs = `SELECT l.id AS lid, r.id AS rid FROM l, r WHERE ${conditions.join(' AND ') || '1'}`;
  if (found?.kind === 'as-of') {
    const time = found.right === 'timestamp' ? 'r.at' : 'r.fin';
    const last = found.direction === 'last';
    const distance = last ? `l.at - ${time}` : `${time} - l.at`;
    const ways = ['at', 'rem', 'sha', 'id']
      .map((name) => `r.${name} ${last ? 'DESC NULLS FIRST' : 'ASC NULLS LAST'}`)
      .join(', ');
    const near = found.withinUs === null ? '' : ` AND ${distance} <= ${found.withinUs}`;
    pairs = `SELECT lid, rid FROM (SELECT l.id AS lid, r.id AS rid,
      row_number() OVER (PARTITION BY l.id ORDER BY ${distance}, ${ways}) AS nth
      FROM l, r WHERE ${conditions.join(' AND ') || '1'} AND ${distance} >= 0${near}) WHERE nth = 1`;
  }
  const table = `CREATE TEMP TABLE p AS ${pairs};`;
  const join = how === 'inner' ? 'JOIN' : 'LEFT JOIN';
  const only = how === 'anti' ? ' WHERE p.rid IS NULL' : '';
  const rows = `SELECT 'p', ${at}, l.id, r.id FROM l ${join} p ON p.lid = l.id ${how === 'inner' ? 'JOIN' : 'LEFT JOIN'} r ON r.id = p.rid${only}
    ORDER BY ${ORDER('l')}, ${ORDER('r')};`;
  const counts = `SELECT 'c', ${at}, (SELECT count(*) FROM l ${join} p ON p.lid = l.id${only}),
    (SELECT count(DISTINCT lid) FROM p), (SELECT count(DISTINCT rid) FROM p),
    (SELECT max(n) FROM (SELECT count(*) AS n FROM p GROUP BY lid));`;
  return [table, rows, counts, 'DROP TABLE p;'];
}

function conditionText(condition: JoinCondition): string {
  switch (condition.kind) {
    case 'equal': {
      if (condition.left === 'event_code') {
        // What a number is written like: digits, with blanks around and zeros before.
        return `trim(l.code) GLOB '[0-9]*' AND NOT trim(l.code) GLOB '*[^0-9.]*' AND CAST(trim(l.code) AS REAL) = r.port`;
      }
      if (condition.left === 'source_port') return 'l.port = r.port';
      return condition.ignoreCase ? 'lower(l.user) = lower(r.user)' : 'l.user = r.user';
    }
    case 'asset': {
      const names = (row: string, which: AssetSide): string[] =>
        which === 'either'
          ? [`${row}.srca`, `${row}.dsta`]
          : [which === 'source' ? `${row}.srca` : `${row}.dsta`];
      const equal = names('l', condition.left).flatMap((one) =>
        names('r', condition.right).map((other) => `coalesce(${one} = ${other}, 0)`),
      );
      return `(${equal.join(' OR ')})`;
    }
    case 'window': {
      const { beforeUs, afterUs, leftEnd } = condition;
      const from = `(r.at - ${beforeUs})`;
      const to = `coalesce(r.fin + ${afterUs}, 9e18)`;
      const end = leftEnd === null ? 'l.at + 1' : 'coalesce(max(l.fin, l.at + 1), 9e18)';
      return `(${from} < ${to} AND l.at < ${to} AND ${end} > ${from})`;
    }
    case 'cidr':
      return '(l.src BETWEEN r.first AND r.last)';
    case 'as-of':
      return '1';
  }
}
