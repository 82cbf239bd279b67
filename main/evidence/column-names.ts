/** Names the Parquet columns that hold a source's own columns: unique without case, never empty, never ours. */

const OURS = ['evidence_id', 'record_number', 'byte_offset', 'byte_length'];
const MAX_NAME_CHARACTERS = 200;

/** One name per source column, in order; `Time` and `time` become `Time` and `time_2`. */
export function uniqueNames(columns: readonly string[]): string[] {
  const taken = new Set(OURS);
  return columns.map((column, index) => {
    const printable = [...column].filter((character) => character >= ' ' && character !== '\x7f').join('');
    const wish = printable.trim().slice(0, MAX_NAME_CHARACTERS) || `column_${index + 1}`;
    let name = wish;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${wish}_${number}`;
    taken.add(name.toLowerCase());
    return name;
  });
}
