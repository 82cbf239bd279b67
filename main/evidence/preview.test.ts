import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImportOptions, previewSchema } from '../../shared/evidence';
import { Database } from '../store/database';
import { plainLibrary } from './library-for-tests';
import { formatLibrary } from './library-of-formats';
import { previewFile } from './preview';
import { measureSpace, spaceProblem } from './survey';

let folder = '';
let database: Database;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-preview-'));
  database = await Database.open({ path: null, memoryLimitMb: 300, threads: 1, tempFolder: null });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function look(text: string | Uint8Array, library = plainLibrary, options: ImportOptions = {}) {
  const path = join(folder, 'evidence');
  writeFileSync(path, text);
  const outcome = await previewFile(database, library, { path, name: 'evidence' }, options);
  if (!outcome.ok) throw new Error(outcome.problem.what);
  return previewSchema.parse(outcome.value);
}

describe('preview', () => {
  it('shows raw text, cells, events and rejects of the first records', async () => {
    const preview = await look('id,name\n1,"a ""b"""\nbad,c\n2,d,e\n');
    expect(preview.columns).toEqual(['id', 'name']);
    expect(preview.records).toEqual([
      {
        number: 1,
        raw: '1,"a ""b"""',
        cells: ['1', 'a "b"'],
        event: expect.objectContaining({ message: '1' }),
        reject: null,
      },
      { number: 2, raw: 'bad,c', cells: ['bad', 'c'], event: null, reject: 'It is bad.' },
      { number: 3, raw: '2,d,e', cells: [], event: null, reject: expect.stringContaining('3 cells') },
    ]);
  });

  it('says that a zone is needed, and no longer once it is given', async () => {
    const text = '2026-05-06 07:08:09.123456 OpenValve START\n2026-05-06 07:08:10.500000 OpenValve END\n';
    const preview = await look(text, formatLibrary);
    expect(preview).toMatchObject({
      chosen: 'attack-script-log',
      zone: { name: 'UTC', source: 'assumed', needed: true },
    });
    const asked = await look(text, formatLibrary, { zone: 'Australia/Brisbane' });
    expect(asked.zone).toEqual({ name: 'Australia/Brisbane', source: 'asked', needed: false });
    expect(asked.records[0]?.event).toMatchObject({
      timestamp: '2026-05-05T21:08:09.123456Z',
      recorded_wall: '2026-05-06T07:08:09.123456',
    });
  });

  it('takes JSON lines with some broken ones for JSON, not for a table of two columns', async () => {
    const broken = '{"time":"2026-01-02T03:04:05Z","a":}\n'.repeat(2);
    const preview = await look(broken + '{"time":"2026-01-02T03:04:06Z","a":1}\n'.repeat(4), formatLibrary);
    expect(preview.chosen).toBe('generic-json');
    expect(preview.records.map(({ reject }) => reject === null)).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  it('leaves prose unrecognised, with a word on why', async () => {
    const prose = await look('Dear colleague,\nplease find the report.\nKind regards\n', formatLibrary);
    expect(prose).toMatchObject({ chosen: null, problem: { code: 'format-unknown' } });
  });
});

describe('room on the disk', () => {
  it('is measured against what the files need', async () => {
    const path = join(folder, 'big');
    writeFileSync(path, 'x'.repeat(1000));
    const space = await measureSpace(folder, [path, join(folder, 'not there')], true);
    expect(space.neededBytes).toBe(2500);
    expect(spaceProblem(space, folder)).toBeNull();
    expect(spaceProblem({ neededBytes: 5e9, freeBytes: 4e9 }, folder)).toMatchObject({
      code: 'disk-too-full',
    });
  });
});
