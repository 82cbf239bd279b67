import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { commandLine, type Ran } from '../engine/command-line-for-tests';

const { folder, cli, programs } = commandLine('cli', false);
const filled = join(folder, 'filled');
beforeAll(() => {
  writeFileSync(join(folder, 'a.log'), 'one\ntwo\nthree\n');
  cli('import', 'a.log', '--case', filled);
});

const query = (sql: string, ...words: string[]): Ran => cli('query', '--case', filled, ...words, sql);
const json = (sql: string): unknown => JSON.parse(query(sql, '--format', 'json').out);

const LEDGER_KEYS = [
  'evidence_id',
  'path',
  'member',
  'name',
  'size_bytes',
  'sha256',
  'format',
  'format_title',
  'dissectors',
  'time_zone',
  'time_zone_source',
  'year_source',
  'records',
  'loaded',
  'rejected',
  'skipped',
  'events',
  'undated',
  'first',
  'last',
  'seconds',
  'status',
  'problem',
];

describe('import and ledger', () => {
  test('print the rows with the keys of the contract, and totals that add up', () => {
    writeFileSync(join(folder, 'b.log'), 'x\n'.repeat(7));
    const ran = cli('import', 'a.log', 'b.log', 'absent.log', '--case', 'fresh', '--json');
    // The importer of these tests dies of a file that is not there; the engine gives it its row all the same.
    expect([ran.code, ran.err]).toEqual([1, '']);
    const printed = JSON.parse(ran.out);
    expect(Object.keys(printed)).toEqual(['case', 'evidence', 'totals']);
    expect(printed.case).toBe(join(folder, 'fresh'));
    for (const row of printed.evidence)
      expect(Object.keys(row)).toEqual([...LEDGER_KEYS, 'encoding', 'notes']);
    expect(
      printed.evidence.map(({ path, status }: { path: string; status: string }) => [path, status]),
    ).toEqual([
      ['a.log', 'loaded'],
      ['b.log', 'loaded'],
      ['absent.log', 'failed'],
    ]);
    expect(printed.totals).toMatchObject({
      files: 3,
      records: 10,
      loaded: 10,
      rejected: 0,
      skipped: 0,
      events: 10,
    });
    const ledger = JSON.parse(cli('ledger', '--case', 'fresh', '--json').out);
    expect(ledger.map((row: { evidence_id: number }) => row.evidence_id)).toEqual([1, 2, 3]);
    expect(cli('ledger', '--case', 'fresh').out).toContain('3 files (2 loaded, 1 failed)');
  });

  test('takes folders in order and keeps relative paths as they were reached', () => {
    const ran = cli('import', '.', '--case', join(folder, 'whole'), '--json');
    const paths: string[] = JSON.parse(ran.out).evidence.map(({ path }: { path: string }) => path);
    expect(paths.filter((path) => /^[ab]\.log$/.test(path))).toEqual(['a.log', 'b.log']);
  });

  test('exit codes: usage, no case, a folder of other files, a newer case, a locked case', async () => {
    expect(cli().code).toBe(2);
    expect(cli('frobnicate').code).toBe(2);
    expect(cli('import', '--case', 'x').code).toBe(2);
    expect(cli('import', 'a.log').code).toBe(2);
    expect(cli('import', 'a.log', '--case', 'x', '--frob').code).toBe(2);
    expect(cli('import', 'a.log', '--case', 'x', '--zone', 'Mars/Olympus').code).toBe(2);
    expect(cli('import', 'a.log', '--case', 'x', '--year', '20').code).toBe(2);
    expect(existsSync(join(folder, 'x'))).toBe(false);
    expect(cli('ledger', '--case', 'nowhere').code).toBe(3);
    expect(cli('import', 'a.log', '--case', programs()).code).toBe(3);
    cli('import', 'a.log', '--case', 'newer');
    const file = join(folder, 'newer', 'case.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"version": 1', '"version": 99'));
    expect(cli('ledger', '--case', 'newer')).toMatchObject({ code: 3, out: '' });
    writeFileSync(
      join(filled, 'lock.json'),
      JSON.stringify({ host: 'elsewhere', pid: 1, started: null, since: '2026-01-01T00:00:00Z', nonce: 'n' }),
    );
    const locked = cli('import', 'a.log', '--case', filled);
    expect([locked.code, locked.out]).toEqual([3, '']);
    expect(locked.err).toContain('process 1 on elsewhere');
    expect(cli('ledger', '--case', filled).code).toBe(0);
    expect(query('SELECT 1').code).toBe(0);
    rmSync(join(filled, 'lock.json'));
  });

  test('Ctrl-C cancels: exit 130, nothing stored', async () => {
    writeFileSync(join(folder, 'slow.log'), 'x\n');
    const child = spawn(
      process.execPath,
      [join(programs(), 'cli.mjs'), 'import', 'slow.log', '--case', 'slow'],
      {
        cwd: folder,
      },
    );
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    await expect
      .poll(() => existsSync(join(folder, 'slow', 'log', 'throughline.log')), { timeout: 60_000 })
      .toBe(true);
    await expect
      .poll(() => readFileSync(join(folder, 'slow', 'log', 'throughline.log'), 'utf8').includes('1 files'), {
        timeout: 60_000,
      })
      .toBe(true);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(JSON.parse(cli('ledger', '--case', 'slow', '--json').out)).toEqual([]);
  });

  test('help names every option and gives an example', () => {
    for (const name of 'import ledger remove query formats dissectors detect pack verify unpack key report serve sample'.split(
      ' ',
    )) {
      const { code, out } = cli(name, '--help');
      expect([name, code]).toEqual([name, 0]);
      expect(out).toMatch(/Examples?:\n {2}throughline/);
    }
    expect(cli('--help').out).toContain('Exit codes');
  });
});

