/**
 * The texts that repeat in a capture's rows, and where the views find them. In a big capture each lies once in an ENUM:
 * Parquet's dictionary is then ready, and a row costs a tenth of what hashing its text does. The file is the same.
 */
import type { Database } from '../../../store/database';
import { quoteText, trusted } from '../../../store/sql';
import type { CaptureSizes } from './tables';
import { TABLES } from './tables';

/** Packets from which the ENUMs cost less than they save. */
const FROM_PACKETS = 40_000;
/** An ENUM's values are written with every row group, used there or not. */
const MOST_VALUES = 2000;

/** What the views say besides what the capture does. */
export const OWN_WORDS = [
  'network',
  'protocol',
  'Captured',
  'flow',
  'First packet',
  'connection',
  'pcap.flow',
];

const NARROW = {
  word: 'capture_word',
  object: 'capture_object',
  said: 'capture_said',
  number: 'capture_number',
  flow: 'capture_end',
};
const KINDS = ['word', 'object', 'said', 'end', 'community', 'number'] as const;
type Kind = (typeof KINDS)[number];

/** A table or a subquery in brackets. */
export interface Texts {
  /** `code, value` each. */
  readonly word: string;
  readonly object: string;
  readonly said: string;
  /** The flows with their texts; `source` and `destination` are IP address or MAC, `…_text` numbers as text. */
  readonly flow: string;
  /** SQL types of the texts; `message` that of a whole message line. */
  readonly types: Readonly<Record<Kind | 'message', string>>;
  /** A number as text: the expression, and the join it needs. */
  number(column: string, alias: string): { readonly text: string; readonly join: string };
}

const VARCHARS = Object.fromEntries(KINDS.map((kind) => [kind, 'VARCHAR'])) as Record<Kind, string>;

const asText: Texts['number'] = (column) => ({ text: `CAST(${column} AS VARCHAR)`, join: '' });

/** The flows of the rows at hand: some have ended, the others go on in the next part. */
const FLOWS = `(SELECT * FROM ${TABLES.flow} WHERE spoken UNION ALL SELECT * FROM ${TABLES.end})`;

/** Texts of flows alone, by their own rows. */
export function textsOfEndedFlows(): Texts {
  return plain(TABLES.flow);
}

/** Where texts are found as they lie in the capture's tables. */
function plain(ends = FLOWS): Texts {
  const of = (kind: string): string => `(SELECT code, value FROM ${TABLES.text} WHERE kind = '${kind}')`;
  return {
    word: of('word'),
    object: of('object'),
    said: of('said'),
    flow: `(${flowColumns(VARCHARS, ends)})`,
    types: { ...VARCHARS, message: 'VARCHAR' },
    number: asText,
  };
}

/** The places of the capture's texts, with ENUMs made for those of a big capture; `isAlone`: its rows go into files of their own. */
export async function createTexts(database: Database, sizes: CaptureSizes, isAlone: boolean): Promise<Texts> {
  if (!isAlone || sizes.packets < FROM_PACKETS) return plain();
  const types: Record<Kind, string> = { ...VARCHARS };
  const values = valuesOf();
  const isFew: Record<Kind, boolean> = {
    word: sizes.words <= MOST_VALUES,
    object: sizes.objects <= MOST_VALUES,
    said: sizes.said + sizes.flows <= MOST_VALUES,
    end: sizes.flows <= MOST_VALUES,
    community: sizes.flows <= MOST_VALUES,
    number: sizes.flows + (sizes.numbers ?? Number.POSITIVE_INFINITY) <= MOST_VALUES,
  };
  for (const kind of KINDS) {
    if (!isFew[kind]) continue;
    types[kind] = `capture_type_${kind}`;
    await database.run(
      trusted(
        `CREATE TYPE ${types[kind]} AS ENUM (SELECT DISTINCT value FROM (${values[kind]}) WHERE value IS NOT NULL)`,
      ),
    );
  }
  for (const kind of ['word', 'object', 'said', 'number'] as const) {
    await database.run(
      trusted(`CREATE TABLE ${NARROW[kind]} AS
        SELECT code, CAST(value AS ${types[kind]}) AS value FROM ${TABLES.text} WHERE kind = '${kind}'`),
    );
  }
  await database.run(trusted(`CREATE TABLE ${NARROW.flow} AS ${flowColumns(types, FLOWS)}`));
  return {
    ...NARROW,
    types: { ...types, message: isFew.said ? types.said : 'VARCHAR' },
    number: isFew.number
      ? (column, alias) => ({
          text: `${alias}.value`,
          join: `LEFT JOIN ${NARROW.number} ${alias} ON ${alias}.code = ${column}`,
        })
      : asText,
  };
}

/** What `createTexts` made, once the views are gone. */
export async function dropTexts(database: Database): Promise<void> {
  for (const table of Object.values(NARROW)) await database.run(trusted(`DROP TABLE IF EXISTS ${table}`));
  for (const kind of KINDS) await database.run(trusted(`DROP TYPE IF EXISTS capture_type_${kind}`));
}

/** SELECT of the different values of each kind, as `value`. */
function valuesOf(): Readonly<Record<Kind, string>> {
  const of = (kind: string): string => `SELECT value FROM ${TABLES.text} WHERE kind = '${kind}'`;
  const flows = (...columns: string[]): string =>
    columns.map((column) => `SELECT ${column} AS value FROM ${FLOWS}`).join(' UNION ');
  const own = OWN_WORDS.map((word) => `SELECT ${quoteText(word)} AS value`).join(' UNION ');
  return {
    word: `${of('word')} UNION ${own} UNION ${flows('transport', 'protocol', '"action"', 'outcome')}`,
    object: of('object'),
    said: `${of('said')} UNION ${flows('message')}`,
    end: flows('source_ip', 'destination_ip', 'source_mac', 'destination_mac'),
    community: flows('community_id'),
    number: `${of('number')} UNION SELECT CAST(value AS VARCHAR) FROM (${flows('source_port', 'destination_port', 'vlan')})`,
  };
}

function flowColumns(types: Readonly<Record<Kind, string>>, flows: string): string {
  const { word, said, end, community, number } = types;
  const cast = (column: string, type: string, name = column): string =>
    `CAST(${column} AS ${type}) AS ${name}`;
  const columns = [
    '* EXCLUDE (source_ip, source_mac, destination_ip, destination_mac, transport, protocol, "action", outcome, message, community_id)',
    ...['source_ip', 'source_mac', 'destination_ip', 'destination_mac'].map((name) => cast(name, end)),
    cast('coalesce(source_ip, source_mac)', end, 'source'),
    cast('coalesce(destination_ip, destination_mac)', end, 'destination'),
    ...['transport', 'protocol', '"action"', 'outcome'].map((name) => cast(name, word)),
    cast('message', said),
    cast('community_id', community),
    ...['source_port', 'destination_port', 'vlan'].map((name) =>
      cast(`CAST(${name} AS VARCHAR)`, number, `${name}_text`),
    ),
  ];
  return `SELECT ${columns.join(', ')} FROM ${flows}`;
}
