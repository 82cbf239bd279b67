import { describe, expect, it } from 'vitest';
import { mix } from '../../../shared/chart/theme';
import { filterSchema } from '../../../shared/filter';
import { laneQuery, MOST_POINTS } from './lane-query';
import { choose, chosenKeys, legendKeys } from './legend';
import { seriesColours } from './palette';

describe('lane query', () => {
  const filter = { kind: 'words', text: 'a' } as const;
  const window = { from: 10, to: 20 };

  it('asks for every event of the window, and those that reach into it, while they are few', () => {
    const query = laneQuery(filter, window, 100);
    expect(query.dense).toBe(false);
    expect(filterSchema.safeParse(query.spec.filter).success).toBe(true);
    expect(JSON.stringify(query.spec)).toContain('ended_at');
  });

  it('asks only for long ones when there are too many, and never for network flows', () => {
    const query = laneQuery(filter, window, MOST_POINTS + 1);
    expect(query.dense).toBe(true);
    expect(JSON.stringify(query.spec)).toContain('network');
    expect(query.limit).toBeLessThanOrEqual(1000);
  });
});

describe('legend', () => {
  it('chooses a key alone, gives it up again, adds and takes away with Shift', () => {
    const only = choose('event_domain', null, 'ot', false);
    expect(only).toEqual({ kind: 'in', field: 'event_domain', values: ['ot'] });
    expect(choose('event_domain', ['ot'], 'ot', false)).toBeNull();
    expect(choose('event_domain', ['ot'], 'security', true)).toMatchObject({ values: ['ot', 'security'] });
    expect(choose('event_domain', ['ot', 'security'], 'ot', true)).toMatchObject({ values: ['security'] });
    expect(choose('evidence_id', null, '7', false)).toMatchObject({ values: [7] });
    expect(choose('event_dataset', null, '*', false)).toBeNull();
  });

  it('knows what is chosen from its own clause only', () => {
    expect(chosenKeys({ kind: 'in', field: 'event_domain', values: ['ot'] }, 'event_domain')).toEqual(['ot']);
    expect(chosenKeys({ kind: 'in', field: 'event_dataset', values: ['x'] }, 'event_domain')).toBeNull();
    expect(chosenKeys(null, 'event_domain')).toBeNull();
    expect(legendKeys(null, null, String)).toEqual([]);
  });
});

describe('colours', () => {
  const colours = {
    domain: (domain: string) => (domain === 'ot' ? '#30b080' : '#606060'),
    ground: '#101010',
  };

  it('give keys of one domain steps of its hue', () => {
    const found = seriesColours(['a', 'b', 'c'], (key) => (key === 'c' ? 'x' : 'ot'), colours);
    expect(found.get('a')).toBe('#30b080');
    expect(found.get('b')).not.toBe('#30b080');
    expect(found.get('c')).toBe('#606060');
  });

  it('mix towards the ground', () => {
    expect(mix('#ffffff', '#000000', 0.5)).toBe('#808080');
    expect(mix('not a colour', '#000000', 0.5)).toBe('not a colour');
  });
});
