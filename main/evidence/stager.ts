/** Puts split records into the staging tables: text cleaned to UTF-8, offsets of the original bytes, rejects apart. */
import { isUtf8 } from 'node:buffer';
import { RecordAppender } from '../store/append-text';
import type { Database } from '../store/database';
import { ident, join, sql, trusted } from '../store/sql';
import type { DayEdges } from './day-edges';
import { decodeCounting } from './encoding';
import type { KeyWatch } from './key-watch';
import type { Places } from './places';
import type { ReadPlan } from './plan';
import { planColumns } from './plan';
import { PLAIN, unquote } from './readers/delimited';
import type { Cells, RecordSink } from './readers/reader';
import type { Window } from './readers/window';
import { unescapeZeek } from './readers/zeek';

const EXCERPT_CHARACTERS = 400;
/** An escaped backslash, a pair of escaped surrogates, or half of one. */
const SURROGATES =
  /\\\\|(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})/g;

/** What the stager must know of the stream beside the records. */
export interface StreamState {
  /** Original bytes read so far: no record ends beyond them. */
  streamBytes: number;
  /** False while bytes at hand are known to break UTF-8; then every cell is looked at. */
  valid: boolean;
}

export interface StageTarget {
  /** `record`, or null where only places are kept. */
  readonly records: RecordAppender | null;
  /** Where the records lie, for the fast path, or null. */
  readonly places: Places | null;
  /** Where days begin and end in lines, where that is to be found. */
  readonly dayEdges: DayEdges | null;
  /** Which of the JSON records bring keys, where that is to be found. */
  readonly keyWatch: KeyWatch | null;
  /** `unsplit(record_number, byte_offset, byte_length, excerpt, reason, help)`. */
  readonly rejects: RecordAppender;
}

/** Creates `unsplit`, and `record` (c0…cN) where it is not places alone that are kept. Those of an earlier file are replaced. */
export async function openTarget(
  database: Database,
  plan: ReadPlan,
  {
    places = null,
    dayEdges = null,
    keyWatch = null,
  }: Partial<Pick<StageTarget, 'places' | 'dayEdges' | 'keyWatch'>> = {},
): Promise<StageTarget> {
  const columns = planColumns(plan).map((_, index) => ident(`c${index}`));
  const place = trusted('record_number UBIGINT, byte_offset UBIGINT, byte_length UBIGINT');
  await database.run(
    sql`CREATE OR REPLACE TABLE unsplit (${place}, excerpt VARCHAR, reason VARCHAR, help VARCHAR)`,
  );
  const rejects = await RecordAppender.open(database, 'unsplit', 3);
  if (places !== null) return { records: null, places, dayEdges, keyWatch, rejects };
  const cells = join(
    columns.map((column) => sql`${column} VARCHAR`),
    ', ',
  );
  await database.run(sql`CREATE OR REPLACE TABLE record (${place}, ${cells})`);
  return {
    records: await RecordAppender.open(database, 'record', columns.length),
    places: null,
    dayEdges: null,
    keyWatch: null,
    rejects,
  };
}

export class Stager implements RecordSink {
  records = 0;
  rejected = 0;
  replacements = 0;
  /** Original bytes inside records. */
  recordBytes = 0;
  private readonly plan: ReadPlan;
  private readonly target: StageTarget;
  private readonly state: StreamState;

  constructor(plan: ReadPlan, target: StageTarget, state: StreamState) {
    this.plan = plan;
    this.target = target;
    this.state = state;
  }

  record(window: Window, from: number, to: number, cells: Cells): void {
    const { records } = this.target;
    this.records++;
    if (records) {
      for (let column = 0; column < cells.count; column++) this.cell(records, window, cells, column);
    }
    this.end(window, from, to);
  }

  made(window: Window, from: number, to: number, text: string): void {
    const { records } = this.target;
    this.records++;
    if (records) this.put(records, 0, text);
    this.end(window, from, to);
  }

