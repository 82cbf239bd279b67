/** Where formats say how a record's first line looks, each line that their samples begin with starts a record, on any day and in any zone. */
import { describe, expect, it } from 'vitest';
import { LinesSplitter } from '../evidence/readers/lines';
import type { RecordSink } from '../evidence/readers/reader';
import { shippedFormats } from './index';

const DAYS = Array.from({ length: 31 }, (_, index) => index + 1);
const ZONES = ['UTC', 'CET', 'CEST', 'AEST', 'EST', '-03', '+0530'];
const NUMERIC_DAY = /\b(\d{4}([-/])03\2|26\/03\/|2603|\d{2}\/)04(?=[ T_-])/;
const NAMED_DAY = /\b(Mar )( 4|04|4)(?= )/;
const SIGNED = /[+-]\d\d:?\d\d(?=\W)/;

function split(text: string, read: { indented?: boolean | undefined; starts: readonly string[] }): number {
  let records = 0;
  const sink: RecordSink = { record: () => records++, made: () => undefined, reject: () => undefined };
  const indented = read.indented ?? false;
  const settings = {
    newline: 'lf',
    indented,
    starts: read.starts,
    sink,
    originalStart: 0,
    unitBytes: 0,
  } as const;
  const splitter = new LinesSplitter(settings);
  splitter.push(Buffer.from(text, 'utf8'));
  splitter.end();
  return records;
}

/** The line on all days of a month, and where it has a zone, in several. */
function likes(line: string): string[] {
  const days = DAYS.flatMap((day) => {
    const two = String(day).padStart(2, '0');
    const named = [String(day), String(day).padStart(2), two].map((written) =>
      line.replace(NAMED_DAY, `$1${written}`),
    );
    return [line.replace(NUMERIC_DAY, `$1${two}`), ...named];
  });
  const zones = ZONES.map((zone) =>
    line.replace(/(\d\d:\d\d:\d\d(?:[.,]\d+)? ?)(?:UTC|GMT|[A-Z]{2,4}T)\b/, `$1${zone}`),
  );
  const signs = ['+0000', '-0500', '+05:30', '-03:00'].map((offset) => line.replace(SIGNED, offset));
  return [...new Set([...days, ...zones, ...signs])];
}

const formats = shippedFormats().formats.flatMap(({ id, read, samples }) => {
  if (read.kind !== 'lines' || read.starts === undefined) return [];
  const { indented, starts } = read;
  const first = samples
    .flatMap((sample) => sample.lines ?? sample.line ?? [])
    .map((text) => text.split('\n')[0] ?? '');
  return [[id, { indented, starts }, [...new Set(first)]] as const];
});

describe.each(formats)('%s', (_, read, lines) => {
  it('begins a record with each', () => {
    const given = lines.flatMap(likes);
    const swallowed = given.filter((line) => split(`${given[0]}\n${line}\n`, read) !== 2);
    expect(swallowed).toEqual([]);
  });
});
