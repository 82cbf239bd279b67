/** The formats that ship with the product, and those a person wrote, as the import uses them. */
import { formatsWith, shippedFormats } from '../formats';
import type { Format } from '../formats/format';
import type { FormatLibrary } from './library';
import { compile } from './normalise/compile';
import { orderFormats, scoreFormats } from './normalise/score';

const how = { score: scoreFormats, order: orderFormats, compile };

export const formatLibrary: FormatLibrary = {
  get formats() {
    return shippedFormats().formats;
  },
  ...how,
};

let last: { readonly key: string; readonly library: FormatLibrary } | null = null;

/** With definitions by file name (`<id>.format.yaml`) beside those that ship; what cannot be used is left out. */
export function libraryWith(
  own: ReadonlyArray<{ readonly name: string; readonly text: string }>,
): FormatLibrary {
  if (own.length === 0) return formatLibrary;
  const key = JSON.stringify(own);
  if (last?.key !== key) {
    const { formats } = formatsWith(own.map(({ name, text }) => [name, text]));
    const texts = new Map(own.map(({ name, text }) => [name, text]));
    const ownText = (id: string) => texts.get(`${id}.format.yaml`) ?? null;
    last = { key, library: { formats, ownText, ...how } };
  }
  return last.library;
}

/** Only one format: what a file would become under a definition that is being written. */
export function libraryOf(format: Format): FormatLibrary {
  return { formats: [format], ...how };
}
