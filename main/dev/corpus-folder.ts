/** Where the corpus of real files lies, if it is there: tests and `npm run corpus` ask here. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** `THROUGHLINE_CORPUS`, else `../shared/corpus` beside the checkout; null when absent, and tests then skip by name. */
export function corpusFolder(): string | null {
  const folder = resolve(process.env['THROUGHLINE_CORPUS'] ?? '../shared/corpus');
  return existsSync(folder) ? folder : null;
}
