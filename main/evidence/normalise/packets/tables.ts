/**
 * The narrow tables a capture is read into. What repeats is kept once: ends in `flow`, words in `text`; the views of
 * `views.ts` put the wide rows together when they are written out.
 */
import { type Chunk, Rows } from '../../../store/rows';

const PACKET = {
  record_number: 'UBIGINT',
  byte_offset: 'UBIGINT',
  byte_length: 'UBIGINT',
  time: 'TIMESTAMP',
  remainder: 'SMALLINT',
  interface: 'USMALLINT',
  length: 'UINTEGER',
  captured: 'UINTEGER',
  flow: 'UINTEGER',
  /** Code of the path × 512 + TCP flags × 2 + 1 when end A sent it. */
  traits: 'UINTEGER',
  note: 'UINTEGER',
} as const;

const FLOW = {
  number: 'UINTEGER',
  /** Place among the flows as written: silent ones may be written early. */
  place: 'UINTEGER',
  /** Whether packets or messages of the part at hand are of it; very many flows may end long after their last. */
  spoken: 'BOOLEAN',
  record_number: 'UBIGINT',
  time: 'TIMESTAMP',
  remainder: 'SMALLINT',
  ended: 'TIMESTAMP',
  precision: 'UINTEGER',
  source_is_a: 'BOOLEAN',
  source_ip: 'VARCHAR',
  source_port: 'USMALLINT',
  source_mac: 'VARCHAR',
  destination_ip: 'VARCHAR',
  destination_port: 'USMALLINT',
  destination_mac: 'VARCHAR',
  vlan: 'USMALLINT',
  transport: 'VARCHAR',
  protocol: 'VARCHAR',
  action: 'VARCHAR',
  outcome: 'VARCHAR',
  bytes: 'UBIGINT',
  community_id: 'VARCHAR',
  assumed: 'BOOLEAN',
  message: 'VARCHAR',
} as const;

const MESSAGE = {
  ordinal: 'UBIGINT',
  flow: 'UINTEGER',
  /** Who asked, where it is a question or an answer: either end of a conversation may. */
  asked_by_a: 'BOOLEAN',
  record_number: 'UBIGINT',
  time: 'TIMESTAMP',
  remainder: 'SMALLINT',
  precision: 'UINTEGER',
  part: 'UINTEGER',
  dataset: 'UINTEGER',
  protocol: 'UINTEGER',
  action: 'UINTEGER',
  outcome: 'UINTEGER',
  kind: 'UINTEGER',
  operation: 'UINTEGER',
  function_code: 'UINTEGER',
  unit: 'UINTEGER',
  object: 'UINTEGER',
  address: 'BIGINT',
  quantity: 'UINTEGER',
  value: 'DOUBLE',
  exception: 'UINTEGER',
  transaction: 'UINTEGER',
  file: 'VARCHAR',
  domain: 'UINTEGER',
  user: 'VARCHAR',
  host: 'VARCHAR',
  /** Polling says the same few things over and over; a message that is not among the words is written out. */
  said: 'UINTEGER',
  message: 'VARCHAR',
} as const;

/** A run of values in one row; a text is a run of one. */
const POINT = {
  event: 'UBIGINT',
  first: 'UINTEGER',
  unit: 'UINTEGER',
  /** Of the first value; that of each further one is `object_step` higher. */
  object: 'UINTEGER',
  object_step: 'UTINYINT',
  address: 'BIGINT',
  stride: 'UINTEGER',
  numbers: 'DOUBLE[]',
  value_text: 'VARCHAR',
  quality: 'UINTEGER',
  time: 'TIMESTAMP',
} as const;

const REJECT = {
  record_number: 'UBIGINT',
  byte_offset: 'UBIGINT',
  byte_length: 'UBIGINT',
  excerpt: 'VARCHAR',
  reason: 'VARCHAR',
  help: 'VARCHAR',
} as const;

/** What messages tell of machines. */
const FACT = {
  record_number: 'UBIGINT',
  address: 'VARCHAR',
  is_mac: 'BOOLEAN',
  fact: 'VARCHAR',
  value: 'VARCHAR',
  told_by: 'VARCHAR',
  times: 'UBIGINT',
  first_seen: 'TIMESTAMP',
  last_seen: 'TIMESTAMP',
} as const;

