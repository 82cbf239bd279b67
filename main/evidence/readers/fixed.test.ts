/** Tables of consoles: cuts between columns, rows that outgrow them, headers again, other tables, places of bytes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FixedSplitter, findFixedLayout } from './fixed';
import type { RecordSink } from './reader';

interface Read {
  readonly rows: string[][];
  readonly places: Array<readonly [from: number, to: number]>;
  readonly rejects: number;
  readonly books: string | null;
}

function read(text: string, headers: string[][], ends: string[] = [], step = text.length): Read | null {
  const layout = findFixedLayout(text, { headers, ends });
  if (layout === null) return null;
  const rows: string[][] = [];
  const places: Array<readonly [number, number]> = [];
  let rejects = 0;
  const sink: RecordSink = {
    record(window, from, to, cells) {
      const bytes = Buffer.from(window.bytes);
      rows.push(
        Array.from({ length: cells.count }, (_, index) =>
          bytes.toString('utf8', cells.starts[index], cells.ends[index]),
        ),
      );
      places.push([window.original(from), window.original(to)]);
    },
    made: () => undefined,
    reject: () => {
      rejects++;
    },
  };
  const splitter = new FixedSplitter({ sink, originalStart: 0, unitBytes: 0, newline: 'lf' }, layout);
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length; at += step) splitter.push(bytes.subarray(at, at + step));
  splitter.end();
  return { rows, places, rejects, books: splitter.checkBooks() };
}

describe('fixed-width tables', () => {
  test('numbers to the right, cells without text, words wider than their column, tabs, umlauts', () => {
    const text = [
      'Name        Size Owner     Note',
      '----------- ---- --------- ----',
      'a.log         12 op        first one',
      'größe.log   1234           ohne',
      'b.log    1234567 anna maria x',
      'c.log\t\t9 op\t   tab',
    ].join('\r\n');
    const found = read(text, [['Name', 'Size', 'Owner', 'Note']]);
    expect(found?.rows).toEqual([
      ['a.log', '12', 'op', 'first one'],
      ['größe.log', '1234', '', 'ohne'],
      ['b.log', '1234567', 'anna maria', 'x'],
      ['c.log', '9', 'op', 'tab'],
    ]);
    expect(found?.books).toBeNull();
  });

  test('words that push the rest of their line along are its cells, or the line is rejected', () => {
    const row = (...cells: string[]) =>
      `  ${['', 7, 23, 23, 16, 0]
        .slice(1)
        .map((width, index) => (cells[index] ?? '').padEnd(Number(width) - 2))
        .join('  ')}`.trimEnd();
    const titles = ['Proto', 'Local Address', 'Foreign Address', 'State', 'PID'];
    const wide = (last: string) => `[2001:db8:1111:2222:3333:4444:5555:${last}]:50125`;
    const plain = ['TCP', '10.20.30.40:50123', '10.20.40.9:502', 'ESTABLISHED', '4711'];
    const rows = [
      ['TCP', wide('6666'), wide('7777'), 'ESTABLISHED', '4712'],
      [
        'TCP',
        '[2001:db8::3333:4444:5555:6666]:50125',
        '[2001:db8::3333:4444:5555:7777]:443',
        'TIME_WAIT',
        '0',
      ],
      ['TCP', '0.0.0.0:502', wide('7777'), 'LISTENING', '4'],
      ['UDP', '[fe80::1%4]:1900', '*:*', '', '2240'],
    ];
    const text = [titles, plain, plain, plain, ...rows, ['UDP', wide('8888'), '*:*', '', '9']];
    const found = read(text.map((cells) => row(...cells)).join('\n'), [titles]);
    expect(found?.rows).toEqual([plain, plain, plain, ...rows]);
    expect(found?.rejects).toBe(1);
    expect(found?.books).toBeNull();
  });

  test('a header again may lie elsewhere; another table is rejected', () => {
    const text = 'A    B\n1    2\n\nA      B\n3      4\nOther table\n5 6\n';
    const found = read(text, [['A', 'B']], ['Other']);
    expect(found?.rows).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(found?.rejects).toBe(2);
    expect(read('A B C\n1 2 3\n', [['A', 'B']])).toBeNull();
  });

  test('cells set under their titles come back, however the bytes arrive', () => {
    const cell = fc.stringMatching(/^[a-z0-9äß.:-]{0,8}$/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 20 }),
        fc.nat(40),
        (table, step) => {
          const rows = table.filter((row) => row.join('') !== '' && !/^[-=+|_\s]*$/.test(row.join('')));
          const set = ([a = '', b = '', c = '']: string[]) =>
            `${a.padEnd(10)}${b.padStart(9)}  ${c}`.trimEnd();
          const text = `Title above\n${set(['Left', 'Right', 'Rest'])}\n${rows.map(set).join('\n')}\n`;
          const found = read(text, [['Left', 'Right', 'Rest']], [], step + 1);
          expect(found?.rows).toEqual(rows);
          expect(found?.books).toBeNull();
          const bytes = Buffer.from(text, 'utf8');
          const lines = found?.places.map(([from, to]) => bytes.toString('utf8', from, to));
          expect(lines).toEqual(rows.map(set));
        },
      ),
      { numRuns: 150, seed: 7 },
    );
  });
});
