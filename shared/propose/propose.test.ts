/** What is proposed for lines of several makers, and that a proposal fits the lines it was made of. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captureNames, formatYaml, idOf, ownName, patternOf, quote } from './format-text';
import { propose } from './propose';
import { matchLine, slotsOf } from './template';
import { cutLine } from './tokens';

const shown = (lines: readonly string[]) => {
  const template = propose(lines);
  return slotsOf(template).map(({ kind, means }) => {
    const to = means.to === 'field' ? means.field : means.to === 'own' ? `own ${means.name}` : means.to;
    return `${kind}: ${to}`;
  });
};

describe('a proposal', () => {
  it('names time, addresses with ports, level and the rest of a line', () => {
    const lines = [
      '2026-03-16 22:52:31.250 [WARN] 10.0.0.5:4242 -> 10.0.0.9:502 link lost for 3 s',
      '2026-03-16 22:52:32.000 [INFO] 10.0.0.6:4243 -> 10.0.0.9:502 link back',
      '2026-03-16 22:52:39.125 [INFO] 10.0.0.5:4250 -> 10.0.0.9:502 polled, nothing new',
    ];
    expect(shown(lines).slice(0, 3)).toEqual(['iso: time', 'word: event_severity', 'ip: source_ip']);
    const template = propose(lines);
    expect(template.restFrom).not.toBeNull();
    for (const line of lines) expect(matchLine(template, line), line).not.toBeNull();
  });

  it('takes a line of equal pieces apart to its end', () => {
    const lines = Array.from(
      { length: 6 },
      (_, at) => `16/03/2026 22:52:3${at}|P${at}|OPEN|r.osei|${at * 7}.5`,
    );
    expect(shown(lines)).toEqual([
      'day-month: time',
      'word: nothing',
      'word: nothing',
      'word: nothing',
      'number: nothing',
    ]);
  });

  it('finds daemon and host of a syslog-like line, and the keys of pairs', () => {
    const lines = ['a', 'b', 'c'].map(
      (user, at) =>
        `Mar 16 22:52:3${at} plc-gw poller[81${at}]: user=${user} src=10.0.0.${at} note="went ${user}"`,
    );
    const template = propose(lines);
    expect(template.slots.slice(0, 3).map(({ means }) => means)).toEqual([
      { to: 'time' },
      { to: 'field', field: 'host_name' },
      { to: 'field', field: 'process_name' },
    ]);
    expect(
      template.pairs?.map(({ key, means }) => [key, means.to === 'field' ? means.field : means.to]),
    ).toEqual([
      ['user', 'user_name'],
      ['src', 'source_ip'],
      ['note', 'nothing'],
    ]);
  });

  it('takes a date and a clock that stand apart for one time', () => {
    const lines = ['1', '2', '3'].map((at) => `2026-03-16;22:52:3${at};valve ${at};open`);
    const template = propose(lines);
    expect(template.slots.slice(0, 2).map(({ means }) => means.to)).toEqual(['time', 'time']);
    expect(formatYaml(template, HEAD, [], 'x')).toContain("time: { join: [time_1, time_2], form: 'iso' }");
  });

  it('is nothing but the rest for prose and for nothing', () => {
    expect(shown(['Dear colleague,', 'please find the report.', 'Kind regards'])).toEqual(['rest: message']);
    expect(propose([]).slots).toEqual([]);
  });
});

const HEAD = { id: 'x', title: 'X', domain: 'ot', reference: 'none' };
const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.]{0,8}$/);
const two = (most: number) => fc.nat(most).map((value) => String(value).padStart(2, '0'));
const value = fc.oneof(
  word,
  fc.nat(99_999).map(String),
  fc.tuple(fc.nat(255), fc.nat(255)).map(([a, b]) => `10.${a}.${b}.7`),
  word.map((text) => `"${text} and \\"${text}\\""`),
);
const line = fc.record({
  clock: fc.tuple(two(23), two(59), two(59)).map((parts) => `2026-03-16 ${parts.join(':')}`),
  values: fc.array(value, { minLength: 3, maxLength: 3 }),
});
const anyLine = fc.oneof(
  fc.stringMatching(/^[ab1.:=,|;"\\()[\] -]{0,60}$/),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const sign = fc.constantFrom(' ', ' | ', ', ', ';', '\t', ' [', '] ');

describe('whatever the lines', () => {
  it('pieces and what stands between them are the line', () => {
    fc.assert(
      fc.property(anyLine, (text) => {
        const { pieces, after } = cutLine(text);
        const parts = pieces.map(({ before, kind, text: own }) =>
          kind === 'quoted' ? `${before}"${own}"` : before + own,
        );
        expect(parts.join('') + after).toBe(text);
        for (const { from, to, text: own } of pieces) expect(text.slice(from, to)).toBe(own);
      }),
      { numRuns: 500 },
    );
  });

  it('a proposal fits most of the lines it was made of', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 3, maxLength: 12 }), sign, (made, between) => {
        const lines = made.map(({ clock, values }) => [clock, ...values].join(between));
        const template = propose(lines);
        const fits = lines.filter((text) => matchLine(template, text) !== null);
        expect(fits.length).toBeGreaterThanOrEqual(Math.floor(lines.length * 0.4));
        expect(slotsOf(template)[0]?.means.to).toBe('time');
      }),
      { numRuns: 300 },
    );
  });

  it('never throws, and names what it captures once each', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { maxLength: 8 }), (lines) => {
        const template = propose(lines);
        for (const text of lines) matchLine(template, text);
        expect(patternOf(template)).toMatch(/^\^.*\$$/s);
        const names = captureNames(slotsOf(template), template.pairs !== null).filter(
          (name) => name !== null,
        );
        expect(new Set(names).size).toBe(names.length);
      }),
      { numRuns: 500 },
    );
  });
});

it('makes ids and names of any text, and quotes what YAML would take for something else', () => {
  expect([idOf('Pump House: PLC №7'), idOf('…')]).toEqual(['pump-house-plc-7', 'own-format']);
  expect([ownName('Tank level (m)'), ownName('7th'), ownName('…')]).toEqual(['tank_level_m', 'th', '']);
  expect([quote("it's: #1"), quote('a\tb')]).toEqual(["'it''s: #1'", '"a\\tb"']);
});
