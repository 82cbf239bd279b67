/** What stands in every text that a format reads, as far as its definition says so plainly: a glance rules many out. */
import type { Condition, Format, Scalar, Test } from './format';

interface Group {
  readonly texts: string[];
  run: string;
  isAlternative: boolean;
}

const OPENING = /\(\?(?:P?<[^>]*>|[A-Za-z-]*:?)/y;
const REPEAT = /\{\d+(?:,\d*)?\}/y;
const LONG_ESCAPE = /\\(?:x\{[^}]*\}|x[0-9A-Fa-f]{2}|[pP]\{[^}]*\}|[pP][A-Za-z])/y;
const IGNORES_CASE = /\(\?[A-Za-z]*i/;

function lengthAt(shape: RegExp, pattern: string, at: number): number {
  shape.lastIndex = at;
  return shape.exec(pattern)?.[0].length ?? 0;
}

/** Index behind the class that begins at `at`. */
function behindClass(pattern: string, at: number): number {
  let end = at + 1;
  if (pattern[end] === '^') end += 1;
  if (pattern[end] === ']') end += 1;
  while (end < pattern.length && pattern[end] !== ']') {
    if (pattern[end] === '\\') end += 2;
    else if (pattern.startsWith('[:', end)) end = Math.max(end + 2, pattern.indexOf(':]', end + 2) + 2);
    else end += 1;
  }
  return end + 1;
}

/**
 * Texts that every match of an RE2 pattern holds, longest first. What the reading of it here is not sure of is left out:
 * alternatives, what may be absent, and whole patterns that take either case or number their characters.
 */
export function neededOfPattern(pattern: string): readonly string[] {
  if (IGNORES_CASE.test(pattern) || /\\[Q0-7]/.test(pattern)) return [];
  const groups: Group[] = [];
  let group: Group = { texts: [], run: '', isAlternative: false };
  const end = (): void => {
    if (group.run !== '') group.texts.push(group.run);
    group.run = '';
  };
  const isAbsent = (at: number): boolean => '?*{'.includes(pattern[at] ?? ' ');
  for (let at = 0; at < pattern.length; ) {
    const sign = pattern[at] ?? '';
    if (sign === '(') {
      end();
      groups.push(group);
      group = { texts: [], run: '', isAlternative: false };
      at += Math.max(1, lengthAt(OPENING, pattern, at));
    } else if (sign === ')') {
      end();
      const { texts, isAlternative } = group;
      group = groups.pop() ?? { texts: [], run: '', isAlternative: true };
      at += 1;
      if (!isAlternative && !isAbsent(at)) group.texts.push(...texts);
    } else if (sign === '|') {
      end();
      group.isAlternative = true;
      at += 1;
    } else if (sign === '[') {
      end();
      at = behindClass(pattern, at);
    } else if (sign === '{') {
      end();
      at += Math.max(1, lengthAt(REPEAT, pattern, at));
    } else {
      const isEscape = sign === '\\';
      const literal = isEscape ? (pattern[at + 1] ?? '') : sign;
      const isPlain = isEscape
        ? /^[!-/:-@[-`{-~]$/.test(literal)
        : /^[ -~]$/.test(sign) && !'.^$?*+'.includes(sign);
      const next = at + (isEscape ? Math.max(2, lengthAt(LONG_ESCAPE, pattern, at)) : 1);
      if (!isPlain) end();
      else if (isAbsent(next)) end();
      else {
        group.run += literal;
        if (pattern[next] === '+') end();
      }
      at = next;
    }
  }
  end();
  return group.isAlternative || groups.length > 0 ? [] : longestFirst(group.texts);
}

function longestFirst(texts: readonly string[]): readonly string[] {
  const sorted = [...new Set(texts)].sort((a, b) => b.length - a.length);
  return sorted.filter((text, at) => !sorted.slice(0, at).some((longer) => longer.includes(text)));
}

function isList(test: Test): test is readonly Scalar[] {
  return Array.isArray(test);
}

/** Whether a test fails where there is nothing to test. */
function asksForSome(test: Test): boolean {
  if (typeof test !== 'object' || isList(test)) return true;
  const { matches, contains, starts, exists, above, below } = test;
  return exists === true || [matches, contains, starts, above, below].some((asked) => asked !== undefined);
}

/** Whether JSON may fulfil a condition, by the keys that stand in its text. */
function mayFulfil({ tests, any }: Condition, hasKey: (name: string) => boolean): boolean {
  if (any.length > 0 && !any.some((one) => mayFulfil(one, hasKey))) return false;
  return tests.every(([name, test]) => !asksForSome(test) || hasKey(name));
}

/** Plain keys of a name as a format writes it (see NAMES there); numbers of elements are none. */
function keysOf(name: string): readonly string[] {
  const keys = name.startsWith('/') ? name.slice(1).split('/') : [name];
  return keys.filter((key) => /^[A-Za-z_@$][\w .:@$-]*$/.test(key));
}

/** JSON may number the letters of a key. */
const NUMBERED = /\\u00[2-7]/;

/**
 * False where nothing in a text of lines or JSON can be a record of the format, whose patterns and conditions are taken
 * by what stands in them alone.
 */
export function mayRead({ read, match, values }: Format, text: string): boolean {
  if (read.kind === 'lines') {
    return match.pattern === undefined || neededOf(match.pattern).every((needed) => text.includes(needed));
  }
  if (match.when === undefined || NUMBERED.test(text)) return true;
  const found = new Map<string, boolean>();
  const has = (key: string): boolean => {
    const known = found.get(key) ?? text.includes(`"${key}"`);
    found.set(key, known);
    return known;
  };
  return mayFulfil(match.when, (name) => Object.hasOwn(values, name) || keysOf(name).every(has));
}

const needed = new Map<string, readonly string[]>();

function neededOf(pattern: string): readonly string[] {
  const known = needed.get(pattern) ?? neededOfPattern(pattern);
  needed.set(pattern, known);
  return known;
}
