import { describe, expect, it } from 'vitest';
import { TIME_FLAGS } from '../../../shared/fields';
import type { ArrowRows, Cell } from '../../ui/arrow-rows';
import * as cell from './cell-text';
import { gridColumn } from './columns';

const at = Date.UTC(2016, 11, 15, 8, 6, 42) * 1000 + 895_706;

function one(values: Record<string, Cell>): ArrowRows {
  const value = (_row: number, column: string): Cell => values[column] ?? null;
  return {
    length: 1,
    columns: Object.keys(values),
    value,
    text: (row, column) => {
      const found = value(row, column);
      return found === null ? null : String(found);
    },
    number: (row, column) => {
      const found = value(row, column);
      return typeof found === 'number' ? found : null;
    },
  };
}

function content(id: string, values: Record<string, Cell>) {
  const column = gridColumn(id);
  if (column === undefined) throw new Error(id);
  return cell.cellContent(column, one(values), 0, 'Australia/Brisbane');
}

describe('cells', () => {
  it('say a dataset by its own part where the whole is too long', () => {
    expect(content('event_dataset', { event_dataset: 'pcap.modbus' })).toMatchObject({
      text: 'pcap.modbus',
      short: 'modbus',
    });
    expect(content('event_dataset', { event_dataset: 'lines' })).not.toHaveProperty('short');
    expect(content('host_name', { host_name: 'a.b' })).not.toHaveProperty('short');
  });

  it('shows a time with the digits of its source and its marks', () => {
    expect(
      content('timestamp', { timestamp: at, time_precision_us: 1000, time_flags: TIME_FLAGS.zoneAssumed }),
    ).toEqual({
      kind: 'time',
      parts: { date: '2016-12-15', clock: '18:06:42', fraction: '.895' },
      marks: 'z?',
    });
  });

  it('keeps an unread time as written', () => {
    expect(content('timestamp', { recorded_text: '31/02/2016' })).toEqual({
      kind: 'undated',
      written: '31/02/2016',
    });
    expect(content('timestamp', {})).toEqual({ kind: 'undated', written: null });
  });

  it('shows the recorded wall time as written, not in the display zone', () => {
    expect(content('recorded_wall', { recorded_wall: at, time_precision_us: 1 })).toMatchObject({
      parts: { clock: '08:06:42' },
    });
  });

  it('tells null from empty, and keeps long numbers whole', () => {
    expect(content('user_name', { user_name: null })).toEqual({ kind: 'null' });
    expect(content('user_name', { user_name: '' })).toEqual({ kind: 'empty' });
    expect(content('network_bytes', { network_bytes: '18446744073709551615' })).toMatchObject({
      text: '18446744073709551615',
      right: true,
    });
  });

  it('joins a conversation, by hardware address where there is no other', () => {
    expect(
      content('route', { source_ip: '10.10.10.66', source_port: 102, destination_mac: '00:1b:1b:20:30:10' }),
    ).toEqual({ kind: 'route', from: '10.10.10.66:102', to: '00:1b:1b:20:30:10', assumed: false });
    expect(content('route', {})).toEqual({ kind: 'null' });
  });

  it('copies rows for a spreadsheet', () => {
    const columns = ['timestamp', 'message'].map(gridColumn).filter((column) => column !== undefined);
    const rows = one({ timestamp: at, time_precision_us: 1, message: 'two\nlines\tand tab' });
    const cells = columns.map((column) => cell.cellCopy(column, rows, 0, 'UTC'));
    expect(cell.copyRows(columns, [cells], 'UTC')).toBe(
      'Time (UTC)\tMessage\n2016-12-15 08:06:42.895706\ttwo lines and tab',
    );
  });

  it('offers each side of a conversation to filter by', () => {
    const column = gridColumn('route');
    if (column === undefined) throw new Error('route');
    const facts = cell.cellFacts(
      column,
      one({ source_ip: '10.0.0.1', source_mac: 'aa', destination_port: 502 }),
      0,
    );
    expect(facts.map((fact) => fact.field)).toEqual(['source_ip', 'destination_port']);
  });

  it('gives up the ports first, then the middles, when room is short', () => {
    const from = '10.20.13.73:63471';
    const to = '10.20.40.11:502';
    expect(cell.routeTexts(from, to, 40)).toEqual([from, to]);
    expect(cell.routeTexts(from, to, 30)).toEqual(['10.20.13.73', to]);
    // Whole addresses tell more than a port.
    expect(cell.routeTexts(from, to, 27)).toEqual(['10.20.13.73', '10.20.40.11']);
    expect(cell.routeTexts(from, to, 22)).toEqual(['10.2…3.73', '10.20…:502']);
    const both = ['10.20.30.15', '10.20.40.11'];
    expect(cell.routeTexts('10.20.30.15:50000', '10.20.40.11:502', 23)).toEqual(both);
    expect(cell.routeTexts('[fe80::1]:502', null, 11)).toEqual(['fe80::1', null]);
    for (const room of [10, 14, 18, 22, 26, 34]) {
      const [a, b] = cell.routeTexts(from, '[fe80::21b:1bff:fe20:3010]:502', room);
      expect((a?.length ?? 0) + 3 + (b?.length ?? 0)).toBeLessThanOrEqual(Math.max(room, 15));
    }
  });
});
