/** Formats proposed for lines, read by the import itself: what the window shows as fitting is what RE2 takes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Preview } from '../../shared/evidence';
import { formatYaml } from '../../shared/propose/format-text';
import { propose } from '../../shared/propose/propose';
import { matchLine, slotsOf, type Template } from '../../shared/propose/template';
import { loadFormat } from '../formats/load';
import { Database } from '../store/database';
import { libraryOf } from './library-of-formats';
import { previewFile } from './preview';

let folder = '';
let database: Database;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-propose-'));
  database = await Database.open({ path: null, memoryLimitMb: 300, threads: 1, tempFolder: null });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const HEAD = { id: 'pump-log', title: 'Pump log', domain: 'ot', reference: 'written by hand' };

async function read(template: Template, lines: readonly string[]): Promise<Preview> {
  const yaml = formatYaml(
    template,
    HEAD,
    [{ line: lines[0] ?? '', options: {}, event: null }],
    'of another kind',
  );
  const format = loadFormat(yaml, 'pump-log.format.yaml');
  if (!format.ok) throw new Error(`${format.problem.why ?? ''}\n${yaml}`);
  const path = join(folder, 'lines.log');
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  const options = { format: HEAD.id, year: 2026 };
  const shown = await previewFile(
    database,
    libraryOf(format.value),
    { path, name: 'lines.log' },
    options,
    200,
  );
  if (!shown.ok) throw new Error(shown.problem.what);
  expect(shown.value.problem).toBeNull();
  return shown.value;
}

describe('a proposed format', () => {
  it.each([
    ['iso', '2026-03-16 22:52:31.250', '2026-03-16T22:52:31.250000Z'],
    ['iso with offset', '2026-03-16T22:52:31+10:00', '2026-03-16T12:52:31.000000Z'],
    ['year first', '2026/03/16 22:52:31', '2026-03-16T22:52:31.000000Z'],
    ['dotted', '2026.03.16 22:52:31.5', '2026-03-16T22:52:31.500000Z'],
    ['day first', '16/03/2026 22:52:31', '2026-03-16T22:52:31.000000Z'],
    ['half day', '16.03.2026 10:52:31 PM', '2026-03-16T22:52:31.000000Z'],
    ['web', '16/Mar/2026:22:52:31 +0000', '2026-03-16T22:52:31.000000Z'],
    ['ctime', 'Mon Mar 16 22:52:31 2026', '2026-03-16T22:52:31.000000Z'],
    ['mail', 'Mon, 16 Mar 2026 22:52:31 +0000', '2026-03-16T22:52:31.000000Z'],
    ['named month', '16-Mar-2026 22:52:31.125', '2026-03-16T22:52:31.125000Z'],
    ['blanks', '16 Mar 2026 22:52:31', '2026-03-16T22:52:31.000000Z'],
    ['syslog', 'Mar 16 22:52:31', '2026-03-16T22:52:31.000000Z'],
    ['epoch', '1773701551', '2026-03-16T22:52:31.000000Z'],
    ['epoch in ms', '1773701551250', '2026-03-16T22:52:31.250000Z'],
    ['two pieces', '2026-03-16;22:52:31', '2026-03-16T22:52:31.000000Z'],
    ['two pieces, day first', '16.03.2026;22:52:31', '2026-03-16T22:52:31.000000Z'],
  ])('reads %s', async (_, text, expected) => {
    const lines = ['P1 started by 10.0.0.5', 'P22 stopped, by hand'].map((words) => `${text} ${words}`);
    const template = propose(lines);
    const { records } = await read(template, lines);
    expect(records.map(({ event, reject }) => [event?.timestamp, reject])).toEqual([
      [expected, null],
      [expected, null],
    ]);
  });

  it('feeds fields, levels, keys of pairs and names of one’s own', async () => {
    const lines = [
      '2026-03-16 22:52:31 [WARN] unit P1 10.0.0.5:4242 "valve ""x"" slow"'.replaceAll('""', '\\"'),
      '2026-03-16 22:52:32 [info] unit P2 10.0.0.6:4243 "valve back"',
    ];
    const proposed = propose(lines);
    const slots = proposed.slots.map((slot) =>
      slot.example === 'P1' ? { ...slot, means: { to: 'own' as const, name: 'Unit' } } : slot,
    );
    const { records } = await read({ ...proposed, slots }, lines);
    expect(records.map(({ event }) => event)).toEqual([
      expect.objectContaining({ event_severity: 3, source_ip: '10.0.0.5', source_port: 4242 }),
      expect.objectContaining({
        event_severity: 1,
        message: 'valve back, unit P2',
        event_dataset: 'pump-log',
      }),
    ]);
    const pairs = ['a', 'b'].map(
      (user) => `Mar 16 22:52:31 gw app[7]: user=${user} src=10.0.0.1 act="log on"`,
    );
    const keyed = await read(propose(pairs), pairs);
    expect(keyed.records[1]?.event).toMatchObject({
      host_name: 'gw',
      process_name: 'app',
      user_name: 'b',
      source_ip: '10.0.0.1',
      event_action: 'log on',
      message: pairs[1],
    });
  });

  it('takes the lines that the window shows as fitting, and no others', async () => {
    const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.]{0,8}$/);
    const value = fc.oneof(
      word,
      fc.nat(9999).map(String),
      fc.constantFrom('10.1.2.3', '00:1b:1b:00:00:07', '"a \\"b\\" c"', '[in two]', 'x:', "it's"),
    );
    const values = fc.array(value, { minLength: 1, maxLength: 5 });
    const sign = fc.constantFrom(' ', ' | ', ', ', ';', ': ', ' - ');
    await fc.assert(
      fc.asyncProperty(fc.array(values, { minLength: 2, maxLength: 8 }), sign, async (made, between) => {
        const lines = made.map((own, at) => [`2026-03-16 22:52:3${at}`, ...own].join(between));
        const template = propose(lines);
        expect(slotsOf(template)[0]?.means.to).toBe('time');
        const { records } = await read(template, lines);
        expect(records.map(({ reject }) => reject === null)).toEqual(
          lines.map((line) => matchLine(template, line) !== null),
        );
        for (const { event } of records) if (event !== null) expect(event.timestamp).not.toBeNull();
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });
});
