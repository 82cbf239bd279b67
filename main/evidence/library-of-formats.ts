/** The formats that ship with the product, as the import uses them. */
import { shippedFormats } from '../formats';
import type { FormatLibrary } from './library';
import { compile } from './normalise/compile';
import { orderFormats, scoreFormats } from './normalise/score';

export const formatLibrary: FormatLibrary = {
  get formats() {
    return shippedFormats().formats;
  },
  score: scoreFormats,
  order: orderFormats,
  compile,
};
