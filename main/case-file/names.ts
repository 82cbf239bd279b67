/**
 * What an entry of a case file may be called. Far narrower than ZIP allows: plain ASCII, so that no two names mean one
 * file on any system, and no name leads out of the folder it is unpacked into.
 */

export const MOST_ENTRIES = 10_000;
export const LONGEST_NAME = 200;

const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

/** Why the name may not stand in a case file; null when it may. */
export function nameFault(name: string): string | null {
  if (name === '') return 'an entry has no name';
  if (name.length > LONGEST_NAME) return `a name is longer than ${LONGEST_NAME} characters`;
  if (name.includes('\0')) return 'a name holds a NUL';
  if (name.includes('\\')) return 'a name holds a backslash';
  if (/^[A-Za-z]:/.test(name)) return 'a name begins with a drive';
  if (name.startsWith('/')) return 'a name is an absolute path';
  const parts = name.split('/');
  if (parts.includes('..')) return 'a name leads out of the folder';
  if (name.endsWith('/')) return 'an entry is a folder';
  if (parts.includes('') || parts.includes('.')) return 'a name has an empty part';
  if (!/^[A-Za-z0-9._/-]+$/.test(name))
    return 'a name holds other than letters, digits, dot, dash and underscore';
  for (const part of parts) {
    if (RESERVED.test(part.split('.')[0] ?? '')) return 'a name is reserved by Windows';
    if (part.endsWith('.')) return 'a name ends in a dot';
  }
  return null;
}

/** Names that a system which ignores case would take for one. */
export function twinOf(names: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const name of names) {
    const folded = name.normalize('NFKC').toLowerCase();
    if (seen.has(folded)) return name;
    seen.add(folded);
  }
  return null;
}

/** A name for a message: printable and short, whatever it held. */
export function shownName(name: string): string {
  const printable = name.replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return printable.length > 120 ? `${printable.slice(0, 117)}…` : printable;
}
