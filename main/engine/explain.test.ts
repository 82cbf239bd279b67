import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pcapFile, tcpFrame } from '../evidence/normalise/packets/capture-file';
import { hasTool } from '../evidence/normalise/packets/oracle';
import { explain, findTshark, lookUp, treeOf } from './explain';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-explain-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const frame = tcpFrame({
  source: [10, 0, 0, 1],
  destination: [10, 0, 0, 2],
  sourcePort: 40000,
  destinationPort: 502,
  sequence: 1,
  flags: 0x18,
  payload: [0, 1, 0, 0, 0, 6, 1, 6, 0, 9, 0, 7],
});
const packet = pcapFile([{ timeUs: 1_700_000_000_000_000, bytes: frame }]);

test('lines become a tree by their blanks', () => {
  expect(
    treeOf('Frame 1: 66 bytes\n    Number: 1\n        [Deep]\n\nModbus\n0000  72 02 00   r..\n'),
  ).toEqual([
    { depth: 0, text: 'Frame 1: 66 bytes' },
    { depth: 1, text: 'Number: 1' },
    { depth: 2, text: '[Deep]' },
    { depth: 0, text: 'Modbus' },
    { depth: 1, text: '0000  72 02 00   r..' },
  ]);
});

test('where it is not installed it is not found, and only absolute places are looked in', async () => {
  expect(await lookUp(['', '.', 'bin', join(folder, 'nothing')])).toBeNull();
  const outcome = await explain(packet, { program: null, scratch: join(folder, 'scratch') });
  expect(outcome.ok ? null : outcome.problem.code).toBe('no-tshark');
});

test.skipIf(!hasTool('tshark'))('tshark explains the one packet, and leaves nothing behind', async () => {
  const scratch = join(folder, 'scratch');
  const outcome = await explain(packet, { program: await findTshark(), scratch });
  if (!outcome.ok) throw new Error(outcome.problem.what);
  const { lines } = outcome.value;
  expect(lines[0]?.text).toMatch(/^Frame 1: 66 bytes on wire/);
  expect(lines.map(({ text }) => text)).toContain('Modbus');
  expect(lines.some(({ depth, text }) => depth > 0 && text.startsWith('Source Address: 10.0.0.1'))).toBe(
    true,
  );
  expect(readdirSync(scratch)).toEqual([]);
});

describe.skipIf(process.platform === 'win32')('a program that does not behave', () => {
  const fake = (name: string, script: string): string => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  test('is stopped when it says too much, and its failure is told', async () => {
    const scratch = join(folder, 'scratch');
    const loud = await explain(packet, { program: fake('loud', 'exec yes'), scratch });
    expect(loud.ok ? null : [loud.problem.code, loud.problem.why]).toEqual([
      'tshark-stopped',
      'it said more than can be shown',
    ]);
    const broken = await explain(packet, { program: fake('broken', 'exit 3'), scratch });
    expect(broken.ok ? null : [broken.problem.code, broken.problem.why]).toEqual([
      'tshark-failed',
      'it ended with 3',
    ]);
    const gone = await explain(packet, { program: join(folder, 'gone'), scratch });
    expect(gone.ok ? null : gone.problem.code).toBe('tshark-failed');
  });

  test('is stopped when nobody waits any more, and gets fixed words and a home of its own', async () => {
    const abort = new AbortController();
    const waiting = explain(
      packet,
      { program: fake('slow', 'exec sleep 600'), scratch: folder },
      abort.signal,
    );
    setTimeout(() => abort.abort(), 200);
    const outcome = await waiting;
    expect(outcome.ok ? null : outcome.problem.code).toBe('cancelled');
    const told = await explain(packet, {
      program: fake('told', 'printf "%s\\n" "$*" "$HOME"'),
      scratch: folder,
    });
    const lines = told.ok ? told.value.lines.map(({ text }) => text) : [];
    expect(lines).toEqual(['-n -V -r packet.pcapng', expect.stringContaining(join(folder, 'explain-'))]);
    expect(existsSync(lines[1] ?? '')).toBe(false);
  });
});
