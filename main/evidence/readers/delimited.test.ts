/** Quotes that are never closed cost the row they stand in, and no other. */
import { describe, expect, it } from 'vitest';
import { DelimitedSplitter } from './delimited';
import type { Cells, RecordSink } from './reader';
import type { Window } from './window';

function split(text: string, piece: number) {
  const told: string[] = [];
  const take = (kind: string) => (window: Window, from: number, to: number, cells: Cells | string) =>
    told.push(
      `${kind} ${typeof cells === 'string' ? 1 : cells.count} ${Buffer.from(window.bytes.slice(from, to)).toString()}`,
    );
  const sink: RecordSink = { record: take('row'), made: take('made'), reject: take('reject') };
  const splitter = new DelimitedSplitter(
    { sink, originalStart: 0, unitBytes: 0 },
    {
      delimiter: ',',
      quote: 34,
      escape: 0,
      newline: 'lf',
      skipLines: 0,
      header: true,
      width: 3,
    },
  );
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += piece) splitter.push(bytes.subarray(at, at + piece));
  splitter.end();
  expect(splitter.checkBooks()).toBeNull();
  return { told, clean: splitter.clean, endsEarly: splitter.endsEarly };
}

const row = (index: number): string => `t${index},m${index},u`;
const quoted = (index: number): string => `t${index},"m${index}",u`;
const HEADER = 'time,message,user';

describe.each([1, 7, 4096])('in pieces of %i bytes', (piece) => {
  it('a last row without its last cells and without a line end is told; where rows are short, none is', () => {
    const rows = `${HEADER}\n${row(1)}\n`;
    expect(split(`${rows}t2,m`, piece)).toMatchObject({
      endsEarly: true,
      told: [`row 3 ${row(1)}`, 'row 2 t2,m'],
    });
    for (const whole of [
      `${rows}t2,m\n`,
      `${rows}t2,m,u`,
      `${HEADER}\nt1,m\n${row(2)}\nt3,m`,
      `${HEADER}\nt1,m`,
    ])
      expect(split(whole, piece).endsEarly).toBe(false);
  });

  it.each([
    ['among rows without quotes', row],
    ['among quoted rows', quoted],
  ])('an opening quote that a later one ends by chance rejects its own row only, %s', (_, other) => {
    const lines = [HEADER, other(1), 't2,"never closed,u', other(3), other(4), quoted(5), other(6)];
    const { told, clean } = split(`${lines.join('\n')}\n`, piece);
    expect(told).toEqual([
      `row 3 ${other(1)}`,
      'reject 1 t2,"never closed,u\n',
      ...[other(3), other(4), quoted(5), other(6)].map((line) => `row 3 ${line}`),
    ]);
    expect(clean).toBe(false);
  });

  it.each([
    't1,"he said "hi" to me",u',
    't1,"first\nthen "quoted" and more",u',
    't1,"first\nthen, comma, said "hi" there",u',
    't1,"first\nsecond ""quoted""\nthird",u',
  ])('a row that only quotes oddly stays whole: %j', (odd) => {
    const { told } = split(`${HEADER}\n${odd}\n${row(2)}\n`, piece);
    expect(told).toEqual([`row 3 ${odd}`, `row 3 ${row(2)}`]);
  });

  it.each([
    ['t1, "m1",u', false],
    ['t1,  "m1" ,u', false],
    ['t1, m1,u', true],
    ['t1,"m1",u', true],
  ])('%j is left to our own reading alone where another would read it differently', (line, isClean) => {
    const { told, clean } = split(`${HEADER}\n${line}\n${row(2)}\n`, piece);
    expect(told).toEqual([`row 3 ${line}`, `row 3 ${row(2)}`]);
    expect(clean).toBe(isClean);
  });
});
