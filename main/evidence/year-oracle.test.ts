/**
 * Logs whose times state no year, made by Python, which knows the years: quiet times of up to five months, late records,
 * several turns of the year, 29 February, a file copied months after its last record, lines of no format before and after
 * a day's records. Every record must come back at its own moment.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { Database } from '../store/database';
import { quoteText, trusted } from '../store/sql';
import { importSegment } from './import';
import { formatLibrary } from './library-of-formats';

const FILES = 30;
const PYTHON = `
import json, random
from datetime import datetime, timedelta
random.seed(20261121)
EPOCH = datetime(1970, 1, 1)
us = lambda m: (m - EPOCH) // timedelta(microseconds=1)
told = []
for number in range(${FILES}):
    moment = datetime(2012, 1, 1) + timedelta(seconds=random.randrange(10 * 365 * 86400))
    quiet = random.choice([60, 3600, 86400, 10 * 86400, 150 * 86400])
    moments = []
    for _ in range(random.choice([2, 20, 60])):
        moment += timedelta(seconds=random.randrange(quiet))
        late = random.randrange(3600) if random.random() < 0.1 else 0
        moments.append(moment - timedelta(seconds=late))
    with open('%d.log' % number, 'w') as log:
        mark = lambda m: log.write('%s %2d 12:00:00-torn\\n' % (m.strftime('%b'), m.day)) if random.random() < 0.2 else None
        for m in moments:
            mark(m)
            log.write('%s %2d %s gate7 sshd[811]: Accepted password for maria from 192.0.2.7 port 50222 ssh2\\n' % (m.strftime('%b'), m.day, m.strftime('%H:%M:%S')))
            mark(m)
    copied = max(moments) + timedelta(seconds=random.randrange(150 * 86400))
    told.append({'copied': us(copied) / 1e6, 'times': [str(us(m)) for m in moments]})
print(json.dumps(told))
`;
const toldSchema = z.array(z.object({ copied: z.number(), times: z.array(z.string()) }));

const hasPython = spawnSync('python3', ['--version']).error === undefined;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-years-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.skipIf(!hasPython)(`${FILES} logs without a year are dated as python3 wrote them`, async () => {
  const made = spawnSync('python3', ['-c', PYTHON], { cwd: folder, encoding: 'utf8', env: { LC_ALL: 'C' } });
  expect(made.stderr).toBe('');
  const told = toldSchema.parse(JSON.parse(made.stdout));
  const files = told.map(({ copied }, index) => {
    const path = join(folder, `${index}.log`);
    utimesSync(path, copied, copied);
    return { evidenceId: index + 1, path, name: '', options: { zone: 'UTC' } };
  });
  const stagingFolder = join(folder, 'staging');
  mkdirSync(stagingFolder);
  const job = { jobId: 'test', stagingFolder, files, known: [], copy: false, memoryLimitMb: 512, threads: 1 };
  const { segment } = await importSegment({ ...job, importerVersion: 'test' }, formatLibrary, {
    progress: () => undefined,
    signal: new AbortController().signal,
    now: () => new Date(0),
  });
  expect(new Set(segment.evidences.map(({ row }) => row.year_source))).toEqual(new Set(['file time']));
  const database = await Database.open({ path: null, memoryLimitMb: 256, threads: 1, tempFolder: null });
  const events = quoteText(join(stagingFolder, 'event.parquet'));
  const { rows } = await database.all(
    trusted(
      `SELECT evidence_id, list(epoch_us("timestamp")::VARCHAR ORDER BY record_number)::VARCHAR FROM read_parquet(${events}) GROUP BY 1 ORDER BY 1`,
    ),
  );
  database.close();
  expect(rows).toHaveLength(FILES);
  const wrong = told.flatMap(({ times }, index) =>
    String(rows[index]?.[1]) === `[${times.join(', ')}]` ? [] : [index],
  );
  expect(wrong).toEqual([]);
});
