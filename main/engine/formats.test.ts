/** Formats of one's own: kept in the case and the library, used at import, carried along, and moved as text files. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatYaml } from '../../shared/propose/format-text';
import { propose } from '../../shared/propose/propose';
import { joinFormats, splitFormats } from '../formats/bundle';
import type { PageCaller } from '../process/page-caller';
import { type Desk, importDone, ok, openCase, refusal, sitDown } from './desk-for-tests';
import { buildPrograms, type Programs } from './programs-for-tests';

let programs: Programs;
let folder: string;
let desk: Desk;
let page: PageCaller;
beforeAll(async () => {
  programs = await buildPrograms(true);
  folder = mkdtempSync(join(tmpdir(), 'throughline-formats-'));
  desk = await sitDown(folder);
  page = desk.page;
  await openCase(desk);
}, 120_000);
afterAll(async () => {
  await desk.engine.stop();
  programs.remove();
  rmSync(folder, { recursive: true, force: true });
});

const LINES = [0, 1, 2, 3].map(
  (at) => `<<2026.03.16 22:52:3${at}>> P${at} # 10.0.0.${at} valve ${at} is open`,
);

function yaml(id: string): string {
  const head = { id, title: `Format ${id}`, domain: 'ot', reference: 'written for this case' };
  return formatYaml(
    propose(LINES),
    head,
    [{ line: LINES[0] ?? '', options: {}, event: null }],
    'of another kind',
  );
}

async function token(name: string, text?: string): Promise<string> {
  const path = join(folder, name);
  if (text !== undefined) writeFileSync(path, text);
  return desk.token(path);
}

async function ownFormats() {
  const { formats } = await ok(page.call('format.list', {}));
  return formats.flatMap(({ id, origin }) => (origin === 'shipped' ? [] : [`${id} ${origin}`]));
}

test('a draft reads a file nothing knows; kept in the case it is recognised, used and carried along', {
  timeout: 240_000,
}, async () => {
  const lines = await token('valves.log', LINES.map((line) => `${line}\n`).join(''));
  const draft = yaml('valve-log');
  const shown = await ok(page.call('evidence.preview', { token: lines, options: {}, draft, records: 3 }));
  expect(shown.records.map(({ event }) => [event?.timestamp, event?.source_ip])).toEqual(
    [0, 1, 2].map((at) => [`2026-03-16T22:52:3${at}.000000Z`, `10.0.0.${at}`]),
  );
  const broken = page.call('evidence.preview', { token: lines, options: {}, draft: 'id: x\n' });
  expect(await refusal(broken)).toBe('format-invalid');

  await ok(page.call('format.save', { text: draft, toCase: true, toLibrary: false }));
  expect(await ownFormats()).toEqual(['valve-log case']);
  await ok(page.call('operation.undo', {}));
  expect(await ownFormats()).toEqual([]);
  await ok(page.call('operation.redo', {}));

  const survey = await ok(page.call('evidence.survey', { tokens: [lines] }));
  expect(survey.files[0]?.candidates[0]?.format).toBe('valve-log');
  const done = await importDone(desk, { items: [{ token: lines, options: {} }], copy: false });
  expect(done.rows.map(({ format, loaded, status }) => [format, loaded, status])).toEqual([
    ['valve-log', 4, 'loaded'],
  ]);
  // What it was read by lies beside the facts, whatever becomes of the definition.
  await ok(page.call('format.remove', { id: 'valve-log', from: 'case' }));
  expect(await ownFormats()).toEqual(['valve-log case']);
  const segment = readFileSync(join(folder, 'case', 'facts', '000001', 'segment.json'), 'utf8');
  expect(JSON.parse(segment).evidences[0].formatText).toBe(draft);
  const packed = await ok(
    page.call('case.pack', {
      token: await token('x.tlcase', ''),
      embed: false,
      passphrase: null,
      signKey: null,
    }),
  );
  expect(readFileSync(packed.path).includes(Buffer.from('formats/valve-log.format.yaml'))).toBe(true);
});

test('a library is exported as one text file and taken in again; what ships cannot be replaced', {
  timeout: 120_000,
}, async () => {
  for (const id of ['own-one', 'own-two'])
    await ok(page.call('format.save', { text: yaml(id), toCase: false, toLibrary: true }));
  const library = join(folder, 'data', 'formats');
  expect(readdirSync(library).sort()).toEqual(['own-one.format.yaml', 'own-two.format.yaml']);
  const out = await token('library.yaml', '');
  const written = await ok(page.call('format.export', { ids: ['own-one', 'own-two'], token: out }));
  expect(splitFormats(readFileSync(written.path, 'utf8'))).toEqual([yaml('own-one'), yaml('own-two')]);
  for (const id of ['own-one', 'own-two']) await ok(page.call('format.remove', { id, from: 'library' }));
  expect(existsSync(join(library, 'own-one.format.yaml'))).toBe(false);

  const bundle = await token(
    'mixed.yaml',
    joinFormats([yaml('own-three'), yaml('openvpn-log'), 'id: [', yaml('own-four')]),
  );
  const taken = await ok(page.call('format.import', { token: bundle, toCase: true, toLibrary: true }));
  expect(taken.taken.map(({ id }) => id)).toEqual(['own-three', 'own-four']);
  expect(taken.problems.map(({ code }) => code)).toEqual(['format-ships', 'format-invalid']);
  expect(await ownFormats()).toEqual(expect.arrayContaining(['own-three case', 'own-four case']));
  const nothing = page.call('format.import', {
    token: await token('empty.yaml', '# nothing\n'),
    toCase: true,
    toLibrary: false,
  });
  expect(await refusal(nothing)).toBe('no-formats');
});
