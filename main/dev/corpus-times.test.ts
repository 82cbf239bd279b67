import { expect, test } from 'vitest';
import { blankRow } from '../evidence/ledger';
import { timeDifference } from './corpus-times';

const row = {
  ...blankRow(1, '/a', 'a'),
  first: '2020-01-02T03:04:05.678901Z',
  last: '2020-01-02T03:04:06.000000Z',
};
const line = { file: '1/a', kind: 'text', row };

test.each([
  ['2020-01-02T03:04:05+00:00', '2020-01-02 03:04:06.4'],
  ['1577934245.678901', '1577934246'],
])('the same instant, however %s and %s are written', (from, to) => {
  expect(timeDifference({ ...line, span: { from, to } })).toBeNull();
});

test('another instant, or one that cannot be read, is told', () => {
  const hourOff = { from: '2020-01-02T04:04:05Z', to: '2020-01-02T03:04:06Z' };
  expect(timeDifference({ ...line, span: hourOff })).toMatchObject({ why: null });
  expect(timeDifference({ ...line, span: { from: 'then', to: 'now' } })).toMatchObject({ why: null });
  expect(timeDifference({ ...line, kind: 'evtx', span: hourOff })?.why).toContain('header');
  expect(timeDifference({ ...line, span: null })).toBeNull();
});
