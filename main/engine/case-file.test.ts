/** A case as one file, packed at one desk and opened at another: same answers, damage told, originals asked for, nothing left behind. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../shared/filter';
import type { Notice } from '../../shared/protocol';
import { sha256Of } from '../case-file/contents';
import { answersOf, type Desk, ok, pageOf, rowsOf, sitDown, whole } from './desk-for-tests';
import { buildPrograms, type Programs } from './programs-for-tests';
import { QUERIES } from './queries-for-tests';

let programs: Programs;
let root: string;
const desks: Desk[] = [];
const environment = { HOME: process.env.HOME, TMPDIR: process.env.TMPDIR };

beforeAll(async () => {
  programs = await buildPrograms(true);
  root = mkdtempSync(join(tmpdir(), 'throughline-elsewhere-'));
}, 120_000);
afterAll(async () => {
  for (const { engine } of desks) await engine.stop();
  Object.assign(process.env, environment);
  if (environment.TMPDIR === undefined) delete process.env.TMPDIR;
  programs.remove();
  rmSync(root, { recursive: true, force: true });
});

/** An engine on a computer of its own: another home, other folders. */
async function sitDownAs(name: string): Promise<Desk> {
  const folder = join(root, name);
  for (const each of ['tmp', 'cases', 'data']) mkdirSync(join(folder, each), { recursive: true });
  process.env.HOME = folder;
  process.env.TMPDIR = join(folder, 'tmp');
  const desk = await sitDown(folder, resolve('sample-data/water-utility'));
  desks.push(desk);
  return desk;
}

test('a case packed here and opened elsewhere gives the same answers, and work goes on there', {
  timeout: 400_000,
}, async () => {
  const author = await sitDownAs('jane.doe');
  const imported = new Promise<Notice<'import.done'>>((done) => author.page.on('import.done', done));
  await ok(author.page.call('case.sample', {}));
  expect((await imported).status).toBe('done');
  await ok(author.page.call('case.setAuthor', { author: 'Jane Doe' }));
  const writes = { kind: 'in' as const, field: 'ot_operation', values: ['write'] };
  await ok(author.page.call('mark.put', { what: 'tag', value: 'write', on: { filter: writes } }));
  await ok(author.page.call('mark.put', { what: 'star', value: null, on: { filter: writes } }));
  const view = {
    name: 'Writes by host',
    source: { from: { kind: 'table' as const, table: 'event_view' as const }, filter: writes },
    chart: null,
    columns: ['timestamp', 'source_ip', 'message'],
    lane: null,
  };
  const grid = await ok(author.page.call('view.save', { id: null, view }));
  const axis = { field: 'source_ip', time: null, width: null };
  const chart = {
    source: view.source,
    mark: 'bar' as const,
    x: axis,
    y: null,
    colour: null,
    size: null,
    rows: [],
    columns: [],
    measure: { kind: 'count' as const, field: null },
    top: 10,
  };
  const bars = await ok(author.page.call('view.save', { id: null, view: { ...view, name: 'Bars', chart } }));
  await ok(
    author.page.call('finding.put', {
      id: null,
      title: 'Set points were <written>',
      text: 'From a host that **never** wrote before.',
      views: [grid.id, bars.id],
      order: 1,
      cite: { filter: writes },
      uncite: [],
    }),
  );
  const file = join(root, 'sample.tlcase');
  const packed = await ok(
    author.page.call('case.pack', {
      token: await author.token(file),
      embed: true,
      passphrase: null,
      signKey: null,
    }),
  );
  expect(packed.path).toBe(file);
  const bytes = readFileSync(file).toString('latin1');
  for (const secret of [root, 'jane.doe', resolve('sample-data')])
    expect([secret, bytes.includes(secret)]).toEqual([secret, false]);
  const wanted = await answersOf(author, QUERIES);
  const wantedPage = await pageOf(author);

  const reader = await sitDownAs('elsewhere');
  const checked = whole(reader);
  const state = await ok(reader.page.call('case.open', { token: await reader.token(file) }));
  expect(state).toMatchObject({
    folder: file,
    undo: expect.any(String),
    author: 'Jane Doe',
    file: { path: file, signedBy: null },
  });
  expect(state.readOnly).toContain('case file');
  expect((await checked).file).toMatchObject({ check: 'whole', problems: [] });
  const found = await answersOf(reader, QUERIES);
  for (const [sql, rows] of wanted) expect([sql, found.get(sql)]).toEqual([sql, rows]);
  expect(Buffer.from(await pageOf(reader)).equals(Buffer.from(wantedPage))).toBe(true);
  expect(
    await reader.page.call('mark.put', { what: 'star', value: null, on: { filter: writes } }),
  ).toMatchObject({
    ok: false,
    problem: { code: 'case-read-only' },
  });

  const report = join(root, 'report.html');
  await ok(
    reader.page.call('case.report', { token: await reader.token(report), zone: 'Australia/Brisbane' }),
  );
  const html = readFileSync(report, 'utf8');
  expect(html).toContain('Set points were &lt;written&gt;');
  expect(html).toContain('<strong>never</strong>');
  expect(html).toContain('<svg');
  expect(html).toMatch(/Writes by host/);
  expect(html).not.toMatch(/Not shown|<script|jane\.doe/);

  const { rows } = await ok(reader.page.call('evidence.list', {}));
  expect(
    rows.filter(({ stored, missing, path, name }) => stored !== 'copy' || missing || path !== name),
  ).toEqual([]);
  const read = await ok(reader.page.call('evidence.bytes', { evidenceId: 1, offset: 0, length: 40 }));
  expect([read.data.length, read.changed]).toEqual([40, false]);

  const mine = await ok(reader.page.call('case.workOn', { name: 'Mine' }));
  expect(mine).toMatchObject({
    name: 'Mine',
    readOnly: null,
    author: null,
    file: null,
    folder: join(reader.folder, 'cases', 'Mine'),
  });
  expect(readdirSync(join(reader.folder, 'tmp'))).toEqual([]);
  for (const [sql, rows] of [...wanted].slice(1, 4))
    expect([sql, await rowsOf(reader, sql)]).toEqual([sql, rows]);
  const undone = await ok(reader.page.call('operation.undo', {}));
  expect(undone.redo).not.toBeNull();
  await ok(reader.page.call('operation.redo', {}));
});

