import { describe, expect, it } from 'vitest';
import { joinSchema } from '../../../shared/filter';
import { printFilter } from '../../../shared/filter/text';
import type { SourceColumn } from '../../../shared/protocol';
import { fitting, guess } from './conditions';
import { parseDuration } from './duration';
import { EMPTY_PLAN, planJoin, planOf, planSchema, planSource, sideSource } from './plan';
import { PRESETS } from './presets';

function column(name: string, role: SourceColumn['role'] = 'text'): SourceColumn {
  return { name, label: name, type: role === 'time' ? 'TIMESTAMP' : 'VARCHAR', role, origin: '' };
}

const events = [
  column('event_id', 'event'),
  column('timestamp', 'time'),
  column('source_ip', 'address'),
  column('user_name'),
];
const spans = [
  column('started_at', 'time'),
  column('ended_at', 'time'),
  column('event_category'),
  column('event_domain'),
  column('event_action'),
];
const inForce = { kind: 'in', field: 'event_domain', values: ['ot'] } as const;

describe('lengths of time as typed', () => {
  it.each([
    ['15 min', 900_000_000],
    ['15', 900_000_000],
    ['2h', 7_200_000_000],
    ['1 d 12 h', 129_600_000_000],
    ['90s', 90_000_000],
    ['0.5 s', 500_000],
    ['500 ms', 500_000],
    ['0', 0],
  ])('%s', (text, us) => expect(parseDuration(text)).toBe(us));

  it.each(['', 'soon', '15 parsecs', '-3 min', '5 min later', '99999999999999 d'])('%s is none', (text) =>
    expect(parseDuration(text)).toBeNull(),
  );
});

describe('a plan', () => {
  it('takes the filter in force only for events, and what is typed for either side', () => {
    const left = sideSource(
      { from: 'table:event_view', current: true, text: 'action:logon' },
      inForce,
      events,
      'UTC',
    );
    expect(left).toMatchObject({
      ok: true,
      value: {
        filter: { kind: 'and', of: [inForce, { kind: 'in', field: 'event_action', values: ['logon'] }] },
      },
    });
    const right = sideSource(
      { from: 'table:span', current: true, text: 'event_category:x' },
      inForce,
      spans,
      'UTC',
    );
    expect(right).toMatchObject({ ok: true, value: { filter: { kind: 'in', field: 'event_category' } } });
    expect(sideSource({ from: 'table:span', current: false, text: 'nope:x' }, inForce, spans, 'UTC').ok).toBe(
      false,
    );
    expect(sideSource({ from: 'table:none', current: false, text: '' }, inForce, [], 'UTC').ok).toBe(false);
  });

  it('says what is missing before it can run', () => {
    const side = sideSource(EMPTY_PLAN.left, inForce, events, 'UTC');
    const none = planJoin(EMPTY_PLAN, side, side);
    expect(none.ok === false && none.problem.what).toBe('Say when two rows belong together.');
    const empty = { kind: 'equal', left: '', right: 'ip', ignoreCase: false } as const;
    expect(planJoin({ ...EMPTY_PLAN, on: [empty] }, side, side).ok).toBe(false);
  });

  it.each(PRESETS)('$title runs as it stands and is kept', ({ plan }) => {
    const whole = { ...EMPTY_PLAN, ...plan };
    expect(planSchema.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
    const left = sideSource(whole.left, inForce, events, 'UTC');
    const right = sideSource(whole.right, inForce, spans, 'UTC');
    const join = planJoin(whole, left, right);
    expect(join.ok).toBe(true);
    if (join.ok) expect(joinSchema.safeParse(join.value).success).toBe(true);
  });

  it('takes no failed logon for a logon, no name for an account, and no change that was called off for a window', () => {
    const preset = (id: string) => PRESETS.find((one) => one.id === id)!.plan;
    for (const id of ['logon-before', 'logon-user', 'logon-name', 'logon-host']) {
      expect(preset(id).right.text).toContain('-outcome:failure');
    }
    expect(preset('logon-user').on).toMatchObject([
      { kind: 'equal', left: 'user_domain' },
      { kind: 'equal', left: 'user_name' },
      { kind: 'as-of' },
    ]);
    for (const id of ['in-change', 'no-change']) {
      const { right } = preset(id);
      const source = sideSource(right, inForce, spans, 'UTC');
      expect(source).toMatchObject({
        ok: true,
        value: {
          filter: {
            kind: 'and',
            of: [
              { kind: 'in', field: 'event_category', values: ['configuration'] },
              {
                kind: 'not',
                of: {
                  kind: 'in',
                  field: 'event_action',
                  values: ['change-cancelled', 'change-rejected', 'change-unapproved'],
                },
              },
            ],
          },
        },
      });
    }
  });

  it('comes back from the view it was saved as', () => {
    const plan = { ...EMPTY_PLAN, ...PRESETS.find(({ id }) => id === 'in-change')!.plan };
    const left = sideSource(plan.left, inForce, events, 'UTC');
    const right = sideSource(plan.right, inForce, spans, 'UTC');
    const join = planJoin(plan, left, right);
    if (!join.ok) throw new Error(join.problem.what);
    const source = planSource(join.value, [inForce]);
    const back = planOf(source, { id: 'v1', name: 'Kept' }, (one) => printFilter(one, 'UTC'));
    expect(back).toMatchObject({
      left: { from: 'table:event_view', current: false, text: 'domain:ot' },
      right: {
        from: 'table:span',
        text: 'category:configuration -action:change-cancelled,change-rejected,change-unapproved',
      },
      result: [inForce],
      saved: { id: 'v1', name: 'Kept' },
    });
  });
});

describe('conditions', () => {
  it('begin with the columns most likely meant', () => {
    expect(guess('window', events, spans)).toMatchObject({
      left: 'timestamp',
      from: 'started_at',
      to: 'ended_at',
    });
    expect(guess('as-of', events, events)).toMatchObject({
      left: 'timestamp',
      right: 'timestamp',
      direction: 'last',
    });
    expect(guess('equal', events, [column('ip', 'address')])).toMatchObject({
      left: 'source_ip',
      right: 'ip',
    });
    expect(guess('asset', events, [column('name')])).toEqual({
      kind: 'asset',
      left: 'source',
      right: 'itself',
    });
    expect(guess('cidr', events, [column('network', 'address')])).toMatchObject({ right: 'network' });
  });

  it('offer only columns that fit', () => {
    expect(fitting(events, 'time').map(({ name }) => name)).toEqual(['timestamp']);
    expect(fitting(events, 'address').map(({ name }) => name)).toEqual(['source_ip']);
    expect(fitting([column('a')], 'time')).toEqual([]);
  });
});
