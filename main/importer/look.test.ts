/** What was found of a file is kept for the next question about it, and only while it is the same file. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportOptions } from '../../shared/evidence';
import { look } from './look';
import type { FromImporter } from './messages';

type Looked = Extract<FromImporter, { kind: 'looked' }>;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-look-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ask(name: string, options: ImportOptions | null, draft?: string): Promise<Looked> {
  const path = join(folder, name);
  const looked = await look({
    kind: 'look',
    requestId: 1,
    path,
    name,
    options,
    ...(draft === undefined ? {} : { draft }),
  });
  if (looked.kind !== 'looked') throw new Error('no answer to what was asked');
  return looked;
}

const csv = Array.from({ length: 30 }, (_, row) => `2026-05-06T07:08:${10 + row}Z,host-${row},${row}\n`);
const table = `time,host,number\n${csv.join('')}`;
const json = csv.map((_, row) => `${JSON.stringify({ time: '2026-05-06T07:08:09Z', row })}\n`).join('');

describe('a file looked at again', () => {
  it('is told as one looked at for the first time', async () => {
    for (const name of ['a.log', 'b.log']) writeFileSync(join(folder, name), table);
    const surveyed = await ask('a.log', null);
    const shown = await ask('a.log', {});
    const first = await ask('b.log', {});
    expect(shown.candidates).toEqual(surveyed.candidates);
    expect({ ...shown.preview, name: '' }).toEqual({ ...first.preview, name: '' });
    expect(shown.preview?.records.length).toBe(20);
  });

  it('is looked at anew once it has changed, also where its size has not', async () => {
    const path = join(folder, 'c.log');
    writeFileSync(path, table);
    expect((await ask('c.log', null)).candidates[0]?.format).toBe('generic-delimited');
    writeFileSync(path, json.padEnd(table.length).slice(0, table.length));
    utimesSync(path, 1_700_000_000, 1_700_000_000);
    expect((await ask('c.log', {})).preview?.chosen).toBe('generic-json');
    rmSync(path);
    expect((await ask('c.log', {})).problem).not.toBeNull();
  });

  it('is looked at anew in another encoding, and by a format being written', async () => {
    writeFileSync(join(folder, 'd.log'), table);
    await ask('d.log', null);
    expect((await ask('d.log', { encoding: 'windows-1252' })).preview?.encoding).toBe('windows-1252');
    expect((await ask('d.log', {})).preview?.encoding).toBe('utf-8');
    expect((await ask('d.log', {}, 'id: nothing')).preview).toBeNull();
    expect((await ask('d.log', {})).preview?.chosen).toBe('generic-delimited');
  });
});