  reject(window: Window, from: number, to: number, reason: string, help: string): void {
    this.records++;
    this.rejected++;
    const excerpt = this.clean(window.bytes.subarray(from, Math.min(to, from + EXCERPT_CHARACTERS * 4)));
    const { rejects } = this.target;
    [excerpt.slice(0, EXCERPT_CHARACTERS), reason, help].forEach((text, column) => {
      const bytes = Buffer.from(text, 'utf8');
      rejects.text(column, bytes, 0, bytes.length);
    });
    const offset = window.original(from);
    const length = Math.min(window.original(to), this.state.streamBytes) - offset;
    this.recordBytes += length;
    rejects.endRow(this.records, offset, length);
  }

  close(): void {
    this.target.records?.close();
    this.target.rejects.close();
  }

  /** Where the record lies, once its cells are there. */
  private end(window: Window, from: number, to: number): void {
    const { records, places, dayEdges, keyWatch } = this.target;
    const offset = window.original(from);
    const length = Math.min(window.original(to), this.state.streamBytes) - offset;
    this.recordBytes += length;
    if (records) records.endRow(this.records, offset, length);
    else places?.add(offset, length);
    dayEdges?.add(window.bytes, from, this.records, offset, length);
    keyWatch?.record(window.bytes, from, to);
  }

  private cell(records: RecordAppender, window: Window, cells: Cells, column: number): void {
    const from = cells.starts[column] ?? 0;
    const to = cells.ends[column] ?? 0;
    if (from === to) return;
    const state = cells.escaped[column] ?? PLAIN;
    if (this.plan.kind === 'json' && mayHoldSurrogates(window, from, to)) {
      this.put(records, column, this.pairSurrogates(this.clean(window.bytes.subarray(from, to))));
    } else if (this.plan.kind === 'zeek') {
      this.zeekCell(records, window, column, from, to, state);
    } else if (state === PLAIN && this.isValid(window, from, to)) {
      records.text(column, window.bytes, from, to);
    } else {
      const raw = this.clean(window.bytes.subarray(from, to));
      const dialect = this.plan.kind === 'delimited' ? this.plan.dialect : null;
      const text = dialect && state !== PLAIN ? unquote(raw, state, dialect.quote, dialect.escape) : raw;
      this.put(records, column, text);
    }
  }

  private zeekCell(
    records: RecordAppender,
    window: Window,
    column: number,
    from: number,
    to: number,
    state: number,
  ): void {
    if (this.plan.kind !== 'zeek') return;
    const { unsetField, emptyField } = this.plan.header;
    const length = to - from;
    const mayBeMark = length === unsetField.length || length === emptyField.length;
    if (!mayBeMark && state === PLAIN && this.isValid(window, from, to)) {
      records.text(column, window.bytes, from, to);
      return;
    }
    const raw = this.clean(window.bytes.subarray(from, to));
    if (raw === unsetField) return;
    this.put(records, column, raw === emptyField ? '' : unescapeZeek(raw));
  }

  private put(records: RecordAppender, column: number, text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    records.text(column, bytes, 0, bytes.length);
  }

  private isValid(window: Window, from: number, to: number): boolean {
    return this.state.valid || isUtf8(window.bytes.subarray(from, to));
  }

  /** An escaped half of a surrogate pair is no character: DuckDB refuses the whole value for it. */
  private pairSurrogates(text: string): string {
    return text.replace(SURROGATES, (found, pair: string | undefined, half: string | undefined) => {
      if (half === undefined || pair !== undefined) return found;
      this.replacements++;
      return '\\ufffd';
    });
  }

  private clean(bytes: Uint8Array): string {
    const { text, replaced } = decodeCounting(bytes);
    this.replacements += replaced;
    return text;
  }
}

/** Whether `\ud8…` or the like stands between the two: rare, so that looking closer costs nothing. */
function mayHoldSurrogates({ bytes }: Window, from: number, to: number): boolean {
  const record = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);
  return record.includes('\\ud') || record.includes('\\uD');
}
