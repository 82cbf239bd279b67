import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Preview } from '../../../shared/evidence';
import { importOptionsSchema } from '../../../shared/evidence';
import * as plan from './import-plan';
import * as ledger from './ledger';
import * as mapping from './mapping';
import { CHUNK_BYTES, upload } from './upload';

function row(over: Partial<ledger.LedgerEntry> = {}): ledger.LedgerEntry {
  return {
    evidence_id: 1,
    path: '/exports/auth.log',
    member: null,
    name: 'auth.log',
    size_bytes: 1000,
    sha256: 'ab'.repeat(32),
    format: 'linux-auth',
    format_title: 'Linux auth log',
    dissectors: [],
    time_zone: 'UTC',
    time_zone_source: 'assumed',
    year_source: 'file time',
    records: 10,
    loaded: 7,
    rejected: 2,
    skipped: 1,
    events: 7,
    undated: 1,
    first: '2026-03-16T12:00:00.000000Z',
    last: '2026-03-16T13:00:00.000000Z',
    seconds: 0.1,
    status: 'partial',
    problem: null,
    removed: false,
    stored: 'reference',
    encoding: 'utf-8',
    missing: false,
    clock: null,
    acquirer: null,
    exhibitNumber: null,
    notes: [],
    quality: null,
    ...over,
  };
}

describe('ledger', () => {
  it('adds up, row by row and in total, without what was removed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1e6), fc.nat(1e6), fc.nat(1e6), fc.boolean()), { maxLength: 30 }),
        (counts) => {
          const rows = counts.map(([loaded, rejected, skipped, removed], index) =>
            row({
              evidence_id: index,
              loaded,
              rejected,
              skipped,
              removed,
              records: loaded + rejected + skipped,
            }),
          );
          expect(rows.every(ledger.addsUp)).toBe(true);
          expect(ledger.addsUp(ledger.totals(rows))).toBe(true);
          expect(ledger.totals(rows).files).toBe(rows.filter((one) => !one.removed).length);
        },
      ),
    );
    expect(ledger.addsUp(row({ records: 11 }))).toBe(false);
  });

  it('says who named the zone, and flags an assumed one', () => {
    expect(ledger.zoneText(row())).toEqual({ zone: 'UTC', source: 'assumed', assumed: true });
    expect(ledger.zoneText(row({ time_zone: 'Australia/Brisbane', time_zone_source: 'asked' }))).toEqual({
      zone: 'Australia/Brisbane',
      source: 'chosen at import',
      assumed: false,
    });
    expect(ledger.zoneText(row({ time_zone: null, time_zone_source: null }))).toBeNull();
    expect(ledger.yearText(row())).toEqual({ source: 'taken from the file’s date', assumed: true });
  });

  it('puts the worst status first and removed evidence last', () => {
    const rows = [
      row({ evidence_id: 1, status: 'loaded' }),
      row({ evidence_id: 2, status: 'failed', removed: true }),
      row({ evidence_id: 3, status: 'failed' }),
    ];
    expect(ledger.sortRows(rows, 'status', false).map((one) => one.evidence_id)).toEqual([3, 1, 2]);
    expect(ledger.sortRows(rows, 'import', true).map((one) => one.evidence_id)).toEqual([3, 1, 2]);
    expect(ledger.statusCounts(rows)).toEqual([
      { status: 'failed', tone: 'bad', count: 1 },
      { status: 'loaded', tone: 'good', count: 1 },
    ]);
  });
});

const survey = {
  files: [
    {
      token: 'a',
      name: 'auth.log',
      path: '/exports/auth.log',
      sizeBytes: 1000,
      looked: true,
      members: [],
      candidates: [{ format: 'linux-auth', title: 'Linux auth log', score: 1, why: 'all 50 lines' }],
      problem: null,
    },
    {
      token: 'b',
      name: 'odd.csv',
      path: '/exports/odd.csv',
      sizeBytes: 3000,
      looked: true,
      members: [],
      candidates: [{ format: 'generic-delimited', title: 'Delimited text', score: 0.5, why: 'commas' }],
      problem: null,
    },
    {
      token: 'c',
      name: 'x.bin',
      path: '/exports/x.bin',
      sizeBytes: 6,
      looked: true,
      members: [],
      candidates: [],
      problem: { code: 'unreadable', what: 'Cannot be read.' },
    },
  ],
  totalBytes: 4006,
  freeBytes: 5000,
};

