/**
 * The one contract between the window and the engine: every call, every notice. Both sides infer their types from
 * here; `main/engine/door.ts` validates at run time. Names are `noun.verb`. Times are microseconds since 1970 UTC.
 * Results marked `arrow` cross as Arrow IPC stream bytes.
 */
import { z } from 'zod';
import { candidateSchema, importOptionsSchema, ledgerRowSchema, previewSchema } from './evidence';
import { filterSchema } from './filter';
import { problemSchema } from './problem';
import { histogramSpecSchema, viewSpecSchema } from './view';

const count = z.number().int().nonnegative();
const bytes = z.instanceof(Uint8Array);
const nothing = z.object({});

/** A path the host has granted; the page never names one (except through `host.grantPath` of the loopback host). */
export const tokenSchema = z.string().min(1).max(200);

export const caseStateSchema = z.object({
  name: z.string(),
  /** Shown in the interface, so that an analyst knows where the work lies. */
  folder: z.string(),
  /** Null when writable; else who holds it, in words. */
  readOnly: z.string().nullable(),
  evidence: count,
  events: count,
  undo: z.string().nullable(),
  redo: z.string().nullable(),
});

function call<P extends z.ZodType, R extends z.ZodType>(params: P, result: R) {
  return { params, result } as const;
}

export const calls = {
  'session.hello': call(
    nothing,
    z.object({
      version: z.string(),
      logFile: z.string(),
      host: z.enum(['electron', 'browser']),
      case: caseStateSchema.nullable(),
      recent: z.array(
        z.object({ name: z.string(), token: tokenSchema, folder: z.string(), openedAt: z.number() }),
      ),
      engineMemoryBytes: count,
    }),
  ),
  'case.create': call(z.object({ name: z.string().min(1).max(120) }), caseStateSchema),
  'case.open': call(z.object({ token: tokenSchema }), caseStateSchema),
  'case.sample': call(nothing, z.object({ case: caseStateSchema, importId: z.string().nullable() })),
  'case.close': call(nothing, nothing),

  'evidence.list': call(
    nothing,
    z.object({
      rows: z.array(
        ledgerRowSchema.extend({
          removed: z.boolean(),
          stored: z.enum(['reference', 'copy']),
          missing: z.boolean(),
        }),
      ),
    }),
  ),
  /** Files under each token, folders walked; what the import dialog lists first. */
  'evidence.survey': call(
    z.object({ tokens: z.array(tokenSchema) }),
    z.object({
      files: z.array(
        z.object({
          token: tokenSchema,
          name: z.string(),
          path: z.string(),
          sizeBytes: count,
          candidates: z.array(candidateSchema),
          problem: problemSchema.nullable(),
        }),
      ),
      totalBytes: count,
      freeBytes: count,
    }),
  ),
  'evidence.preview': call(z.object({ token: tokenSchema, options: importOptionsSchema }), previewSchema),
  'evidence.import': call(
    z.object({
      items: z.array(z.object({ token: tokenSchema, options: importOptionsSchema })),
      copy: z.boolean(),
    }),
    z.object({ importId: z.string() }),
  ),
  'evidence.cancel': call(z.object({ importId: z.string() }), nothing),
  /** An operation: undoable. */
  'evidence.remove': call(z.object({ evidenceIds: z.array(count) }), caseStateSchema),
  'evidence.rejects': call(
    z.object({ evidenceId: count.nullable(), offset: count, limit: z.number().int().min(1).max(1000) }),
    z.object({ total: count, arrow: bytes }),
  ),
  /** Streams a dropped file into the workspace when no path can be had: begin, chunks in order, end gives a token. */
  'upload.begin': call(
    z.object({ name: z.string().max(1000), sizeBytes: count }),
    z.object({ uploadId: z.string() }),
  ),
  'upload.chunk': call(z.object({ uploadId: z.string(), offset: count, data: bytes }), nothing),
  'upload.end': call(
    z.object({ uploadId: z.string() }),
    z.object({ token: tokenSchema, sha256: z.string() }),
  ),
  /** Loopback host only: the analyst types a path on this machine. */
  'host.grantPath': call(
    z.object({ path: z.string().max(4096) }),
    z.object({ token: tokenSchema, name: z.string() }),
  ),

  /** Counts and bounds of a filter; `viewId` names the sorted result for paging until the facts change. */
  'view.open': call(
    viewSpecSchema,
    z.object({
      viewId: z.string(),
      shown: count,
      total: count,
      undated: count,
      first: z.number().nullable(),
      last: z.number().nullable(),
    }),
  ),
  /** Rows [offset, offset + limit) of the view, the named event columns: Arrow. */
  'view.page': call(
    z.object({
      viewId: z.string(),
      offset: count,
      limit: z.number().int().min(1).max(2000),
      columns: z.array(z.string()).max(100),
    }),
    z.object({ arrow: bytes }),
  ),
  /** Row of an event in the view, or of the first event at or after a time. */
  'view.locate': call(
    z.object({ viewId: z.string(), eventId: z.string().nullable(), time: z.number().nullable() }),
    z.object({ row: z.number().int().nullable() }),
  ),
  /** Next or previous row whose text holds the words, from a row on. */
  'view.find': call(
    z.object({ viewId: z.string(), text: z.string(), from: count, backwards: z.boolean() }),
    z.object({ row: z.number().int().nullable() }),
  ),
  /** `arrow` columns: bin (int32), key (utf8), count (float64). */
  'view.histogram': call(
    histogramSpecSchema,
    z.object({ from: z.number().nullable(), to: z.number().nullable(), undated: count, arrow: bytes }),
  ),
  /** Most frequent values of a field under a filter. */
  'view.facet': call(
    z.object({ filter: filterSchema, field: z.string(), limit: z.number().int().min(1).max(1000) }),
    z.object({ values: z.array(z.object({ value: z.string().nullable(), count })), distinct: count }),
  ),

  /** Everything about one event: its fields, the source's own columns, where it came from, its points. */
  'event.detail': call(
    z.object({ eventId: z.string() }),
    z.object({
      fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      record: z.array(z.object({ name: z.string(), value: z.string().nullable() })),
      points: z.array(
        z.object({
          name: z.string().nullable(),
          object: z.string().nullable(),
          address: z.number().nullable(),
          value: z.number().nullable(),
          text: z.string().nullable(),
          quality: z.string().nullable(),
        }),
      ),
      source: z.object({
        evidenceId: count,
        name: z.string(),
        path: z.string(),
        member: z.string().nullable(),
        sha256: z.string().nullable(),
        recordNumber: count,
        byteOffset: count,
        byteLength: count,
        compressed: z.boolean(),
        missing: z.boolean(),
        format: z.string().nullable(),
        zone: z.string().nullable(),
        zoneSource: z.string().nullable(),
      }),
    }),
  ),
  /** Bytes of the (decompressed) evidence; at most 64 KiB a call. */
  'evidence.bytes': call(
    z.object({ evidenceId: count, offset: count, length: z.number().int().min(1).max(65536) }),
    z.object({ data: bytes, changed: z.boolean() }),
  ),

  'format.list': call(
    nothing,
    z.object({
      formats: z.array(
        z.object({ id: z.string(), title: z.string(), reference: z.string(), reader: z.string() }),
      ),
      dissectors: z.array(z.object({ id: z.string(), title: z.string(), reference: z.string() })),
    }),
  ),

  'operation.undo': call(nothing, caseStateSchema),
  'operation.redo': call(nothing, caseStateSchema),

  /** Window layout, theme, zone, columns, filter: kept per case, JSON text up to 1 MB. */
  'workspace.load': call(nothing, z.object({ state: z.string().nullable() })),
  'workspace.save': call(z.object({ state: z.string().max(1_000_000) }), nothing),
} as const;

