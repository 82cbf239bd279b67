/** Reads the groups of an RE2 pattern without compiling it: DuckDB runs patterns, this names and trims them. */

interface Group {
  readonly at: number;
  /** Null for a capturing group without a name, undefined for one that does not capture. */
  readonly name: string | null | undefined;
  /** Groups it stands in. */
  readonly depth: number;
}

interface Scan {
  readonly groups: readonly Group[];
  /** Whether the pattern has alternatives outside all groups. */
  readonly isAlternative: boolean;
}

function scan(pattern: string): Scan {
  const groups: Group[] = [];
  let isAlternative = false;
  let inClass = false;
  let depth = 0;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at];
    if (character === '\\') {
      if (pattern.startsWith('\\Q', at)) {
        const end = pattern.indexOf('\\E', at);
        at = end < 0 ? pattern.length : end;
      }
      at += 1;
    } else if (inClass) {
      if (pattern.startsWith('[:', at)) at = Math.max(at, pattern.indexOf(':]', at + 2) + 1);
      else if (character === ']') inClass = false;
    } else if (character === '[') {
      inClass = true;
      if (pattern[at + 1] === '^') at += 1;
      if (pattern[at + 1] === ']') at += 1;
    } else if (character === '(') {
      groups.push({ at, name: nameAt(pattern, at), depth });
      depth += 1;
    } else if (character === ')') {
      depth -= 1;
    } else if (character === '|' && depth === 0) {
      isAlternative = true;
    }
  }
  return { groups, isAlternative };
}

function openingAt(pattern: string, at: number): string | undefined {
  return ['(?P<', '(?<'].find((start) => pattern.startsWith(start, at));
}

function nameAt(pattern: string, at: number): string | null | undefined {
  if (pattern[at + 1] !== '?') return null;
  const opening = openingAt(pattern, at);
  const end = pattern.indexOf('>', at);
  return opening === undefined || end < 0 ? undefined : pattern.slice(at + opening.length, end);
}

/** One entry per capturing group, in order; null for a group without a name. */
export function patternGroups(pattern: string): readonly (string | null)[] {
  return scan(pattern).groups.flatMap(({ name }) => (name === undefined ? [] : [name]));
}

/** The names of the named groups. */
export function groupNames(pattern: string): readonly string[] {
  return patternGroups(pattern).filter((group) => group !== null);
}

/** The same pattern, capturing only groups whose name is used: RE2 is several times faster with few captures. */
export function captureOnly(pattern: string, isUsed: (name: string) => boolean): string {
  let result = '';
  let from = 0;
  for (const { at, name } of scan(pattern).groups) {
    if (name === undefined || (name !== null && isUsed(name))) continue;
    result += `${pattern.slice(from, at)}(?:`;
    from = name === null ? at + 1 : pattern.indexOf('>', at) + 1;
  }
  return result + pattern.slice(from);
}

const TAIL = /\(\?P?<([A-Za-z_]\w*)>\(\?s:\.\*\)\)\$$/;

/**
 * Cuts off a last group `(?P<name>(?s:.*))$`, which takes whatever is left: that needs no pattern, only the length of
 * what the head matched. Null where the pattern does not end so.
 */
export function splitTail(pattern: string): { readonly head: string; readonly tail: string } | null {
  const found = TAIL.exec(pattern);
  const tail = found?.[1];
  if (found === null || tail === undefined) return null;
  const { groups, isAlternative } = scan(pattern);
  const group = groups.find(({ at }) => at === found.index);
  return isAlternative || group?.depth !== 0 ? null : { head: pattern.slice(0, found.index), tail };
}

/** What every text begins with that an anchored pattern matches, as far as it is plain to see: most texts need no RE2. */
export function literalStart(pattern: string): string {
  const [, plain = '', next = ''] = /^\^([\w <>"'=:;,@#%&!~/-]*)(.?)/s.exec(pattern) ?? [];
  if (pattern.includes('|')) return '';
  return '?*+{'.includes(next) && next !== '' ? plain.slice(0, -1) : plain;
}

const SURE = /^\(\?P?<\w+>(?:\\[dSw]|\[\^?(?:\\.|[^\]\\[])+\])\+\)(?![?*{])/;

/**
 * A used group that no match of the pattern leaves empty, as far as it is plain to see: what it captured tells whether
 * there was a match. Null where there is none.
 */
export function sureGroup(pattern: string, isUsed: (name: string) => boolean): string | null {
  if (pattern.includes('|')) return null;
  const found = scan(pattern).groups.find(
    ({ at, name, depth }) =>
      depth === 0 && typeof name === 'string' && isUsed(name) && SURE.test(pattern.slice(at)),
  );
  return found?.name ?? null;
}
