/**
 * The one contract between the window and the engine: every call, every notice. Both sides infer their types from
 * here; `main/engine/door.ts` validates at run time. Names are `noun.verb`. Times are microseconds since 1970 UTC.
 * Results marked `arrow` cross as Arrow IPC stream bytes.
 */
import { z } from 'zod';
import { clockSchema, custodySchema, findingSchema, markSchema, savedViewSchema } from './case';
import { chartSpecSchema } from './chart';
import {
  candidateSchema,
  captureQualitySchema,
  foundMemberSchema,
  importOptionsSchema,
  ledgerRowSchema,
  previewSchema,
} from './evidence';
import { filterSchema, sourceSchema } from './filter';
import { problemSchema } from './problem';
import { histogramSpecSchema, sortSchema, viewSpecSchema } from './view';

const count = z.number().int().nonnegative();
const bytes = z.instanceof(Uint8Array);
const nothing = z.object({});

/** A path the host has granted; the page never names one (except through `host.grantPath` of the loopback host). */
export const tokenSchema = z.string().min(1).max(200);

/** A format as it is listed. */
export const listedFormatSchema = z.object({
  id: z.string(),
  title: z.string(),
  reference: z.string(),
  reader: z.string(),
  /** Ships with the product, was written for this case, or lies in the analyst's library. */
  origin: z.enum(['shipped', 'case', 'library']),
});

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
  /** Asked once per case, never taken from the system; null until asked. */
  author: z.string().nullable(),
  /** The case file this is a look into; null for a workspace. */
  file: z
    .object({
      path: z.string(),
      /** What is not yet checked is checked while the analyst reads. */
      check: z.enum(['checking', 'whole', 'damaged']),
      /** What is damaged, missing or added, entry by entry. */
      problems: z.array(problemSchema),
      /** Key id of a signature that held; null when unsigned. */
      signedBy: z.string().nullable(),
    })
    .nullable(),
});

/** A column of a source: `name` is what filters, sorts, axes and conditions call it. */
export const columnSchema = z.object({
  name: z.string(),
  label: z.string(),
  /** DuckDB's name of the type. */
  type: z.string(),
  /** How it is shown: times in the display zone, walls as written, addresses in columns of their own. */
  role: z.enum(['time', 'wall', 'address', 'number', 'event', 'evidence', 'domain', 'text']),
  /** Where it comes from, in words: `left: Events`, `right: Change windows`; empty for a plain table. */
  origin: z.string(),
});
export type SourceColumn = z.infer<typeof columnSchema>;

export const joinCountsSchema = z.object({
  rows: count,
  left: z.object({ rows: count, matched: count }),
  right: z.object({ rows: count, matched: count }),
  /** Greatest number of partners of one left row. */
  most: count,
});
export type JoinCounts = z.infer<typeof joinCountsSchema>;

