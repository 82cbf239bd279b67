import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING, type Filter, type Source } from '../../shared/filter';
import { corpusFolder } from '../dev/corpus-folder';
import type { PageCaller } from '../process/page-caller';
import { ESCAPES } from '../sandbox/escapes-for-tests';
import { type Desk, importDone, ok, openCase, sitDown } from './desk-for-tests';
import { buildPrograms, type Programs } from './programs-for-tests';

let programs: Programs;
let folder: string;
let desk: Desk;
let page: PageCaller;
beforeAll(async () => {
  programs = await buildPrograms(true);
  folder = mkdtempSync(join(tmpdir(), 'throughline-sources-'));
  desk = await sitDown(folder);
  page = desk.page;
}, 120_000);
afterAll(async () => {
  await desk.engine.stop();
  programs.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function openWith(name: string, files: readonly { path: string; zone?: string }[]): Promise<void> {
  await openCase(desk, name);
  const items = [];
  for (const { path, zone } of files)
    items.push({ token: await desk.token(path), options: zone === undefined ? {} : { zone } });
  expect((await importDone(desk, { items, copy: false })).status).toBe('done');
}

const table = (name: 'event_view' | 'span' | 'asset_address', filter: Filter = EVERYTHING): Source => ({
  from: { kind: 'table', table: name },
  filter,
});

async function pageOf(source: Source, columns: string[], limit = 2000): Promise<unknown[][]> {
  const { sourceId } = await ok(page.call('source.open', { source, sort: [] }));
  const { arrow } = await ok(page.call('source.page', { sourceId, offset: 0, limit, columns }));
  const read = tableFromIPC(arrow);
  return Array.from({ length: read.numRows }, (_, row) =>
    columns.map((_, at) => read.getChildAt(at)?.get(row)),
  );
}

describe('analyst SQL', () => {
  beforeAll(async () => {
    const log = join(folder, 'auth.log');
    const line = (at: number): string =>
      `Jan  3 04:${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')} gate sshd[${at}]: =cmd|' /C calc'!A${at}\n`;
    writeFileSync(log, Array.from({ length: 500 }, (_, at) => line(at)).join(''));
    await openWith('one', [{ path: log, zone: 'UTC' }]);
  }, 240_000);

  test('gives the first rows and how many there are, with columns that say what they hold', async () => {
    const answer = await ok(
      page.call('query.run', {
        sql: 'SELECT event_id, "timestamp", process_name, 1.5::DECIMAL(4,2) AS x, sum(1) OVER () AS s FROM event ORDER BY 1',
        limit: 10,
      }),
    );
    expect([answer.shown, answer.total]).toEqual([10, 500]);
    expect(answer.columns.map(({ role }) => role)).toEqual(['event', 'time', 'text', 'number', 'number']);
    const row = tableFromIPC(answer.arrow).get(0)?.toJSON();
    expect(row?.event_id).toBe(String(1n << 36n));
    expect(new Date(Number(row?.timestamp) / 1000).toISOString()).toMatch(/-01-03T04:00:00.000Z$/);
    expect([row?.x, row?.s]).toEqual([1.5, 500]);
    const tables = await ok(page.call('query.tables', {}));
    expect(tables.tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['event', 'event_view', 'mark', 'record_1']),
    );
  });

  test('is a source as any other: filtered, joined, charted', async () => {
    const sql: Source = {
      from: {
        kind: 'sql',
        text: 'SELECT event_id, record_number, message FROM event WHERE record_number <= 100',
      },
      filter: { kind: 'compare', field: 'record_number', op: '>', value: 40 },
    };
    const joined: Source = {
      from: {
        kind: 'join',
        join: {
          left: table('event_view'),
          right: sql,
          how: 'inner',
          name: 'mine',
          on: [{ kind: 'equal', left: 'event_id', right: 'event_id', ignoreCase: false }],
        },
      },
      filter: EVERYTHING,
    };
    const rows = await pageOf(joined, ['event_id', 'mine.record_number']);
    expect(rows.length).toBe(60);
    const member: Filter = { kind: 'member', field: 'event_id', of: sql, column: 'event_id' };
    const view = await ok(page.call('view.open', { filter: member, sort: [] }));
    expect(view.shown).toBe(60);
  });

  // The gate's own test tries them all; each here costs a process.
  const tried = ESCAPES.filter((_, at) => at % 2 === 0);
  test(`refuses ${tried.length} ways out and stays alive`, async () => {
    expect(tried.length).toBeGreaterThanOrEqual(40);
    const through: string[] = [];
    for (const sql of tried) {
      const answer = await page.call('query.run', { sql, limit: 10 });
      if (answer.ok) through.push(sql);
    }
    expect(through).toEqual([]);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('throughline-escape'))).toEqual([]);
    expect((await ok(page.call('view.open', { filter: EVERYTHING, sort: [] }))).total).toBe(500);
  }, 240_000);

  test('time and memory bombs end, and the window answers meanwhile', async () => {
    const bombs = [
      'SELECT count(*) FROM range(100000000000) a, range(100000000000) b',
      'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r',
      "SELECT length(repeat('x', 2000000000))",
      'SELECT list(i) FROM range(10000000000) t(i)',
      'SELECT count(DISTINCT hash(i)) FROM range(100000000000) t(i)',
    ];
    for (const sql of bombs) {
      const abort = new AbortController();
      const running = page.call('query.run', { sql, limit: 10 }, abort.signal);
      const hello = await page.call('view.open', { filter: EVERYTHING, sort: [] });
      expect(hello.ok).toBe(true);
      setTimeout(() => abort.abort(), 300);
      const answer = await running;
      expect([sql, answer.ok]).toEqual([sql, false]);
    }
  }, 120_000);

  test('a query that is cancelled before it has begun ends, too', async () => {
    const sql = 'SELECT count(*) FROM range(100000000000) a, range(100000000000) b';
    for (const wait of [0, 1, 2, 5, 10, 20]) {
      const abort = new AbortController();
      const running = page.call('query.run', { sql, limit: 10 }, abort.signal);
      if (wait === 0) abort.abort();
      else setTimeout(() => abort.abort(), wait);
      expect(await running).toMatchObject({ ok: false, problem: { code: 'cancelled' } });
    }
    const before = AbortSignal.abort();
    expect(await page.call('query.run', { sql, limit: 10 }, before)).toMatchObject({ ok: false });
  }, 100_000);

  test('exports safe CSV, JSON lines and Timesketch, all rows of the source', async () => {
    const out = async (
      format: 'csv' | 'jsonl' | 'timesketch',
      raw = false,
      zone = 'Europe/Berlin',
    ): Promise<string> => {
      const path = join(folder, `out.${format}.${raw}`);
      const done = await ok(
        page.call('source.export', {
          source: table('event_view'),
          sort: [],
          columns: ['timestamp', 'message', 'record_number'],
          format,
          raw,
          zone,
          token: await desk.token(path),
        }),
      );
      expect([done.rows, done.undated, done.path]).toEqual([500, 0, path]);
      const text = readFileSync(path, 'utf8');
      expect(Buffer.byteLength(text)).toBe(done.sizeBytes);
      return text;
    };
    const [head, first] = (await out('csv')).split('\r\n');
    expect(head).toBe('timestamp,message,record_number');
    expect(first).toMatch(/^\d{4}-01-03T05:00:00\.000000\+01:00,.*=cmd.*,1$/);
    const lines = (await out('jsonl'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.length).toBe(500);
    expect(lines[1].record_number).toBe(2);
    const sketch = (await out('timesketch')).split('\r\n');
    expect(sketch[0]).toBe('message,datetime,timestamp_desc,record_number');
    expect(sketch[1]).toMatch(/,\d{4}-01-03T04:00:00\.000000\+00:00,[^,]+,1$/);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

const corpus = corpusFolder();
const qut = corpus && join(corpus, '20-case-qut-s7');
const zeek = corpus && join(corpus, '02-network-logs/zeek-4sics/151020/conn.log.gz');

describe('real data', () => {
  test.skipIf(!qut || !existsSync(qut) || !hasTshark())(
    'S7 writes lie in the windows of the attack log as tshark and python find them',
    async () => {
      const attacks = join(qut ?? '', 'attacks');
      const captures = readdirSync(attacks)
        .flatMap((name) => readdirSync(join(attacks, name)).map((file) => join(attacks, name, file)))
        .filter((file) => file.endsWith('.attacker.pcap') && readFileSync(file).length > 24);
      const log = join(qut ?? '', 'attack_log/Attack_script_log.log');
      await openWith('qut', [
        { path: log, zone: 'Australia/Brisbane' },
        ...captures.map((path) => ({ path })),
      ]);
      const writes: Filter = {
        kind: 'and',
        of: [
          { kind: 'in', field: 'event_dataset', values: ['pcap.s7comm'] },
          { kind: 'in', field: 'ot_operation', values: ['write'] },
          { kind: 'in', field: 'ot_message', values: ['request'] },
        ],
      };
      const source: Source = {
        from: {
          kind: 'join',
          join: {
            left: table('event_view', writes),
            right: table('span', { kind: 'in', field: 'event_dataset', values: ['attack.script'] }),
            how: 'inner',
            name: 'attack',
            on: [
              {
                kind: 'window',
                left: 'timestamp',
                leftEnd: null,
                from: 'started_at',
                to: 'ended_at',
                beforeUs: 0,
                afterUs: 0,
              },
            ],
          },
        },
        filter: EVERYTHING,
      };
      const { counts } = await ok(page.call('join.count', { source }));
      const expected = writesInWindows(log, captures);
      expect([counts.rows, counts.left.rows, counts.left.matched]).toEqual(expected);
      expect(counts.rows).toBeGreaterThan(10);
      const rows = await pageOf(source, ['timestamp', 'attack.event_action', 'source_ip']);
      expect(rows.length).toBe(counts.rows);
      const threshold = rows.filter(([, name]) => name === 'ChangeUpperThreshold').map(([time]) => time);
      expect(threshold).toContain(Date.parse('2016-12-15T08:06:45.941Z') * 1000 + 977);
    },
    180_000,
  );

  test.skipIf(!zeek || !existsSync(zeek))(
    'connections join an inventory by address and by asset',
    async () => {
      const inventory = join(folder, 'assets.csv');
      const rows = [
        'asset_name,type,ip_address,mac_address,description,vendor,firmware,zone,purdue_level,site',
        'PLC-10,plc,10.10.10.10,,Lab controller,,,Cell,1,Lab',
        'PLC-30,plc,10.10.10.30,,Second controller,,,Cell,1,Lab',
        'GW-1,gateway,192.168.88.1,,Gateway,,,DMZ,3.5,Lab',
        'GHOST,plc,10.99.99.99,,Never seen,,,Cell,1,Lab',
      ];
      writeFileSync(inventory, `${rows.join('\n')}\n`);
      await openWith('zeek', [{ path: zeek ?? '' }, { path: inventory }]);
      const lines = gunzipSync(readFileSync(zeek ?? ''))
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'));
      const known = new Set(['10.10.10.10', '10.10.10.30', '192.168.88.1', '10.99.99.99']);
      const targets = lines.map((line) => line.split('\t')[4] ?? '');
      const matched = targets.filter((target) => known.has(target)).length;
      expect(matched).toBeGreaterThan(9000);
      const conn = table('event_view', { kind: 'in', field: 'event_dataset', values: ['zeek.conn'] });
      const count = async (how: 'left' | 'inner' | 'anti') => {
        const on = [{ kind: 'equal', left: 'destination_ip', right: 'ip', ignoreCase: false } as const];
        const source: Source = {
          from: { kind: 'join', join: { left: conn, right: table('asset_address'), how, name: 'asset', on } },
          filter: EVERYTHING,
        };
        return (await ok(page.call('join.count', { source }))).counts;
      };
      expect(await count('inner')).toMatchObject({
        rows: matched,
        left: { rows: lines.length, matched },
        right: { rows: 4, matched: 3 },
        most: 1,
      });
      expect((await count('left')).rows).toBe(lines.length);
      expect((await count('anti')).rows).toBe(lines.length - matched);
    },
    120_000,
  );
});

function hasTshark(): boolean {
  try {
    return (
      execFileSync('tshark', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
        .length > 0
    );
  } catch {
    return false;
  }
}

/** Pairs, S7 write requests, and those in some window: [START, END) of the log at UTC+10. */
function writesInWindows(log: string, captures: readonly string[]): number[] {
  const merged = join(folder, 'merged.pcapng');
  execFileSync('mergecap', ['-w', merged, ...captures]);
  const fields = ['-T', 'fields', '-e', 'frame.time_epoch'];
  const filter = 's7comm.header.rosctr == 1 && s7comm.param.func == 0x05';
  const times = execFileSync('tshark', ['-n', '-r', merged, '-Y', filter, ...fields], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .split('\n')
    .filter((line) => line !== '');
  const program = `
import sys, json, re
from datetime import datetime, timedelta
from decimal import Decimal
given = json.load(sys.stdin)
def us(text):
    d = datetime.strptime(text, '%Y-%m-%d %H:%M:%S.%f') - timedelta(hours=10)
    return (d - datetime(1970, 1, 1)) // timedelta(microseconds=1)
last, windows = {}, []
rows = sorted((us(m[1]), m[2], m[3]) for m in (re.match(r'(\\S+ \\S+)\\s+(\\S+)\\s+(START|END)', l) for l in open(given['log'])) if m)
for time, name, step in rows:
    if step == 'START': last[name] = time
    elif name in last: windows.append((last.pop(name), time))
writes = [int(Decimal(t) * 1000000) for t in given['times']]
pairs = sum(1 for w in writes for a, b in windows if a <= w < b)
print(json.dumps([pairs, len(writes), sum(1 for w in writes if any(a <= w < b for a, b in windows))]))
`;
  return JSON.parse(
    execFileSync('python3', ['-c', program], { input: JSON.stringify({ log, times }), encoding: 'utf8' }),
  );
}
