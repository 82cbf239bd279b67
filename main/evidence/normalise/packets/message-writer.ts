/** Writes a dissector's message as one row of `message` and its values as rows of `point`. */
import type { Dissector, Message, PointRun } from '../../../dissectors/dissector';
import type { Carrier } from '../../../dissectors/framing/tcp-stream';
import type { FlowTable } from './flow-table';
import { type CaptureTables, LastWord } from './tables';

interface Way {
  readonly action: LastWord;
  readonly outcome: LastWord;
  readonly kind: LastWord;
  readonly operation: LastWord;
  readonly object: LastWord;
  readonly line: LastWord;
}

const MOST_WAYS = 8192;

/** Codes of a dissector's own words; `parts`: of its first, second … message of a packet, from 1. */
interface Own {
  readonly id: number;
  readonly domain: number;
  readonly dataset: number;
  readonly parts: number[];
}

const MOST_PARTS = 64;

export class MessageWriter {
  private readonly tables: CaptureTables;
  private readonly flows: FlowTable;
  private lastRecord = -1;
  private partOfRecord = 0;
  /**
   * What an end of a flow said last, of the ends that share a place: polling says the same again and again, and
   * comparing is cheaper than finding.
   */
  private ways: Way[] = [];
  /** Codes of the words that every message of one dissector says. */
  private readonly owns = new Map<Dissector, Own>();

  constructor(tables: CaptureTables, flows: FlowTable) {
    this.tables = tables;
    this.flows = flows;
  }

  /** `askedBy`: 1 end A, 2 end B, 0 it is not told. */
  write(
    slot: number,
    ordinal: number,
    message: Message,
    carrier: Carrier,
    dissector: Dissector,
    askedBy: number,
  ): void {
    const { columns, row } = this.tables.message;
    this.flows.protocols[slot] = dissector.id;
    this.partOfRecord = carrier.record === this.lastRecord ? this.partOfRecord + 1 : 1;
    this.lastRecord = carrier.record;
    const own = this.owns.get(dissector) ?? this.wordsOf(dissector);
    const part = own.parts[this.partOfRecord] ?? this.partOf(dissector, own.parts, this.partOfRecord);

    columns.ordinal.set(row, ordinal);
    columns.flow.set(row, this.flows.columns.number[slot] ?? 0);
    if (askedBy !== 0) columns.asked_by_a.set(row, askedBy === 1 ? 1 : 0);
    columns.record_number.set(row, carrier.record);
    if (carrier.dated) {
      columns.time.set(row, carrier.timeUs);
      columns.remainder.set(row, carrier.remainderNs);
    }
    columns.precision.set(row, this.flows.columns.precision[slot] ?? 0);
    columns.part.set(row, part);
    columns.domain.set(row, own.domain);
    if (message.user) columns.user.set(row, message.user);
    if (message.host) columns.host.set(row, message.host);
    columns.dataset.set(row, own.dataset);
    columns.protocol.set(row, own.id);
    const way = this.wayOf((slot * 2 + (message.kind === 'request' ? 0 : 1)) % MOST_WAYS);
    columns.action.set(row, way.action.code(message.action));
    columns.outcome.set(row, way.outcome.code(outcomeOf(message)));
    columns.kind.set(row, way.kind.code(message.kind));
    if (message.operation !== null) columns.operation.set(row, way.operation.code(message.operation));
    if (message.functionCode !== null) columns.function_code.set(row, message.functionCode);
    if (message.unit !== null) columns.unit.set(row, message.unit);
    if (message.object !== null) columns.object.set(row, way.object.code(message.object));
    if (message.address !== null) columns.address.set(row, message.address);
    if (message.quantity !== null) columns.quantity.set(row, message.quantity);
    if (message.exception !== null) columns.exception.set(row, message.exception);
    if (message.transaction !== null) columns.transaction.set(row, message.transaction);
    if (message.file !== null) columns.file.set(row, message.file);
    const offset = clockOffset(message, carrier);
    const value = offset ?? onlyValue(message.points);
    if (value !== null) columns.value.set(row, value);
    const text = offset === null ? message.text : `${message.text}; its clock ${clockText(offset)}`;
    const said = way.line.codeOfFew(text);
    if (said === null) columns.message.set(row, text);
    else columns.said.set(row, said);
    this.tables.message.endRow();
    if (message.points.length > 0) this.points(ordinal, message, carrier);
  }

  /** The words get other codes from here on. */
  forgetTexts(): void {
    this.ways = [];
    this.owns.clear();
  }

