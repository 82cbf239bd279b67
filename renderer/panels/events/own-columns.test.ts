import { describe, expect, it } from 'vitest';
import { filterSchema } from '../../../shared/filter';
import { recordTables, wordsInRecords } from './own-columns';

describe('words in the sources’ own columns', () => {
  it('asks every table of records, and no other', () => {
    const tables = ['event', 'record_2', 'reject', 'record_11', 'record_x'].map((name) => ({ name }));
    expect(recordTables(tables)).toEqual(['record_2', 'record_11']);
  });

  it('holds for the fields too, and ends the words where they end', () => {
    const filter = wordsInRecords("O'Hara; --", ['record_2', 'record_11']);
    expect(filterSchema.safeParse(filter).success).toBe(true);
    if (filter.kind !== 'or') throw new Error(filter.kind);
    const [words, member] = filter.of;
    expect(words).toEqual({ kind: 'words', text: "O'Hara; --" });
    if (member?.kind !== 'member' || member.of.from.kind !== 'sql') throw new Error('no query');
    expect(member.of.from.text).toContain("lower('O''Hara; --')");
    expect(member.of.from.text).toContain('evidence_id = 11');
    expect(wordsInRecords('x', [])).toEqual({ kind: 'words', text: 'x' });
  });
});
