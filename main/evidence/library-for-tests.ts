/** Test support: a library of one plain format per reader, so that the import can be tested without real formats. */
import { EVENT_FIELDS } from '../../shared/fields';
import { succeed } from '../../shared/problem';
import { type Format, formatSchema } from '../formats/format';
import { ident, join, type Sql, sql, trusted } from '../store/sql';
import type { FormatLibrary } from './library';

function plain(id: string, read: object): Format {
  const given = {
    id,
    title: `Plain ${id}`,
    reference: 'none',
    read,
    samples: [{ line: 'x' }],
    refuses: ['y'],
  };
  return formatSchema.parse(given);
}

export const plainFormats: readonly Format[] = [
  plain('plain-zeek', { kind: 'zeek' }),
  plain('plain-json', { kind: 'json' }),
  plain('plain-delimited', { kind: 'delimited' }),
  plain('plain-lines', { kind: 'lines' }),
];

/** Rejects lines that begin with `bad` and JSON that is not valid; every other record becomes one undated event. */
export const plainLibrary: FormatLibrary = {
  formats: plainFormats,
  async score(_database, formats, staged) {
    const same = formats.filter(({ read }) => read.kind === staged.kind);
    return same.map(({ id, title }) => ({ format: id, title, score: 1, why: 'it is plain' }));
  },
  async order(_database, formats) {
    return formats.map(({ id }) => id);
  },
  async compile(_database, format, { evidenceId }) {
    const bad: Sql =
      format.read.kind === 'json'
        ? trusted('NOT json_valid(c0)')
        : trusted("coalesce(c0 LIKE 'bad%', FALSE)");
    const given = new Map<string, Sql>([
      ['evidence_id', sql`${evidenceId}`],
      ['record_number', ident('record_number')],
      ['event_part', sql`''`],
      ['event_domain', sql`'operations'`],
      ['message', ident('c0')],
    ]);
    const fields = EVENT_FIELDS.filter(({ name }) => name !== 'event_id').map(({ name, type }) => {
      return sql`${given.get(name) ?? trusted('NULL')}::${trusted(type)} AS ${ident(name)}`;
    });
    return succeed({
      prepare: [],
      rejects: sql`SELECT record_number, 'It is bad.' AS reason, 'None.' AS help FROM record WHERE ${bad}`,
      skips: null,
      events: sql`SELECT ${join(fields, ', ')} FROM record WHERE NOT (${bad})`,
      same: new Map(),
      chosen: new Set(),
      points: null,
      assets: null,
      addresses: null,
      zones: null,
      timeZoneSource: null,
      lateZoneSource: null,
      yearSource: null,
      notes: [],
    });
  },
};
