/** What the engine and a sandbox process say to each other: one query per process. */
import { z } from 'zod';
import { problemSchema } from '../../shared/problem';
import { columnSchema, rowsSchema } from '../process/control';
import type { EvidenceClock } from '../store/clock';

const count = z.number().int().nonnegative();

export const sandboxCaseSchema = z.object({
  facts: z.string(),
  segments: z.array(z.object({ name: z.string(), folder: z.string(), version: z.number().int() })),
  removed: z.array(count),
  evidence: z.array(z.record(z.string(), z.unknown())),
  records: z.array(
    z.object({
      evidenceId: count,
      path: z.string(),
      columns: z.array(z.string()),
      keys: z.array(z.string()).optional(),
    }),
  ),
  /** Clocks the analyst has set, as the store applies them. */
  clocks: z.array(z.custom<EvidenceClock>((clock) => typeof clock === 'object' && clock !== null)),
  /** Parquet of `mark`; null where there is none. */
  marks: z.string().nullable(),
  tempFolder: z.string().nullable(),
});
export type SandboxCase = z.infer<typeof sandboxCaseSchema>;

export const toSandboxSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('open'),
    sql: z.string(),
    rowLimit: count.nullable(),
    memoryLimitMb: count,
    case: sandboxCaseSchema,
  }),
  z.object({ kind: z.literal('next') }),
  /** Goes through the rows that are left without sending them. */
  z.object({ kind: z.literal('count') }),
  z.object({ kind: z.literal('interrupt') }),
]);
export type ToSandbox = z.infer<typeof toSandboxSchema>;

export const fromSandboxSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened'), columns: z.array(columnSchema) }),
  z.object({ kind: z.literal('rows'), rows: rowsSchema, done: z.boolean() }),
  z.object({ kind: z.literal('counted'), rows: count }),
  z.object({ kind: z.literal('problem'), problem: problemSchema }),
]);
export type FromSandbox = z.infer<typeof fromSandboxSchema>;
