/** Reads the capturing groups of an RE2 pattern without compiling it: DuckDB runs patterns, this only names them. */

/** One entry per capturing group, in order; null for a group without a name. */
export function patternGroups(pattern: string): readonly (string | null)[] {
  const groups: (string | null)[] = [];
  let inClass = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at];
    if (character === '\\') {
      if (pattern.startsWith('\\Q', at)) {
        const end = pattern.indexOf('\\E', at);
        at = end < 0 ? pattern.length : end;
      }
      at += 1;
    } else if (inClass) {
      if (pattern.startsWith('[:', at)) at = Math.max(at, pattern.indexOf(':]', at) + 1);
      else if (character === ']') inClass = false;
    } else if (character === '[') {
      inClass = true;
      if (pattern[at + 1] === '^') at += 1;
      if (pattern[at + 1] === ']') at += 1;
    } else if (character === '(') {
      groups.push(...groupAt(pattern, at));
    }
  }
  return groups;
}

function groupAt(pattern: string, at: number): readonly (string | null)[] {
  if (pattern[at + 1] !== '?') return [null];
  const opening = ['(?P<', '(?<'].find((start) => pattern.startsWith(start, at));
  if (opening === undefined) return [];
  const end = pattern.indexOf('>', at);
  return end < 0 ? [] : [pattern.slice(at + opening.length, end)];
}

/** The names of the named groups. */
export function groupNames(pattern: string): readonly string[] {
  return patternGroups(pattern).filter((group) => group !== null);
}
