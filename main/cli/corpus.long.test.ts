/**
 * Real evidence through the command line: four folders at once, one timeline of an attack, and a case read elsewhere.
 * What else the corpus holds is imported in importer processes, and with the rows of those four every input must have
 * one that adds up, none be lost or silent for 60 s, at least 97 % of what is evidence be recognised, and every count and
 * time be the index’s or explained. In the judgement from a clean clone other captures are left to the tests of the
 * dissectors.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LedgerRow } from '../../shared/evidence';
import { corpusFolder } from '../dev/corpus-folder';
import { importCorpus } from '../dev/corpus-import';
import { differenceOf, LEAST_RECOGNISED, recognition, summarise } from '../dev/corpus-summary';
import { timeDifference } from '../dev/corpus-times';
import { buildPrograms, type Programs } from '../engine/programs-for-tests';
import { QUERIES } from '../engine/queries-for-tests';

const FOLDERS = ['20-case-qut-s7', '02-network-logs', '05-logs', '06-itsm-devops'];
const ATTACK = '20-case-qut-s7/attacks/20161215180642.ChangeUpperThreshold';
const corpus = corpusFolder();
const isSmall = process.env.THROUGHLINE_CAMPAIGNS === 'ci';
const hasAll = corpus !== null && FOLDERS.every((name) => existsSync(join(corpus, name)));

let programs: Programs;
let root: string;
/** Of the files the command line has imported, by path. */
let rows: ReadonlyMap<string, LedgerRow> = new Map();
beforeAll(async () => {
  if (corpus === null) return;
  programs = await buildPrograms(true);
  root = mkdtempSync(join(tmpdir(), 'throughline-corpus-'));
}, 120_000);
afterAll(() => {
  if (corpus === null) return;
  programs.remove();
  rmSync(root, { recursive: true, force: true });
});