export const notices = {
  'import.progress': z.object({
    importId: z.string(),
    fileIndex: count,
    files: count,
    name: z.string(),
    bytesRead: count,
    bytesTotal: count,
    records: count,
    /** Null until it can be told. */
    secondsLeft: z.number().nullable(),
  }),
  'import.done': z.object({
    importId: z.string(),
    status: z.enum(['done', 'cancelled', 'failed']),
    rows: z.array(ledgerRowSchema),
    problem: problemSchema.nullable(),
  }),
  /** Facts changed: views are stale. */
  'facts.changed': z.object({ case: caseStateSchema }),
  'engine.memory': z.object({ bytes: count }),
  /** Sent by the host, not the engine: the engine was lost and is back. */
  'engine.restarted': z.object({ problem: problemSchema }),
} as const;

export type CallName = keyof typeof calls;
export type Params<N extends CallName> = z.input<(typeof calls)[N]['params']>;
export type Result<N extends CallName> = z.output<(typeof calls)[N]['result']>;
export type NoticeName = keyof typeof notices;
export type Notice<N extends NoticeName> = z.output<(typeof notices)[N]>;
export type CaseState = z.infer<typeof caseStateSchema>;

/** What travels. Thrown values never do. */
export type Message =
  | { readonly id: number; readonly name: CallName; readonly params: unknown }
  | { readonly cancel: number }
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly problem: z.infer<typeof problemSchema> }
  | { readonly notice: NoticeName; readonly value: unknown };

/** One duplex, ordered pipe of messages; Uint8Array values cross as bytes. */
export interface Channel {
  send(message: Message): void;
  onMessage(listener: (message: Message) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}
