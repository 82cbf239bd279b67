/**
 * Calls that only a host may make of its engine: they name real paths and run SQL. A page cannot reach them, for its
 * messages never leave their `page` envelope.
 */
import { z } from 'zod';
import type { Cell } from '../../shared/cell';
import { caseStateSchema, tokenSchema } from '../../shared/protocol';

const count = z.number().int().nonnegative();
const nothing = z.object({});

export const cellSchema: z.ZodType<Cell> = z.lazy(() =>
  z.union([
    z.null(),
    z.boolean(),
    z.number(),
    z.bigint(),
    z.string(),
    z.instanceof(Uint8Array),
    z.object({ list: z.array(cellSchema) }),
    z.object({ entries: z.array(z.tuple([cellSchema, cellSchema])) }),
  ]),
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
      folder: z.string().min(1),
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
  'query.next': control(
    z.object({ queryId: count }),
    z.object({ rows: z.array(z.array(cellSchema)), done: z.boolean() }),
  ),
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
