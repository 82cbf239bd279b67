import { expect, test } from 'vitest';
import { strangers } from './closed';
import { parseFilter } from './text';

function of(text: string): readonly string[] {
  const parsed = parseFilter(text);
  if (!parsed.ok) throw new Error(parsed.problem.what);
  return strangers(parsed.value).map(({ field, value, values }) => `${field} ${value} ${values.length > 2}`);
}

test('values that are in no list of their field are told, with the list', () => {
  expect(of('domain:ott')).toEqual(['domain ott true']);
  expect(of('pump (outcome:success,failed or type:strat)')).toEqual([
    'outcome failed true',
    'type strat true',
  ]);
});

test('values are understood in any case in the events alone: a column of another source may have its own', () => {
  const names = { fieldOf: (name: string) => name, similar: () => [] };
  const value = { kind: 'in', field: 'event_outcome' };
  expect(parseFilter('outcome:FAILURE')).toMatchObject({ value: { ...value, values: ['failure'] } });
  expect(parseFilter('outcome:"FAILURE"')).toMatchObject({ value: { ...value, values: ['failure'] } });
  expect(parseFilter('event_outcome:FAILURE', 'UTC', names)).toMatchObject({
    value: { ...value, values: ['FAILURE'] },
  });
});

test('those of open fields, those that are excluded and those of the list are not', () => {
  for (const text of [
    'domain:ot',
    'domain:OT',
    '-domain:ott',
    'user:ott',
    'ott',
    'severity:3',
    'domain:ot,security',
  ])
    expect(of(text)).toEqual([]);
});
