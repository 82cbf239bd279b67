/** Times in SQL against the one time module and the platform's calendar, never against themselves. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TIME_FLAGS } from '../../../shared/fields';
import { formatInstant, formatWall, isoInstant, wallToInstants } from '../../../shared/time';
import { Database } from '../../store/database';
import { quoteText, trusted } from '../../store/sql';
import { decideOrder } from './analyse';
import { Layers } from './layers';
import { type MomentContext, momentFrom } from './moment-sql';

let database: Database;
beforeAll(async () => {
  database = await Database.open({ path: null, memoryLimitMb: 512, threads: 1, tempFolder: null });
});
afterAll(() => {
  database.close();
});

interface Read {
  readonly utc: number | null;
  readonly offset: number | null;
  readonly ns: number | null;
  readonly step: number | null;
  readonly flags: number | null;
}

const UTC: MomentContext = { zone: 'UTC', year: '2016', yearAssumed: false, dateOrder: 'day_first' };

/** As layers read them; behind CASE they must be read the same, and quickly either the same or not at all. */
async function readTimes(
  form: string | string[],
  texts: readonly string[],
  context: Partial<MomentContext> = {},
): Promise<readonly Read[]> {
  const read = await readOneWay(form, texts, context);
  expect(await readOneWay(form, texts, { ...context, rest: 'inline' })).toEqual(read);
  const quick = await readOneWay(form, texts, { ...context, rest: 'unread' });
  const isQuick = quick.map(({ utc }) => utc !== null);
  expect(quick.filter((_, index) => isQuick[index])).toEqual(read.filter((_, index) => isQuick[index]));
  return read;
}

async function readOneWay(
  form: string | string[],
  texts: readonly string[],
  context: Partial<MomentContext>,
): Promise<readonly Read[]> {
  const rows = texts.map((text, index) => `(${index}, ${quoteText(text)})`).join(', ');
  const layers = new Layers(`(SELECT * FROM (VALUES ${rows}) v(record_number, c0))`);
  const rule = { from: 't', form, zone: 'asked' as const };
  const moment = momentFrom(rule, { text: 'c0', fine: null }, { ...UTC, ...context }, layers);
  const { utc, offset, remainder, precision, flags } = moment;
  const table = await database.all(
    trusted(
      layers.select(`${utc}, ${offset}, ${remainder}, ${precision}, ${flags}`, ' ORDER BY record_number'),
    ),
  );
  return table.rows.map((row) => {
    const [u = null, o = null, n = null, p = null, f = null] = row.map((cell) =>
      cell === null ? null : Number(cell),
    );
    return { utc: u, offset: o, ns: n, step: p, flags: f };
  });
}

async function instants(
  form: string | string[],
  texts: readonly string[],
  context: Partial<MomentContext> = {},
) {
  const read = await readTimes(form, texts, context);
  return read.map(({ utc, ns }) => (utc === null ? null : isoInstant(utc, 9, ns ?? 0)));
}

/** Whole milliseconds of 1970–2099, where JavaScript's own calendar can be asked. */
const milliseconds = fc.integer({ min: 0, max: 4_102_444_799_999 });

