/**
 * Written times in SQL against Python's datetime and zoneinfo: more than 100,000 cases that Python makes and reads,
 * each a text, the zone of the evidence, and its one or two instants. Instants under a zone lie between 1970 and the end of
 * 2024, where the editions of the zone data of both sides agree.
 */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { TIME_FLAGS } from '../../../shared/fields';
import { Database } from '../../store/database';
import { quoteText, trusted } from '../../store/sql';
import { Layers } from './layers';
import { type MomentContext, momentFrom } from './moment-sql';

const PYTHON = `
import json, random
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo
random.seed(20261121)
EPOCH = datetime(1970, 1, 1)
UTC = timezone.utc
def us(moment): return (moment - EPOCH) // timedelta(microseconds=1)
# As text: JavaScript's numbers end before the year 2256 does, counted in microseconds.
def texts(case): return [case[0], [str(i) for i in case[1]], *case[2:]]
def any_moment(first=1, last=9998):
    return datetime(first, 1, 1) + timedelta(microseconds=random.randrange((datetime(last + 1, 1, 1) - datetime(first, 1, 1)) // timedelta(microseconds=1)))
def offset_text(minutes, colon=True):
    sign = '-' if minutes < 0 else '+'
    return '%s%02d%s%02d' % (sign, abs(minutes) // 60, ':' if colon else '', abs(minutes) % 60)
OFFSETS = [0, 60, 120, -300, -480, 330, 345, 600, 630, 765, -210, 840, -720]
out = []
def group(form, cases, **context): out.append({'form': form, 'cases': [texts(c) for c in cases], **context})

def stated(shape, colon=True, first=1, digits=6, sep='.'):
    cases = []
    for _ in range(6000):
        moment, minutes = any_moment(max(first, 2), 9997), random.choice(OFFSETS)
        moment = moment.replace(microsecond=moment.microsecond // 10 ** (6 - digits) * 10 ** (6 - digits))
        fraction = '' if digits == 0 else sep + ('%06d' % moment.microsecond)[:digits]
        text = moment.strftime(shape).replace('%Y', '%04d' % moment.year).replace('FRAC', fraction) + offset_text(minutes, colon)
        cases.append([text, [us(moment - timedelta(minutes=minutes))]])
    return cases
# strftime does not pad years below 1000
group('iso', stated('%%Y-%m-%dT%H:%M:%SFRAC'))
group('iso', stated('%%Y-%m-%d %H:%M:%SFRAC ', colon=False, digits=3, sep=','))
group('iso', stated('%%Y%m%dT%H%M%S', digits=0))
group('%d/%b/%Y:%H:%M:%S %z', stated('%d/%b/%%Y:%H:%M:%S ', colon=False, digits=0))
group('%a, %d %b %Y %H:%M:%S %z', stated('%a, %d %b %%Y %H:%M:%S ', colon=False, digits=0))

def numbers(count, first, last):
    cases = []
    for _ in range(6000):
        moment = any_moment(first, last)
        cases.append([count(moment), [us(moment)]])
    return cases
FILE = datetime(1601, 1, 1)
APPLE = datetime(2001, 1, 1)
micros = lambda origin: (lambda m: (m - origin) // timedelta(microseconds=1))
point = lambda n, digits: '%s%d.%0*d' % ('-' if n < 0 else '', abs(n) // 10 ** digits, digits, abs(n) % 10 ** digits)
group('epoch_us', numbers(lambda m: str(us(m)), 1, 9998))
group('epoch_ns', numbers(lambda m: str(us(m) * 1000), 1680, 2260))
group('epoch_ms', numbers(lambda m: point(us(m), 3), 1900, 9998))
group('epoch_s', numbers(lambda m: point(us(m), 6), 1900, 9998))
group('epoch', numbers(lambda m: str(us(m)), 1980, 5000))
group('filetime', numbers(lambda m: str(micros(FILE)(m) * 10), 1602, 9998))
group('webkit', numbers(lambda m: str(micros(FILE)(m)), 1602, 9998))
group('apple', numbers(lambda m: point(micros(APPLE)(m), 6), 1990, 2090))
# LDAP's generalised time
group('%Y%m%d%H%M%S.%f%z', [['%04d%s.%dZ' % (m.year, m.strftime('%m%d%H%M%S'), m.microsecond // 100000), [us(m.replace(microsecond=m.microsecond // 100000 * 100000))]] for m in (any_moment(1601, 9998) for _ in range(4000))])
OLE = datetime(1899, 12, 30)
def ole():
    moment = any_moment(1950, 2090).replace(microsecond=0)
    days = (moment - OLE) / timedelta(days=1)
    return ['%.9f' % days, [us(moment)]]
group('ole', [ole() for _ in range(6000)], slack=100)

# Wall times under a zone, a third of them around a change of its clocks.
ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/Sao_Paulo', 'Africa/Casablanca', 'Pacific/Apia', 'Asia/Tehran', 'Australia/Adelaide']
def offset(zone, moment): return moment.replace(tzinfo=UTC).astimezone(zone).utcoffset()
def changes(zone):
    found, at = [], datetime(1970, 1, 10)
    while at < datetime(2024, 12, 1):
        after = at + timedelta(days=7)
        if offset(zone, at) != offset(zone, after):
            low, high = at, after
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                if offset(zone, middle) == offset(zone, low): low = middle
                else: high = middle
            found.append(high.replace(microsecond=0))
        at = after
    return found
def readings(zone, wall):
    instants = []
    for fold in (0, 1):
        instant = wall - wall.replace(tzinfo=zone, fold=fold).utcoffset()
        if instant not in instants: instants.append(instant)
    real = [i for i in instants if i + offset(zone, i) == wall]
    return (real or instants), ('nonexistent' if not real else 'ambiguous' if len(real) == 2 else 'unique')
SHAPES = [
    ('iso', lambda w: w.strftime('%Y-%m-%d %H:%M:%S'), {}),
    ('day_first', lambda w: '%d.%d.%d %s' % (w.day, w.month, w.year, w.strftime('%H:%M:%S')), {}),
    ('month_first', lambda w: '%d/%d/%d %s' % (w.month, w.day, w.year, w.strftime('%I:%M:%S %p')), {}),
    ('day_first', lambda w: '%02d/%02d/%02d %s' % (w.day, w.month, w.year % 100, w.strftime('%H:%M:%S')), {}),
    ('%d-%b-%Y %H:%M:%S', lambda w: w.strftime('%d-%b-%Y %H:%M:%S'), {}),
    ('syslog', lambda w: '%s %2d %s' % (w.strftime('%b'), w.day, w.strftime('%H:%M:%S')), {'year': True}),
]
for index, name in enumerate(ZONES):
    zone = ZoneInfo(name)
    edges = changes(zone)
    for form, write, options in SHAPES:
        cases, walls = [], []
        while len(cases) < 700:
            if edges and random.random() < 0.4:
                edge = random.choice(edges)
                wall = edge + offset(zone, edge) + timedelta(seconds=random.randrange(-7300, 7300))
            else:
                wall = any_moment(1970, 2024).replace(microsecond=0)
            if not datetime(1970, 1, 5) < wall < datetime(2024, 12, 20): continue
            if options.get('year'):
                if wall.month == 2 and wall.day == 29: continue
                wall = wall.replace(year=2016)
            instants, kind = readings(zone, wall)
            cases.append([write(wall), [us(i) for i in instants], kind])
        group(form, cases, zone=name, **({'year': 2016} if options.get('year') else {}))
# 24:00, a leap second, the ends of the calendar.
special = []
for _ in range(1500):
    day = any_moment(1602, 9996).replace(hour=0, minute=0, second=0, microsecond=0)
    special.append(['%04d-%02d-%02dT24:00:00Z' % (day.year, day.month, day.day), [us(day + timedelta(days=1))]])
    special.append(['%04d-%02d-%02dT23:59:60Z' % (day.year, day.month, day.day), [us(day + timedelta(days=1))]])
special += [['1601-01-01T00:00:00Z', [us(FILE)]], ['9999-12-31T23:59:59.999999Z', [us(datetime(9999, 12, 31, 23, 59, 59, 999999))]], ['0001-01-01T00:00:00Z', [us(datetime(1, 1, 1))]]]
group('iso', special)
broken = []
for _ in range(1500):
    m = any_moment(1900, 2100)
    broken.append(['%04d-%02d-%02dT%02d:%02d:%02dZ' % random.choice([(m.year, 13, m.day, 1, 2, 3), (m.year, 2, 30, 1, 2, 3), (m.year, 4, 31, 1, 2, 3), (m.year, m.month, m.day, 25, 2, 3), (m.year, m.month, m.day, 24, 1, 0), (m.year, m.month, m.day, 1, 60, 3), (m.year, m.month, m.day, 1, 2, 61)]), []])
group('iso', broken)
print(json.dumps(out))
`;

