import { describe, expect, it } from 'vitest';
import type { SourceColumn } from '../../shared/protocol';
import { displayText, fittedWidth } from './fitted-widths';

function column(name: string, label: string, role: SourceColumn['role']): SourceColumn {
  return { name, label, role, type: role === 'number' ? 'UBIGINT' : 'VARCHAR', origin: '' };
}

describe('widths of a result', () => {
  it('suit nine values of ten, the title, and no more than a reader needs', () => {
    const address = column('address', 'Address', 'address');
    const short = fittedWidth(address, ['10.0.0.1']);
    expect(fittedWidth(address, ['00:1b:1b:20:30:15'])).toBeGreaterThan(short);
    expect(fittedWidth(column('events_as_source', 'Events as source', 'number'), ['1'])).toBeGreaterThan(110);
    expect(fittedWidth(column('message', 'Message', 'text'), ['x'.repeat(900)])).toBe(340);
    const nine = Array.from({ length: 19 }, () => 'short');
    expect(fittedWidth(column('note', 'N', 'text'), [...nine, 'x'.repeat(300)])).toBeLessThan(80);
  });

  it('leave little room to a column without values, and cut no time', () => {
    expect(fittedWidth(column('x', 'A title that is rather long', 'text'), [])).toBe(64);
    const times = ['2026-03-16 12:22:31', '2026-03-16 12:22:31.417206'];
    const time = fittedWidth(column('timestamp', 'Time', 'time'), times);
    expect(time).toBeGreaterThan(26 * 7);
  });

  it('counts have thin spaces, ports and record numbers have none', () => {
    expect(displayText(column('events_as_source', '', 'number'), '5536')).toBe('5\u202f536');
    expect(displayText(column('left.count_star()', '', 'number'), '12000')).toBe('12\u202f000');
    expect(displayText(column('source_port', '', 'number'), '50233')).toBe('50233');
    expect(displayText(column('record_number', '', 'number'), '2050')).toBe('2050');
    expect(displayText(column('events', '', 'text'), '2050')).toBe('2050');
  });
});