/** Link layer of each interface. */
const INTERFACE = { number: 'USMALLINT', link: 'VARCHAR' } as const;

/** Texts that repeat, by kind: `word`, `object`, `said` or `number`. */
const TEXT = { kind: 'VARCHAR', code: 'UINTEGER', value: 'VARCHAR' } as const;

export const TABLES = {
  packet: 'capture_packet',
  flow: 'capture_flow',
  message: 'capture_message',
  point: 'capture_point',
  reject: 'capture_reject',
  end: 'capture_open',
  late: 'capture_late',
  fact: 'capture_fact',
  interface: 'capture_interface',
  text: 'capture_text',
} as const;

/** Where lines are more than these they hardly repeat: to look each up then costs more than to write it. */
const MOST_LINES = 8192;

/** Words that repeat, each with a number; written out once at the end. */
class Dictionary {
  private codes = new Map<string, number>();
  private series: (readonly [first: number, texts: readonly string[]])[] = [];
  private seriesAt = new Map<string, number>();
  private seriesOf = new WeakMap<readonly string[], number>();
  private next = 0;

  code(text: string): number {
    const known = this.codes.get(text);
    if (known !== undefined) return known;
    const code = this.next++;
    this.codes.set(text, code);
    return code;
  }

  /** Number of the first of some words, which have numbers one after another, besides those they may have alone. */
  codeOfSeries(texts: readonly string[]): number {
    const known = this.seriesOf.get(texts);
    if (known !== undefined) return known;
    const key = JSON.stringify(texts);
    const first = this.seriesAt.get(key) ?? this.next;
    this.seriesOf.set(texts, first);
    if (first < this.next) return first;
    this.seriesAt.set(key, first);
    this.series.push([first, texts]);
    this.next += texts.length;
    return first;
  }

  /** As `code`, or null once there are many. */
  codeOfFew(text: string): number | null {
    return this.codes.size < MOST_LINES ? this.code(text) : null;
  }

  get size(): number {
    return this.next;
  }

  /** Codes given before mean nothing from here on. */
  clear(): void {
    this.codes = new Map();
    this.series = [];
    this.seriesAt = new Map();
    this.seriesOf = new WeakMap();
    this.next = 0;
  }

  *words(): Iterable<[string, number]> {
    yield* this.codes;
    for (const [first, texts] of this.series)
      for (const [place, text] of texts.entries()) yield [text, first + place];
  }
}

/** The word said last and its number: comparing with it is cheaper than looking up. */
export class LastWord {
  private readonly words: Dictionary;
  private text: string | null = null;
  private number: number | null = null;

  constructor(words: Dictionary) {
    this.words = words;
  }

  code(text: string): number {
    if (text === this.text && this.number !== null) return this.number;
    const code = this.words.code(text);
    this.text = text;
    this.number = code;
    return code;
  }

  /** As `Dictionary.codeOfFew`. */
  codeOfFew(text: string): number | null {
    if (text === this.text) return this.number;
    this.text = text;
    this.number = this.words.codeOfFew(text);
    return this.number;
  }
}

/** Which small numbers there are; each is its own code. */
class Numbers {
  private readonly isThere = new Uint8Array(65_536);
  /** False when there are greater ones too. */
  areSmall = true;

  add(value: number): void {
    if (value < 65_536) this.isThere[value] = 1;
    else this.areSmall = false;
  }

  clear(): void {
    this.isThere.fill(0);
    this.areSmall = true;
  }

  *words(): Iterable<[string, number]> {
    for (const [value, isThere] of this.isThere.entries()) if (isThere === 1) yield [String(value), value];
  }
}

/** How much there is in a capture, or a part of one. */
export interface CaptureSizes {
  readonly packets: number;
  readonly messages: number;
  readonly pointRuns: number;
  readonly rejected: number;
  /** Flows that ended. */
  readonly ended: number;
  /** Flows that packets or messages are of. */
  readonly flows: number;
  readonly words: number;
  readonly objects: number;
  readonly said: number;
  /** Numbers that packets show as text; null when some are great. */
  readonly numbers: number | null;
}

