import { describe, expect, it } from 'vitest';
import type { SourceColumn } from '../../shared/protocol';
import { beginsSide, cellText, columnTitle, rowsText, shortText, valueFilter } from './result-cell';
import { FIRST_COLUMNS, nextSort, resized, shownColumns, toggleShown, widthOf } from './result-columns';
import { cellMenu, type ResultActs } from './result-menu';
import { laneOf } from './save-view-dialog';
import { fromKey, fromOfKey } from './tables';

function column(name: string, role: SourceColumn['role'] = 'text', origin = ''): SourceColumn {
  const type = role === 'time' ? 'TIMESTAMP' : role === 'number' ? 'BIGINT' : 'VARCHAR';
  return { name, label: name, type, role, origin };
}

const left = ['event_id', 'timestamp', 'event_action', 'source_ip', 'message', 'host_name', 'record_number'];
const joined = [
  ...left.map((name) => column(name, name === 'timestamp' ? 'time' : 'text', 'left: Events')),
  ...['asset_id', 'ip', 'mac', 'valid_from'].map((name) =>
    column(`asset.${name}`, 'text', 'right: Addresses'),
  ),
  ...Array.from({ length: 4 }, (_, at) => column(`asset.extra_${at}`, 'text', 'right: Addresses')),
];

describe('columns of a result', () => {
  it('carry the name of the joined table, and a border where it begins', () => {
    const [time, action, user] = [
      { ...column('timestamp', 'time', 'left: Events'), label: 'Time' },
      { ...column('event_action', 'text', 'left: Events'), label: 'Action' },
      { ...column('logon.event_action', 'text', 'right: Events'), label: 'Action' },
    ] as const;
    expect([time, action, user].map(columnTitle)).toEqual(['Time', 'Action', 'logon · Action']);
    expect([0, 1, 2].map((at) => beginsSide([time, action, user], at))).toEqual([false, false, true]);
    expect(rowsText([action, user], [['write', 'vpn-logon']], 'UTC')).toBe(
      'Action\tlogon · Action\nwrite\tvpn-logon',
    );
    expect(columnTitle({ ...column('data.value'), label: 'data.value' })).toBe('data.value');
  });

  it('are those of most interest of either side, until others are chosen', () => {
    const first = shownColumns(joined, FIRST_COLUMNS).map(({ name }) => name);
    expect(first).toEqual([
      'timestamp',
      'event_action',
      'source_ip',
      'message',
      'host_name',
      'asset.ip',
      'asset.asset_id',
      'asset.mac',
    ]);
    const more = toggleShown(joined, FIRST_COLUMNS, 'record_number');
    expect(shownColumns(joined, more).map(({ name }) => name)).toContain('record_number');
    const less = toggleShown(joined, more, 'record_number');
    expect(shownColumns(joined, less).map(({ name }) => name)).toEqual(first);
  });

  it('keep their choice only while the source has them, and never become none', () => {
    const chosen = { ...FIRST_COLUMNS, shown: ['gone', 'message'] };
    expect(shownColumns(joined, chosen).map(({ name }) => name)).toEqual(['message']);
    expect(toggleShown(joined, { ...FIRST_COLUMNS, shown: ['message'] }, 'message').shown).toEqual([
      'message',
    ]);
    expect(shownColumns(joined, { ...FIRST_COLUMNS, shown: ['gone'] })).toHaveLength(8);
  });

  it('sort up, down and not at all; with Shift beside each other', () => {
    const up = nextSort([], 'a', false);
    expect(up).toEqual([{ field: 'a', descending: false }]);
    const down = nextSort(up, 'a', false);
    expect(down).toEqual([{ field: 'a', descending: true }]);
    expect(nextSort(down, 'a', false)).toEqual([]);
    expect(nextSort(down, 'b', true)).toEqual([
      { field: 'a', descending: true },
      { field: 'b', descending: false },
    ]);
  });

  it('are never narrower than can be seen', () => {
    const state = resized(FIRST_COLUMNS, 'message', 3);
    expect(widthOf(column('message'), state)).toBe(40);
  });
});

describe('cells of a result', () => {
  const time = column('timestamp', 'time');

  it('show times in the zone with the digits they have', () => {
    expect(cellText(time, Date.UTC(2026, 2, 16, 12) * 1000, 'Australia/Brisbane')).toBe(
      '2026-03-16 22:00:00',
    );
    expect(cellText(time, Date.UTC(2026, 2, 16, 12) * 1000 + 417_003, 'UTC')).toBe(
      '2026-03-16 12:00:00.417003',
    );
    expect(cellText(time, null, 'UTC')).toBeNull();
    expect(shortText(null)).toBe('·');
    expect(shortText('')).toBe('""');
  });

  it('become clauses on their own column', () => {
    expect(valueFilter(column('asset.ip'), '10.0.0.1')).toEqual({
      kind: 'in',
      field: 'asset.ip',
      values: ['10.0.0.1'],
    });
    expect(valueFilter(column('asset.ip'), null)).toEqual({ kind: 'null', field: 'asset.ip' });
  });

  it('are copied as one table, line breaks and tabs taken out', () => {
    expect(rowsText([time, column('message')], [[0, 'a\tb\nc']], 'UTC')).toBe(
      'timestamp (UTC)\tmessage\n1970-01-01 00:00:00\ta b c',
    );
  });

  it('offer filters only where rows can be filtered', () => {
    const acts: ResultActs = {
      onSort: () => undefined,
      onHide: () => undefined,
      onWiden: () => undefined,
      showEvent: null,
      showTime: null,
      copyCell: () => undefined,
      copyRow: () => undefined,
    };
    const labels = (menu: ReturnType<typeof cellMenu>): string[] =>
      menu.flatMap((entry) => ('label' in entry ? [entry.label] : []));
    expect(labels(cellMenu(column('a'), 'x', 'UTC', acts))).toEqual(['Copy cell', 'Copy row', 'Column a']);
    const filtered = labels(cellMenu(time, 0, 'UTC', { ...acts, onFilter: () => undefined }));
    expect(filtered.slice(0, 4)).toEqual([
      'Filter to 1970-01-01 00:00:00',
      'Filter out 1970-01-01 00:00:00',
      'From 1970-01-01 00:00:00 on',
      'Up to 1970-01-01 00:00:00',
    ]);
  });
});

describe('sources', () => {
  it('are told apart by one text', () => {
    expect(fromOfKey(fromKey({ kind: 'table', table: 'asset_view' }))).toEqual({
      kind: 'table',
      table: 'asset_view',
    });
    expect(fromOfKey('saved:a:b')).toEqual({ kind: 'saved', id: 'a:b' });
    expect(fromOfKey('table:nothing')).toBeNull();
  });

  it('lie on the timeline by their first time, where they have any', () => {
    expect(laneOf(joined)).toEqual({ time: 'timestamp', end: null, label: 'message' });
    expect(laneOf([column('a')])).toBeNull();
  });
});
