/** How wide columns would like to be for the values a view really holds, from a few rows taken all over it. */
import type { ArrowRows } from '../../ui/arrow-rows';
import { textWidth } from '../../ui/text-width';
import { type CellContent, cellContent, cellSpoken } from './cell-text';
import type { GridColumn } from './columns';

const SANS_PX = 6.3;
const MONO_PX = 7.2;
const PADDING_PX = 17;
const MARK_PX = 15;
const HEAD_PADDING_PX = 16;
/** Share of the values, empty cells aside, that should be seen whole; the longest few may be cut. */
const COVERED = 0.9;

/** Pixels a value needs to be seen whole; nothing for an empty cell. */
function valueWidth(content: CellContent): number {
  switch (content.kind) {
    case 'null':
    case 'empty':
      return 0;
    case 'time':
      return (
        PADDING_PX +
        MONO_PX * (cellSpoken(content).length + (content.marks === '' ? 0 : 2 + content.marks.length))
      );
    case 'undated':
      return PADDING_PX + MONO_PX * (8 + (content.written?.length ?? 0));
    case 'domain':
      return PADDING_PX + MARK_PX + SANS_PX * content.domain.length;
    case 'severity':
      return PADDING_PX + SANS_PX * content.word.length;
    case 'route':
      return PADDING_PX + MONO_PX * (3 + (content.from?.length ?? 1) + (content.to?.length ?? 1));
    default:
      return PADDING_PX + textWidth(content.text, content.mono);
  }
}

/** Width for a column over sampled rows: wide enough for nine values of ten and for its title. */
export function naturalWidth(column: GridColumn, samples: readonly ArrowRows[], zone: string): number {
  const widths: number[] = [];
  for (const rows of samples) {
    for (let index = 0; index < rows.length; index += 1) {
      const width = valueWidth(cellContent(column, rows, index, zone));
      if (width > 0) widths.push(width);
    }
  }
  widths.sort((a, b) => a - b);
  // A time is never cut: its last digits are what it was shown for.
  const share = column.kind === 'time' ? 1 : COVERED;
  const covered = widths[Math.max(0, Math.ceil(widths.length * share) - 1)] ?? 0;
  const head = HEAD_PADDING_PX + column.title.length * SANS_PX;
  const first = column.id === 'timestamp' ? 5 : 0;
  return first + Math.ceil(Math.max(column.id === 'route' ? 60 : head, covered));
}

/** Offsets of `count` short pages spread evenly over a view. */
export function sampleOffsets(shown: number, count: number, limit: number): readonly number[] {
  if (shown <= count * limit) return shown > 0 ? [0] : [];
  return Array.from({ length: count }, (_, at) => Math.floor((at * (shown - limit)) / (count - 1)));
}