export const COLUMNS = {
  packet: PACKET,
  flow: FLOW,
  message: MESSAGE,
  point: POINT,
  reject: REJECT,
  /** Flows of a part that go on behind it, as they are known where it ends; what only their end tells is NULL. */
  end: FLOW,
  /** Flows of which more became known after messages of theirs were written out with a part. */
  late: FLOW,
  fact: FACT,
  interface: INTERFACE,
  text: TEXT,
} as const;

export type TableName = keyof typeof COLUMNS;
/** Tables whose rows belong to a part of a capture. */
export const PART_TABLES: readonly TableName[] = [
  'packet',
  'flow',
  'message',
  'point',
  'reject',
  'end',
  'interface',
  'text',
];
/** Tables of the whole capture. */
export const WHOLE_TABLES: readonly TableName[] = ['fact', 'late'];
export const NAMES: readonly TableName[] = [...PART_TABLES, ...WHOLE_TABLES];

/** Takes the rows of a table; the chunk's arrays are its own only until it returns. */
export type TakeRows = (table: TableName, chunk: Chunk) => void;

/** Rows with the columns of flows. */
export type FlowRows = Rows<typeof FLOW>;

/** The rows of a capture as they are made. */
export class CaptureTables {
  /** What protocols call things. */
  readonly words = new Dictionary();
  /** What messages are about. */
  readonly objects = new Dictionary();
  /** Message lines. */
  readonly said = new Dictionary();
  /** Numbers of packets that are shown as text. */
  readonly numbers = new Numbers();
  readonly packet: Rows<typeof PACKET>;
  readonly flow: FlowRows;
  readonly message: Rows<typeof MESSAGE>;
  readonly point: Rows<typeof POINT>;
  readonly reject: Rows<typeof REJECT>;
  readonly end: FlowRows;
  readonly late: FlowRows;
  readonly fact: Rows<typeof FACT>;
  readonly interface: Rows<typeof INTERFACE>;
  readonly text: Rows<typeof TEXT>;
  /** Rows of earlier parts. */
  private before = { packet: 0, message: 0, point: 0, reject: 0, flow: 0, end: 0 };

  /** Without `take` the rows are dropped: to decode without a database. */
  constructor(take: TakeRows | null) {
    const rows = <N extends TableName>(name: N) =>
      new Rows<(typeof COLUMNS)[N]>(COLUMNS[name], take && ((chunk) => take(name, chunk)));
    this.packet = rows('packet');
    this.flow = rows('flow');
    this.message = rows('message');
    this.point = rows('point');
    this.reject = rows('reject');
    this.end = rows('end');
    this.late = rows('late');
    this.fact = rows('fact');
    this.interface = rows('interface');
    this.text = rows('text');
  }

  /** Rows of the part at hand, of the table that has most. */
  get rowsOfPart(): number {
    const { before, packet, message, point } = this;
    return Math.max(packet.rows - before.packet, message.rows - before.message, point.rows - before.point);
  }

  /** Of the part at hand. */
  get sizes(): CaptureSizes {
    const { before, words, objects, said, numbers } = this;
    const ended = this.flow.rows - before.flow;
    return {
      packets: this.packet.rows - before.packet,
      messages: this.message.rows - before.message,
      pointRuns: this.point.rows - before.point,
      rejected: this.reject.rows - before.reject,
      ended,
      flows: ended + this.end.rows - before.end,
      words: words.size,
      objects: objects.size,
      said: said.size,
      numbers: numbers.areSmall ? [...numbers.words()].length : null,
    };
  }

  /** Hands over the texts and what is left of every table, and says how much the part was; the next begins without texts. */
  finishPart(): CaptureSizes {
    const { text } = this;
    const dictionaries = {
      word: this.words,
      object: this.objects,
      said: this.said,
      number: this.numbers,
    };
    for (const [kind, dictionary] of Object.entries(dictionaries)) {
      for (const [value, code] of dictionary.words()) {
        text.columns.kind.set(text.row, kind);
        text.columns.code.set(text.row, code);
        text.columns.value.set(text.row, value);
        text.endRow();
      }
    }
    for (const name of NAMES) this[name].flush();
    const { sizes } = this;
    for (const dictionary of Object.values(dictionaries)) dictionary.clear();
    const { packet, message, point, reject, flow, end } = this;
    this.before = {
      packet: packet.rows,
      message: message.rows,
      point: point.rows,
      reject: reject.rows,
      flow: flow.rows,
      end: end.rows,
    };
    return sizes;
  }
}
