/**
 * Calls that only a host may make of its engine: they name real paths and run SQL. A page cannot reach them, for its
 * messages never leave their `page` envelope.
 */
import { z } from 'zod';
import type { Cell } from '../../shared/cell';
import { calls, caseStateSchema, listedFormatSchema, tokenSchema } from '../../shared/protocol';

const count = z.number().int().nonnegative();
const nothing = z.object({});

/** By hand and not by a schema per cell: a result has millions, and zod's number refuses NaN and infinity. */
export const rowsSchema = z.custom<Cell[][]>(
  (rows) => Array.isArray(rows) && rows.every((row) => Array.isArray(row) && row.every(isCell)),
);

export const columnSchema = z.object({ name: z.string(), type: z.string() });

function control<P extends z.ZodType, R extends z.ZodType>(params: P, result: R) {
  return { params, result } as const;
}

export const controls = {
  /** First of all: who hosts, and where this computer's own files go (null: nowhere). */
  'engine.configure': control(
    z.object({
      host: z.enum(['electron', 'browser', 'cli']),
      /** Recent cases and the log before a case is open. */
      dataFolder: z.string().nullable(),
      /** The analyst's library of formats; absent: `formats` of the data folder. */
      libraryFolder: z.string().optional(),
      /** Where `case.create` of the page makes folders. */
      casesFolder: z.string().nullable(),
      /** The sample investigation's files. */
      sampleFolder: z.string().nullable(),
    }),
    z.object({ version: z.string() }),
  ),
  /** Paths chosen by the analyst in a dialog, a drop or an argument, each for a token. */
  'path.grant': control(
    z.object({ paths: z.array(z.string().min(1)) }),
    z.object({ grants: z.array(z.object({ token: tokenSchema, name: z.string(), path: z.string() })) }),
  ),
  'case.openFolder': control(
    z.object({
      /** Or a case file, which opens for reading. */
      folder: z.string().min(1),
      passphrase: z.string().max(1000).optional(),
      /** Read never takes the lock; write falls back to read-only where another holds it. */
      mode: z.enum(['read', 'write']),
      /** Make the workspace where there is none. */
      create: z.boolean(),
      /** Without the working database: ledger and analyst SQL only. */
      cache: z.boolean(),
      name: z.string().optional(),
    }),
    caseStateSchema,
  ),
  /** Checks a case file without opening it; `mustBe` is the path of the one public key that will do. */
  'file.verify': control(
    z.object({ path: z.string().min(1), passphrase: z.string().nullable(), mustBe: z.string().nullable() }),
    calls['case.verify'].result,
  ),
  /** Makes a workspace of the open case file. */
  'file.unpack': control(z.object({ folder: z.string().min(1) }), z.object({ folder: z.string() })),
  /** Writes `<path>.key` and `<path>.pub`. */
  'file.makeKeys': control(z.object({ path: z.string().min(1) }), z.object({ id: z.string() })),
  /** What can be read here, formats of one's own among it, each with a sample. */
  'catalogue.list': control(
    nothing,
    z.object({
      formats: z.array(listedFormatSchema.extend({ sample: z.string() })),
      dissectors: z.array(
        z.object({
          id: z.string(),
          title: z.string(),
          reference: z.string(),
          /** Bytes as hex, and what they say. */
          sample: z.object({ hex: z.string(), meaning: z.string() }),
        }),
      ),
    }),
  ),
  /** Analyst SQL in a sandbox of its own; rows are drawn with `query.next`. */
  'query.open': control(
    z.object({
      sql: z.string().max(1_000_000),
      /** Null: all rows. */
      rowLimit: count.nullable(),
      timeoutSeconds: z.number().positive().nullable(),
      memoryLimitMb: count.optional(),
    }),
    z.object({ queryId: count, columns: z.array(columnSchema) }),
  ),
  'query.next': control(z.object({ queryId: count }), z.object({ rows: rowsSchema, done: z.boolean() })),
  /** Draws all the rows into a Parquet file, written by the engine and not by the sandbox. */
  'query.saveParquet': control(
    z.object({ queryId: count, path: z.string().min(1) }),
    z.object({ rows: count }),
  ),
  'query.close': control(z.object({ queryId: count }), nothing),
  /** Tidy leave: the case is closed and the engine's process ends. */
  'engine.stop': control(nothing, nothing),
} as const;

export type ControlName = keyof typeof controls;
export type ControlParams<N extends ControlName> = z.output<(typeof controls)[N]['params']>;
export type ControlResult<N extends ControlName> = z.output<(typeof controls)[N]['result']>;

function isCell(value: unknown): value is Cell {
  if (value === null || ['boolean', 'number', 'bigint', 'string'].includes(typeof value)) return true;
  if (value instanceof Uint8Array) return true;
  if (typeof value !== 'object') return false;
  if ('list' in value) return Array.isArray(value.list) && value.list.every(isCell);
  if (!('entries' in value) || !Array.isArray(value.entries)) return false;
  return value.entries.every((entry) => Array.isArray(entry) && entry.length === 2 && entry.every(isCell));
}
