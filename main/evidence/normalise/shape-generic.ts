/** Generic formats: which column is the time, which the message, from the analyst's mapping or a good guess. */
import type { Format } from '../../formats/format';
import type { Database } from '../../store/database';
import type { CompileContext } from './compile-context';

export interface Shaped {
  readonly format: Format;
  readonly notes: readonly string[];
}

export function shapeGeneric(_database: Database, format: Format, _context: CompileContext): Promise<Shaped> {
  return Promise.resolve({ format, notes: [] });
}
