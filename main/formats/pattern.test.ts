/** Groups of patterns and parts of templates, as RE2 and authors mean them. */
import { describe, expect, test } from 'vitest';
import { captureOnly, groupNames, literalStart, patternGroups, splitTail, sureGroup } from './pattern';
import { readTemplate } from './template';
import { patternParts, patternProblem } from './time-pattern';

describe('patterns', () => {
  test('groups in order; classes, escapes and quotes hold no groups', () => {
    expect(patternGroups('^(?P<a>x)(?:y)(z)[(](?<b>[)\\]]\\()\\Q(q\\E$')).toEqual(['a', null, 'b']);
    expect(groupNames('(?P<a>[^]()](?i:x)(?P<b>))')).toEqual(['a', 'b']);
  });

  test('groups nobody uses do not capture', () => {
    expect(captureOnly('(?P<a>x)(y(?P<b>z))', (name) => name === 'b')).toBe('(?:x)(?:y(?P<b>z))');
  });

  test('a last group that takes the rest is cut off, but only at the top', () => {
    expect(splitTail('^(?P<a>x) (?P<rest>(?s:.*))$')).toEqual({ head: '^(?P<a>x) ', tail: 'rest' });
    expect(splitTail('^(?:x (?P<rest>(?s:.*))$)')).toBeNull();
    expect(splitTail('^a|(?P<rest>(?s:.*))$')).toBeNull();
    expect(splitTail('^(?P<rest>.*)$')).toBeNull();
  });

  test('what every match begins with, as far as it is plain to see', () => {
    expect(literalStart('^<(\\d{1,3})>')).toBe('<');
    expect(literalStart('^user=x?(y)')).toBe('user=');
    expect(literalStart('^ab*')).toBe('a');
    expect(literalStart('^abc')).toBe('abc');
    for (const none of ['abc', '^a|b', '^(?:ab)', '^[ab]', '^\\d', '^', '(?i)^ab'])
      expect(literalStart(none)).toBe('');
  });

  test('a group that no match leaves empty', () => {
    const all = (): boolean => true;
    expect(sureGroup('^Failed (?P<how>\\S+) for (?P<user>.*)', all)).toBe('how');
    expect(sureGroup('^Failed (?P<how>\\S+) for (?P<user>[^ \\]]+) x', (name) => name === 'user')).toBe(
      'user',
    );
    expect(sureGroup('^new user: name=(?<user>[^,\\s]+),', all)).toBe('user');
    for (const none of [
      '^a (?P<x>\\S*)',
      '^a (?P<x>\\S+)?',
      '^a (?P<x>\\S+){0,2}',
      '^a (?:b (?P<x>\\S+))?',
      '^a (?P<x>\\S+)|b',
      '^a (?P<x>(?:b)?)',
      '^a (\\S+)',
    ])
      expect(sureGroup(none, all)).toBeNull();
  });

  test('templates', () => {
    expect(readTemplate('a {b}[:{c}] \\[d')).toEqual([
      { pieces: [{ text: 'a ' }, { name: 'b' }], optional: false },
      { pieces: [{ text: ':' }, { name: 'c' }], optional: true },
      { pieces: [{ text: ' [d' }], optional: false },
    ]);
    expect(readTemplate('{a')).toBe('an opened { is not closed');
    expect(readTemplate('[a')).toBe('an opened [ is not closed');
  });

  test('time patterns', () => {
    expect(patternParts('%H:%M').groups).toEqual(['all', 'h', 'mi']);
    expect(patternProblem('%Q')).toBe('%Q is not known');
    expect(patternProblem('%H %I')).toBe('a part stands in it twice');
    expect(patternProblem('%Y-%m-%dT%H:%M:%S.%f %z')).toBeNull();
  });
});
