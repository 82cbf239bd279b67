/** Words looked for in what the sources themselves wrote, beside the fields that events have. Pure. */
import type { Filter } from '../../../shared/filter';

/** Tables of records asked by one query; a query names each of them. */
export const MOST_RECORD_TABLES = 500;

interface Named {
  readonly name: string;
}

/** Names of the tables that hold the columns of sources, of all that a query may name. */
export function recordTables(tables: readonly Named[]): readonly string[] {
  return tables.map(({ name }) => name).filter((name) => /^record_\d+$/.test(name));
}

/** Events that hold the words in a field, or whose record holds them in any of its own columns, whatever the case. */
export function wordsInRecords(text: string, records: readonly string[]): Filter {
  const words: Filter = { kind: 'words', text };
  if (records.length === 0) return words;
  const found = `contains(lower(concat_ws(chr(10), *COLUMNS(* EXCLUDE (record_number, byte_offset, byte_length)))), lower('${text.replaceAll("'", "''")}'))`;
  const queries = records.map(
    (record) => `SELECT event_id FROM event WHERE evidence_id = ${record.slice('record_'.length)}
  AND record_number IN (SELECT record_number FROM ${record} WHERE ${found})`,
  );
  const of = {
    from: { kind: 'sql', text: queries.join('\nUNION ALL ') },
    filter: { kind: 'and', of: [] },
  } as const;
  return { kind: 'or', of: [words, { kind: 'member', field: 'event_id', of, column: 'event_id' }] };
}
