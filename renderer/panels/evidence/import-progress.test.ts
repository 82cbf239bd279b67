import { describe, expect, it } from 'vitest';
import {
  endedLine,
  type ImportDone,
  type ImportProgress,
  leftText,
  progressLine,
  progressShare,
  summariseImport,
} from './import-progress';

const progress: ImportProgress = {
  importId: 'i',
  fileIndex: 2,
  files: 9,
  name: 'conn.log',
  bytesRead: 41_900,
  bytesTotal: 100_000,
  records: 1_204_556,
  secondsLeft: 18.2,
};

describe('import progress', () => {
  it('reads as one line', () => {
    expect(progressLine(progress)).toBe('3 of 9 · 41 % · 1\u202f204\u202f556 records · 18 s left');
    expect(progressLine({ ...progress, fileIndex: 9, secondsLeft: null, records: 1 })).toBe(
      '9 of 9 · 41 % · 1 record',
    );
  });

  it('never passes the end and works without sizes', () => {
    expect(progressShare({ ...progress, bytesRead: 120_000 })).toBe(1);
    expect(progressShare({ ...progress, bytesTotal: 0, fileIndex: 3 })).toBeCloseTo(1 / 3);
  });

  it('is as coarse as a guess deserves', () => {
    expect([0.2, 60, 300, 9000].map(leftText)).toEqual(['1 s', '60 s', '5 min', '3 h']);
  });

  it('tells of locked members once, by their container', () => {
    const one = (member: string | null, code = 'container-password-needed'): ImportDone['rows'][number] => ({
      evidence_id: 1,
      path: '/loot.zip',
      member,
      name: 'x',
      size_bytes: 0,
      sha256: null,
      format: null,
      format_title: null,
      dissectors: [],
      time_zone: null,
      time_zone_source: null,
      year_source: null,
      records: 0,
      loaded: 0,
      rejected: 0,
      skipped: 0,
      events: 0,
      undated: 0,
      first: null,
      last: null,
      seconds: 0,
      status: 'failed',
      problem: { code, what: 'protected' },
    });
    const attention = (...rows: ImportDone['rows']) =>
      summariseImport({ importId: 'i', status: 'done', problem: null, rows }).attention;
    const damaged = one('b.log', 'container-damaged');
    expect(attention(one(null), one('a.log'), damaged).map(({ member }) => member)).toEqual([null, 'b.log']);
    // A container that is damaged besides speaks of the damage: then each locked member speaks for itself.
    const members = attention(one(null, 'container-damaged'), one('a.log')).map(({ member }) => member);
    expect(members).toEqual([null, 'a.log']);
    // Where other members were read it is no failure, and speaks for those that were not.
    const mixed = attention({ ...one(null), status: 'container' }, one('a.log'));
    expect(mixed.map(({ member }) => member)).toEqual([null]);
  });

  it('ends with what was read, and never calls what was not read imported', () => {
    const sum = { known: 0, records: 0, loaded: 0, rejected: 0, skipped: 0, undated: 0, attention: [] };
    expect(endedLine({ ...sum, files: 3, unread: 0, events: 22 })).toBe('Imported 3 files: 22 events');
    expect(endedLine({ ...sum, files: 3, unread: 1, events: 22 })).toBe(
      'Imported 2 files: 22 events, 1 not read',
    );
    expect(endedLine({ ...sum, files: 4, unread: 1, known: 2, events: 22 })).toBe(
      'Imported 1 file: 22 events, 2 already in the case, 1 not read',
    );
    expect(endedLine({ ...sum, files: 3, unread: 3, events: 0 })).toBe('Nothing could be read of 3 files');
  });
});