const groupSchema = z.object({
  form: z.string(),
  zone: z.string().optional(),
  year: z.number().optional(),
  /** µs by which a form may be off that is written as a fraction of a day. */
  slack: z.number().default(0),
  cases: z.array(
    z.union([
      z.tuple([z.string(), z.array(z.string())]),
      z.tuple([z.string(), z.array(z.string()), z.enum(['unique', 'ambiguous', 'nonexistent'])]),
    ]),
  ),
});
type Group = z.infer<typeof groupSchema>;

function makeGroups(): readonly Group[] {
  try {
    const text = execFileSync('python3', ['-c', PYTHON], { encoding: 'utf8', maxBuffer: 1 << 28 });
    return z.array(groupSchema).parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

const groups = makeGroups();
const FLAG_OF = { unique: 0, ambiguous: TIME_FLAGS.ambiguous, nonexistent: TIME_FLAGS.nonexistent };

let database: Database;
beforeAll(async () => {
  database = await Database.open({ path: null, memoryLimitMb: 1000, threads: 2, tempFolder: null });
});
afterAll(() => database.close());

async function readAll({ form, zone, year, cases }: Group, rest: MomentContext['rest']) {
  const rows = cases.map(([text], index) => `(${index}, ${quoteText(text)})`).join(', ');
  const layers = new Layers(`(SELECT * FROM (VALUES ${rows}) v(record_number, c0))`);
  const context: MomentContext = {
    zone: zone ?? 'UTC',
    year: String(year ?? 2016),
    yearAssumed: false,
    dateOrder: 'day_first',
    ...(rest === undefined ? {} : { rest }),
  };
  const rule = { from: 't', form, zone: 'asked' as const };
  const { utc, flags } = momentFrom(rule, { text: 'c0', fine: null }, context, layers);
  const table = await database.all(trusted(layers.select(`${utc}, ${flags}`, ' ORDER BY record_number')));
  return table.rows.map(([at, flag]) => ({
    utc: at === null || at === undefined ? null : BigInt(String(at)),
    flags: Number(flag),
  }));
}

function isNear(one: bigint, other: bigint, slack: number): boolean {
  const apart = one - other;
  return apart <= BigInt(slack) && apart >= -BigInt(slack);
}

describe.skipIf(groups.length === 0)('written times against Python (python3)', () => {
  test('there are more than 100,000', () => {
    expect(groups.reduce((sum, { cases }) => sum + cases.length, 0)).toBeGreaterThan(100_000);
  });

  test.each(groups.map((group, index) => [index, group.form, group.zone ?? 'UTC', group] as const))(
    '%i: %s under %s',
    async (_index, _form, _zone, group) => {
      const read = await readAll(group, undefined);
      expect(await readAll(group, 'inline')).toEqual(read);
      const wrong = group.cases.flatMap(([text, instants, kind], index) => {
        const { utc, flags } = read[index] ?? { utc: null, flags: 0 };
        const isRight =
          instants.length === 0
            ? utc === null
            : instants.some((instant) => utc !== null && isNear(utc, BigInt(instant), group.slack));
        const mask = TIME_FLAGS.ambiguous | TIME_FLAGS.nonexistent;
        const isMarked = kind === undefined || (flags & mask) === FLAG_OF[kind];
        return isRight && isMarked
          ? []
          : [`${text}: ${utc} flags ${flags}, not ${instants.join(' or ')} ${kind ?? ''}`];
      });
      expect(wrong.slice(0, 5)).toEqual([]);
    },
    60_000,
  );
});
