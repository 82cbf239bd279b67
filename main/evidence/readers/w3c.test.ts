/** W3C extended logs: directives, quoted values, headers that come again, and every byte accounted for. */
import { describe, expect, test } from 'vitest';
import type { Cells, RecordSink } from './reader';
import { readW3cHeader, W3cSplitter } from './w3c';
import type { Window } from './window';

class Collector implements RecordSink {
  readonly records: string[][] = [];
  readonly rejects: string[] = [];

  record(window: Window, _from: number, _to: number, cells: Cells): void {
    this.records.push(
      Array.from({ length: cells.count }, (_, index) =>
        Buffer.from(window.bytes.slice(cells.starts[index], cells.ends[index])).toString('utf8'),
      ),
    );
  }

  made(): void {
    throw new Error('not of these readers');
  }

  reject(_window: Window, _from: number, _to: number, reason: string): void {
    this.rejects.push(reason);
  }
}

function split(text: string, size = 7, lines = 100): Collector {
  const header = readW3cHeader(text.split('\n', lines));
  if (header === null) throw new Error('no header');
  const sink = new Collector();
  const splitter = new W3cSplitter({ sink, originalStart: 0, unitBytes: 0 }, header);
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size));
  splitter.end();
  return sink;
}

describe('W3C extended logs', () => {
  test('the header names columns and keeps its words; blank lines may stand between', () => {
    const header = readW3cHeader([
      '#Version: 1.0',
      '',
      '#GMT-Offset: -0800',
      '#Fields:  c-ip  date\ttime',
      'x',
    ]);
    expect(header).toMatchObject({ form: 'w3c', path: 'w3c', fields: ['c-ip', 'date', 'time'] });
    expect(header?.words).toMatchObject({ version: '1.0', 'gmt-offset': '-0800' });
    expect(readW3cHeader(['#fields\tts\tuid'])).toBeNull();
    expect(readW3cHeader(['2026-03-04 05:06:07 GET /'])).toBeNull();
  });

  test('values between blanks, tabs or in quotes', () => {
    const { records, rejects } = split('#Fields: a b c\n1  2\t3\n"x y" - "say ""no"""\r\n1 2\n');
    expect(records).toEqual([
      ['1', '2', '3'],
      ['x y', '-', 'say ""no""'],
    ]);
    expect(rejects).toEqual(['The line has 2 values where #Fields names 3.']);
  });

  test('a later header reorders columns and adds some', () => {
    const text = '#Fields: a b\n1 2\n#Fields: b a\n3 4\n#Fields: b\n5\n#Fields: a z\n6 7\n';
    const seen = split(text);
    expect(seen.rejects).toEqual([]);
    expect(seen.records).toEqual([
      ['1', '2', ''],
      ['4', '3', ''],
      ['', '5', ''],
      ['6', '', '7'],
    ]);
    // The fourth header lies beyond the stretch that was looked at.
    const unseen = split(text, 7, 2);
    expect(unseen.records).toHaveLength(3);
    expect(unseen.rejects).toEqual(['A later header adds the columns z.']);
  });
});
