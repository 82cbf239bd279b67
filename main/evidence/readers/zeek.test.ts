/** Zeek logs behind one another in a file: those of the first kind are read, those of another are rejected. */
import { expect, test } from 'vitest';
import type { RecordSink } from './reader';
import { readZeekHeader, ZeekSplitter } from './zeek';

function header(path: string, fields: string): string[] {
  return ['#separator \\x09', `#path\t${path}`, `#fields\t${fields}`];
}

test('a header with another path begins another log', () => {
  const lines = [
    ...header('conn', 'ts\tuid\tproto'),
    '1.5\tC1\ttcp',
    ...header('dns', 'ts\tuid\tquery'),
    '2.5\tC2\tevil.example',
    ...header('weird', 'ts\tuid\tproto'),
    '3.5\tC3\tudp',
    ...header('conn', 'uid\tts\tproto'),
    'C4\t4.5\tudp',
  ];
  const head = readZeekHeader(lines);
  if (head === null) throw new Error('no header');
  const records: string[][] = [];
  const reasons: string[] = [];
  const sink: RecordSink = {
    record: ({ bytes }, _from, _to, cells) => {
      const text = Buffer.from(bytes);
      const cell = (index: number) => text.toString('utf8', cells.starts[index], cells.ends[index]);
      records.push(Array.from({ length: cells.count }, (_, index) => cell(index)));
    },
    made: () => undefined,
    reject: (_window, _from, _to, reason) => reasons.push(reason),
  };
  const splitter = new ZeekSplitter({ sink, originalStart: 0, unitBytes: 0 }, head);
  splitter.push(Buffer.from(`${lines.join('\n')}\n`, 'utf8'));
  splitter.end();
  expect(records).toEqual([
    ['1.5', 'C1', 'tcp'],
    ['4.5', 'C4', 'udp'],
  ]);
  expect(reasons).toEqual([
    'The line is of another log, dns, that begins within this one of conn.',
    'The line is of another log, weird, that begins within this one of conn.',
  ]);
  expect(splitter.laterFields).toEqual([]);
  expect(splitter.checkBooks()).toBeNull();
});
