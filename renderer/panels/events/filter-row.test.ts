import { describe, expect, it } from 'vitest';
import { filterSchema } from '../../../shared/filter';
import { GRID_COLUMNS, gridColumn } from './columns';
import { columnFilter, typedText } from './filter-row';

function typed(id: string, text: string) {
  const column = gridColumn(id);
  if (column === undefined) throw new Error(id);
  return columnFilter(column, text);
}

describe('filter row', () => {
  it('takes plain text as contains, and nothing as no clause', () => {
    expect(typed('message', ' failed ')).toEqual({ kind: 'contains', field: 'message', text: 'failed' });
    expect(typed('message', '  ')).toBeNull();
  });

  it('compares and equals numbers', () => {
    expect(typed('event_severity', '>= 3')).toEqual({
      kind: 'compare',
      field: 'event_severity',
      op: '>=',
      value: 3,
    });
    expect(typed('ot_address', '20')).toEqual({ kind: 'in', field: 'ot_address', values: [20] });
    expect(typed('message', '>3')).toEqual({ kind: 'contains', field: 'message', text: '>3' });
  });

  it('leaves out with an exclamation mark', () => {
    expect(typed('event_dataset', '!=zeek.conn')).toEqual({
      kind: 'not',
      of: { kind: 'in', field: 'event_dataset', values: ['zeek.conn'] },
    });
  });

  it('looks on both sides of a conversation', () => {
    expect(typed('route', '10.20.0.0/16')).toEqual({
      kind: 'or',
      of: [
        { kind: 'cidr', field: 'source_ip', network: '10.20.0.0/16' },
        { kind: 'cidr', field: 'destination_ip', network: '10.20.0.0/16' },
        { kind: 'contains', field: 'source_mac', text: '10.20.0.0/16' },
        { kind: 'contains', field: 'destination_mac', text: '10.20.0.0/16' },
      ],
    });
    expect(typed('route', '·')).toMatchObject({ kind: 'and' });
  });

  it('tells null from empty', () => {
    expect(typed('user_name', '·')).toEqual({ kind: 'null', field: 'user_name' });
    expect(typed('user_name', '""')).toEqual({ kind: 'in', field: 'user_name', values: [''] });
  });

  it('only makes clauses the engine accepts', () => {
    for (const column of GRID_COLUMNS) {
      for (const text of ['a', '5', '!x', '=1', '<2', '·', '""', '10.0.0.0/8', '!', '=', '!!x']) {
        const filter = columnFilter(column, text);
        if (filter !== null) expect(filterSchema.safeParse(filter).success).toBe(true);
      }
    }
  });
});

describe('boxes and clauses', () => {
  it('shows in the box what made the clause', () => {
    for (const [id, text] of [
      ['message', 'failed'],
      ['message', '!noise'],
      ['route', '10.0.0.0/8'],
      ['event_severity', '>=3'],
      ['ot_address', '20'],
      ['user_name', '·'],
      ['event_dataset', '!=zeek.conn'],
    ] as const) {
      const column = gridColumn(id)!;
      expect(typedText(column, columnFilter(column, text)!)).toBe(text);
    }
  });

  it('leaves the box empty for a clause nobody could have typed there', () => {
    expect(
      typedText(gridColumn('message')!, { kind: 'in', field: 'message', values: ['a', 'b'] }),
    ).toBeNull();
    expect(typedText(gridColumn('message')!, { kind: 'words', text: 'x' })).toBeNull();
  });
});
