/** The computer's own zone and calendar reach no result, on whatever connection. */
import { expect, test, vi } from 'vitest';
import { Database } from './database';
import { trusted } from './sql';

// Before DuckDB is loaded, which asks the system once.
vi.hoisted(() => {
  process.env.TZ = 'Australia/Adelaide';
});

const READ = trusted(`SELECT current_setting('TimeZone'), current_setting('Calendar'),
  epoch_us(TRY_CAST('2024-01-01 00:00:00' AS TIMESTAMP WITH TIME ZONE)) // 1000000`);

test('text without an offset is UTC on every connection of a database', async () => {
  expect(new Date('2024-01-01T00:00:00').toISOString()).toBe('2023-12-31T13:30:00.000Z');
  const database = await Database.open({ path: null, memoryLimitMb: 256, threads: 1, tempFolder: null });
  const fork = await database.fork();
  for (const one of [database, fork]) {
    expect((await one.all(READ)).rows).toEqual([['UTC', 'gregorian', 1_704_067_200n]]);
  }
  fork.disconnect();
  database.close();
});