function preview(needed: boolean): Preview {
  return {
    name: 'auth.log',
    sizeBytes: 1000,
    compression: null,
    encoding: 'utf-8',
    encodingGuessed: false,
    candidates: [],
    chosen: 'linux-auth',
    columns: [],
    records: [],
    zone: { name: null, source: 'assumed', needed },
    problem: null,
  };
}

describe('import plan', () => {
  it('takes every readable file and knows what each is', () => {
    const made = plan.makePlan(survey);
    expect(plan.importItems(made).map((item) => item.token)).toEqual(['a', 'b']);
    expect(plan.summarise(made)).toMatchObject({
      chosen: 2,
      recognised: 1,
      generic: 1,
      unrecognised: 0,
      unreadable: 1,
    });
    expect(plan.formatOf(made.files[0]!)?.title).toBe('Linux auth log');
  });

  it('asks for the format of a file that has none, and takes it in once one is said', () => {
    const [file] = survey.files;
    if (file === undefined) throw new Error('no file');
    const doubtful = (code: string, candidates = file.candidates) =>
      plan.makePlan({ ...survey, files: [{ ...file, candidates, problem: { code, what: 'No format.' } }] });
    const unknown = doubtful('format-unknown', []);
    expect(unknown.files[0]).toMatchObject({ include: false, problem: null });
    expect(plan.nextToPreview(unknown, 'a', new Set())?.token).toBe('a');
    expect(plan.importItems(plan.include(unknown, 'a', true))[0]?.options).toEqual({});
    const told = plan.setOptions(unknown, 'a', { format: 'mine' });
    expect(plan.importItems(told)[0]?.options).toEqual({ format: 'mine' });
    // A guess that is not trusted is taken once the file is ticked.
    const unsure = plan.include(doubtful('format-unsure'), 'a', true);
    expect(plan.importItems(unsure)[0]?.options).toEqual({ format: 'linux-auth' });
    expect(doubtful('unreadable').files[0]?.problem?.code).toBe('unreadable');
  });

  it('lists what nobody looked at yet, and takes in what is then found, but not against the analyst’s word', () => {
    const files = survey.files.map((file) => ({ ...file, looked: false, candidates: [], problem: null }));
    const listed = plan.makePlan({
      ...survey,
      files: files.map((file, at) => ({ ...file, looked: at === 0 })),
    });
    expect(plan.unlooked(listed)).toEqual(['b', 'c']);
    expect(plan.summarise(listed)).toMatchObject({ chosen: 3, waiting: 3, unrecognised: 1 });
    expect(plan.nextToPreview(listed, null, new Set(['a']))).toBeNull();
    expect(plan.nextToPreview(listed, 'b', new Set())?.token).toBe('b');
    const found = { ...survey, files: survey.files.slice(1) };
    const seen = plan.mergeLooked(listed, ['b', 'c'], found);
    expect(plan.unlooked(seen)).toEqual([]);
    expect(seen.files.map(({ token, include, problem }) => [token, include, problem?.code])).toEqual([
      ['a', true, undefined],
      ['b', true, undefined],
      ['c', false, 'unreadable'],
    ]);
    expect(plan.formatOf(seen.files[1]!)?.id).toBe('generic-delimited');
    const left = plan.mergeLooked(plan.include(listed, 'b', false), ['b', 'c'], found);
    expect(left.files.map(({ include }) => include)).toEqual([true, false, false]);
    expect(plan.unlooked(plan.mergeLooked(listed, ['b'], { ...found, files: [] }))).toEqual(['c']);
  });

  it('tries a password on archives only', () => {
    const made = { ...plan.makePlan(survey), password: 'infected' };
    const [first] = made.files;
    if (first === undefined) throw new Error('no file');
    expect(plan.effectiveOptions(made, { ...first, name: 'a.csv' })).toEqual({});
    expect(plan.effectiveOptions(made, { ...first, name: 'Loot.ZIP' })).toEqual({ password: 'infected' });
  });

  it('knows which archives wait for a password, and which files were not looked into yet', () => {
    const made = plan.makePlan(survey);
    expect(plan.summarise(made)).toMatchObject({ waiting: 2, locked: 0 });
    expect(plan.summarise(made, new Set(['b'])).waiting).toBe(1);
    const list = [{ name: 'a.log', packedBytes: 12, encrypted: true }];
    const members = { list, more: false };
    const seen = plan.setPreview(made, 'a', { ...preview(false), members });
    expect(plan.summarise(seen)).toMatchObject({ waiting: 1, locked: 1 });
    expect(plan.summarise({ ...seen, password: 'infected' }).locked).toBe(0);
    const first = seen.files.find(({ token }) => token === 'a');
    expect(first !== undefined && plan.mayBeLocked(first)).toBe(true);
  });

  it('warns until a zone is chosen, and sends the choice', () => {
    const made = plan.setPreview(plan.makePlan(survey), 'a', preview(true));
    expect(plan.summarise(made)).toMatchObject({ zoneless: 1, zoneAssumed: 1 });
    const zoned = plan.setPreview(plan.setZone(made, 'Australia/Brisbane'), 'a', preview(true));
    expect(plan.summarise(zoned)).toMatchObject({ zoneless: 1, zoneAssumed: 0 });
    expect(plan.importItems(zoned)[0]?.options).toEqual({ zone: 'Australia/Brisbane' });
    const own = plan.setOptions(zoned, 'a', { zone: 'Europe/Berlin' });
    expect(plan.importItems(own)[0]?.options.zone).toBe('Europe/Berlin');
    // Read under a zone that was chosen, it still hangs on the choice.
    const asked = { ...preview(false), zone: { name: 'UTC', source: 'asked' as const, needed: false } };
    const seen = plan.setPreview(zoned, 'a', asked);
    expect(plan.summarise(seen)).toMatchObject({ zoneless: 1, zoneAssumed: 0 });
    expect(plan.nextToPreview(plan.setZone(seen, null), 'a', new Set())?.token).toBe('a');
  });

  it('looks again into files whose answer a new zone changes', () => {
    const made = plan.setPreview(
      plan.setPreview(plan.makePlan(survey), 'a', preview(true)),
      'b',
      preview(false),
    );
    expect(plan.nextToPreview(made, null, new Set())).toBeNull();
    const zoned = plan.setZone(made, 'UTC');
    expect(plan.nextToPreview(zoned, 'b', new Set())?.token).toBe('a');
    expect(plan.nextToPreview(zoned, null, new Set(['a']))).toBeNull();
  });

  it('counts the room a copy takes', () => {
    const made = plan.makePlan(survey);
    expect(plan.summarise(made).enoughSpace).toBe(true);
    expect(plan.summarise({ ...made, copy: true })).toMatchObject({ enoughSpace: false, neededBytes: 6400 });
  });

  it('finds the folder that all files share', () => {
    const at = (...paths: string[]) =>
      plan.commonFolder(paths.map((path) => ({ ...survey.files[0]!, path })));
    expect(at('/usb/export/a.log', '/usb/export/zeek/conn.log')).toBe('/usb/export/');
    expect(at('/usb/export/a.log', '/usb/exports/b.log')).toBe('/usb/');
    expect(at('C:\\usb\\a.log', 'C:\\usb\\x\\b.log')).toBe('C:\\usb\\');
    expect(at('/usb/a.log')).toBe('');
    expect(at('a.log', 'b.log')).toBe('');
  });

  it('lists a path once, however often it is dropped, but each of two files that were sent', () => {
    expect(plan.mergePlan(plan.makePlan(survey), survey).files).toHaveLength(3);
    const other = { ...survey, files: survey.files.slice(0, 1).map((file) => ({ ...file, token: 'z' })) };
    expect(plan.mergePlan(plan.makePlan(survey), other).files.map(({ name }) => name)).toEqual([
      'auth.log',
      'odd.csv',
      'x.bin',
      'auth.log',
    ]);
  });
});

