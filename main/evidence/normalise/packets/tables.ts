/**
 * The narrow tables a capture is read into. What repeats is kept once: ends in `flow`, words in `text`; the views of
 * `views.ts` put the wide rows together when they are written out.
 */
import { TableAppender } from '../../../store/append';
import type { Database } from '../../../store/database';

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
  object: 'UINTEGER',
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

const TEXT = { code: 'UINTEGER', value: 'VARCHAR' } as const;

export const TABLES = {
  packet: 'capture_packet',
  flow: 'capture_flow',
  message: 'capture_message',
  point: 'capture_point',
  reject: 'capture_reject',
  fact: 'capture_fact',
  interface: 'capture_interface',
  text: 'capture_text',
} as const;

/** A capture whose messages all differ must not be held in memory twice. */
const MOST_WORDS = 65_536;

/** Words that repeat, each with a number; written out once at the end. */
class Dictionary {
  private readonly codes = new Map<string, number>();

  code(text: string): number {
    const known = this.codes.get(text);
    if (known !== undefined) return known;
    const code = this.codes.size;
    this.codes.set(text, code);
    return code;
  }

  /** As `code`, or null for a text that is not among the words when there are many. */
  codeOfFew(text: string): number | null {
    return this.codes.size < MOST_WORDS ? this.code(text) : (this.codes.get(text) ?? null);
  }

  words(): Iterable<[string, number]> {
    return this.codes;
  }
}

export class CaptureTables {
  readonly words = new Dictionary();
  readonly packet: TableAppender<typeof PACKET>;
  readonly flow: TableAppender<typeof FLOW>;
  readonly message: TableAppender<typeof MESSAGE>;
  readonly point: TableAppender<typeof POINT>;
  readonly reject: TableAppender<typeof REJECT>;
  readonly interface: TableAppender<typeof INTERFACE>;
  readonly fact: TableAppender<typeof FACT>;
  private readonly text: TableAppender<typeof TEXT>;

  private constructor(appenders: {
    packet: TableAppender<typeof PACKET>;
    flow: TableAppender<typeof FLOW>;
    message: TableAppender<typeof MESSAGE>;
    point: TableAppender<typeof POINT>;
    reject: TableAppender<typeof REJECT>;
    interface: TableAppender<typeof INTERFACE>;
    fact: TableAppender<typeof FACT>;
    text: TableAppender<typeof TEXT>;
  }) {
    this.packet = appenders.packet;
    this.flow = appenders.flow;
    this.message = appenders.message;
    this.point = appenders.point;
    this.reject = appenders.reject;
    this.interface = appenders.interface;
    this.fact = appenders.fact;
    this.text = appenders.text;
  }

  /** Tables that drop their rows: to decode without a database. */
  static discard(): CaptureTables {
    return new CaptureTables({
      packet: TableAppender.discard(PACKET),
      flow: TableAppender.discard(FLOW),
      message: TableAppender.discard(MESSAGE),
      point: TableAppender.discard(POINT),
      reject: TableAppender.discard(REJECT),
      interface: TableAppender.discard(INTERFACE),
      fact: TableAppender.discard(FACT),
      text: TableAppender.discard(TEXT),
    });
  }

  /** Makes the tables, replacing those of an earlier capture in this database. */
  static async create(database: Database): Promise<CaptureTables> {
    return new CaptureTables({
      packet: await TableAppender.create(database, TABLES.packet, PACKET),
      flow: await TableAppender.create(database, TABLES.flow, FLOW),
      message: await TableAppender.create(database, TABLES.message, MESSAGE),
      point: await TableAppender.create(database, TABLES.point, POINT),
      reject: await TableAppender.create(database, TABLES.reject, REJECT),
      interface: await TableAppender.create(database, TABLES.interface, INTERFACE),
      fact: await TableAppender.create(database, TABLES.fact, FACT),
      text: await TableAppender.create(database, TABLES.text, TEXT),
    });
  }

  close(): void {
    for (const [word, code] of this.words.words()) {
      this.text.columns.code.set(this.text.row, code);
      this.text.columns.value.set(this.text.row, word);
      this.text.endRow();
    }
    for (const appender of [
      this.packet,
      this.flow,
      this.message,
      this.point,
      this.reject,
      this.interface,
      this.fact,
      this.text,
    ])
      appender.close();
  }
}
