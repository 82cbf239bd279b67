import { describe, expect, it } from 'vitest';
import * as state from './column-state';
import { DEFAULT_COLUMNS, GRID_COLUMNS, gridColumn, neededFields } from './columns';

const start = state.INITIAL_COLUMN_STATE;

describe('column state', () => {
  it('starts with the columns every investigation needs, oldest first', () => {
    expect(state.shownIds(start)).toEqual(DEFAULT_COLUMNS);
    expect(state.toSort(start)).toEqual([{ field: 'timestamp', descending: false }]);
    expect(new Set(start.order)).toEqual(new Set(GRID_COLUMNS.map((column) => column.id)));
  });

  it('shows and hides, but never hides the last', () => {
    const with6 = state.toggleColumn(start, 'ticket_id');
    expect(state.shownIds(with6)).toEqual([...DEFAULT_COLUMNS, 'ticket_id']);
    let one = start;
    for (const id of DEFAULT_COLUMNS) one = state.toggleColumn(one, id);
    expect(state.shownIds(one)).toEqual(['message']);
  });

  it('moves a column to a place among those shown', () => {
    expect(state.shownIds(state.moveColumn(start, 'message', 1)).slice(0, 3)).toEqual([
      'timestamp',
      'message',
      'event_domain',
    ]);
    expect(state.shownIds(state.moveColumn(start, 'timestamp', 99)).at(-1)).toBe('timestamp');
    expect(state.moveColumn(start, 'timestamp', -5).order).toEqual(start.order);
  });

  it('sorts up, down, off; with Shift the others stay', () => {
    const up = state.cycleSort(start, 'host_name', false);
    expect(up.sort).toEqual([{ id: 'host_name', descending: false }]);
    const both = state.cycleSort(up, 'timestamp', true);
    expect(state.cycleSort(both, 'host_name', true).sort).toEqual([
      { id: 'host_name', descending: true },
      { id: 'timestamp', descending: false },
    ]);
    const down = state.cycleSort(up, 'host_name', false);
    expect(state.cycleSort(down, 'host_name', false).sort).toEqual([]);
    expect(state.isTimeOrdered(down)).toBe(false);
  });

  it('sorts the joined column by its source address', () => {
    expect(state.toSort(state.cycleSort(start, 'route', false))).toEqual([
      { field: 'source_ip', descending: false },
    ]);
  });

  it('keeps widths sensible', () => {
    expect(state.resizeColumn(start, 'message', 3).widths).toEqual({ message: 40 });
    expect(state.resizeColumn(start, 'route', Number.NaN).widths).toEqual({ route: 120 });
  });

  it('restores what was saved and forgives what it does not know', () => {
    const moved = state.resizeColumn(state.moveColumn(start, 'message', 0), 'message', 500);
    expect(state.restoreColumnState(JSON.parse(JSON.stringify(moved)))).toEqual(moved);
    expect(state.restoreColumnState({ order: 3 })).toBe(start);
    expect(state.restoreColumnState(null)).toBe(start);
    const older = {
      order: ['gone', 'message'],
      hidden: [],
      widths: { gone: 3 },
      sort: [{ id: 'gone', descending: true }],
    };
    const restored = state.restoreColumnState(older);
    expect(state.shownIds(restored)).toEqual(['message']);
    expect(restored.order).toHaveLength(GRID_COLUMNS.length);
    expect(restored.sort).toEqual([]);
  });
});

describe('columns', () => {
  it('fetches identity, time and colour with every page, each field once', () => {
    const shown = [gridColumn('route'), gridColumn('source_ip')].filter((one) => one !== undefined);
    const fields = neededFields(shown);
    expect(new Set(fields).size).toBe(fields.length);
    for (const name of ['event_id', 'timestamp', 'time_flags', 'source_port', 'destination_mac']) {
      expect(fields).toContain(name);
    }
    expect(fields).not.toContain('message');
  });
});
