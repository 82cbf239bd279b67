/** Filters as text an analyst reads and writes. Printing and parsing lead back to each other (property-tested). */
export { canonical, topParts } from './canonical';
export { resolveField, SHORT_NAMES, shortName } from './names';
export { type FieldNames, parseFilter } from './parse';
export { printFilter, timeText } from './print';
export { describeFilter, type NameOfView, sourceWords } from './words';