describe('query', () => {
  test('JSON keeps every name and every value', () => {
    expect(
      query('SELECT 1 AS "__proto__", 2 AS a, 3 AS a, 4 AS "constructor"', '--format', 'json').out.trim(),
    ).toBe('[\n  {"__proto__": 1, "a": 2, "a_1": 3, "constructor": 4}\n]');
    expect(
      json(`SELECT 9007199254740991 AS safe, 9007199254740992 AS big, -9007199254740993 AS low, 18446744073709551615::UBIGINT AS u,
        170141183460469231731687303715884105727::HUGEINT AS h, 1.50::DECIMAL(6,2) AS d, 12345678901234567.89::DECIMAL(20,2) AS dd,
        'NaN'::DOUBLE AS nan, 0.1 AS f, NULL AS n, true AS t, DATE '2026-01-02' AS day, TIME '03:04:05' AS clock,
        TIMESTAMP '1969-12-31 23:59:59.999999' AS ts, TIMESTAMP_NS '2026-01-02 03:04:05.123456789' AS ns,
        INTERVAL 3 DAY AS i, 'ab'::BLOB AS b, [1, NULL] AS l, {'x': 1, '2': 'y'} AS s, MAP {'k': 9007199254740993} AS m`),
    ).toEqual([
      {
        safe: 9007199254740991,
        big: '9007199254740992',
        low: '-9007199254740993',
        u: '18446744073709551615',
        h: '170141183460469231731687303715884105727',
        d: 1.5,
        dd: '12345678901234567.89',
        nan: 'NaN',
        f: 0.1,
        n: null,
        t: true,
        day: '2026-01-02',
        clock: '03:04:05',
        ts: '1969-12-31T23:59:59.999999Z',
        ns: '2026-01-02T03:04:05.123456789Z',
        i: '3 days',
        b: '6162',
        l: [1, null],
        s: { x: 1, 2: 'y' },
        m: { k: '9007199254740993' },
      },
    ]);
    expect(json('SELECT 1 WHERE FALSE')).toEqual([]);
    expect(json('SELECT count(*)::INTEGER AS n FROM range(10000)')).toEqual([{ n: 10000 }]);
    expect((json('SELECT i FROM range(10000) AS r(i)') as unknown[]).length).toBe(10000);
    expect(json('SELECT message FROM event ORDER BY record_number')).toHaveLength(3);
  });

  test('CSV defuses formulas and controls unless it is raw', () => {
    const sql = `SELECT '=1+1' AS a, '+x' AS b, '-2' AS "=head", -2 AS n, '@f' AS d, chr(9) || 'tab' AS e, ' =sp' AS f, '＝wide' AS g,
      'a"b,c' AS h, 'two' || chr(10) || 'lines' AS i, chr(27) || '[31m' AS j, NULL AS k, '' AS l, 'plain' AS m`;
    expect(query(sql, '--format', 'csv').out).toBe(
      `a,b,'=head,n,d,e,f,g,h,i,j,k,l,m\r\n'=1+1,'+x,'-2,-2,'@f,'\ttab,' =sp,'＝wide,"a""b,c","two\nlines",\\x1b[31m,,"",plain\r\n`,
    );
    expect(query(sql, '--format', 'csv', '--raw').out).toBe(
      `a,b,=head,n,d,e,f,g,h,i,j,k,l,m\r\n=1+1,+x,-2,-2,@f,"\ttab"," =sp",＝wide,"a""b,c","two\nlines",\u001b[31m,,"",plain\r\n`,
    );
  });

  test('a table is aligned, counts its rows and shows no live control', () => {
    const { out } = query(
      `SELECT 1 AS n, 'a' || chr(27) || ']52;c;eA==' || chr(7) || chr(10) || 'b' AS text`,
    );
    expect(out).toBe(`n  text\n─  ${'─'.repeat(22)}\n1  a\\x1b]52;c;eA==\\x07\\nb\n1 row\n`);
  });

  test('no command prints a live control character, whatever evidence and arguments hold', () => {
    const nasty = [
      '\u001b[2J',
      '\u001b]0;t\u0007',
      '\u009b31m',
      '\u0090q\u009c',
      '\u0007',
      '\b',
      '\u202e',
      '\u007f',
      '\r',
    ].join('x');
    writeFileSync(join(folder, `n${nasty}.log`), `${nasty}\n`);
    const literal = nasty.replaceAll("'", "''");
    const ran = [
      cli('import', `n${nasty}.log`, '--case', 'nasty'),
      cli('import', `n${nasty}.log`, '--case', 'nasty', '--json'),
      cli('import', nasty, '--case', `${nasty}`, '--zone', nasty),
      cli('ledger', '--case', 'nasty'),
      cli('ledger', '--case', 'nasty', '--json'),
      cli('ledger', '--case', nasty),
      cli(nasty),
      cli('query', '--case', 'nasty', nasty),
      ...['table', 'csv', 'json'].map((format) =>
        query(`SELECT '${literal}' AS "${literal}", ['${literal}'] AS l`, '--format', format),
      ),
      query(`SELECT * FROM "${literal}"`),
      query(`SELECT error('${literal}')`),
    ];
    for (const { out, err } of ran) {
      expect(`${out}${err}`.replace(/\r\n/g, '\n')).not.toMatch(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u);
    }
    expect(JSON.parse(ran[4]?.out ?? '')[0].name).toBe(`n${nasty}.log`);
  });

  test('writes files whole: Parquet keeps types, a failed query leaves nothing', () => {
    const out = join(folder, 'out.parquet');
    expect(query('SELECT 1', '--format', 'parquet').code).toBe(2);
    const sql = `SELECT event_id, "timestamp", message, 1.5::DECIMAL(4,2) AS d, 'ab'::BLOB AS b, [1] AS l, 2 AS "timestamp" FROM event ORDER BY event_id`;
    expect(query(sql, '--format', 'parquet', '--out', out)).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(out).subarray(0, 4).toString()).toBe('PAR1');
    const csv = join(folder, 'out.csv');
    expect(query('SELECT 1 AS a', '--format', 'csv', '--out', csv).code).toBe(0);
    expect(readFileSync(csv, 'utf8')).toBe('a\r\n1\r\n');
    const bad = query(
      `SELECT i, CASE WHEN i = 5000 THEN error('broken') ELSE 1 END FROM range(9000) AS r(i)`,
      '--format',
      'csv',
      '--out',
      join(folder, 'bad.csv'),
    );
    expect([bad.code, existsSync(join(folder, 'bad.csv')), existsSync(join(folder, 'bad.csv.part'))]).toEqual(
      [3, false, false],
    );
    expect(query('SELECT 1', '--format', 'csv', '--out', join(folder, 'no', 'such', 'folder.csv')).code).toBe(
      3,
    );
  });

  test('limits and time', () => {
    expect(query('SELECT * FROM range(100000)', '--limit', '3').out).toContain('3 rows');
    const long = query('SELECT count(*) FROM range(10000000) a, range(10000000) b', '--timeout', '1');
    expect([long.code, long.err]).toEqual([3, expect.stringContaining('stopped after 1 second')]);
    expect(query('SELECT 1', '--limit', '0').code).toBe(2);
  });

  test.each([
    ['text', `SELECT length(repeat('x', 2000000000) || repeat('y', 2000000000))`],
    ['a list', 'SELECT len(list(i)) FROM range(3000000000) r(i)'],
    ['text gathered', `SELECT length(string_agg(repeat('x', 100000), '')) FROM range(200000)`],
  ])('a query that swallows memory by %s costs itself only', { timeout: 120_000 }, (_, sql) => {
    const bomb = query(sql, '--timeout', '20');
    expect([bomb.code, bomb.out]).toEqual([3, '']);
    expect(bomb.err).toMatch(/memory|stopped/);
  });

  test.each([
    ['a product', 'SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = -1'],
    ['recursion', 'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r'],
    ['digests', 'SELECT max(sha256(sha256(sha256(i::VARCHAR)))) FROM range(100000000000) r(i)'],
    [
      'a pattern',
      `SELECT count(*) FROM range(1000000000) r(i) WHERE regexp_matches(repeat('a', 5000 + i % 2), '(a*)*b')`,
    ],
  ])('a query that takes for ever by %s is stopped', { timeout: 120_000 }, (_, sql) => {
    const bomb = query(sql, '--timeout', '1');
    expect([bomb.code, bomb.out]).toEqual([3, '']);
    expect(bomb.err).toMatch(/memory|stopped after 1 second/);
  });

  test('after all that the case answers', () => {
    expect(query('SELECT count(*) FROM event').code).toBe(0);
  });
});
