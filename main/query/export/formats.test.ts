import { expect, test } from 'vitest';
import { roleOf } from '../sources/leaf';
import type { RelationColumn } from '../sources/relation';
import type { ExportColumn } from './export-column';
import { EXPORT_FORMATS } from './formats';

const column = (index: number, name: string, type: string, role: RelationColumn['role']): ExportColumn => ({
  index,
  isShown: true,
  column: {
    name,
    label: name,
    type,
    role,
    origin: '',
    column: { name, type },
  } as unknown as RelationColumn,
});
const COLUMNS = [
  column(0, 'timestamp', 'TIMESTAMP', 'time'),
  column(1, 'message', 'VARCHAR', 'text'),
  column(2, 'n', 'BIGINT', 'number'),
];
const ROW = [1_773_656_551_417_206, '=cmd|"/c calc"!A1\nsecond line, with comma', 7n];

test('there are several, each with a name of its own', () => {
  const ids = EXPORT_FORMATS.map(({ id }) => id);
  expect(ids.length).toBeGreaterThanOrEqual(3);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each(EXPORT_FORMATS.flatMap((format) => ('lines' in format ? [[format.id, format] as const] : [])))(
  '%s writes whole lines, takes rows of nothing, and runs no formula',
  (_, format) => {
    expect(format.id).toMatch(/^[a-z0-9-]+$/);
    expect(format.help).toMatch(/\.$/);
    const made = format.lines(COLUMNS, { raw: false, zone: 'Australia/Adelaide' });
    if (!made.ok) throw new Error(made.problem.what);
    const { head, line } = made.value;
    const text = line(ROW) ?? '';
    expect(text.endsWith('\n')).toBe(true);
    expect(head === '' || head.endsWith('\n')).toBe(true);
    expect(text).toContain(format.isFixed ? '2026-03-16T10:22:31.417206' : '2026-03-16T20:52:31.417206');
    expect(text).toContain('7');
    if (format.isSheet) expect(text).not.toMatch(/(^|[,"])=/);
    const empty = line([null, null, null]);
    expect(empty === null ? format.isFixed : empty.endsWith('\n')).toBe(true);
  },
);

test.each(['csv', 'jsonl', 'timesketch'])(
  '%s leaves a wall time as it was written, whatever the zone',
  (id) => {
    const format = EXPORT_FORMATS.find((one) => one.id === id);
    if (!format || !('lines' in format)) throw new Error('no such format');
    const wall = column(3, 'recorded_wall', 'TIMESTAMP', roleOf('recorded_wall', 'TIMESTAMP'));
    const made = format.lines([...COLUMNS, wall], { raw: false, zone: 'Australia/Adelaide' });
    if (!made.ok) throw new Error(made.problem.what);
    const text = made.value.line([...ROW, Date.UTC(2024, 0, 1, 10) * 1000]) ?? '';
    expect(text).toMatch(/2024-01-01T10:00:00\.000000(?![Z+\d])/);
  },
);
