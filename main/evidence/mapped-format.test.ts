/** A mapping kept as a format: what it reads is what the mapping read, and files of its kind are known again. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImportOptions, Preview } from '../../shared/evidence';
import { type MappedKind, mappedProblem, mappedYaml } from '../../shared/propose/mapped-format';
import { Database } from '../store/database';
import { libraryWith } from './library-of-formats';
import { previewFile } from './preview';

let folder = '';
let database: Database;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-mapped-'));
  database = await Database.open({ path: null, memoryLimitMb: 300, threads: 1, tempFolder: null });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

type Mapping = NonNullable<ImportOptions['mapping']>;

async function look(text: string, options: ImportOptions, own: string | null): Promise<Preview> {
  const path = join(folder, 'export.txt');
  writeFileSync(path, text);
  const library = libraryWith(own === null ? [] : [{ name: 'gate-export.format.yaml', text: own }]);
  const shown = await previewFile(database, library, { path, name: 'export.txt' }, options, 50);
  if (!shown.ok) throw new Error(shown.problem.what);
  return shown.value;
}

const HEAD = { id: 'gate-export', title: 'Gate: export', domain: 'ot', reference: 'Mapped by hand' };
/** What a format of one's own calls its events. */
const NAMED = { event_dataset: 'gate-export' };

async function keep(text: string, kind: MappedKind, mapping: Mapping, more: ImportOptions = {}) {
  const format = kind === 'json' ? 'generic-json' : 'generic-delimited';
  const mapped = await look(text, { ...more, format, mapping }, null);
  const given = { kind, columns: mapped.columns, mapping, records: mapped.records };
  expect(mappedProblem(given)).toBeNull();
  const yaml = mappedYaml(given, HEAD, {});
  return { mapped, yaml, read: await look(text, more, yaml) };
}

const events = ({ records }: Preview) => records.map(({ event, reject }) => ({ event, reject }));

it('a table by its titles, whatever signs they hold', async () => {
  const text = [
    'When [local];Gate\'s "name";Src: ip;Level;Note {x}',
    '16/03/2026 22:52;North;10.0.0.7;WARN;"opened; by hand"',
    '17/03/2026 06:00;South;;3;shut',
  ].join('\n');
  const mapping: Mapping = {
    time: 'When [local]',
    timeForm: 'day_first',
    domain: 'ot',
    fields: {
      host_name: `Gate's "name"`,
      source_ip: 'Src: ip',
      event_severity: 'Level',
      message: 'Note {x}',
    },
  };
  const { mapped, yaml, read } = await keep(text, 'delimited', mapping, { zone: 'Australia/Adelaide' });
  expect([read.chosen, read.problem]).toEqual(['gate-export', null]);
  expect(read.records[0]?.event).toMatchObject({
    timestamp: '2026-03-16T12:22:00.000000Z',
    host_name: 'North',
    source_ip: '10.0.0.7',
    event_severity: 3,
    message: 'opened; by hand',
  });
  const same = events(mapped).map(({ event, reject }) => ({ event: { ...event, ...NAMED }, reject }));
  expect(events(read)).toEqual(same);
  const other = await look(text.replace('Level', 'Rank'), {}, yaml);
  expect(other.candidates.map(({ format }) => format)).not.toContain('gate-export');
});

it('a table without titles by its width and the looks of its time', async () => {
  const text = ['2026-03-16 22:52:31|P1|12.5', '2026-03-16 22:52:32|P2|13.0'].join('\n');
  const mapping: Mapping = {
    time: 'column_1',
    timeForm: null,
    domain: 'ot',
    fields: { ot_object: 'column_2', ot_value: 'column_3' },
  };
  const { yaml, read } = await keep(text, 'delimited', mapping);
  expect(read.chosen).toBe('gate-export');
  expect(read.records.map(({ event }) => [event?.timestamp, event?.ot_object, event?.ot_value])).toEqual([
    ['2026-03-16T22:52:31.000000Z', 'P1', 12.5],
    ['2026-03-16T22:52:32.000000Z', 'P2', 13],
  ]);
  const other = await look('a|b|c\nd|e|f\n', {}, yaml);
  expect(other.candidates.map(({ format }) => format)).not.toContain('gate-export');
});

it('JSON by the keys that every record has, in an envelope or one a line', async () => {
  const records = [
    { at: 1773701551250, who: 'ana', what: 'badge in', door: { no: 7 } },
    { at: 1773701552000, who: 'ben', what: 'badge out', note: 'late' },
  ];
  const mapping: Mapping = {
    time: 'at',
    timeForm: 'epoch_ms',
    domain: 'physical',
    fields: { user_name: 'who', event_action: 'what' },
  };
  const lines = records.map((record) => JSON.stringify(record)).join('\n');
  const { yaml, read } = await keep(lines, 'json', mapping);
  expect(read.chosen).toBe('gate-export');
  expect(read.records[0]?.event).toMatchObject({
    timestamp: '2026-03-16T22:52:31.250000Z',
    user_name: 'ana',
    message: 'door {"no":7}',
  });
  const wrapped = await look(JSON.stringify({ entries: records }, null, 1), {}, yaml);
  expect([wrapped.chosen, wrapped.records.length]).toEqual(['gate-export', 2]);
  const other = await look('{"at":1,"x":2}\n{"at":2,"x":3}\n', {}, yaml);
  expect(other.candidates.map(({ format }) => format)).not.toContain('gate-export');
});

it('is not made where nothing would know such files again', () => {
  const mapping: Mapping = { time: null, timeForm: null, domain: 'ot', fields: {} };
  const nothing = { columns: ['column_1', 'column_2'], mapping, records: [] };
  expect(mappedProblem({ kind: 'delimited', ...nothing })).toMatch(/time column/);
  expect(mappedProblem({ kind: 'json', ...nothing, columns: ['a'] })).toMatch(/no key in common/);
});