describe('written times', () => {
  test('ISO 8601 and its relatives', async () => {
    const texts = {
      '2016-12-15T08:06:42Z': '2016-12-15T08:06:42.000000000Z',
      '2016-12-15 08:06:42.895706': '2016-12-15T08:06:42.895706000Z',
      '2016-12-15 08:06:42,8957061234': '2016-12-15T08:06:42.895706123Z',
      '2016-12-15T18:06:42.5+10:00': '2016-12-15T08:06:42.500000000Z',
      '2016-12-15T03:36:42-0430': '2016-12-15T08:06:42.000000000Z',
      '2016-12-15 08:06:42 UTC': '2016-12-15T08:06:42.000000000Z',
      '2016-12-15 08:06': '2016-12-15T08:06:00.000000000Z',
      '2016-12-15': '2016-12-15T00:00:00.000000000Z',
      '2016/12/15 8:06:42': '2016-12-15T08:06:42.000000000Z',
      '20161215T080642Z': '2016-12-15T08:06:42.000000000Z',
      '2016-12-31T23:59:60Z': '2017-01-01T00:00:00.000000000Z',
      '2016-12-31 24:00:00': '2017-01-01T00:00:00.000000000Z',
      '2016-02-30T00:00:00Z': null,
      '2016-12-15T25:00:00Z': null,
      '2016-12-15T08:06:42 or so': null,
      '2016-12-15T08:06:42.5+99': null,
      epoch: null,
      infinity: null,
      '': null,
    };
    expect(await instants('iso', Object.keys(texts))).toEqual(Object.values(texts));
  });

  test('words for a zone: those that mean one thing are read, the others are left to be asked', async () => {
    const texts = {
      '2026-03-04 05:06:07 EST': ['2026-03-04T10:06:07Z', -300, 0],
      '2026-03-04 05:06:07 CET': ['2026-03-04T04:06:07Z', 60, 0],
      '2026-03-04 05:06:07 PDT': ['2026-03-04T12:06:07Z', -420, 0],
      '2026-03-04 05:06:07 UTC-5': ['2026-03-04T10:06:07Z', -300, 0],
      '2026-03-04 05:06:07 GMT+1': ['2026-03-04T04:06:07Z', 60, 0],
      '2026-03-04 05:06:07.5 UTC+05:30': ['2026-03-03T23:36:07.5Z', 330, 0],
      '2026-03-04 05:06:07 UTC-1030': ['2026-03-04T15:36:07Z', -630, 0],
      '2026-03-04 05:06:07 UT': ['2026-03-04T05:06:07Z', 0, 0],
      '2026-03-04 05:06:07 IST': ['2026-03-04T05:06:07Z', null, TIME_FLAGS.zoneAssumed],
      '2026-03-04 05:06:07 CST': ['2026-03-04T05:06:07Z', null, TIME_FLAGS.zoneAssumed],
      '2026-03-04 05:06 IST': ['2026-03-04T05:06:00Z', null, TIME_FLAGS.zoneAssumed],
      '2026-03-04 05:06:07 XYZ': [null, null, null],
      '2026-03-04 05:06:07 UTC+99': [null, null, null],
    };
    const read = await readTimes('iso', Object.keys(texts), { zone: null });
    const expected = Object.values(texts).map(([utc, offset, flags]) => [
      utc === null ? null : Date.parse(String(utc)) * 1000,
      offset,
      utc === null ? expect.anything() : flags,
    ]);
    expect(read.map(({ utc, offset, flags }) => [utc, utc === null ? null : offset, flags ?? 0])).toEqual(
      expected,
    );
    const numeric = await instants('day_first', ['04/03/2026 05:06:07 EST', '04.03.2026 05:06 GMT+1']);
    expect(numeric).toEqual(['2026-03-04T10:06:07.000000000Z', '2026-03-04T04:06:00.000000000Z']);
  });

  test('a second 60 is placed on the next and flagged', async () => {
    const iso = await readTimes('iso', [
      '2016-12-31T23:59:60Z',
      '2016-12-31T23:59:60.25Z',
      '2016-12-31T23:59:59Z',
    ]);
    expect(iso.map(({ flags }) => flags)).toEqual([TIME_FLAGS.leapSecond, TIME_FLAGS.leapSecond, 0]);
    expect(iso[1]?.utc).toBe(Date.UTC(2017, 0, 1) * 1000 + 250_000);
    const [syslog] = await readTimes('syslog', ['Dec 31 23:59:60']);
    expect(syslog?.flags).toBe(TIME_FLAGS.leapSecond);
    const [pattern] = await readTimes('%d/%b/%Y:%H:%M:%S %z', ['31/Dec/2016:23:59:60 +0000']);
    expect(pattern).toMatchObject({ flags: TIME_FLAGS.leapSecond, utc: Date.UTC(2017, 0, 1) * 1000 });
  });

  test('local mean time before a zone had standard time is right to the second', async () => {
    // Berlin kept +0:53:28 until April 1893, Amsterdam +0:19:32 until 1937 (tz database).
    expect(await instants('iso', ['1890-06-01 12:00:00'], { zone: 'Europe/Berlin' })).toEqual([
      '1890-06-01T11:06:32.000000000Z',
    ]);
    expect(await instants('iso', ['1860-06-01 12:00:00'], { zone: 'America/New_York' })).toEqual([
      '1860-06-01T16:56:02.000000000Z',
    ]);
  });

  test('its step, offset and flags are what the text shows', async () => {
    const read = await readTimes('iso', [
      '2016-12-15',
      '2016-12-15 08:06',
      '2016-12-15 08:06:42.123+02:00',
      '2016-12-15 08:06:42.1234567',
    ]);
    expect(read.map(({ step, offset, flags }) => [step, offset, flags])).toEqual([
      [86_400_000_000, null, TIME_FLAGS.dateOnly],
      [60_000_000, null, 0],
      [1000, 120, 0],
      [0, null, 0],
    ]);
  });

  test('any millisecond in many clothes comes back as itself', async () => {
    const times = fc.sample(milliseconds, { numRuns: 400, seed: 3 });
    const expected = times.map((ms) => isoInstant(ms * 1000, 9));
    const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
    const parts = times.map((ms) => {
      const iso = new Date(ms).toISOString();
      const [Y = '', m = '', d = ''] = iso.slice(0, 10).split('-');
      const hour = Number(iso.slice(11, 13));
      return {
        iso,
        Y,
        m,
        d,
        month: months[Number(m) - 1] ?? '',
        clock: iso.slice(11, 23),
        hour,
        rest: iso.slice(13, 23),
      };
    });
    const clothes: ReadonlyArray<readonly [string, (p: (typeof parts)[number], ms: number) => string]> = [
      ['iso', (p) => p.iso],
      ['epoch_ms', (_, ms) => String(ms)],
      ['epoch_s', (_, ms) => `${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}`],
      ['epoch_us', (_, ms) => `${ms}000`],
      ['epoch_ns', (_, ms) => `${ms}000000`],
      ['filetime', (_, ms) => String(BigInt(ms) * 10_000n + 116_444_736_000_000_000n)],
      ['day_first', (p) => `${p.d}.${p.m}.${p.Y} ${p.clock}`],
      [
        'month_first',
        (p) =>
          `${Number(p.m)}/${Number(p.d)}/${p.Y} ${p.hour % 12 || 12}${p.rest} ${p.hour < 12 ? 'AM' : 'pm'}`,
      ],
      ['%d/%b/%Y:%H:%M:%S.%f %z', (p) => `${p.d}/${p.month}/${p.Y}:${p.clock} +0000`],
      [
        '%b %d, %Y %I:%M:%S.%f %p',
        (p) => `${p.month} ${Number(p.d)}, ${p.Y} ${p.hour % 12 || 12}${p.rest} ${p.hour < 12 ? 'AM' : 'PM'}`,
      ],
      ['syslog', (p) => `${p.month} ${p.d.replace(/^0/, ' ')} ${p.Y} ${p.clock}`],
      ['%Y%m%d%H%M%S.%f', (p) => `${p.Y}${p.m}${p.d}${p.clock.replaceAll(':', '')}`],
    ];
    for (const [form, write] of clothes) {
      const texts = parts.map((part, index) => write(part, times[index] ?? 0));
      expect(await instants(form, texts), form).toEqual(expected);
    }
  });

  test('numbers keep every digit', async () => {
    expect(
      await instants('epoch_s', [
        '1481788402.895706',
        '1481788402.895706123',
        '-0.5',
        '1.481788402E9',
        '12,5',
        'x',
      ]),
    ).toEqual([
      '2016-12-15T07:53:22.895706000Z',
      '2016-12-15T07:53:22.895706123Z',
      '1969-12-31T23:59:59.500000000Z',
      '2016-12-15T07:53:22.000000000Z',
      '1970-01-01T00:00:12.500000000Z',
      null,
    ]);
    expect(
      await instants('epoch', ['1481788402', '1481788402895', '1481788402895706', '1481788402895706123']),
    ).toEqual([
      '2016-12-15T07:53:22.000000000Z',
      '2016-12-15T07:53:22.895000000Z',
      '2016-12-15T07:53:22.895706000Z',
      '2016-12-15T07:53:22.895706123Z',
    ]);
    expect(await instants('filetime', ['131262620028957061', '0', '-1'])).toEqual([
      '2016-12-15T07:53:22.895706100Z',
      null,
      null,
    ]);
    expect(await instants('ole', ['42719.75', '42719,5'])).toEqual([
      '2016-12-15T18:00:00.000000000Z',
      '2016-12-15T12:00:00.000000000Z',
    ]);
  });

  test('day and month: known, mixed, guessed', async () => {
    const texts = ['03/04/2016 05:06', '25/04/2016 05:06', '04/25/2016 05:06', '04/04/2016 05:06'];
    const guessed = await readTimes('date', texts, { dateOrder: 'guessed' });
    expect(guessed.map(({ utc, flags }) => [utc === null ? null : formatWall(utc, 'day'), flags])).toEqual([
      ['2016-04-03', TIME_FLAGS.dayMonthGuessed],
      ['2016-04-25', 0],
      ['2016-04-25', 0],
      ['2016-04-04', 0],
    ]);
    const known = await readTimes('date', texts, { dateOrder: 'month_first' });
    expect(known.map(({ utc }) => (utc === null ? null : formatWall(utc, 'day')))).toEqual([
      '2016-03-04',
      null,
      '2016-04-25',
      '2016-04-04',
    ]);
  });

  test('of dates in both orders, those that fit both follow the order of most', async () => {
    const texts = ['03/04/2016', '25/04/2016', '04/25/2016', '04/04/2016'];
    const read = await readTimes('date', texts, { dateOrder: 'mixed_month_first' });
    expect(
      read.map(({ utc, flags }) => [
        utc === null ? null : formatWall(utc, 'day'),
        (flags ?? 0) & TIME_FLAGS.dayMonthGuessed,
      ]),
    ).toEqual([
      ['2016-03-04', TIME_FLAGS.dayMonthGuessed],
      ['2016-04-25', 0],
      ['2016-04-25', 0],
      ['2016-04-04', 0],
    ]);
    const order = (day: number, month: number): string => decideOrder([9, day, month]).order;
    expect([order(0, 0), order(2, 0), order(0, 2), order(2, 1), order(1, 2)]).toEqual([
      'guessed',
      'day_first',
      'month_first',
      'mixed',
      'mixed_month_first',
    ]);
  });

  test('months in the languages logs are written in', async () => {
    const texts = [
      'août 19 11:08:37',
      'Okt 19 11:08:37',
      'Mär  9 11:08:37',
      'juil. 19 11:08:37',
      'Foo 19 11:08:37',
    ];
    expect((await instants('syslog', texts)).map((text) => text?.slice(0, 10) ?? null)).toEqual([
      '2016-08-19',
      '2016-10-19',
      '2016-03-09',
      '2016-07-19',
      null,
    ]);
  });

  test('a word that only begins like a month is none', async () => {
    const read = async (words: readonly string[]) =>
      (
        await instants(
          '%d %b %Y %H:%M:%S',
          words.map((word) => `2 ${word} 2024 03:04:05`),
        )
      ).map((text) => text?.slice(5, 7) ?? null);
    const months = [
      'marts',
      'Sept',
      'janv',
      'Juillet',
      'juin',
      'mart',
      'maio',
      'Nov',
      'NOVEMBER',
      'déc',
      'mrt',
    ];
    expect(await read(months)).toEqual(['03', '09', '01', '07', '06', '03', '05', '11', '11', '12', '03']);
    // Finnish November, and words that no calendar holds.
    const others = ['marras', 'marraskuu', 'decoy', 'mayday', 'jui', 'setup', 'augment', 'outer', 'junk'];
    expect(await read(others)).toEqual(others.map(() => null));
  });

  test('forms are tried in order', async () => {
    const read = await instants(
      ['syslog', 'iso', 'epoch_s'],
      ['Dec 15 08:06:42', '2016-12-15T08:06:42Z', '1481788402', 'soon'],
    );
    expect(read.map((text) => text?.slice(0, 19) ?? null)).toEqual([
      '2016-12-15T08:06:42',
      '2016-12-15T08:06:42',
      '2016-12-15T07:53:22',
      null,
    ]);
  });
});