test('unzip, sha256sum and any reader of Parquet suffice', { timeout: 120_000 }, async () => {
  const folder = join(root, 'by-hand');
  mkdirSync(folder);
  execFileSync('unzip', ['-q', join(root, 'sample.tlcase'), '-d', folder]);
  const checked = execFileSync('sha256sum', ['-c', '--strict', 'SHA256SUMS'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(checked.trim().split('\n')).toHaveLength(names.length - 1);
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const ledger: { events: number }[] = JSON.parse(readFileSync(join(folder, 'ledger.json'), 'utf8'));
  expect(manifest).toMatchObject({ format: 'throughline-case', version: 1, case: { author: 'Jane Doe' } });
  for (const { parentPath, name } of names.filter((entry) => entry.name.endsWith('.parquet'))) {
    const bytes = readFileSync(join(parentPath, name)).toString('latin1');
    expect([bytes.slice(0, 4), bytes.slice(-4)]).toEqual(['PAR1', 'PAR1']);
  }
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  const read = await connection.runAndReadAll(
    `SELECT count(*)::INTEGER, count(DISTINCT evidence_id)::INTEGER FROM read_parquet('${folder}/data/*/event.parquet')`,
  );
  expect(read.getRows()[0]?.[0]).toBe(ledger.reduce((sum, { events }) => sum + events, 0));
  connection.closeSync();
  database.closeSync();
  for (const { sha256, embedded } of manifest.evidence) {
    if (embedded) expect(sha256Of(readFileSync(join(folder, 'evidence', sha256)))).toBe(sha256);
  }
  const lines = readFileSync(join(folder, 'journal.jsonl'), 'utf8').trimEnd().split('\n');
  expect([lines.length, sha256Of(lines.at(-1) ?? '')]).toEqual([
    manifest.journal.operations,
    manifest.journal.head,
  ]);
  const python = spawnSync('python3', [
    '-c',
    'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), len(z.namelist()), {i.compress_type for i in z.infolist()})',
    join(root, 'sample.tlcase'),
  ]);
  if (!python.error) expect(python.stdout.toString().trim()).toBe(`None ${names.length} {0}`);
});

test('pyarrow, another’s reader of Parquet, reads every table and counts what the ledger counts', (context) => {
  if (spawnSync('python3', ['-c', 'import pyarrow.parquet']).status !== 0) return context.skip('no pyarrow');
  const program = `
import sys, json, glob, os
import pyarrow.parquet as pq
tables = [(os.path.basename(p), pq.read_table(p).num_rows) for p in glob.glob(sys.argv[1] + '/data/*/*.parquet')]
rows = {name: sum(n for other, n in tables if other == name) for name, _ in tables}
ledger = json.load(open(sys.argv[1] + '/ledger.json'))
print(json.dumps([rows['event.parquet'], rows['reject.parquet'], sum(r['events'] for r in ledger), sum(r['rejected'] for r in ledger)]))
`;
  const ran = execFileSync('python3', ['-c', program, join(root, 'by-hand')], { encoding: 'utf8' });
  const [events, rejects, ...told] = JSON.parse(ran);
  expect([events, rejects]).toEqual(told);
  expect(events).toBeGreaterThan(1000);
});

test('a damaged part is told while the rest is read; a damaged event entry is not opened', {
  timeout: 120_000,
}, async () => {
  const desk = await sitDownAs('third');
  const file = join(root, 'sample.tlcase');
  const bytes = readFileSync(file);
  const at = (name: string): number => {
    // Local headers come in order, after the manifest that names them all.
    for (let from = 0; ; ) {
      const found = bytes.indexOf(name, from);
      if (found < 0) throw new Error(`no ${name}`);
      if (bytes.readUInt32LE(found - 30) === 0x04034b50) return found + name.length;
      from = found + 1;
    }
  };
  const damaged = (name: string): string => {
    const path = join(root, `damaged-${name.replaceAll('/', '-')}.tlcase`);
    const copy = Buffer.from(bytes);
    const place = at(name) + 100;
    copy[place] = (copy[place] ?? 0) ^ 1;
    writeFileSync(path, copy);
    return path;
  };
  const checked = whole(desk);
  const reject = 'data/000001/record-0.parquet';
  const state = await ok(desk.page.call('case.open', { token: await desk.token(damaged(reject)) }));
  expect(state.events).toBeGreaterThan(0);
  expect((await checked).file).toMatchObject({
    check: 'damaged',
    problems: [{ code: 'entry-damaged', where: expect.stringContaining(reject) }],
  });
  const view = await ok(desk.page.call('view.open', { filter: EVERYTHING, sort: [] }));
  expect(view.shown).toBe(state.events);
  expect(await desk.page.call('case.workOn', { name: 'Never' })).toMatchObject({
    ok: false,
    problem: { code: 'case-file-damaged' },
  });
  // What was open stays open.
  expect((await ok(desk.page.call('session.hello', {}))).case?.events).toBe(state.events);
  const broken = await desk.page.call('case.open', {
    token: await desk.token(damaged('data/000001/event.parquet')),
  });
  expect(broken).toMatchObject({
    ok: false,
    problem: { code: 'case-file-damaged', where: expect.stringContaining('event.parquet') },
  });
  await ok(desk.page.call('case.close', {}));
  expect(readdirSync(join(desk.folder, 'tmp'))).toEqual([]);
});

test('originals that are not in the file are asked for, and only they will do', {
  timeout: 120_000,
}, async () => {
  const author = desks[0];
  if (!author) throw new Error('nobody sits there');
  const file = join(root, 'lean.tlcase');
  await ok(
    author.page.call('case.pack', {
      token: await author.token(file),
      embed: false,
      passphrase: null,
      signKey: null,
    }),
  );
  const desk = await sitDownAs('lean');
  await ok(desk.page.call('case.open', { token: await desk.token(file) }));
  const { rows } = await ok(desk.page.call('evidence.list', {}));
  const [one, two] = rows;
  if (!one || !two) throw new Error('no evidence');
  expect(rows.every(({ missing }) => missing)).toBe(true);
  const wanted = { evidenceId: one.evidence_id, offset: 0, length: 10 };
  expect(await desk.page.call('evidence.bytes', wanted)).toMatchObject({
    problem: { code: 'evidence-missing' },
  });
  const place = async (name: string) => desk.token(resolve('sample-data/water-utility', name));
  const wrong = { evidenceId: one.evidence_id, token: await place(two.name) };
  expect(await desk.page.call('evidence.locate', wrong)).toMatchObject({
    problem: { code: 'evidence-changed' },
  });
  await ok(desk.page.call('evidence.locate', { evidenceId: one.evidence_id, token: await place(one.name) }));
  expect(await ok(desk.page.call('evidence.bytes', wanted))).toMatchObject({ changed: false });
});

test('what a killed engine left behind is swept at the next opening', { timeout: 120_000 }, async () => {
  const desk = await sitDownAs('killed');
  await ok(desk.page.call('case.open', { token: await desk.token(join(root, 'sample.tlcase')) }));
  expect(readdirSync(join(desk.folder, 'tmp'))).toHaveLength(1);
  const gone = new Promise<void>((done) => desk.engine.onExit(() => done()));
  desk.engine.kill();
  await gone;
  const heir = await sitDownAs('killed');
  await ok(heir.page.call('case.open', { token: await heir.token(join(root, 'sample.tlcase')) }));
  expect(readdirSync(join(heir.folder, 'tmp'))).toHaveLength(1);
  await ok(heir.page.call('case.close', {}));
  expect(readdirSync(join(heir.folder, 'tmp'))).toEqual([]);
});

test('where to save: a bare name beside the cases, a full path into a folder that is there', async () => {
  const desk = await sitDownAs('saving');
  const named = await ok(desk.page.call('host.grantSave', { path: 'a.tlcase' }));
  expect(named).toMatchObject({ path: join(desk.folder, 'cases', 'a.tlcase'), exists: false });
  writeFileSync(join(root, 'there.html'), '');
  expect(await ok(desk.page.call('host.grantSave', { path: join(root, 'there.html') }))).toMatchObject({
    exists: true,
  });
  for (const path of ['../a', 'a/b', join(root, 'no', 'a'), root, 'a\0b'])
    expect([path, (await desk.page.call('host.grantSave', { path })).ok]).toEqual([path, false]);
  expect(existsSync(join(root, 'no'))).toBe(false);
});
