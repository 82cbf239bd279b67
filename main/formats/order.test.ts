/** Order of formats: specific before general by samples alone, and no two that nothing tells apart. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findClaims, scoreFormats } from '../evidence/normalise/score';
import { stageRows } from '../evidence/normalise/stage-sample';
import { Database } from '../store/database';
import { shippedFormats } from './index';
import { isMoreSpecific, orderBySamples, tiesOf } from './order';

describe('order by samples', () => {
  const reads = (pairs: readonly string[]) => (reader: string, owner: string) =>
    pairs.includes(`${reader} ${owner}`);

  test('the one whose samples the other also reads comes first', () => {
    const some = reads(['general special', 'general middle', 'middle special']);
    expect(isMoreSpecific('special', 'general', some)).toBe(true);
    expect(orderBySamples(['general', 'middle', 'special'], some)).toEqual(['special', 'middle', 'general']);
    expect(tiesOf(['general', 'middle', 'special'], some)).toEqual([]);
  });

  test('strangers keep their order; mutual readers are a tie', () => {
    expect(orderBySamples(['b', 'a'], reads([]))).toEqual(['b', 'a']);
    expect(tiesOf(['a', 'b'], reads(['a b', 'b a']))).toEqual([['a', 'b']]);
  });

  test('a ring still gives everyone a place', () => {
    expect(orderBySamples(['a', 'b', 'c'], reads(['a b', 'b c', 'c a']))).toHaveLength(3);
  });
});

describe('shipped formats', () => {
  let database: Database;
  beforeAll(async () => {
    database = await Database.open({ path: null, memoryLimitMb: 512, threads: 2, tempFolder: null });
  });
  afterAll(() => {
    database.close();
  });
  const { formats } = shippedFormats();
  const own = formats.filter((format) => !format.generic);

  test('no sample is claimed by two formats at equal rank', async () => {
    const claims = await findClaims(database, own);
    expect(
      tiesOf(
        own.map((format) => format.id),
        claims,
      ),
    ).toEqual([]);
    expect(claims('syslog-rfc3164', 'linux-auth')).toBe(true);
    expect(claims('linux-auth', 'syslog-rfc3164')).toBe(false);
  }, 180_000);

  test('a sample of lines is ranked with its reason', async () => {
    const line =
      'Mar  4 05:06:07 gate7 sshd[811]: Accepted password for maria from 192.0.2.7 port 50222 ssh2';
    await stageRows(database, 'record', { kind: 'lines', columns: [], meta: {}, rows: [[line], [line]] });
    const ranked = await scoreFormats(database, formats, { kind: 'lines', columns: [], meta: {} });
    expect(ranked.slice(0, 2)).toEqual([
      {
        format: 'linux-auth',
        title: expect.any(String),
        score: 1,
        why: 'all 2 sampled records have its shape',
      },
      {
        format: 'syslog-rfc3164',
        title: expect.any(String),
        score: 1,
        why: 'all 2 sampled records have its shape',
      },
    ]);
    expect(ranked.at(-1)?.format).toBe('generic-lines');
  });

  test('a trait that shows too seldom keeps a format off the list', async () => {
    const rows = Array.from({ length: 20 }, (_, index) => [
      `Mar  4 05:06:07 gate7 ${index === 0 ? 'sshd' : 'routed'}[811]: message ${index}`,
    ]);
    await stageRows(database, 'record', { kind: 'lines', columns: [], meta: {}, rows });
    const ranked = await scoreFormats(database, formats, { kind: 'lines', columns: [], meta: {} });
    expect(ranked[0]?.format).toBe('syslog-rfc3164');
    expect(ranked.map((one) => one.format)).not.toContain('linux-auth');
  });
});
