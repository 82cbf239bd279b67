/** What the engine and the process that reads and writes case files say to each other. */
import { z } from 'zod';
import { problemSchema } from '../../shared/problem';

const count = z.number().int().nonnegative();

const reading = {
  path: z.string(),
  passphrase: z.string().nullable(),
  /** Public key files at hand. */
  keys: z.array(z.string()),
  /** The only key that will do; null: any that is at hand. */
  mustBe: z.string().nullable(),
  /** Empty, private, the engine's to remove. */
  folder: z.string(),
};

export const toCaseFileSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pack'),
    folder: z.string(),
    segments: z.array(z.string()),
    embed: z.boolean(),
    applicationVersion: z.string(),
    target: z.string(),
    part: z.string(),
    passphrase: z.string().nullable(),
    signKey: z.string().nullable(),
    now: z.string(),
  }),
  z.object({ kind: z.literal('verify'), ...reading }),
  /** Unpacks into `folder`: what shows the first events, then (`opened`) the rest (`checked`). */
  z.object({ kind: z.literal('open'), ...reading }),
  z.object({ kind: z.literal('key'), path: z.string() }),
]);
export type ToCaseFile = z.infer<typeof toCaseFileSchema>;

export const fromCaseFileSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), step: z.string(), done: count, of: count }),
  z.object({ kind: z.literal('problem'), problem: problemSchema }),
  z.object({
    kind: z.literal('packed'),
    path: z.string(),
    sizeBytes: count,
    sha256: z.string(),
    entries: count,
    signature: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('verified'),
    entries: count,
    whole: z.boolean(),
    signedBy: z.string().nullable(),
    problems: z.array(problemSchema),
  }),
  z.object({ kind: z.literal('opened'), signedBy: z.string().nullable(), notes: z.array(problemSchema) }),
  z.object({ kind: z.literal('checked'), problems: z.array(problemSchema) }),
  z.object({ kind: z.literal('keyed'), id: z.string() }),
]);
export type FromCaseFile = z.infer<typeof fromCaseFileSchema>;