describe('mapping', () => {
  it('guesses from names of many makers', () => {
    const guessed = mapping.guessMapping([
      'Time',
      'Src IP',
      'dest_port',
      'User Name',
      'Description',
      'extra',
    ]);
    expect(guessed.time).toBe('Time');
    expect(guessed.fields).toEqual({
      source_ip: 'Src IP',
      destination_port: 'dest_port',
      user_name: 'User Name',
      message: 'Description',
    });
    expect(importOptionsSchema.safeParse({ mapping: guessed }).success).toBe(true);
  });

  it('keeps one column per field and one field per column', () => {
    let map = mapping.guessMapping(['when', 'a', 'b']);
    map = mapping.mapColumn(map, 'a', 'message');
    map = mapping.mapColumn(map, 'b', 'message');
    expect(map.fields).toEqual({ message: 'b' });
    map = mapping.mapColumn(map, 'b', 'host_name');
    expect(map.fields).toEqual({ host_name: 'b' });
    expect(mapping.fieldOf(map, 'b')).toBe('host_name');
    expect(mapping.mapColumn(map, 'b', null).fields).toEqual({});
    expect(mapping.mappingAdvice({ ...map, time: null })).toHaveLength(2);
  });

  it('says of lines only what becomes of those without a time', () => {
    const line = (timestamp: string | null) => ({
      number: 1,
      raw: '',
      cells: [],
      event: { timestamp },
      reject: null,
    });
    const dated = line('2026-03-16T22:00:00.000000Z');
    expect(mapping.linesAdvice([dated])).toEqual([]);
    expect(mapping.linesAdvice([])).toEqual([]);
    expect(mapping.linesAdvice([dated, line(null)])[0]).toContain('that begin with no time');
    expect(mapping.linesAdvice([line(null)])[0]).toContain('No line shown');
  });
});

