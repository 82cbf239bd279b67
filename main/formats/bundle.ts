/** Several formats as one text file: YAML documents one behind another, each as it was written. */

/** A line that YAML reads as the end of a document. */
const SEPARATOR = '---';

export function joinFormats(texts: readonly string[]): string {
  return texts.map((text) => `${SEPARATOR}\n${text.endsWith('\n') ? text : `${text}\n`}`).join('');
}

/** The documents of a file; what is blank or comment alone is none. */
export function splitFormats(bundle: string): string[] {
  const parts: string[][] = [[]];
  for (const line of bundle.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (line.trimEnd() === SEPARATOR) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  return parts
    .filter((lines) => lines.some((line) => line.trim() !== '' && !line.startsWith('#')))
    .map((lines) => `${lines.join('\n').trimEnd()}\n`);
}
