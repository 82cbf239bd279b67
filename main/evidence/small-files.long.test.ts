/** Thousands of tiny files: each has its row, nothing is lost, and together they stay small on disk. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importJob } from './import-for-tests';
import { formatLibrary } from './library-of-formats';

const FILES = process.env.THROUGHLINE_CAMPAIGNS === 'ci' ? 15 : 20_000;
const ROWS = 20;
/** As the engine cuts an import. */
const BATCH = 500;
/** 20,000 files in 300 MB. */
const BYTES_PER_FILE = 15_000;

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'throughline-small-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function textOf(file: number): string {
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const time = `2026-01-01T00:${String(file % 60).padStart(2, '0')}:${10 + row}.000Z`;
    if (file % 3 === 0) {
      return `Jan ${String(1 + row).padStart(2)} 08:00:00 host${file} sshd[${row}]: Failed password for u${row} from 10.1.2.${row} port ${1000 + row} ssh2`;
    }
    if (file % 3 === 1) return `${time},fw${file},allow,10.0.0.${row},192.0.2.1,443`;
    return JSON.stringify({ time, device: `fw${file}`, message: `row ${row}` });
  });
  const header = file % 3 === 1 ? ['time,device,action,src_ip,dst_ip,dst_port'] : [];
  return `${[...header, ...rows].join('\n')}\n`;
}

it(`${FILES} files of ${ROWS} rows are imported whole, and take their share of 300 MB at most`, async () => {
  let bytes = 0;
  for (let from = 0; from < FILES; from += BATCH) {
    const folder = join(root, String(from));
    const stagingFolder = join(folder, 'staging');
    mkdirSync(stagingFolder, { recursive: true });
    const files = Array.from({ length: Math.min(BATCH, FILES - from) }, (_, index) => {
      const path = join(folder, `f${from + index}.log`);
      writeFileSync(path, textOf(from + index));
      return { evidenceId: from + index + 1, path, name: `f${from + index}.log`, options: {} };
    });
    const { segment } = await importJob({ stagingFolder, files, memoryLimitMb: 1000 }, formatLibrary);
    expect(segment.evidences.map(({ row }) => [row.status, row.records, row.loaded, row.events])).toEqual(
      files.map(() => ['loaded', ROWS, ROWS, ROWS]),
    );
    for (const name of readdirSync(stagingFolder)) bytes += statSync(join(stagingFolder, name)).size;
    rmSync(folder, { recursive: true, force: true });
  }
  expect(bytes / FILES).toBeLessThanOrEqual(BYTES_PER_FILE);
}, 7_200_000);
