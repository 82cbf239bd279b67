/** Filters as text an analyst reads and writes. Printing and parsing lead back to each other (property-tested). */
export { canonical, topParts } from './filter-canonical';
export { resolveField, SHORT_NAMES, shortName } from './filter-names';
export { type FieldNames, parseFilter } from './filter-parse';
export { printFilter, timeText } from './filter-print';
export { describeFilter, type NameOfView, sourceWords } from './filter-words';
