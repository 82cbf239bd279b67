/**
 * What travels between a host and its engine. The page's own messages ride inside `page` envelopes, so that nothing
 * a page sends can be taken for a control call of the host.
 */
import { z } from 'zod';
import { type Problem, problemSchema } from '../../shared/problem';
import type { CallName, Message, NoticeName } from '../../shared/protocol';

const client = z.number().int().nonnegative();
const id = z.number().int().nonnegative();

const toEngineSchema = z.discriminatedUnion('kind', [
  /** A message of one page, as it came; the door judges it. */
  z.object({ kind: z.literal('page'), client, message: z.unknown() }),
  /** A page whose own message port travels with this envelope (Electron). */
  z.object({ kind: z.literal('port'), client }),
  z.object({ kind: z.literal('gone'), client }),
  /** The host has passed on that many bytes of bulk results to the page. */
  z.object({ kind: z.literal('credit'), client, bytes: z.number().int().nonnegative() }),
  z.object({ kind: z.literal('control'), id, name: z.string(), params: z.unknown() }),
  z.object({ kind: z.literal('abort'), id }),
  z.object({ kind: z.literal('spawned'), child: id, pid: z.number().optional() }),
  z.object({ kind: z.literal('child-exit'), child: id, code: z.number().nullable() }),
]);

export type ToEngine = z.infer<typeof toEngineSchema>;

const fromEngineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('page'), client, message: z.unknown(), bytes: z.number() }),
  z.object({ kind: z.literal('notice'), name: z.string(), value: z.unknown() }),
  z.object({ kind: z.literal('control-result'), id, ok: z.literal(true), value: z.unknown() }),
  z.object({ kind: z.literal('control-failed'), id, problem: problemSchema }),
  z.object({
    kind: z.literal('spawn'),
    child: id,
    entry: z.enum(['engine', 'importer', 'sandbox', 'casefile']),
  }),
  z.object({ kind: z.literal('kill'), child: id }),
]);

export type FromEngine = z.infer<typeof fromEngineSchema>;

export function isToEngine(value: unknown): value is ToEngine {
  return toEngineSchema.safeParse(value).success;
}

export function isFromEngine(value: unknown): value is FromEngine {
  return fromEngineSchema.safeParse(value).success;
}

/** Size of the bulk part of a result: what back-pressure counts. */
export function bulkBytes(value: unknown): number {
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 0;
  let sum = 0;
  for (const part of Object.values(value)) if (part instanceof Uint8Array) sum += part.byteLength;
  return sum;
}

export function okMessage(messageId: number, value: unknown): Message {
  return { id: messageId, ok: true, value };
}

export function failedMessage(messageId: number, problem: Problem): Message {
  return { id: messageId, ok: false, problem };
}

export function noticeMessage(name: NoticeName, value: unknown): Message {
  return { notice: name, value };
}

export function callMessage(messageId: number, name: CallName, params: unknown): Message {
  return { id: messageId, name, params };
}
