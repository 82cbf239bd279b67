import { describe, expect, it } from 'vitest';
import { sourceSchema } from '../../../shared/filter';
import { eventsOf, LISTS } from './lists';

describe('lists of assets', () => {
  it('are sources the engine takes, each with columns and words of its own', () => {
    for (const list of LISTS) {
      expect(sourceSchema.safeParse(list.source).success).toBe(true);
      expect(list.columns.length).toBeGreaterThan(4);
      expect(list.empty).not.toBe('');
    }
    expect(new Set(LISTS.map(({ id }) => id)).size).toBe(LISTS.length);
  });

  it('a row filters events to its address or asset on either side', () => {
    const row = (cells: Record<string, string>) => (name: string) => cells[name];
    expect(eventsOf(row({ address: '10.0.0.1', kind: 'ip', asset_id: 'a' }))).toEqual({
      kind: 'or',
      of: [
        { kind: 'in', field: 'source_ip', values: ['10.0.0.1'] },
        { kind: 'in', field: 'destination_ip', values: ['10.0.0.1'] },
      ],
    });
    expect(eventsOf(row({ address: '00:00:00:00:00:01', kind: 'mac' }))).toMatchObject({
      of: [{ field: 'source_mac' }, { field: 'destination_mac' }],
    });
    expect(eventsOf(row({ asset_id: 'a' }))).toMatchObject({ of: [{ field: 'source_asset_id' }, {}] });
    expect(eventsOf(row({}))).toBeNull();
  });
});
