/** Instants as text and back, partial times, years for times without one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatDuration,
  formatInstant,
  formatOffset,
  formatWall,
  isoInstant,
  nearestYear,
  parseInstant,
  parseTimeRange,
  parseWall,
  zoneLabel,
} from '../time';

const attack = Date.UTC(2016, 11, 15, 8, 6, 42) * 1000 + 895_706;

function wall(text: string) {
  const outcome = parseWall(text);
  if (!outcome.ok) throw new Error(`${text}: ${outcome.problem.why}`);
  return outcome.value;
}

function instant(text: string, zone = 'UTC') {
  const outcome = parseInstant(text, zone);
  if (!outcome.ok) throw new Error(`${text}: ${outcome.problem.why}`);
  return outcome.value;
}

describe('writing', () => {
  test('every precision, cut and never rounded', () => {
    expect(formatInstant(attack, 'Australia/Brisbane')).toBe('2016-12-15 18:06:42.895706');
    expect(formatInstant(attack, 'Australia/Brisbane', 3)).toBe('2016-12-15 18:06:42.895');
    expect(formatInstant(attack, 'UTC', 0)).toBe('2016-12-15 08:06:42');
    expect(formatInstant(attack, 'UTC', 'minute')).toBe('2016-12-15 08:06');
    expect(formatInstant(attack, 'Pacific/Auckland', 'day')).toBe('2016-12-15');
    expect(formatInstant(attack, 'UTC', 9, 7)).toBe('2016-12-15 08:06:42.895706007');
    expect(isoInstant(attack)).toBe('2016-12-15T08:06:42.895706Z');
    expect(isoInstant(-1)).toBe('1969-12-31T23:59:59.999999Z');
    expect(formatWall(0, 0)).toBe('1970-01-01 00:00:00');
  });

  test('the cached stretch of one offset ends at the change', () => {
    const change = Date.UTC(2021, 9, 31, 1) * 1000;
    expect(formatInstant(change - 1, 'Europe/Berlin')).toBe('2021-10-31 02:59:59.999999');
    expect(formatInstant(change, 'Europe/Berlin')).toBe('2021-10-31 02:00:00.000000');
    expect(formatInstant(change - 3_600_000_000, 'Europe/Berlin', 0)).toBe('2021-10-31 02:00:00');
  });

  test('zones and offsets by name', () => {
    expect(zoneLabel('Australia/Brisbane', attack)).toBe('Australia/Brisbane +10:00');
    expect(zoneLabel('UTC', attack)).toBe('UTC');
    expect(zoneLabel('+05:30', attack)).toBe('+05:30');
    expect(formatOffset(-12_600)).toBe('-03:30');
    expect(formatOffset(1050)).toBe('+00:17:30');
  });

  test('lengths of time', () => {
    expect(formatDuration(3_050_578)).toBe('3.050578 s');
    expect(formatDuration(372_000_000)).toBe('6 min 12 s');
    expect(formatDuration(93_600_000_000)).toBe('1 d 2 h');
    expect(formatDuration(250)).toBe('250 µs');
    expect(formatDuration(0)).toBe('0 µs');
    expect(formatDuration(-1500)).toBe('-0.0015 s');
  });
});

describe('reading', () => {
  test.each([
    ['2016-12-15T08:06:42.895706Z', '2016-12-15T08:06:42.895706000Z', 1],
    ['2016-12-15 08:06:42,895706 UTC', '2016-12-15T08:06:42.895706000Z', 1],
    ['20161215T080642.8957067Z', '2016-12-15T08:06:42.895706700Z', 0],
    ['2016-12-15 18:06:42.895706+10:00', '2016-12-15T08:06:42.895706000Z', 1],
    ['2016/12/15 18:06 +1000', '2016-12-15T08:06:00.000000000Z', 60_000_000],
    ['2016-350T08Z', '2016-12-15T08:00:00.000000000Z', 3_600_000_000],
    ['2016-12-15', '2016-12-15T00:00:00.000000000Z', 86_400_000_000],
    ['@1481789202.895706', '2016-12-15T08:06:42.895706000Z', 1],
    ['@-0.000000001', '1969-12-31T23:59:59.999999999Z', 0],
    ['2016-12-15 18:06:42.895706 Australia/Brisbane', '2016-12-15T08:06:42.895706000Z', 1],
    ['1601-01-01T00:00:00Z', '1601-01-01T00:00:00.000000000Z', 1_000_000],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000000000Z', 1_000_000],
  ])('%s', (text, iso, precision) => {
    const read = instant(text);
    expect(isoInstant(read.utcUs, 9, read.remainderNs)).toBe(iso);
    expect(read.precisionUs).toBe(precision);
  });

  test('a leap second and the end of a day carry over and say so', () => {
    expect(wall('2016-12-31T23:59:60Z')).toMatchObject({
      leapSecond: true,
      wallUs: Date.UTC(2017, 0, 1) * 1000,
    });
    expect(wall('2016-12-31T24:00')).toMatchObject({ endOfDay: true, wallUs: Date.UTC(2017, 0, 1) * 1000 });
  });

  test.each([
    '',
    'yesterday',
    '15/12/2016',
    '2016-13-01',
    '2016-02-30',
    '2015-366',
    '2016-1215',
    '2016-12-15T25:00',
    '2016-12-15T24:00:01',
    '2016-12-15T08:60',
    '2016-12-15T08:06:61',
    '2016-12-15 08:06:42 +24:00',
    '2016-12-15 08:06:42 +10:61',
    '2016-12-15 08:06:42 Nowhere/Atall',
    '1600-12-31',
    '10000-01-01',
    '2016-12-15T08:06:42.',
    '2016-12-15T08:06Zulu',
  ])('refuses %j', (text) => {
    expect(parseInstant(text, 'UTC').ok).toBe(false);
  });

  test('an ambiguous or nonexistent wall time tells both readings', () => {
    const back = instant('2021-10-31 02:30', 'Europe/Berlin');
    expect(back.kind).toBe('ambiguous');
    expect(isoInstant(back.utcUs, 0)).toBe('2021-10-31T00:30:00Z');
    expect(isoInstant(back.otherUs ?? 0, 0)).toBe('2021-10-31T01:30:00Z');
    const forward = instant('2021-03-28 02:30', 'Europe/Berlin');
    expect(forward.kind).toBe('nonexistent');
    expect(isoInstant(forward.utcUs, 0)).toBe('2021-03-28T01:30:00Z');
    expect(isoInstant(forward.otherUs ?? 0, 0)).toBe('2021-03-28T00:30:00Z');
  });

  test('what is written is read back', () => {
    const zones = ['UTC', 'Australia/Brisbane', 'Europe/Berlin', 'America/St_Johns', '-03:30'];
    const low = Date.UTC(1700, 0, 1) * 1000;
    const high = Date.UTC(2250, 0, 1) * 1000;
    fc.assert(
      fc.property(
        fc.integer({ min: low, max: high }),
        fc.nat(999),
        fc.constantFrom(...zones),
        (us, ns, zone) => {
          expect(instant(isoInstant(us, 9, ns))).toMatchObject({ utcUs: us, remainderNs: ns });
          const shown = instant(formatInstant(us, zone), zone);
          expect([shown.utcUs, shown.otherUs]).toContain(us);
        },
      ),
      { numRuns: 5000, seed: 2 },
    );
  });
});

describe('stretches of time', () => {
  test.each([
    ['2016', 'UTC', '2016-01-01T00:00:00Z', '2017-01-01T00:00:00Z'],
    ['2016-12', 'UTC', '2016-12-01T00:00:00Z', '2017-01-01T00:00:00Z'],
    ['2016-12-15', 'Australia/Brisbane', '2016-12-14T14:00:00Z', '2016-12-15T14:00:00Z'],
    ['2016-12-15 08:06', 'UTC', '2016-12-15T08:06:00Z', '2016-12-15T08:07:00Z'],
    ['2021-10-31', 'Europe/Berlin', '2021-10-30T22:00:00Z', '2021-10-31T23:00:00Z'],
    ['2021-10-31 02', 'Europe/Berlin', '2021-10-31T00:00:00Z', '2021-10-31T02:00:00Z'],
  ])('%s in %s', (text, zone, from, to) => {
    const outcome = parseTimeRange(text, zone);
    if (!outcome.ok) throw new Error(text);
    expect([isoInstant(outcome.value.fromUs, 0), isoInstant(outcome.value.toUs, 0)]).toEqual([from, to]);
  });
});

describe('years for times without one', () => {
  const reference = Date.UTC(2017, 0, 3, 12) * 1000;
  test.each([
    [12, 31, 0, 2016],
    [1, 3, 43_200, 2017],
    [1, 4, 43_200, 2017],
    [1, 4, 43_201, 2016],
    [2, 29, 0, 2016],
    [2, 30, 0, null],
  ])('%d-%d at second %d', (month, day, secondOfDay, year) => {
    expect(nearestYear({ month, day, secondOfDay }, reference)).toBe(year);
  });

  test('a log of 1 January in a collection of 31 December belongs to the coming year', () => {
    expect(nearestYear({ month: 1, day: 1, secondOfDay: 60 }, Date.UTC(2016, 11, 31, 18) * 1000)).toBe(2017);
  });
});
