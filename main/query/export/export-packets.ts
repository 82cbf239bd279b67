/**
 * Rows of events as the packets they were read from. Packets are taken out of each original in its order, kept beside
 * the file, and written in the order of their times; the file gets its name when it is whole.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join as joinPath } from 'node:path';
import { fail, type Outcome, succeed } from '../../../shared/problem';
import type { Result } from '../../../shared/protocol';
import type { Database } from '../../store/database';
import type { RecordFile } from '../../store/parquet';
import { type Sql, sql, trusted } from '../../store/sql';
import { writeAll } from '../../store/write-all';
import { wireValue } from '../arrow';
import { wireField } from '../sources/page';
import { columnName, findColumn, NEED_NOTHING, type Need, type Relation } from '../sources/relation';
import type { Sources } from '../sources/sources';
import { conversationPackets } from './conversations';
import type { PacketBytes, PacketExport, PacketInterface } from './export-format';

/** The packets of the case's originals, in the engine's hands. */
export interface PacketSource {
  /** Where the records of a capture lie; null for any other evidence. */
  records(evidenceId: number): RecordFile | null;
  /** Name of an evidence, for whoever reads. */
  name(evidenceId: number): string;
  /** What wrote the file. */
  readonly program: string;
  /**
   * Hands over those records of a capture, lowest number first. Fails with why none could be had: another kind of
   * evidence, or an original that is not there any more.
   */
  take(
    evidenceId: number,
    records: ReadonlySet<number>,
    each: (found: FoundPacket) => Promise<void>,
    signal: AbortSignal | undefined,
  ): Promise<Outcome<null>>;
}

/** `bytes` are valid only during the call. */
export interface FoundPacket extends PacketBytes {
  readonly record: number;
  readonly interfaceIndex: number;
  readonly interface: PacketInterface;
}

const NEEDED = ['event_id', 'evidence_id', 'record_number', 'message'] as const;
/** Events named in the comments of one packet. */
const MOST_COMMENTS = 12;
const BLOCK = 1 << 20;

interface Place {
  readonly timeUs: number | null;
  readonly remainderNs: number;
  readonly offset: number;
  readonly length: number;
}

interface EventOfPacket {
  readonly id: string;
  readonly message: string;
}