  private wordsOf(dissector: Dissector): Own {
    const { words } = this.tables;
    const { domain = 'ot' } = dissector;
    const id = words.code(dissector.id);
    const parts = [id, id];
    const own = { id, domain: words.code(domain), dataset: words.code(dissector.dataset), parts };
    this.owns.set(dissector, own);
    return own;
  }

  private partOf({ id }: Dissector, parts: number[], part: number): number {
    const code = this.tables.words.code(`${id}.${part}`);
    if (part === parts.length && part < MOST_PARTS) parts.push(code);
    return code;
  }

  private wayOf(place: number): Way {
    const known = this.ways[place];
    if (known !== undefined) return known;
    const { words, objects, said } = this.tables;
    const way = {
      action: new LastWord(words),
      outcome: new LastWord(words),
      kind: new LastWord(words),
      operation: new LastWord(words),
      object: new LastWord(objects),
      line: new LastWord(said),
    };
    this.ways[place] = way;
    return way;
  }

  private points(event: number, message: Message, carrier: Carrier): void {
    let first = 0;
    const { points } = message;
    for (let index = 0; index < points.length; index++) {
      const run = points[index];
      if (run === undefined) continue;
      const count = run.values.length;
      if ((run.texts ?? run.qualities ?? run.timesUs) === undefined)
        this.run(event, first, message, run, 0, count, carrier);
      else {
        for (let from = 0; from < count; ) {
          const to = endOfLikes(run, from);
          this.run(event, first, message, run, from, to, carrier);
          from = to;
        }
      }
      first += count;
    }
  }

  /** The values `from` to `to` of a run, which have one quality and time, and one text if any. */
  private run(
    event: number,
    first: number,
    message: Message,
    { object, objects: names, address, stride, values, texts, qualities, timesUs, quality, timeUs }: PointRun,
    from: number,
    to: number,
    carrier: Carrier,
  ): void {
    const { words, objects, point } = this.tables;
    const { columns, row } = point;
    columns.event.set(row, event);
    columns.first.set(row, first + from);
    if (message.unit !== null) columns.unit.set(row, message.unit);
    if (names !== undefined) {
      columns.object.set(row, objects.codeOfSeries(names) + from);
      columns.object_step.set(row, 1);
    } else if (object !== null) {
      columns.object.set(row, objects.code(object));
      columns.object_step.set(row, 0);
    }
    if (address !== null) columns.address.set(row, address + from * stride);
    columns.stride.set(row, stride);
    columns.numbers.set(row, values, from, to);
    const text = texts?.[from] ?? null;
    if (text !== null) columns.value_text.set(row, text);
    const said = quality ?? qualities?.[from] ?? null;
    if (said !== null) columns.quality.set(row, words.code(said));
    const stamped = timeUs ?? timesUs?.[from] ?? Number.NaN;
    if (!Number.isNaN(stamped)) columns.time.set(row, stamped);
    else if (carrier.dated) columns.time.set(row, carrier.timeUs);
    point.endRow();
  }
}

/** Where the values end that share quality and time with the one at `from`; a text stands alone. */
function endOfLikes({ values, texts, qualities, timesUs }: PointRun, from: number): number {
  const quality = qualities?.[from] ?? null;
  const time = timesUs?.[from] ?? Number.NaN;
  let to = from + 1;
  if ((texts?.[from] ?? null) !== null) return to;
  while (
    to < values.length &&
    (texts?.[to] ?? null) === null &&
    (qualities?.[to] ?? null) === quality &&
    Object.is(timesUs?.[to] ?? Number.NaN, time)
  )
    to++;
  return to;
}

/** Seconds by which the sender's clock is ahead of the capture's; null where either does not say. */
function clockOffset({ clockUs }: Message, { dated, timeUs }: Carrier): number | null {
  return clockUs === undefined || !dated ? null : Math.round(clockUs - timeUs) / 1e6;
}

function clockText(offset: number): string {
  const seconds = Math.abs(offset).toFixed(6);
  return offset < 0 ? `${seconds} s behind the capture` : `${seconds} s ahead of the capture`;
}

/** A request alone says nothing about success. */
function outcomeOf(message: Message): string {
  if (message.kind === 'exception' || message.exception !== null) return 'failure';
  return message.kind === 'response' ? 'success' : 'unknown';
}

/** The value of a message that carries exactly one number, else null. */
function onlyValue(points: readonly PointRun[]): number | null {
  const run = points[0];
  if (run === undefined || points.length !== 1 || run.values.length !== 1) return null;
  const value = run.values[0] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
}
