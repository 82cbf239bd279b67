/** Inputs of the corpus that are no evidence, each with its reason: they do not count where recognition is counted. */

export interface Exclusion {
  readonly pattern: RegExp;
  readonly reason: string;
}

export const EXCLUSIONS: readonly Exclusion[] = [
  {
    pattern: /^12-content\/sigma\/.*\.yml$/,
    reason: 'detection rules: they say what to look for, not what happened',
  },
  {
    pattern: /^12-content\/ics-attack-.*\.json\.gz$/,
    reason: 'a catalogue of techniques: reference, not evidence',
  },
  {
    pattern: /^08-assets\/net-tables\/.*\.yml$/,
    reason: 'what a parser should make of the console output beside it',
  },
];

/** Why a file of the corpus does not count, or null. */
export function excluded(file: string): string | null {
  return EXCLUSIONS.find(({ pattern }) => pattern.test(file))?.reason ?? null;
}