/** `isWhole`: the packets of the conversations the events are of, too. */
export async function exportPackets(
  sources: Sources,
  relation: Relation,
  format: PacketExport,
  packets: PacketSource,
  path: string,
  isWhole: boolean,
  progress: (rows: number) => void,
  signal: AbortSignal | undefined,
): Promise<Outcome<Result<'source.export'>>> {
  const indexes = NEEDED.map((name) => findColumn(relation, name));
  if (indexes.some((index) => index === null)) {
    return fail({
      code: 'export-no-packets',
      what: 'Only rows of events have packets, and these rows are no events.',
      help: 'Show the events of these rows and export those.',
    });
  }
  const part = joinPath(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.part`);
  const picked = statement(relation, indexes);
  const slice = new Slice(format, packets, part, signal, isWhole);
  try {
    const rows = await sources.views.using(signal, async (database) => {
      const query = isWhole ? await widened(database, picked, packets) : sql`${picked} ORDER BY e, r, i`;
      const result = await database.connection.stream(query.text, [...query.values]);
      const reader = new Gathering(slice);
      for (;;) {
        if (signal?.aborted) throw new Error('INTERRUPT Error: Interrupted!');
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) break;
        for (const row of chunk.getRows()) await reader.row(row);
        progress(slice.rows);
      }
      await reader.end();
      return null;
    });
    if (!rows.ok) return rows;
    const sizeBytes = await slice.finish();
    await rename(part, path);
    return succeed({ path, rows: slice.rows, undated: 0, sizeBytes, left: slice.left() });
  } finally {
    await slice.close();
  }
}

/** Sorted by place in the originals, so that each is read once and forwards. */
function statement(relation: Relation, indexes: readonly (number | null)[]): Sql {
  const columns = indexes.filter((index) => index !== null);
  const need: Need = { ...NEED_NOTHING, columns: new Set(columns) };
  const [id, evidence, record, message] = columns.map((index) => {
    const column = relation.columns[index];
    if (column === undefined) throw new Error('a column is gone');
    return wireValue(wireField(column.column), sql`s.${columnName(relation, index, need)}`);
  });
  if (!id || !evidence || !record || !message) throw new Error('a column is gone');
  return sql`SELECT ${evidence} AS e, ${record} AS r, ${id}::VARCHAR AS i, ${message} AS m
    FROM (${relation.rows(need)}) AS s`;
}

/** With the other packets of their conversations, which are rows without an event. */
async function widened(database: Database, picked: Sql, packets: PacketSource): Promise<Sql> {
  const { rows } = await database.all(sql`SELECT DISTINCT e FROM (${picked}) WHERE e IS NOT NULL`);
  const files = rows.flatMap(([evidence]) => packets.records(Number(evidence)) ?? []);
  const more = conversationPackets(trusted('picked'), files);
  return sql`WITH picked AS MATERIALIZED (${picked})
    SELECT e, r::UBIGINT AS r, i, m FROM picked UNION ALL SELECT e, r, NULL, NULL FROM (${more}) ORDER BY e, r, i NULLS LAST`;
}

/** Gathers the rows of one evidence after the other. */
class Gathering {
  private readonly slice: Slice;
  private evidenceId: number | null = null;
  private events = new Map<number, EventOfPacket[]>();
  private rows = 0;

  constructor(slice: Slice) {
    this.slice = slice;
  }

  async row([evidence, record, id, message]: readonly unknown[]): Promise<void> {
    const evidenceId = Number(evidence);
    if (evidence === null || record === null) return this.slice.leave('have no record', 1);
    if (this.evidenceId !== evidenceId) await this.end();
    this.evidenceId = evidenceId;
    const events = this.events.get(Number(record)) ?? [];
    if (id === null) {
      this.events.set(Number(record), events);
      return;
    }
    this.rows += 1;
    if (events.length < MOST_COMMENTS) events.push({ id: String(id), message: String(message ?? '') });
    else if (events.length === MOST_COMMENTS) events.push({ id: '…', message: 'and more events' });
    this.events.set(Number(record), events);
  }

  async end(): Promise<void> {
    if (this.evidenceId === null) return;
    await this.slice.evidence(this.evidenceId, this.events, this.rows);
    this.evidenceId = null;
    this.events = new Map();
    this.rows = 0;
  }
}

class Slice {
  /** Packets written. */
  rows = 0;
  private readonly format: PacketExport;
  private readonly packets: PacketSource;
  private readonly part: string;
  private readonly signal: AbortSignal | undefined;
  private readonly isWhole: boolean;
  private readonly interfaces: PacketInterface[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly places: Place[] = [];
  private readonly reasons = new Map<string, number>();
  private spill: FileHandle | null = null;
  private out: FileHandle | null = null;
  private gathered: Uint8Array[] = [];
  private gatheredBytes = 0;
  private spilled = 0;
  private isInOrder = true;
  private events = 0;

  constructor(
    format: PacketExport,
    packets: PacketSource,
    part: string,
    signal: AbortSignal | undefined,
    isWhole: boolean,
  ) {
    this.isWhole = isWhole;
    this.format = format;
    this.packets = packets;
    this.part = part;
    this.signal = signal;
  }

  leave(why: string, rows: number): void {
    this.reasons.set(why, (this.reasons.get(why) ?? 0) + rows);
  }

  left(): { rows: number; why: string }[] {
    return [...this.reasons].map(([why, rows]) => ({ rows, why }));
  }

  async evidence(evidenceId: number, events: Map<number, EventOfPacket[]>, rows: number): Promise<void> {
    const taken = await this.packets.take(
      evidenceId,
      new Set(events.keys()),
      async (found) => {
        await this.packet(evidenceId, found, events.get(found.record) ?? []);
        events.delete(found.record);
      },
      this.signal,
    );
    if (!taken.ok && taken.problem.code === 'cancelled') throw new Error('INTERRUPT Error: Interrupted!');
    if (!taken.ok) this.leave(`${this.packets.name(evidenceId)}: ${taken.problem.what}`, rows);
    else if (events.size > 0) {
      const missing = [...events.values()].reduce((sum, { length }) => sum + length, 0);
      this.leave(`${this.packets.name(evidenceId)}: their packets could not be read.`, missing);
      this.events += rows - missing;
    } else this.events += rows;
  }

  /** Writes the file and gives its size in bytes. */
  async finish(): Promise<number> {
    await this.flush();
    this.out = await open(this.part, 'wx', 0o600);
    const what = this.isWhole ? 'the conversations of ' : '';
    const comment = `${this.rows} packets of ${what}${this.events} ${this.events === 1 ? 'event' : 'events'}, as captured. Event numbers are those of the case.`;
    const head = [
      this.format.packets.head(comment, this.packets.program),
      ...this.interfaces.map((one) => this.format.packets.interface(one)),
    ];
    let size = 0;
    for (const bytes of head) {
      await writeAll(this.out, bytes);
      size += bytes.length;
    }
    if (!this.isInOrder) this.places.sort(byTime);
    for (const { offset, length } of stretches(this.places)) {
      if (this.signal?.aborted) throw new Error('INTERRUPT Error: Interrupted!');
      const bytes = new Uint8Array(length);
      await this.spill?.read(bytes, 0, length, offset);
      await writeAll(this.out, bytes);
      size += length;
    }
    await this.out.sync();
    return size;
  }

  async close(): Promise<void> {
    await this.spill?.close();
    await this.out?.close();
    await rm(`${this.part}.packets`, { force: true });
    await rm(this.part, { force: true });
  }

  private async packet(
    evidenceId: number,
    found: FoundPacket,
    events: readonly EventOfPacket[],
  ): Promise<void> {
    const key = `${evidenceId}/${found.interfaceIndex}`;
    const number = this.numbers.get(key) ?? this.interfaces.length;
    if (number === this.interfaces.length) {
      this.interfaces.push(found.interface);
      this.numbers.set(key, number);
    }
    const comments = events.map(({ id, message }) => `event ${id}: ${message}`);
    const bytes = this.format.packets.packet(found, number, found.interface.isMicro, comments);
    const place = {
      timeUs: found.timeUs,
      remainderNs: found.remainderNs,
      offset: this.spilled + this.gatheredBytes,
      length: bytes.length,
    };
    const last = this.places.at(-1);
    if (last && byTime(last, place) > 0) this.isInOrder = false;
    this.places.push(place);
    this.rows += 1;
    this.gathered.push(bytes);
    this.gatheredBytes += bytes.length;
    if (this.gatheredBytes >= BLOCK) await this.flush();
  }

  private async flush(): Promise<void> {
    if (this.gathered.length === 0) return;
    this.spill ??= await open(`${this.part}.packets`, 'wx+', 0o600);
    await writeAll(this.spill, Buffer.concat(this.gathered), this.spilled);
    this.spilled += this.gatheredBytes;
    this.gathered = [];
    this.gatheredBytes = 0;
  }
}

/** Packets without a time come last; equal times stay as they lay in the original. */
function byTime(a: Place, b: Place): number {
  if (a.timeUs === null || b.timeUs === null)
    return (a.timeUs === null ? 1 : 0) - (b.timeUs === null ? 1 : 0);
  return a.timeUs - b.timeUs || a.remainderNs - b.remainderNs || a.offset - b.offset;
}

/** Neighbours in the spill file are copied together, up to a block. */
function* stretches(
  places: readonly Place[],
): Iterable<{ readonly offset: number; readonly length: number }> {
  let current: { offset: number; length: number } | null = null;
  for (const { offset, length } of places) {
    if (current && current.offset + current.length === offset && current.length < BLOCK) {
      current.length += length;
      continue;
    }
    if (current) yield current;
    current = { offset, length };
  }
  if (current) yield current;
}
