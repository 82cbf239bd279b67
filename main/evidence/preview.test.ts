import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImportOptions, previewSchema } from '../../shared/evidence';
import { Database } from '../store/database';
import { plainLibrary } from './library-for-tests';
import { formatLibrary } from './library-of-formats';
import { previewFile } from './preview';
import { measureSpace, spaceProblem } from './survey';

const sample = join(import.meta.dirname, '../../sample-data/water-utility');
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

  it('says what the columns of an unknown table are taken for, as the import takes them', async () => {
    const text = 'when,unit,operator,note\n2026-03-16 22:00:00,P1,m.tran,started\n'.concat(
      '2026-03-16 22:30:00,P2,m.tran,stopped\n',
    );
    const preview = await look(text, formatLibrary);
    expect(preview.mapping).toEqual({
      time: 'when',
      timeForm: null,
      domain: 'operations',
      fields: { user_name: 'operator', message: 'note' },
    });
    expect(preview.records[0]?.event).toMatchObject({ user_name: 'm.tran', message: 'started' });
    const { mapping } = preview;
    const told = await look(text, formatLibrary, mapping === undefined ? {} : { mapping });
    expect(told.records).toEqual(preview.records);
    expect(told.mapping).toBe(undefined);
  });

  it('leaves prose unrecognised, with a word on why', async () => {
    const prose = await look('Dear colleague,\nplease find the report.\nKind regards\n', formatLibrary);
    expect(prose).toMatchObject({ chosen: null, problem: { code: 'format-unknown' } });
  });
});

describe('what is no text', () => {
  it('shows the first messages of a capture, and leaves no trace of it for the next file', async () => {
    const capture = readFileSync(join(sample, 'plant-network.pcap'));
    const preview = await look(capture, formatLibrary);
    expect(preview).toMatchObject({
      chosen: 'pcap',
      candidates: [{ format: 'pcap', title: 'Packet capture (pcap)', score: 1 }],
      problem: null,
    });
    expect(preview.records).toHaveLength(20);
    expect(preview.records[0]).toMatchObject({ reject: null, raw: expect.stringContaining('bytes') });
    expect(preview.records.every(({ event }) => event?.event_domain === 'ot')).toBe(true);
    expect((await look('id,name\n1,a\n')).records).toHaveLength(1);
  });

  it('tells that a short capture is cut, and lists none where there are none', async () => {
    const capture = readFileSync(join(sample, 'plant-network.pcap'));
    expect((await look(capture.subarray(0, 100), formatLibrary)).problem?.what).toContain('last packet');
    expect((await look(capture.subarray(0, 24), formatLibrary)).records).toEqual([]);
  });

  it('lists the members of a container', async () => {
    const header = Buffer.alloc(512);
    header.write('logs/a.csv');
    header.write('0000644', 100);
    header.write('00000000004', 124);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const tar = Buffer.concat([header, Buffer.from('a,b\n'.padEnd(512, '\0')), Buffer.alloc(1024)]);
    const preview = await look(tar, formatLibrary);
    expect(preview).toMatchObject({
      chosen: 'tar',
      candidates: [{ format: 'tar', title: 'Container (tar)' }],
      members: { list: [{ name: 'logs/a.csv', encrypted: false }], more: false },
      problem: null,
    });
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
