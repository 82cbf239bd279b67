/** A packet capture from its path to facts: the same pass, books and ledger as for text, with packets as records. */
import { join as joinPath } from 'node:path';
import type { ImportFile } from '../importer/messages';
import type { Database } from '../store/database';
import { sql, trusted } from '../store/sql';
import type { Detection } from './detect';
import type { Draft } from './entry-draft';
import { duplicateProblem, type FileContext, isDuplicate, WORK_FOLDER, withCopy } from './file-context';
import { importCapture } from './normalise/packets';
import { dropFlowFiles, dropPart, type PartsOutput } from './normalise/packets/capture-parts';
import { dropFactTables } from './normalise/packets/fact-rows';
import { TABLES, WHOLE_TABLES } from './normalise/packets/tables';
import { newReport, streamSource } from './source';
import { together } from './together';

/**
 * Rows of a part of a capture, and how many parts are in memory. Each part costs the planning of some thirty statements;
 * where a capture is big, memory counts for more.
 */
const LARGE_PARTS = { rows: 160_000, isPaired: true };
const SMALL_PARTS = { rows: 40_000, isPaired: false };
const BIG_BYTES = 100e6;
/** Below, all rows fit memory, and writing them at once by all cores costs less than parts do. */
const PARTED_BYTES = 60e6;
/** How far a compressed capture unfolds, at a guess. */
const UNFOLDED = 10;

const AT_HAND = 'beside, at hand';

export async function loadCapture(
  context: FileContext,
  file: ImportFile,
  draft: Draft,
  { head }: Detection,
): Promise<void> {
  const { database } = context;
  // The capture's view `record` takes the place of the table that text is staged in.
  await database.run(trusted('DROP TABLE IF EXISTS record'));
  try {
    await read(context, file, draft, head);
  } finally {
    await dropCapture(database);
  }
}

function unfoldedBytes({ sizeBytes, compression }: Detection['head']): number {
  return sizeBytes * (compression === null ? 1 : UNFOLDED);
}

/** Takes away what a capture left in a database, so that text can be staged there again. */
export async function dropCapture(database: Database): Promise<void> {
  await dropFactTables(database);
  await dropFlowFiles(database);
  await dropPart(database);
  for (const name of WHOLE_TABLES) await database.run(trusted(`DROP TABLE IF EXISTS ${TABLES[name]}`));
}

async function read(
  context: FileContext,
  file: ImportFile,
  draft: Draft,
  head: Detection['head'],
): Promise<void> {
  const { kind, compression } = head;
  if (kind.kind !== 'capture') return;
  const path = file.readFrom ?? file.path;
  const { database, writer } = context;
  const parts: PartsOutput = {
    ...(unfoldedBytes(head) > BIG_BYTES ? SMALL_PARTS : LARGE_PARTS),
    folder: joinPath(context.stagingFolder, WORK_FOLDER),
    write: (connection, select, path, columns) => writer.writePart(connection, select, path, columns),
  };
  const source = newReport();
  const { report } = await withCopy(context, draft, async (copyTo) => {
    const report = await importCapture({
      evidenceId: file.evidenceId,
      read: streamSource(path, compression, source, copyTo ? { copyTo } : {}),
      database,
      isAlone: writer.isSingle,
      ...(writer.isSingle && unfoldedBytes(head) > PARTED_BYTES ? { parts } : {}),
      progress: (records) => context.progress(source.diskBytes, draft.row.size_bytes, records),
      cancelled: context.cancelled,
    });
    return { sha256: source.sha256, report };
  });
  draft.captureRead(report, source);
  if (report.cancelled) return draft.end('cancelled', null);
  if (isDuplicate(context, source.sha256)) {
    draft.clear();
    return draft.end('duplicate', duplicateProblem());
  }
  const written = (recordFile: string): void => {
    draft.captureWritten(kind, recordFile, report);
    if (source.sha256) context.known.add(source.sha256);
  };
  // Every row carries its number; a sort would double the time of writing them.
  const facts = (table: string, rows: number) => async (): Promise<void> => {
    if (rows > 0) await writer.addFacts(table, sql`SELECT * FROM ${trusted(table)}`, AT_HAND);
  };
  const { files } = report;
  if (files !== null) {
    const recordFile = await writer.joinRecords(kind.id, report.recordColumns, files.record);
    for (const table of ['point', 'event', 'reject'] as const) await writer.joinFacts(table, files[table]);
    await facts('asset_fact', report.events)();
    return written(recordFile);
  }
  let recordFile = '';
  // The longest first: they share the cores.
  const writes = [
    async () => {
      recordFile = await writer.addRecords(
        kind.id,
        report.recordColumns,
        trusted('SELECT * FROM record'),
        AT_HAND,
      );
    },
    facts('point', report.pointRuns),
    facts('event', report.events),
    facts('reject', report.rejected),
    facts('asset_fact', report.events),
  ];
  await together(writes.map((write) => write()));
  written(recordFile);
}
