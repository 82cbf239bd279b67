/** `query`: an analyst's SELECT over a case, run in a sandbox; the result as table, CSV, JSON or Parquet. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Column } from '../../../shared/cell';
import { fail, type Problem } from '../../../shared/problem';
import { CASE_OPTION, type Command, type Given } from '../command';
import { Ended } from '../ended';
import { EXIT } from '../exit';
import { say, warn } from '../output';
import { PASSPHRASE_OPTION } from '../passphrase';
import { csvPrinter, jsonPrinter, type Printer, tablePrinter } from '../printers';
import { must, openFile, type Session, withEngine } from '../session';

export const queryCommand: Command = {
  name: 'query',
  summary: 'Runs one SELECT over the tables of a case, shut in: it can read nothing else and change nothing',
  words: { label: 'SQL', min: 1, max: 1 },
  options: [
    CASE_OPTION,
    PASSPHRASE_OPTION,
    {
      name: 'format',
      value: 'FORMAT',
      choices: ['table', 'csv', 'json', 'parquet'],
      help: 'of the result; else table',
    },
    { name: 'out', value: 'FILE', help: 'write the result here; needed for parquet' },
    { name: 'limit', value: 'ROWS', help: 'stop after so many rows' },
    { name: 'timeout', value: 'SECONDS', help: 'stop after so long' },
    {
      name: 'raw',
      help: 'CSV exactly as in the data: formulas and control characters are not made harmless',
    },
  ],
  examples: [
    `query --case ./plant-7 "SELECT timestamp, message FROM event WHERE ot_operation = 'write' ORDER BY timestamp"`,
    `query --case ./plant-7 --format csv --out denied.csv "SELECT * FROM event WHERE event_type = 'denied'"`,
  ],
  async run(given, signal) {
    const format = given.option('format') ?? 'table';
    const out = given.option('out');
    if (format === 'parquet' && out === undefined) {
      warn('--format parquet needs --out FILE.');
      return EXIT.usage;
    }
    const rowLimit = numberOption(given, 'limit');
    const timeoutSeconds = numberOption(given, 'timeout');
    if (rowLimit === undefined || timeoutSeconds === undefined) return EXIT.usage;
    return withEngine(async (session) => {
      await openFile(session, given.option('case') ?? '', given);
      const sql = given.words[0] ?? '';
      const opened = must(
        await session.engine.control('query.open', { sql, rowLimit, timeoutSeconds }, signal),
      );
      if (format === 'parquet' && out !== undefined) {
        const path = resolve(out);
        must(await session.engine.control('query.saveParquet', { queryId: opened.queryId, path }, signal));
        return EXIT.done;
      }
      const close = (): void => void session.engine.control('query.close', { queryId: opened.queryId });
      signal.addEventListener('abort', close, { once: true });
      const printer = printerOf(format, opened.columns, given.has('raw'));
      await (out === undefined
        ? print(session, opened.queryId, printer, say)
        : printToFile(session, opened.queryId, printer, resolve(out)));
      return EXIT.done;
    });
  },
};

function printerOf(format: string, columns: readonly Column[], raw: boolean): Printer {
  if (format === 'csv') return csvPrinter(columns, raw);
  return format === 'json' ? jsonPrinter(columns) : tablePrinter(columns);
}

async function print(
  { engine }: Session,
  queryId: number,
  printer: Printer,
  write: (text: string) => Promise<void>,
): Promise<void> {
  for (;;) {
    const { rows, done } = must(await engine.control('query.next', { queryId }));
    const text = printer.rows(rows);
    if (text !== '') await write(text);
    if (done) break;
  }
  await write(printer.end());
}

/** Beside the file first, so that a query that fails midway leaves no half a result under its name. */
async function printToFile(session: Session, queryId: number, printer: Printer, path: string): Promise<void> {
  const part = `${path}.part`;
  const stream = createWriteStream(part);
  const failed = new Promise<never>((_, reject) => stream.once('error', reject));
  const write = (text: string): Promise<void> =>
    new Promise<void>((done, reject) => {
      stream.write(text, (error) => (error ? reject(error) : done()));
    });
  try {
    await Promise.race([print(session, queryId, printer, write), failed]);
    await new Promise<void>((done) => stream.end(done));
    await rename(part, path);
  } catch (error) {
    stream.destroy();
    await rm(part, { force: true });
    if (error instanceof Ended) throw error;
    must(fail(notWritten(path, error)));
  }
}

function notWritten(path: string, error: unknown): Problem {
  return {
    code: 'file-not-written',
    what: 'The result could not be written.',
    why: error instanceof Error ? error.message : String(error),
    where: path,
    help: 'Check that the folder is there and can be written.',
  };
}

/** Null where it is not given, undefined where it is no number. */
function numberOption(given: Given, name: string): number | null | undefined {
  const text = given.option(name);
  if (text === undefined) return null;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  warn(`--${name} is a whole number above 0.`);
  return undefined;
}