describe('zones', () => {
  const zones = [
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'America/Sao_Paulo',
    'Asia/Kolkata',
    'Africa/Casablanca',
    '+05:45',
  ];

  test.each(zones)('%s: instant and flags as the time module says', async (zone) => {
    // Quarter hours all over, and all quarter hours around the changes of one year.
    const scattered = fc.sample(fc.integer({ min: -2_000_000, max: 4_500_000 }), { numRuns: 300, seed: 5 });
    const near = Array.from({ length: 35_000 }, (_, index) => 1_609_459 + index).filter(
      (_, index) => index % 24 < 2 || index % 97 === 0,
    );
    const walls = [...scattered, ...near.slice(0, 1500)].map((quarter) => quarter * 900_000_000);
    const read = await readTimes(
      'iso',
      walls.map((wall) => formatWall(wall)),
      { zone },
    );
    const expected = walls.map((wall) => {
      const { kind, instants: found } = wallToInstants(zone, wall);
      const flags = { unique: 0, ambiguous: TIME_FLAGS.ambiguous, nonexistent: TIME_FLAGS.nonexistent };
      return [found[0], flags[kind]];
    });
    expect(read.map(({ utc, flags }) => [utc, flags])).toEqual(expected);
  });

  test('every quarter of an hour on the days Berlin changes its clocks', async () => {
    const days = [Date.UTC(2026, 2, 29), Date.UTC(2026, 9, 25)];
    const walls = days.flatMap((day) =>
      Array.from({ length: 96 }, (_, quarter) => day * 1000 + quarter * 900_000_000),
    );
    const read = await readTimes(
      'iso',
      walls.map((wall) => formatWall(wall)),
      { zone: 'Europe/Berlin' },
    );
    expect(read.filter(({ flags }) => flags === TIME_FLAGS.nonexistent)).toHaveLength(4);
    expect(read.filter(({ flags }) => flags === TIME_FLAGS.ambiguous)).toHaveLength(4);
    const back = read.map(({ utc }) => formatInstant(utc ?? 0, 'Europe/Berlin'));
    const shifted = walls.map((wall, index) =>
      formatWall(wall + (read[index]?.flags === TIME_FLAGS.nonexistent ? 3_600_000_000 : 0)),
    );
    expect(back).toEqual(shifted);
  });

  test('a stated offset stands above the zone; no zone at all is flagged', async () => {
    const texts = ['2016-12-15T08:06:42+01:00', '2016-12-15T08:06:42'];
    const asked = await readTimes('iso', texts, { zone: 'Australia/Brisbane' });
    expect(asked.map(({ utc }) => isoInstant(utc ?? 0, 0))).toEqual([
      '2016-12-15T07:06:42Z',
      '2016-12-14T22:06:42Z',
    ]);
    const assumed = await readTimes('iso', texts, { zone: null });
    expect(assumed.map(({ flags }) => flags)).toEqual([0, TIME_FLAGS.zoneAssumed]);
  });
});
