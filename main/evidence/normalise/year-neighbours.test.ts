/** Files that mix times with and without a year: the latter take that of the nearest record that states it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeProblem } from '../../../shared/problem';
import { shippedFormats } from '../../formats/index';
import { Database } from '../../store/database';
import { trusted } from '../../store/sql';
import { compile } from './compile';
import { stageRows } from './stage-sample';

let database: Database;
beforeAll(async () => {
  database = await Database.open({ path: null, memoryLimitMb: 512, threads: 1, tempFolder: null });
});
afterAll(() => {
  database.close();
});

/** Years of records that begin with these times; the file itself is of 2026. */
async function years(times: readonly string[], asked: number | null = null) {
  const format = shippedFormats().formats.find(({ id }) => id === 'syslog-rfc3164');
  if (format === undefined) throw new Error('no syslog');
  const rows = times.map((time) => [`${time} gate7 routed[1]: x`]);
  await stageRows(database, 'record', { kind: 'lines', columns: [], meta: {}, rows });
  const outcome = await compile(database, format, {
    ...{ evidenceId: 1, zone: 'UTC', year: asked, fileTimeUs: Date.UTC(2026, 5, 30) * 1000, mapping: null },
    ...{ kind: 'lines', columns: [], meta: {} },
  });
  if (!outcome.ok) throw new Error(describeProblem(outcome.problem));
  const { events, yearSource } = outcome.value;
  const table = await database.all(
    trusted(`SELECT year(timestamp), time_flags & 2 FROM (${events.text}) ORDER BY record_number`),
  );
  return { source: yearSource, years: table.rows.map(([year, flag]) => `${year}${flag === 0 ? '' : '?'}`) };
}

test.each<[string, string[], string[]]>([
  [
    'behind a dated record',
    ['2019-03-04T05:06:07Z', 'Mar  4 05:06:08', 'Mar  5 00:00:00'],
    ['2019', '2019?', '2019?'],
  ],
  ['before one', ['Dec 31 23:59:59', '2019-01-01T00:00:01Z'], ['2018?', '2019']],
  [
    'around a New Year',
    ['2018-12-31T23:59:58Z', 'Dec 31 23:59:59', 'Jan  1 00:00:01', '2019-01-01T00:00:02Z'],
    ['2018', '2018?', '2019?', '2019'],
  ],
  [
    'over more than half a year and a New Year',
    ['2018-03-01T00:00:00Z', 'Mar  2 00:00:00', 'Oct 10 00:00:00', 'Jan 10 00:00:00', 'Apr 10 00:00:00'],
    ['2018', '2018?', '2018?', '2019?', '2019?'],
  ],
  [
    'each by its own neighbours where years lie between',
    ['2012-06-01T00:00:00Z', 'Jun  2 00:00:00', '2019-06-01T00:00:00Z', 'Jun  2 00:00:00', 'Jul  2 00:00:00'],
    ['2012', '2012?', '2019', '2019?', '2019?'],
  ],
  [
    'by the nearer end where the ends do not agree',
    [
      '2012-06-01T00:00:00Z',
      'Jun  2 00:00:00',
      'Jun  3 00:00:00',
      'Jun  1 00:00:00',
      'Jun  2 00:00:00',
      '2019-06-03T00:00:00Z',
    ],
    ['2012', '2012?', '2012?', '2019?', '2019?', '2019'],
  ],
  ['of times that state it in words', ['Mar  4 2019 05:06:07', 'Mar  4 05:06:08'], ['2019', '2019?']],
])('a year is taken from the neighbours: %s', async (_, times, wanted) => {
  expect(await years(times)).toEqual({ source: 'in file', years: wanted });
});

test('a year that is asked for goes before, the file’s time stays for files that state none', async () => {
  const mixed = ['2019-03-04T05:06:07Z', 'Mar  4 05:06:08'];
  expect(await years(mixed, 2020)).toEqual({ source: 'asked', years: ['2019', '2020'] });
  expect(await years(['Mar  4 05:06:08'])).toEqual({ source: 'file time', years: ['2026?'] });
  expect(await years(['2019-03-04T05:06:07Z'])).toEqual({ source: 'in record', years: ['2019'] });
});

test('records by turns of two ways to write a time', async () => {
  const moments = Array.from({ length: 3000 }, (_, index) =>
    new Date(Date.UTC(2017, 11, 30) + index * 120_000).toISOString(),
  );
  const times = moments.map((iso, index) => {
    const day = `${iso.slice(5, 7) === '12' ? 'Dec' : 'Jan'} ${iso.slice(8, 10).replace(/^0/, ' ')}`;
    return index % 2 === 0 ? iso : `${day} ${iso.slice(11, 19)}`;
  });
  const { source, years: given } = await years(times);
  expect(source).toBe('in file');
  expect(given.map((year) => year.slice(0, 4))).toEqual(moments.map((iso) => iso.slice(0, 4)));
});