/** Events a mark is put on: those named, or all of a filter at this moment (frozen, one operation). */
export const markTargetSchema = z.union([
  z.object({ eventIds: z.array(z.string()).min(1).max(1000) }),
  z.object({ filter: filterSchema }),
]);

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
  /** A workspace, or a case file, which opens read-only; `passphrase-needed` and `passphrase-wrong` are its problems. */
  'case.open': call(
    z.object({ token: tokenSchema, passphrase: z.string().max(1000).optional() }),
    caseStateSchema,
  ),
  /** Makes a workspace of the open case file, to go on working in. */
  'case.workOn': call(z.object({ name: z.string().min(1).max(120) }), caseStateSchema),
  'case.setAuthor': call(z.object({ author: z.string().trim().min(1).max(120) }), caseStateSchema),
  /** Writes the case file to a granted place; progress by `file.progress`, cancelled like any call. */
  'case.pack': call(
    z.object({
      token: tokenSchema,
      embed: z.boolean(),
      passphrase: z.string().min(1).max(1000).nullable(),
      /** A minisign secret key without a password, granted like evidence. */
      signKey: tokenSchema.nullable(),
    }),
    z.object({
      path: z.string(),
      sizeBytes: count,
      sha256: z.string(),
      entries: count,
      /** Where the detached signature lies. */
      signature: z.string().nullable(),
    }),
  ),
  /** Checks a case file entry by entry without opening it. */
  'case.verify': call(
    z.object({ token: tokenSchema, passphrase: z.string().max(1000).optional() }),
    z.object({
      whole: z.boolean(),
      entries: count,
      signedBy: z.string().nullable(),
      problems: z.array(problemSchema),
    }),
  ),
  /** One self-contained page without script; `zone` is the one its times are written in. */
  'case.report': call(
    z.object({ token: tokenSchema, zone: z.string() }),
    z.object({ path: z.string(), sizeBytes: count }),
  ),
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
          /** Of its text; null for what is no text. */
          encoding: z.string().nullable(),
          /** Set by the analyst after import; null: the clock is taken as right. */
          clock: clockSchema.nullable(),
          acquirer: z.string().nullable(),
          exhibitNumber: z.string().nullable(),
          /** What the import has to say: assumptions, replaced bytes. */
          notes: z.array(z.string()),
          /** Of a capture: what could not be seen, and what follows; null for everything else. */
          quality: z.array(captureQualitySchema).nullable(),
        }),
      ),
    }),
  ),
  /** Files are about to be chosen: what looks at them gets ready meanwhile. */
  'evidence.prepare': call(nothing, nothing),
  /**
   * Files under each token, folders walked; what the import dialog lists first. `inside`: also what containers hold.
   * `most`: only so many are looked at, the others are listed; all of them where it is not said.
   */
  'evidence.survey': call(
    z.object({
      tokens: z.array(tokenSchema),
      inside: z.boolean().optional(),
      most: z.number().int().min(1).optional(),
    }),
    z.object({
      files: z.array(
        z.object({
          token: tokenSchema,
          name: z.string(),
          path: z.string(),
          sizeBytes: count,
          looked: z.boolean(),
          candidates: z.array(candidateSchema),
          problem: problemSchema.nullable(),
          members: z.array(foundMemberSchema),
        }),
      ),
      totalBytes: count,
      freeBytes: count,
    }),
  ),
  /** `draft`: YAML of a format being written, which reads the file; what is wrong with it is the problem. */
  'evidence.preview': call(
    z.object({
      token: tokenSchema,
      options: importOptionsSchema,
      draft: z.string().max(200_000).optional(),
      records: z.number().int().min(1).max(200).optional(),
    }),
    previewSchema,
  ),
  /**
   * `replaces`: evidence that goes out of sight, as one operation, when the import has stored what takes its place; it
   * stays where the new import could read less than nothing of it (`reimport-unread`).
   */
  'evidence.import': call(
    z.object({
      items: z.array(z.object({ token: tokenSchema, options: importOptionsSchema })),
      copy: z.boolean(),
      replaces: z.array(count).max(20_000).optional(),
    }),
    z.object({ importId: z.string() }),
  ),
  /**
   * The original of an evidence, to be imported again: checked to be the bytes that were imported. What came in a
   * container comes again with all of it; `replaces` says what the import would take the place of.
   */
  'evidence.again': call(
    z.object({ evidenceId: count }),
    z.object({
      token: tokenSchema,
      name: z.string(),
      options: importOptionsSchema,
      replaces: z.array(count),
      isContainer: z.boolean(),
    }),
  ),
  /**
   * Events of every evidence over the span of the case, in equal bins. `arrow` columns: evidence_id (uint32), bin
   * (int32), count (float64), only bins that are not empty. Undated events are in none.
   */
  'evidence.coverage': call(
    z.object({ bins: z.number().int().min(1).max(500) }),
    z.object({ from: z.number().nullable(), to: z.number().nullable(), arrow: bytes }),
  ),
  /**
   * Stretches without events inside an evidence: longer than a hundredth of its own span and than 20 times its usual
   * stretch, which is what 95 of 100 stretches between neighbouring times do not exceed. Longest first, at most 50.
   */
  'evidence.gaps': call(
    z.object({ evidenceId: count }),
    z.object({
      usualUs: z.number().nullable(),
      total: count,
      gaps: z.array(z.object({ from: z.number(), to: z.number() })),
    }),
  ),
  /**
   * Records that two evidences share, counted one for one: a record three times in one and twice in the other counts
   * two. Records are the same when the source wrote the same columns with the same text (of JSON, XML and event logs:
   * the same record); number and place do not matter. Evidence without columns of its own (captures) is not compared.
   */
  'evidence.duplicates': call(
    nothing,
    z.object({
      /** Most first. */
      pairs: z.array(z.object({ one: count, other: count, records: count })),
      total: count,
      compared: count,
      notCompared: count,
    }),
  ),
  'evidence.cancel': call(z.object({ importId: z.string() }), nothing),
  /** An operation: undoable. */
  'evidence.remove': call(z.object({ evidenceIds: z.array(count) }), caseStateSchema),
  /** An operation: undoable. Times of these evidences are worked out anew; null takes the clock model away. */
  'evidence.setClock': call(
    z.object({
      evidenceIds: z.array(count).min(1),
      clock: clockSchema.omit({ kind: true, id: true, schema: true }).nullable(),
    }),
    caseStateSchema,
  ),
  /** An operation: undoable. Both null take what was said away. */
  'evidence.setCustody': call(
    z.object({
      evidenceIds: z.array(count).min(1).max(10_000),
      acquirer: custodySchema.shape.acquirer,
      exhibitNumber: custodySchema.shape.exhibitNumber,
    }),
    caseStateSchema,
  ),
  'evidence.rejects': call(
    z.object({
      evidenceId: count.nullable(),
      offset: count,
      limit: z.number().int().min(1).max(1000),
      /** Only those with exactly this reason. */
      reason: z.string().max(10_000).nullable().optional(),
      /** Only those that hold this text in reason or excerpt, whatever the case. */
      text: z.string().max(1000).optional(),
    }),
    z.object({ total: count, arrow: bytes }),
  ),
  /** How often each reason stands, most frequent first, at most 200. */
  'evidence.rejectReasons': call(
    z.object({ evidenceId: count.nullable() }),
    z.object({ total: count, reasons: z.array(z.object({ reason: z.string(), records: count })) }),
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
  /**
   * Loopback host only: a path to write to. `exists` so that the analyst is asked first; a bare name lies beside the
   * cases.
   */
  'host.grantSave': call(
    z.object({ path: z.string().min(1).max(4096) }),
    z.object({ token: tokenSchema, path: z.string(), exists: z.boolean() }),
  ),

  /** Counts and bounds of a filter; `viewId` names the sorted result for paging until the facts change. */
  'view.open': call(
    viewSpecSchema,
    z.object({
      viewId: z.string(),
      shown: count,
      total: count,
      /** Events that pass the filter and are folded away; `shown` counts rows. */
      folded: count,
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

  /** The columns a source has. */
  'source.columns': call(
    z.object({ source: sourceSchema }),
    z.object({ columns: z.array(columnSchema), title: z.string() }),
  ),
  /**
   * Counts the rows of a source and names it for paging until the facts or marks change. `sql` is the statement as
   * the analyst may read it. `cap` is set where only the first rows are held: `of` is how many there are.
   */
  'source.open': call(
    z.object({ source: sourceSchema, sort: sortSchema }),
    z.object({
      sourceId: z.string(),
      rows: count,
      columns: z.array(columnSchema),
      cap: z.object({ held: count, of: count.nullable() }).nullable(),
      sql: z.string(),
    }),
  ),
  'source.page': call(
    z.object({
      sourceId: z.string(),
      offset: count,
      limit: z.number().int().min(1).max(2000),
      /** Names of columns; the Arrow columns are called so too. */
      columns: z.array(z.string()).min(1).max(200),
    }),
    z.object({ arrow: bytes }),
  ),
  /** Most frequent values of a column, or those that hold a text: for filters and suggestions. */
  'source.facet': call(
    z.object({
      source: sourceSchema,
      column: z.string(),
      text: z.string().max(1000),
      limit: z.number().int().min(1).max(1000),
    }),
    z.object({ values: z.array(z.object({ value: z.string().nullable(), count })), distinct: count }),
  ),
  /** Live counts of a join under construction. Beyond the cap it must be narrowed before it is opened. */
  'join.count': call(
    z.object({ source: sourceSchema }),
    z.object({ counts: joinCountsSchema, cap: count, sql: z.string() }),
  ),
  /**
   * Groups of a chart, binned in the database: one Arrow column per axis (`x`, `y`, `colour`, `row0`…, `column0`…;
   * times as the start of their bucket in microseconds, values as text, null for none) and `value`; a scatter has
   * `x`, `y`, `colour`, `size`. `rest` names axes whose rarer values were counted as one.
   */
  'chart.data': call(
    z.object({
      spec: chartSpecSchema,
      /** What the other panels filter the events by; only sources with events feel it. */
      events: filterSchema.nullable(),
      zone: z.string(),
    }),
    z.object({
      arrow: bytes,
      groups: count,
      /** Rows of the source that are in the chart, and those left out, with the reason. */
      rows: count,
      left: z.array(z.object({ rows: count, why: z.string() })),
      rest: z.array(z.string()),
      /** Width of each time axis' bucket in microseconds, or its calendar unit. */
      buckets: z.record(z.string(), z.union([z.number(), z.string()])),
      /** A scatter of more rows than can be drawn comes as a grid of counts instead. */
      binned: z.boolean(),
      sql: z.string(),
    }),
  ),
  /** The rows of any source into a granted file. `raw` leaves cells that a spreadsheet would run as formulas alone. */
  'source.export': call(
    z.object({
      source: sourceSchema,
      sort: sortSchema,
      columns: z.array(z.string()).max(200),
      /** One of `format.list`'s exports. */
      format: z.string().min(1).max(60),
      raw: z.boolean(),
      /** Packets: all of the conversations the rows are of, not only those the rows were read from. */
      conversations: z.boolean().optional(),
      zone: z.string(),
      token: tokenSchema,
    }),
    z.object({
      path: z.string(),
      /** Packets, where the file holds those. */
      rows: count,
      undated: count,
      sizeBytes: count,
      /** Rows the file has no place for, with the reason. */
      left: z.array(z.object({ rows: count, why: z.string() })),
    }),
  ),
  /** One SELECT in the sandbox, read-only; the first `limit` rows as Arrow, and how many there are. */
  'query.run': call(
    z.object({ sql: z.string().max(1_000_000), limit: z.number().int().min(1).max(100_000) }),
    z.object({
      arrow: bytes,
      columns: z.array(columnSchema),
      shown: count,
      /** Null where counting them took too long. */
      total: count.nullable(),
      seconds: z.number(),
    }),
  ),
  /** Tables and columns that a query may name, for completion. */
  'query.tables': call(
    nothing,
    z.object({
      tables: z.array(
        z.object({
          name: z.string(),
          help: z.string(),
          columns: z.array(z.object({ name: z.string(), type: z.string(), help: z.string() })),
        }),
      ),
    }),
  ),

  /** All findings and saved views, and how the marks stand. */
  'work.list': call(
    nothing,
    z.object({
      findings: z.array(findingSchema),
      views: z.array(savedViewSchema),
      tags: z.array(z.object({ tag: z.string(), events: count })),
      stars: count,
      notes: count,
      /** Marks whose record is in no evidence of the case, or no longer starts where they say. */
      lost: z.array(z.object({ mark: markSchema, why: z.string() })),
    }),
  ),
  /** An operation each: undoable. Bulk marks are one operation over a frozen set. Events already so marked stay. */
  'mark.put': call(
    z.object({
      what: markSchema.shape.what,
      value: markSchema.shape.value,
      on: markTargetSchema,
    }),
    z.object({ case: caseStateSchema, marked: count }),
  ),
  /** Takes a mark off these events; `value` null takes every tag or note of theirs. */
  'mark.remove': call(
    z.object({
      what: markSchema.shape.what,
      value: markSchema.shape.value,
      on: markTargetSchema,
    }),
    z.object({ case: caseStateSchema, unmarked: count }),
  ),
  /** Makes (id null) or changes a finding; `cite` is added to what it cites, `uncite` taken from it. */
  'finding.put': call(
    z.object({
      id: z.string().nullable(),
      title: findingSchema.shape.title,
      text: findingSchema.shape.text,
      views: findingSchema.shape.views,
      order: z.number(),
      cite: markTargetSchema.nullable(),
      uncite: z.array(z.string()).max(1000),
    }),
    z.object({ case: caseStateSchema, id: z.string() }),
  ),
  /** Makes (id null) or changes a saved view. */
  'view.save': call(
    z.object({
      id: z.string().nullable(),
      view: savedViewSchema.pick({ name: true, source: true, chart: true, columns: true, lane: true }),
    }),
    z.object({ case: caseStateSchema, id: z.string() }),
  ),
  /** Removes a finding or a saved view; `record-in-use` says what still needs it. */
  'work.remove': call(z.object({ kind: z.enum(['finding', 'view']), id: z.string() }), caseStateSchema),
  /** Rows of a saved view's lane within [from, to), at most `limit`, and how many there are. Arrow: `start`, `end`, `label`, `event_id`. */
  'view.lane': call(
    z.object({
      id: z.string(),
      from: z.number(),
      to: z.number(),
      limit: z.number().int().min(1).max(20_000),
    }),
    z.object({ total: count, arrow: bytes }),
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
      marks: z.array(markSchema),
      /** Findings that cite the event. */
      findings: z.array(z.object({ id: z.string(), title: z.string() })),
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
        /** Of its text; null for what is no text. */
        encoding: z.string().nullable(),
        missing: z.boolean(),
        format: z.string().nullable(),
        zone: z.string().nullable(),
        zoneSource: z.string().nullable(),
        /** A packet whose bytes are there, on a computer with tshark: `event.explain` has an answer. */
        explainable: z.boolean(),
      }),
    }),
  ),
  /** The event's packet as tshark takes it apart, line by line. Run on asking only. */
  'event.explain': call(
    z.object({ eventId: z.string() }),
    z.object({ lines: z.array(z.object({ depth: count, text: z.string() })) }),
  ),
  /**
   * Where the original of an evidence lies now, for as long as the case is open: taken only when its SHA-256 is that of
   * the ledger (`evidence-changed` where it is not).
   */
  'evidence.locate': call(z.object({ evidenceId: count, token: tokenSchema }), nothing),
  /** Bytes of the (decompressed) evidence; at most 64 KiB a call. */
  'evidence.bytes': call(
    z.object({ evidenceId: count, offset: count, length: z.number().int().min(1).max(65536) }),
    z.object({ data: bytes, changed: z.boolean() }),
  ),

  'format.list': call(
    nothing,
    z.object({
      formats: z.array(listedFormatSchema),
      dissectors: z.array(z.object({ id: z.string(), title: z.string(), reference: z.string() })),
      /** Kinds of files that rows are exported to; see `ExportFormat`. */
      exports: z.array(
        z.object({
          id: z.string(),
          title: z.string(),
          help: z.string(),
          ending: z.string(),
          isSheet: z.boolean(),
          isFixed: z.boolean(),
        }),
      ),
    }),
  ),

  /** The YAML of a format as it was written. */
  'format.text': call(z.object({ id: z.string().max(200) }), z.object({ text: z.string() })),
  /** Keeps a format in the case (an operation: undoable), in the analyst's library, or in both. One of that id is replaced. */
  'format.save': call(
    z.object({ text: z.string().min(1).max(200_000), toCase: z.boolean(), toLibrary: z.boolean() }),
    z.object({ id: z.string(), title: z.string() }),
  ),
  'format.remove': call(z.object({ id: z.string().max(200), from: z.enum(['case', 'library']) }), nothing),
  /** Writes formats as one text file, one YAML document each. */
  'format.export': call(
    z.object({ ids: z.array(z.string().max(200)).min(1).max(1000), token: tokenSchema }),
    z.object({ path: z.string(), formats: count }),
  ),
  /** Takes the formats of a text file in; those that cannot be used are told and left out. */
  'format.import': call(
    z.object({ token: tokenSchema, toCase: z.boolean(), toLibrary: z.boolean() }),
    z.object({
      taken: z.array(z.object({ id: z.string(), title: z.string() })),
      problems: z.array(problemSchema),
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
  /** Marks, findings or saved views changed, the facts did not: marks in open views are stale. */
  'work.changed': z.object({ case: caseStateSchema }),
  /** Packing, verifying, exporting: how far. `step` in words. */
  'file.progress': z.object({ step: z.string(), done: count, of: count }),
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