/** Runs the command line as somebody with a home of that name; standard output comes with its SHA-256. */
async function cli(who: string, ...words: string[]) {
  const home = join(root, who);
  mkdirSync(join(home, 'tmp'), { recursive: true });
  const child = spawn(process.execPath, [join(programs.folder, 'cli.mjs'), ...words], {
    cwd: home,
    env: { ...process.env, HOME: home, TMPDIR: join(home, 'tmp') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
  const code = await new Promise((done) => child.on('close', done));
  const bytes = Buffer.concat(out);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { code, out: bytes.toString('utf8'), sha256, err: Buffer.concat(err).toString('utf8') };
}
const inCorpus = (...parts: string[]): string => join(corpus ?? '', ...parts);

describe.skipIf(!hasAll)('the corpus by command line', () => {
  test('four folders: every file has a row, every row adds up, nothing fails', {
    timeout: 1_800_000,
  }, async () => {
    const folders = FOLDERS.map((name) => inCorpus(name));
    const ran = await cli('importer', 'import', ...folders, '--case', 'case', '--json');
    // 1: some records of some files could not be read.
    expect([0, 1]).toContain(ran.code);
    const printed: { evidence: LedgerRow[]; totals: Record<string, number> } = JSON.parse(ran.out);
    const files = folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true })
        .map((name) => join(folder, String(name)))
        .filter((path) => statSync(path).isFile()),
    );
    const whole = printed.evidence.filter(({ member }) => member === null);
    expect(whole.map(({ path }) => path).sort()).toEqual(files.sort());
    const wrong = printed.evidence.filter(
      (row) => row.records !== row.loaded + row.rejected + row.skipped || row.status === 'failed',
    );
    // Two archives are protected: they and their members say that a password is wanted.
    expect(new Set(wrong.map(({ path }) => basename(path)))).toEqual(
      new Set(['SCRANTON.zip', 'UTICA-ONE-DRIVE.zip']),
    );
    expect(wrong.map(({ problem }) => problem?.code)).toEqual(wrong.map(() => 'container-password-needed'));
    const sum = (key: 'records' | 'events'): number =>
      printed.evidence.reduce((total, row) => total + row[key], 0);
    expect(printed.totals).toMatchObject({
      files: printed.evidence.length,
      records: sum('records'),
      events: sum('events'),
    });
    const counted = await cli(
      'importer',
      'query',
      '--case',
      'case',
      '--format',
      'csv',
      'SELECT count(*) FROM event',
    );
    expect(counted.out.split('\r\n')[1]).toBe(String(sum('events')));
    // A duplicate of another file says nothing of its own format.
    rows = new Map(whole.filter(({ status }) => status !== 'duplicate').map((row) => [row.path, row]));
  });

  test('an attack in one query: its start and its end from the log, the one write between from the capture', {
    timeout: 300_000,
  }, async () => {
    const log = inCorpus('20-case-qut-s7/attack_log/Attack_script_log.log');
    const capture = inCorpus(ATTACK, '20161215180642.ChangeUpperThreshold.attacker.pcap');
    const zone = ['--zone', 'Australia/Brisbane'];
    expect((await cli('analyst', 'import', log, capture, '--case', 'attack', ...zone)).code).toBe(0);
    const shown = await cli(
      'analyst',
      'query',
      '--case',
      'attack',
      '--format',
      'csv',
      `SELECT "timestamp", event_dataset, event_action, source_ip FROM event
       WHERE (event_dataset = 'attack.script' AND event_action = 'ChangeUpperThreshold'
           OR event_dataset = 'pcap.s7comm' AND ot_operation = 'write' AND ot_message = 'request')
         AND "timestamp" BETWEEN '2016-12-15 08:06:42.895706' AND '2016-12-15 08:06:45.946284'
       ORDER BY "timestamp"`,
    );
    expect(shown.out.trimEnd().split('\r\n').slice(1)).toEqual([
      '2016-12-15T08:06:42.895706Z,attack.script,ChangeUpperThreshold,',
      '2016-12-15T08:06:45.941977Z,pcap.s7comm,write_var,10.10.10.66',
      '2016-12-15T08:06:45.946284Z,attack.script,ChangeUpperThreshold,',
    ]);
  });

  test('packed, checked, and opened by somebody else elsewhere: 25 queries give the same bytes', {
    timeout: 1_200_000,
  }, async () => {
    expect(new Set(QUERIES).size).toBeGreaterThanOrEqual(25);
    const paths = [
      inCorpus('20-case-qut-s7/attack_log'),
      inCorpus(ATTACK),
      inCorpus('06-itsm-devops/servicenow'),
      inCorpus('05-logs/beats-oss/system'),
    ];
    await cli('author', 'import', ...paths, '--case', 'case', '--zone', 'Australia/Brisbane');
    expect((await cli('author', 'pack', 'case', 'case.tlcase')).code).toBe(0);
    expect((await cli('author', 'verify', 'case.tlcase')).code).toBe(0);
    mkdirSync(join(root, 'reader', 'received'), { recursive: true });
    const file = join(root, 'reader', 'received', 'renamed.tlcase');
    renameSync(join(root, 'author', 'case.tlcase'), file);
    let withRows = 0;
    for (const sql of QUERIES) {
      const words = ['--format', 'json', sql];
      const [wanted, found] = await Promise.all([
        cli('author', 'query', '--case', 'case', ...words),
        cli('reader', 'query', '--case', file, ...words),
      ]);
      expect([sql, wanted.code, found.code, found.sha256]).toEqual([sql, 0, 0, wanted.sha256]);
      if (wanted.out.length > 5) withRows += 1;
    }
    expect(withRows).toBeGreaterThanOrEqual(18);
    // The author's folder is not needed, and nothing of it is in what the reader sees.
    rmSync(join(root, 'author'), { recursive: true });
    const ledger = await cli('reader', 'ledger', '--case', file, '--json');
    expect(ledger.code).toBe(0);
    expect(ledger.out).not.toContain(join(root, 'author'));
    expect(readFileSync(file).includes(join(root, 'author'))).toBe(false);
    expect(readdirSync(join(root, 'reader', 'tmp'))).toEqual([]);
  });
});

test.skipIf(corpus === null)(
  'every input of the corpus is accounted for, recognised and counted',
  {
    timeout: 3_600_000,
  },
  async () => {
    const program = join(programs.folder, 'importer.mjs');
    const lines = await importCorpus({ corpus: corpus ?? '', program, captures: !isSmall, rows });
    process.stdout.write(`${summarise(lines)}\n`);
    const failures = lines.filter(({ failure }) => failure !== null);
    expect(failures.map(({ file, failure }) => `${file}: ${failure}`)).toEqual([]);
    const uneven = lines.filter(
      ({ row }) => row === null || row.records !== row.loaded + row.rejected + row.skipped,
    );
    expect(uneven.map(({ file }) => file)).toEqual([]);
    const { recognised, evidence } = recognition(lines);
    expect(recognised / evidence).toBeGreaterThanOrEqual(LEAST_RECOGNISED);
    const unexplained = lines.flatMap((line) => {
      const { row, expected, file } = line;
      const isRead = row !== null && row.format !== null;
      if (!isRead || row.records === expected || differenceOf(line) !== null) return [];
      return [`${file}: ${row.records} records, the index counts ${expected}`];
    });
    expect(unexplained).toEqual([]);
    const times = lines.flatMap((line) => timeDifference(line) ?? []);
    expect(times.filter(({ why }) => why === null).map(({ what }) => what)).toEqual([]);
  },
);
