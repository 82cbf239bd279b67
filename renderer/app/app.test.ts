import { describe, expect, it } from 'vitest';
import type { Command } from '../state/commands';
import { capsOf } from '../ui/key-caps';
import { importText, leftText, quarterOf, resultText, shortCount } from './import-text';
import { findCommand, matchesKeys, parseKeys } from './keys';
import { rankCommand } from './palette';
import { closedValues, suggestFields, suggestValues, wantOf } from './suggest';
import { resolveTheme } from './theme';
import { zoneGroups } from './zone-list';

function press(key: string, held: Partial<KeyboardEvent> = {}) {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

describe('keys', () => {
  it('read strokes, also of the plus sign', () => {
    expect(parseKeys('Ctrl+Shift+K F1')).toEqual([
      { key: 'k', ctrl: true, alt: false, shift: true },
      { key: 'F1', ctrl: false, alt: false, shift: false },
    ]);
    expect(parseKeys('+')[0]!.key).toBe('+');
    expect(parseKeys('Ctrl++')[0]).toEqual({ key: '+', ctrl: true, alt: false, shift: false });
  });

  it('match whatever the layout needs Shift for, but tell letters apart by it', () => {
    expect(matchesKeys(press('?', { shiftKey: true }), '?')).toBe(true);
    expect(matchesKeys(press('K', { ctrlKey: true }), 'Ctrl+K')).toBe(true);
    expect(matchesKeys(press('k', { metaKey: true }), 'Ctrl+K')).toBe(true);
    expect(matchesKeys(press('N', { shiftKey: true }), 'n')).toBe(false);
    expect(matchesKeys(press('N', { shiftKey: true }), 'Shift+n')).toBe(true);
    expect(matchesKeys(press('z'), 'Alt+z')).toBe(false);
  });

  it('leave letters to text fields, and local and unavailable commands alone', () => {
    const run = (): void => undefined;
    const commands: Command[] = [
      { id: 'a', title: '', group: '', keys: 'z', run },
      { id: 'b', title: '', group: '', keys: 'Ctrl+K', run },
      { id: 'c', title: '', group: '', keys: 'j', local: true, run },
      { id: 'd', title: '', group: '', keys: '[', run, unavailable: 'Nothing there.' },
    ];
    expect(findCommand(press('z'), commands, false)?.id).toBe('a');
    expect(findCommand(press('z'), commands, true)).toBeUndefined();
    expect(findCommand(press('k', { ctrlKey: true }), commands, true)?.id).toBe('b');
    expect(findCommand(press('j'), commands, false)).toBeUndefined();
    expect(findCommand(press('['), commands, false)).toBeUndefined();
  });

  it('show as caps', () => {
    expect(capsOf('Ctrl+Shift+z')).toEqual(['Ctrl', 'Shift', 'Z']);
    expect(capsOf('+')).toEqual(['+']);
    expect(capsOf('PageUp')).toEqual(['Page Up']);
  });
});

describe('suggestions', () => {
  it('offer fields by their short names', () => {
    expect(wantOf('domain:ot -acti')).toEqual({ kind: 'field', before: 'domain:ot -', start: 'acti' });
    const [first] = suggestFields('-', 'acti');
    expect(first).toMatchObject({ text: '-action:', shown: 'action:' });
  });

  it('offer values after a colon, also the second of a list', () => {
    expect(wantOf('domain:ot,se')).toEqual({
      kind: 'value',
      before: 'domain:ot,',
      field: 'event_domain',
      start: 'se',
    });
    expect(wantOf('nofield:x').kind).toBe('nothing');
    expect(wantOf('').kind).toBe('nothing');
    const values = [
      { value: 'plant seven', count: 9 },
      { value: 'security', count: 3 },
      { value: null, count: 5 },
    ];
    expect(suggestValues('host:', 'se', values)).toEqual([
      { text: 'host:security ', shown: 'security', hint: '', count: 3 },
      { text: 'host:"plant seven" ', shown: 'plant seven', hint: '', count: 9 },
    ]);
    expect(closedValues('event_domain')).toHaveLength(6);
    expect(closedValues('host_name')).toBeNull();
  });
});

describe('import words', () => {
  const progress = {
    importId: 'i',
    fileIndex: 2,
    files: 9,
    name: 'a',
    bytesRead: 41,
    bytesTotal: 100,
    records: 1_200_000,
    secondsLeft: 18,
  };

  it('say where an import is', () => {
    expect(importText(progress)).toBe('import 3 of 9 · 41 % · 1.20 M records · 18 s left');
    expect(importText({ ...progress, bytesTotal: 0, secondsLeft: null })).toBe(
      'import 3 of 9 · 1.20 M records',
    );
    expect(quarterOf(progress)).toBe(1);
    expect(leftText(0.3)).toBe('almost done');
    expect(leftText(200)).toBe('3 min left');
    expect(shortCount(250_000)).toBe('250 k');
  });

  it('say how it ended', () => {
    const rows = [{ events: 10, rejected: 2, status: 'loaded' as const }];
    const lost = { events: 0, rejected: 0, status: 'failed' as const };
    expect(resultText({ status: 'done', rows })).toBe('Imported 1 file: 10 events, 2 rejects');
    expect(resultText({ status: 'done', rows: [...rows, lost] })).toBe(
      'Imported 1 file: 10 events, 2 rejects, 1 file not read',
    );
    expect(resultText({ status: 'done', rows: [...rows, { ...lost, status: 'duplicate' }] })).toBe(
      'Imported 1 file: 10 events, 2 rejects, 1 file already in the case',
    );
    expect(resultText({ status: 'done', rows: [lost, lost] })).toBe('Nothing could be read of 2 files');
    expect(resultText({ status: 'cancelled', rows: [] })).toContain('nothing of it was kept');
    expect(resultText({ status: 'failed', rows })).toContain('failed');
  });
});

describe('zones', () => {
  it('put UTC and the zones of the evidence first, each once', () => {
    const groups = zoneGroups(
      [
        { time_zone: 'Australia/Brisbane', removed: false },
        { time_zone: 'UTC', removed: false },
        { time_zone: 'Asia/Tokyo', removed: true },
      ],
      'Europe/Vienna',
    );
    expect(groups.map(({ zones }) => zones[0])).toEqual([
      'UTC',
      'Australia/Brisbane',
      'Europe/Vienna',
      'Africa/Abidjan',
    ]);
    const all = groups.flatMap(({ zones }) => zones);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('theme', () => {
  it('follows the computer only when told to', () => {
    const light = (query: string): boolean => query.includes('light');
    const contrast = (query: string): boolean => query.includes('contrast');
    expect(resolveTheme('system', light)).toBe('light');
    expect(resolveTheme('system', contrast)).toBe('contrast');
    expect(resolveTheme('system', () => false)).toBe('dark');
    expect(resolveTheme('dark', light)).toBe('dark');
  });
});

describe('commands', () => {
  const rank = (title: string, typed: string) => rankCommand('x.y', typed, [title, 'Case', 'export']);

  it('are ranked by their title, then by their words; scattered letters are no match', () => {
    expect(rank('Save case as…', 'save case as')).toBe(1);
    expect(rank('Save case as…', 'case as')).toBe(0.9);
    expect(rank('Save case as…', 'export case')).toBe(0.6);
    expect(rank('Save case as…', 'ave port')).toBe(0.4);
    expect(rank('Find records that several evidences share', 'save case as')).toBe(0);
  });
});
