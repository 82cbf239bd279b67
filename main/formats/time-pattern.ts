/** strptime-like patterns of formats as one RE2 with named parts, so that fractions and offsets are read alike. */

/** Words for an offset that mean one thing in practice (RFC 5322 §4.3 and a few more), in minutes east. */
export const ZONE_WORDS: Readonly<Record<string, number>> = {
  UT: 0,
  EST: -300,
  EDT: -240,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
  WET: 0,
  WEST: 60,
  CET: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
  JST: 540,
  AEST: 600,
  AEDT: 660,
};

/** Hours and minutes behind `UTC` or `GMT`, where one digit is enough. */
export const SHORT_OFFSET = '(\\d|0\\d|1[0-4])(?::?([0-5]\\d))?';

/** An offset as records write it. */
export const OFFSET = `[Zz]|(?:UTC|GMT)[+-]${SHORT_OFFSET.replace(/\((?!\?)/g, '(?:')}|UTC|GMT|[+-](?:[01]\\d|2[0-3])(?::?[0-5]\\d)?|${Object.keys(ZONE_WORDS).join('|')}`;

/** Words that stand for several zones: the time is read and its zone is asked for or assumed. */
export const MANIFOLD_ZONES = 'IST|CST|BST|AST|GST|SST|ADT|WST|ACT|AMT|ECT|PYT';

/** % letter → RE2 of its text, and the name `time-sql.ts` knows it by (null: read over). */
const LETTERS: Readonly<Record<string, readonly [name: string | null, pattern: string]>> = {
  Y: ['y4', '\\d{4}'],
  y: ['y2', '\\d\\d'],
  m: ['mo', '\\d{1,2}'],
  d: ['d', '\\d{1,2}'],
  e: ['d', ' ?\\d{1,2}'],
  j: ['j', '\\d{1,3}'],
  b: ['b_name', '[^\\s\\d./,:-]{3,9}'],
  B: ['b_name', '[^\\s\\d./,:-]{3,9}'],
  H: ['h', '\\d{1,2}'],
  I: ['h', '\\d{1,2}'],
  k: ['h', ' ?\\d{1,2}'],
  M: ['mi', '\\d\\d'],
  S: ['s', '\\d\\d'],
  p: ['p', '[AaPp]\\.? ?[Mm]\\.?'],
  z: ['z', OFFSET],
  a: [null, '[^\\s\\d,]+'],
  A: [null, '[^\\s\\d,]+'],
  Z: [null, '[A-Za-z]+'],
};

export interface PatternParts {
  readonly pattern: string;
  readonly groups: readonly string[];
}

function literal(character: string): string {
  if (character === ' ') return ' +';
  return /[A-Za-z0-9]/.test(character) ? character : `\\${character}`;
}

/** Reads a pattern; a letter it does not know throws (the loader asks `patternProblem` first). */
export function patternParts(form: string): PatternParts {
  const groups = ['all'];
  let pattern = '';
  for (let at = 0; at < form.length; at += 1) {
    const character = form[at] ?? '';
    if (/[.,]/.test(character) && form.startsWith('%f', at + 1)) {
      groups.push('f');
      pattern += '(?:[.,](\\d+))?';
      at += 2;
    } else if (character === '%') {
      at += 1;
      const letter = form[at] ?? '';
      const known = letter === 'f' ? (['f', '\\d+'] as const) : LETTERS[letter];
      if (letter === '%') pattern += '%';
      else if (known === undefined) throw new Error(`unknown %${letter} in a time pattern`);
      else {
        const [name, shape] = known;
        pattern += name === null ? `(?:${shape})` : `(${shape})`;
        if (name !== null) groups.push(name);
      }
    } else {
      pattern += literal(character);
    }
  }
  return { pattern: `^(${pattern})$`, groups };
}

/** What is wrong with a pattern, in words, or null. */
export function patternProblem(form: string): string | null {
  const letters = [...form.matchAll(/%(.)/g)].map((found) => found[1] ?? '');
  const unknown = letters.find((letter) => letter !== '%' && letter !== 'f' && LETTERS[letter] === undefined);
  if (unknown !== undefined) return `%${unknown} is not known`;
  const names = letters.flatMap((letter) => LETTERS[letter]?.[0] ?? []);
  if (new Set(names).size !== names.length) return 'a part stands in it twice';
  return null;
}
