/** A packet capture from its path to facts: the same pass, books and ledger as for text, with packets as records. */
import type { ImportFile } from '../importer/messages';
import type { Database } from '../store/database';
import { sql, trusted } from '../store/sql';
import type { Detection } from './detect';
import type { Draft } from './entry-draft';
import { duplicateProblem, type FileContext, isDuplicate, withCopy } from './file-context';
import { importCapture } from './normalise/packets';
import { dropFactTables } from './normalise/packets/fact-rows';
import { TABLES } from './normalise/packets/tables';
import { dropTexts } from './normalise/packets/texts';
import { newReport, streamSource } from './source';
import { together } from './together';

/** The files of captures with more packets are written one after another: each needs the memory for itself. */
const MOST_TOGETHER = 2_000_000;

const AT_HAND = 'beside, at hand';
const VIEWS = ['event', 'point', 'reject', 'record'];

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

/** Takes away what a capture left in a database, so that text can be staged there again. */
export async function dropCapture(database: Database): Promise<void> {
  await dropFactTables(database);
  for (const view of VIEWS) await database.run(trusted(`DROP VIEW IF EXISTS ${view}`));
  await dropTexts(database);
  for (const table of Object.values(TABLES)) await database.run(trusted(`DROP TABLE IF EXISTS ${table}`));
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
  const source = newReport();
  const { report } = await withCopy(context, draft, async (copyTo) => {
    const report = await importCapture({
      evidenceId: file.evidenceId,
      read: streamSource(path, compression, source, copyTo ? { copyTo } : {}),
      database: context.database,
      isAlone: context.writer.isSingle,
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
  const { writer } = context;
  // Every row carries its number; a sort would double the time of writing them.
  const facts = (table: string, rows: number) => async (): Promise<void> => {
    if (rows > 0) await writer.addFacts(table, sql`SELECT * FROM ${trusted(table)}`, AT_HAND);
  };
  let recordFile = '';
  // The longest first: they share the cores.
  const files = [
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
  if (report.records > MOST_TOGETHER) for (const write of files) await write();
  else await together(files.map((write) => write()));
  draft.captureWritten(kind, recordFile, report);
  if (source.sha256) context.known.add(source.sha256);
}
