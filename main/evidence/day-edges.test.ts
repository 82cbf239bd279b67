/** Edges of days: those found while lines are split are those that a look at all of them finds. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Database } from '../store/database';
import { quoteText, trusted } from '../store/sql';
import { DayEdges } from './day-edges';
import { importOne } from './import-for-tests';
import { formatLibrary } from './library-of-formats';

function edgesOf(lines: readonly string[]): readonly number[] | null {
  const bytes = Buffer.from(lines.join('\n'));
  const edges = new DayEdges();
  let offset = 0;
  lines.forEach((line, index) => {
    const length = Buffer.byteLength(line);
    edges.add(bytes, offset, index + 1, offset, length);
    offset += length + 1;
  });
  const found = edges.edges();
  for (const { number, offset: from, length } of found ?? []) {
    expect(bytes.toString('utf8', from, from + length)).toBe(lines[number - 1]);
  }
  return found?.map(({ number }) => number) ?? null;
}

const DAY = /^[A-~][ -~]{2} [ -~]{2} [ -~]{2}:[ -~]{2}:[ -~]{2}/;
const dayOf = (line: string | undefined): string | null =>
  line !== undefined && DAY.test(line) ? line.slice(0, 6) : null;

/** Numbers below `below`, the same every time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

describe('edges of days', () => {
  test('are the records whose neighbour has another day or none', () => {
    const next = numbers(20261122);
    const kinds = [
      'Jan  1 00:00:00 a',
      'Jan  1 23:59:59',
      'Jan  2 00:00:00 b',
      'Jan  2 00:00:0',
      '<13>Jan  2 00:00:00',
      'Fé  2 00:00:00 c',
      'Jän  2 00:00:00 c',
      'Jan  2 0é:00:00 c',
      '',
      '2026-01-01T00:00:00Z',
    ];
    for (let round = 0; round < 300; round++) {
      const lines = Array.from(
        { length: 1 + next(30) },
        () => kinds[next(next(2) === 0 ? 3 : kinds.length)] ?? '',
      );
      const wanted = lines.flatMap((line, index) => {
        const day = dayOf(line);
        const isInside = day !== null && day === dayOf(lines[index - 1]) && day === dayOf(lines[index + 1]);
        return isInside ? [] : [index + 1];
      });
      expect(edgesOf(lines)).toEqual(wanted);
    }
  });

  test('are given up where nearly every record is one', () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `Jan  ${(index % 2) + 1} 00:00:00 a`);
    expect(edgesOf(lines.slice(0, 4000))).toHaveLength(4000);
    expect(edgesOf(lines)).toBeNull();
  });
});

describe('a big log without years', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'throughline-days-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const STEP = 1300;
  const START = Date.UTC(2023, 5, 1) / 1000;
  const stamp = (seconds: number): string => {
    const date = new Date(seconds * 1000);
    const month = date.toUTCString().slice(8, 11);
    return `${month} ${String(date.getUTCDate()).padStart(2)} ${date.toISOString().slice(11, 19)}`;
  };
  const text = 'gate7 sshd[811]: Failed password for maria from 192.0.2.7 port 50222 ssh2';

  for (const [name, torn] of [
    ['in order', () => false],
    ['with torn lines among the others', (index: number) => index % 9973 === 0],
    ['with torn lines where days begin', (index: number) => (START + index * STEP) % 86400 < STEP],
    ['half of it torn', (index: number) => index % 2 === 1],
  ] as const) {
    test(`is dated right: ${name}`, async () => {
      const lines = Array.from({ length: 70_000 }, (_, index) => {
        const time = stamp(START + index * STEP);
        return torn(index) ? `${time}-torn` : `${time} ${text}`;
      });
      const path = join(folder, `${name}.log`);
      writeFileSync(path, `${lines.join('\n')}\n`);
      const end = START + lines.length * STEP;
      utimesSync(path, end + 1000, end + 1000);
      const stagingFolder = join(folder, `staged ${name}`);
      const options = { zone: 'UTC', format: 'linux-auth' };
      const { row } = await importOne({ path, stagingFolder, library: formatLibrary, options });
      const whole = lines.filter((_, index) => !torn(index)).length;
      expect(row).toMatchObject({
        loaded: whole,
        events: whole,
        records: lines.length,
      });
      const database = await Database.open({ path: null, memoryLimitMb: 256, threads: 1, tempFolder: null });
      const wrong = await database.one(
        trusted(`SELECT count(*) FILTER (epoch("timestamp") <> ${START} + (record_number - 1) * ${STEP}) + count(*) - count("timestamp")
          FROM read_parquet(${quoteText(join(stagingFolder, 'event.parquet'))})`),
      );
      database.close();
      expect(Number(wrong)).toBe(0);
    }, 60_000);
  }
});
