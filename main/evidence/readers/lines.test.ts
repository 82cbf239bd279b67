/** Lines that stand alone are split as without shapes: one sample then serves every format that asks for shapes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinesSplitter, standAlone } from './lines';
import type { RecordSink } from './reader';

type Shape = Parameters<typeof standAlone>[1];

function split(text: string, plan: Shape): string[] {
  const bytes = Buffer.from(text, 'utf8');
  const records: string[] = [];
  const sink: RecordSink = {
    record: (window, from, to) => records.push(Buffer.from(window.bytes.slice(from, to)).toString('utf8')),
    made: () => undefined,
    reject: () => records.push('reject'),
  };
  const splitter = new LinesSplitter({ sink, originalStart: 0, unitBytes: 0, ...plan });
  splitter.push(bytes);
  splitter.end();
  return records;
}

const DATED: Shape = { newline: 'lf', indented: false, starts: ['9999-99-99'] };

describe('standAlone', () => {
  it('is false where a line belongs to the one above', () => {
    expect(standAlone(Buffer.from('2026-01-01 a\n2026-01-02 b\n'), DATED)).toBe(true);
    expect(standAlone(Buffer.from('2026-01-01 a\n\n2026-01-02 b\n'), DATED)).toBe(true);
    expect(standAlone(Buffer.from('2026-01-01 a\n\tat b\n2026-01-02 b\n'), DATED)).toBe(false);
    expect(standAlone(Buffer.from('a\n b\n'), { newline: 'lf', indented: true, starts: [] })).toBe(false);
  });

  it('says of a text that plain lines give the same records', () => {
    const line = fc.constantFrom('2026-01-01 a', '2026-01-02 b', '', ' ', ' at c', 'x', '\td', '2026');
    let alone = 0;
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 6 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.constantFrom<readonly string[]>([], ['9999-99-99'], ['9999-99-99', 'A']),
        (texts, end, indented, starts) => {
          const text = texts.map((one) => one + end).join('');
          const plan: Shape = { newline: 'lf', indented, starts };
          if (!standAlone(Buffer.from(text, 'utf8'), plan)) return;
          alone++;
          expect(split(text, plan)).toEqual(split(text, { newline: 'lf', indented: false, starts: [] }));
        },
      ),
      { numRuns: 2000, seed: 7 },
    );
    expect(alone).toBeGreaterThan(200);
  });
});

describe('records that begin with a time', () => {
  const plan: Shape = { newline: 'lf', indented: true, starts: ['9999-99-99 99:99:99'] };

  it.each([
    '[2026-03-04T05:07:00.123Z] ERROR main x',
    'Mar  4 05:06:07 gate7 app: x',
    '[Wed Mar 4 05:06:09 2026] [error] x',
    'Wed Mar 04 05:06:09 CEST 2026 x',
    '04/03/2026 05:06:07 x',
  ])('are not continued by a line with one of another kind: %s', (line) => {
    const records = split(`2026-03-04 05:06:07 a\n${line}\n\tat b\n`, plan);
    expect(records).toEqual(['2026-03-04 05:06:07 a', `${line}\n\tat b`]);
  });

  it('are continued by lines that have a time in their middle, or behind a blank', () => {
    const text = [
      '2026-03-04 05:06:07 failed',
      'Caused by: late since 2026-03-04T05:06:07Z',
      ' 2026-03-04 05:06:08 seen',
      '\tat a.b(C.java:12)',
      '04/03/2026 is a day only',
      '05:06:09 is a clock only',
    ].join('\n');
    expect(split(text, plan)).toEqual([text]);
  });

  it('are a matter of formats whose records do', () => {
    const text = '# Time: x\n2026-03-04T05:06:07 y';
    expect(split(text, { newline: 'lf', indented: false, starts: ['# Time: '] })).toEqual([text]);
  });
});