describe('upload', () => {
  function calls() {
    const chunks: { offset: number; size: number }[] = [];
    let waiting = 0;
    let most = 0;
    return {
      chunks,
      most: () => most,
      begin: async () => ({ uploadId: 'u' }),
      chunk: async (_id: string, offset: number, data: Uint8Array) => {
        waiting += 1;
        most = Math.max(most, waiting);
        await Promise.resolve();
        chunks.push({ offset, size: data.length });
        waiting -= 1;
      },
      end: async () => ({ token: 't', sha256: 'x' }),
    };
  }

  it('sends chunks in order, one at a time', async () => {
    const file = new File([new Uint8Array(CHUNK_BYTES * 2 + 5)], 'big.log');
    const fake = calls();
    const seen: number[] = [];
    const done = await upload(file, 'folder/big.log', fake, new AbortController().signal, (at) =>
      seen.push(at.sentBytes),
    );
    expect(done.token).toBe('t');
    expect(fake.chunks).toEqual([
      { offset: 0, size: CHUNK_BYTES },
      { offset: CHUNK_BYTES, size: CHUNK_BYTES },
      { offset: CHUNK_BYTES * 2, size: 5 },
    ]);
    expect(fake.most()).toBe(1);
    expect(seen.at(-1)).toBe(file.size);
  });

  it('stops when cancelled', async () => {
    const file = new File([new Uint8Array(CHUNK_BYTES * 3)], 'big.log');
    const fake = calls();
    const controller = new AbortController();
    await expect(
      upload(file, 'big.log', fake, controller.signal, () => controller.abort()),
    ).rejects.toThrow();
    expect(fake.chunks).toHaveLength(1);
  });

  it('sends an empty file without a chunk', async () => {
    const fake = calls();
    await upload(new File([], 'empty'), 'empty', fake, new AbortController().signal, () => undefined);
    expect(fake.chunks).toEqual([]);
  });
});
