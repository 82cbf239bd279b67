/**
 * The rows of a source as a file of one of `formats/`. Rows are drawn from the database in batches and
 * written as they come; the file gets its name when it is whole.
 */
import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join as joinPath } from 'node:path';
import { fail, type Outcome, type Problem, succeed } from '../../../shared/problem';
import type { Result } from '../../../shared/protocol';
import { isZone } from '../../../shared/time';
import type { Sort } from '../../../shared/view';
import type { Database } from '../../store/database';
import { join, type Sql, sql } from '../../store/sql';
import { whyNotWritten, writeAll } from '../../store/write-all';
import { wireValue } from '../arrow';
import type { Given } from '../params';
import { timeColumn } from '../sources/leaf-relation';
import { orderList, orderOf } from '../sources/opened';
import { wireField } from '../sources/page';
import { columnName, findColumn, NEED_NOTHING, type Need, type Relation } from '../sources/relation';
import { noColumn, type Sources } from '../sources/sources';
import type { ExportColumn } from './export-column';
import type { LineExport, Lines } from './export-format';
import { exportPackets, type PacketSource } from './export-packets';
import { exportFormat } from './formats';

/** Bytes gathered before they are written. */
const BLOCK = 1 << 20;

export async function exportSource(
  sources: Sources,
  params: Omit<Given<'source.export'>, 'token'>,
  packets: PacketSource,
  path: string,
  progress: (rows: number) => void,
  signal?: AbortSignal,
): Promise<Outcome<Result<'source.export'>>> {
  if (!isZone(params.zone))
    return fail({ code: 'unknown-zone', what: `“${params.zone.slice(0, 60)}” is no time zone.` });
  const format = exportFormat(params.format);
  if (format === undefined) {
    return fail({
      code: 'unknown-export',
      what: `“${params.format}” is no kind of file that can be written.`,
    });
  }
  const relation = await sources.relation(params.source, signal);
  if (!relation.ok) return relation;
  if ('packets' in format) {
    try {
      const isWhole = params.conversations ?? false;
      return await exportPackets(sources, relation.value, format, packets, path, isWhole, progress, signal);
    } catch (error) {
      if (isFileError(error)) return fail(notWritten(path, error));
      throw error;
    }
  }
  const order = orderOf(relation.value, params.sort);
  if (!order.ok) return order;
  const columns = columnsWanted(relation.value, params.columns, format);
  if (!columns.ok) return columns;
  const allowed = await sources.guard(relation.value, signal);
  if (!allowed.ok) return allowed;
  const lines = format.lines(columns.value, params);
  if (!lines.ok) return lines;
  const part = joinPath(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.part`);
  try {
    const written = await sources.views.using(signal, (database) =>
      write(
        database,
        statement(relation.value, params.sort, columns.value),
        lines.value,
        part,
        progress,
        signal,
      ),
    );
    if (!written.ok) {
      await rm(part, { force: true });
      return written;
    }
    await rename(part, path);
    return succeed({ path, ...written.value });
  } catch (error) {
    await rm(part, { force: true });
    if (isFileError(error)) return fail(notWritten(path, error));
    throw error;
  }
}

/** The columns named, or all; what the format needs comes besides. */
function columnsWanted(
  relation: Relation,
  columns: readonly string[],
  format: LineExport,
): Outcome<ExportColumn[]> {
  const names = columns.length > 0 ? [...new Set(columns)] : relation.columns.map(({ name }) => name);
  const wanted: ExportColumn[] = [];
  for (const name of names) {
    const index = findColumn(relation, name);
    const column = index === null ? undefined : relation.columns[index];
    if (index === null || !column) return fail(noColumn(name));
    wanted.push({ index, column, isShown: true });
  }
  for (const name of format.besides?.(timeColumn(relation)) ?? []) {
    const index = findColumn(relation, name);
    const column = index === null ? undefined : relation.columns[index];
    if (index === null || !column || wanted.some((one) => one.index === index)) continue;
    wanted.push({ index, column, isShown: false });
  }
  return succeed(wanted);
}

function statement(relation: Relation, sort: Sort, columns: readonly ExportColumn[]): Sql {
  const sorted = orderOf(relation, sort);
  const need: Need = {
    ...NEED_NOTHING,
    columns: new Set([...columns.map(({ index }) => index), ...(sorted.ok ? sorted.value.keys() : [])]),
    order: true,
  };
  const list = columns.map(({ index, column }) =>
    wireValue(wireField(column.column), sql`s.${columnName(relation, index, need)}`),
  );
  return sql`SELECT ${join(list, ', ')} FROM (${relation.rows(need)}) AS s ORDER BY ${orderList(relation, sort, need)}`;
}

async function write(
  database: Database,
  query: Sql,
  lines: Lines,
  part: string,
  progress: (rows: number) => void,
  signal: AbortSignal | undefined,
): Promise<Omit<Result<'source.export'>, 'path'>> {
  const file = await open(part, 'wx', 0o600);
  let rows = 0;
  let undated = 0;
  let sizeBytes = 0;
  let block: string[] = [];
  let gathered = 0;
  const flush = async (): Promise<void> => {
    const bytes = Buffer.from(block.join(''), 'utf8');
    block = [];
    gathered = 0;
    sizeBytes += bytes.length;
    await writeAll(file, bytes);
  };
  const push = (text: string): void => {
    block.push(text);
    gathered += text.length;
  };
  try {
    push(lines.head);
    const result = await database.connection.stream(query.text, [...query.values]);
    for (;;) {
      if (signal?.aborted) throw new Error('INTERRUPT Error: Interrupted!');
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) break;
      for (const row of chunk.getRows()) {
        const line = lines.line(row);
        if (line === null) undated += 1;
        else {
          rows += 1;
          push(line);
        }
      }
      if (gathered >= BLOCK) {
        await flush();
        progress(rows);
      }
    }
    await flush();
    await file.sync();
  } finally {
    await file.close();
  }
  return { rows, undated, sizeBytes, left: [] };
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}

function notWritten(path: string, error: Error): Problem {
  return {
    code: 'file-not-written',
    what: 'The file could not be written.',
    why: whyNotWritten(error),
    where: path,
    help: 'Check that the folder is there, can be written and has room.',
  };
}
