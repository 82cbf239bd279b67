/** The formats that ship with the product, as the import asks for them. */
import { shippedFormats } from '../formats';
import type { FormatLibrary } from './library';
import { compile } from './normalise/compile';
import { scoreFormats } from './normalise/score';

const { formats } = shippedFormats();

export const formatLibrary: FormatLibrary = {
  formats,
  score: (database, kind, columns, meta) => scoreFormats(database, formats, { kind, columns, meta }),
  compile,
};
