import { expect, it } from 'vitest';
import { blankRow } from '../evidence/ledger';
import { summarise } from './corpus-summary';

it('puts each file in one place and counts the sums', () => {
  const row = (change: object) => ({ ...blankRow(1, 'x', 'x'), ...change });
  const known = { bytes: 1, expected: 2, badLines: 0 };
  const table = summarise([
    { ...known, file: 'a/a.log', row: row({ format: 'zeek', records: 2, loaded: 2 }) },
    { ...known, file: 'a/b.csv', row: row({ format: 'generic-delimited', records: 3, loaded: 2 }) },
    { ...known, file: '12-content/sigma/x.yml', row: row({ status: 'unrecognised' }) },
    { ...known, file: 'a/empty', row: row({ status: 'empty' }) },
    {
      ...known,
      file: 'a/x.zip',
      row: row({ status: 'unrecognised', problem: { code: 'c', what: 'A container.' } }),
    },
    { ...known, file: 'a/hangs', row: null },
  ]);
  expect(table.split('\n')).toEqual([
    '| | files |',
    '|---|--:|',
    '| taken in | 6 |',
    '| whose records = loaded + rejected + skipped | 4 |',
    '| recognised by a format of their own | 1 |',
    '| read by a generic format | 1 |',
    '| no evidence: detection rules: they say what to look for, not what happened | 1 |',
    '| empty | 1 |',
    '| not read: A container. | 1 |',
    '| the importer was lost | 1 |',
    '| share recognised of what is evidence | 1 of 5 = 20.0 % |',
    '| as many records as the index counted | 1 of 2 read |',
    '| another count: NOT EXPLAINED | 1 |',
  ]);
});
