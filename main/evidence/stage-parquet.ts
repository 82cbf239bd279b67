/** Parquet into the staging tables: the file is hashed in one pass, its rows come as text from a jailed reader. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import type { Database } from '../store/database';
import { parquetFiles } from '../store/parquet';
import { join, type Sql, sql, trusted } from '../store/sql';
import type { ReadPlan } from './plan';
import { cellText, copyParquet, lostReason, readParquetRows, rowJson } from './readers/parquet/parquet';
import { newReport, streamSource } from './source';
import type { Staged, StageInput } from './stage';
import { openTarget } from './stager';

type ParquetPlan = ReadPlan & { kind: 'parquet' };

function cellsOf({ form, columns }: ParquetPlan): readonly Sql[] {
  return form === 'json' ? [rowJson(columns)] : columns.map(cellText);
}

/** Stages the first rows as the table `record`; gives how many, 0 where none can be read. */
export async function stageParquetSample(
  database: Database,
  path: string,
  plan: ParquetPlan,
  most: number,
): Promise<number> {
  const target = await openTarget(database, plan);
  const found = await readParquetRows(path, cellsOf(plan), most);
  const rows = found.ok ? found.value : [];
  for (const [index, row] of rows.entries()) {
    for (const [column, text] of row.entries()) {
      if (text === null) continue;
      const bytes = Buffer.from(text, 'utf8');
      target.records?.text(column, bytes, 0, bytes.length);
    }
    target.records?.endRow(index + 1, index, 0);
  }
  target.records?.close();
  target.rejects.close();
  return rows.length;
}

/** Stages all rows; the caller has made sure that nothing around the file is compressed. */
export async function stageParquet(
  database: Database,
  input: StageInput,
  plan: ParquetPlan,
): Promise<Staged> {
  const report = newReport();
  const options = input.copyTo ? { copyTo: input.copyTo } : {};
  const nothing = {
    records: 0,
    rejected: 0,
    replacements: 0,
    notes: [],
    laterFields: [],
    mayHoldHalfPairs: true,
    clean: true,
  };
  for await (const _ of streamSource(input.path, null, report, options)) {
    if (input.cancelled()) break;
    input.progress(report.diskBytes, 0);
  }
  const { sha256, diskBytes, streamBytes } = report;
  const read = { ...nothing, sha256, diskBytes, streamBytes, framingBytes: streamBytes };
  const target = await openTarget(database, plan);
  target.records?.close();
  if (input.cancelled()) {
    target.rejects.close();
    return { ...read, cancelled: true, problem: null };
  }
  const parent = input.folder ?? tmpdir();
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(joinPath(parent, 'parquet-'));
  try {
    const copied = await copyParquet(input.path, plan.columns, cellsOf(plan), folder, input.cancelled);
    if (!copied.ok || input.cancelled()) {
      target.rejects.close();
      return { ...read, cancelled: input.cancelled(), problem: copied.ok ? null : copied.problem };
    }
    const { rows, files, lost } = copied.value;
    for (const { from, to, why } of lost) {
      for (let row = from; row < to; row++) {
        ['', ...lostReason(why)].forEach((text, column) => {
          const bytes = Buffer.from(text, 'utf8');
          target.rejects.text(column, bytes, 0, bytes.length);
        });
        target.rejects.endRow(row + 1, row, 0);
      }
    }
    target.rejects.close();
    if (files.length > 0) await takeRows(database, files, cellsOf(plan).length);
    const rejected = lost.reduce((sum, { from, to }) => sum + to - from, 0);
    input.progress(diskBytes, rows);
    const notes = ['Rows of a Parquet file have no bytes of their own; their place is their number.'];
    return { ...read, records: rows, rejected, notes, cancelled: false, problem: report.problem };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function takeRows(database: Database, files: readonly string[], width: number): Promise<void> {
  const cells = Array.from({ length: width }, (_, index) => trusted(`c${index}`));
  await database.run(sql`CREATE OR REPLACE TABLE record AS
    SELECT (number + 1)::UBIGINT AS record_number, number AS byte_offset, 0::UBIGINT AS byte_length, ${join(cells, ', ')}
    FROM ${parquetFiles(files)} ORDER BY number`);
}
