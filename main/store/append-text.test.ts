import { describe, expect, it } from 'vitest';
import { RecordAppender } from './append-text';
import { Database } from './database';
import { trusted } from './sql';

describe('record appender', () => {
  it('writes short, long, empty and absent text over several chunks', async () => {
    const database = await Database.open({ path: null, memoryLimitMb: 200, threads: 1, tempFolder: null });
    await database.run(
      trusted('CREATE TABLE record (n UBIGINT, o UBIGINT, l UBIGINT, c0 VARCHAR, c1 VARCHAR)'),
    );
    const appender = await RecordAppender.open(database, 'record', 2);
    const rows = 5000;
    for (let row = 0; row < rows; row++) {
      const text = Buffer.from(`ä${'x'.repeat(row % 40)}`);
      if (row % 7 !== 0) appender.text(0, text, 0, text.length);
      if (row % 5 === 0) appender.text(1, text, 0, 0);
      appender.endRow(row + 1, row * 5_000_000_000, text.length);
    }
    appender.close();
    const table = await database.all(trusted('SELECT * FROM record ORDER BY n'));
    expect(table.rows.length).toBe(rows);
    table.rows.forEach((cells, row) => {
      expect(cells).toEqual([
        BigInt(row + 1),
        BigInt(row) * 5_000_000_000n,
        BigInt(2 + (row % 40)),
        row % 7 === 0 ? null : `ä${'x'.repeat(row % 40)}`,
        row % 5 === 0 ? '' : null,
      ]);
    });
    database.close();
  });
});
