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
  {
    pattern: /^08-assets\/grassmarlin\/fingerprint\/.*\.xml$/,
    reason: 'fingerprints of protocols: they say what to look for, not what was seen',
  },
  {
    pattern: /^08-assets\/grassmarlin\/enip\w+\.csv$/,
    reason: 'a list of code numbers and their names: reference, not evidence',
  },
  {
    pattern: /^08-assets\/nmap\/defused_et_local_includer\.xml$/,
    reason: 'an attack on parsers: XML that brings entities of its own is refused on purpose',
  },
  {
    pattern: /^11-hostile\/utf16\/\w+\.xml$/,
    reason: 'configuration of a program, in the corpus for its encoding',
  },
  {
    pattern: /^20-case-qut-s7\/hmi_log\/derived\/.*_out\.csv$/,
    reason: 'two columns of bare numbers cut from the HMI log beside them',
  },
  {
    pattern: /^20-case-qut-s7\/attack_log\/Attack_script_log_start_layout\.csv$/,
    reason: 'a sheet laid out by hand from the attack log beside it',
  },
];

/** Why a file of the corpus does not count, or null. `bytes` is its size where the caller knows it. */
export function excluded(file: string, bytes?: number): string | null {
  if (bytes === 0) return 'no bytes at all';
  return EXCLUSIONS.find(({ pattern }) => pattern.test(file))?.reason ?? null;
}
