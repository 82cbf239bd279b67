/** Where in the span of the case each evidence has events: counts per bin, drawn as one path, and told in words. */
import { readArrowRows } from '../../ui/arrow-rows';

/** Bins of a bar; also the width of its drawing. */
export const BINS = 120;
/** Height of its drawing. */
export const BAR_HEIGHT = 16;

export interface Coverage {
  /** Microseconds; null when nothing in the case has a time. */
  readonly from: number | null;
  readonly to: number | null;
  /** Counts per bin, by evidence; absent where nothing is dated. */
  readonly bins: ReadonlyMap<number, readonly number[]>;
}

export const NO_COVERAGE: Coverage = { from: null, to: null, bins: new Map() };

/** Reads the answer of `evidence.coverage` asked for `BINS` bins. */
export function readCoverage(answer: {
  readonly from: number | null;
  readonly to: number | null;
  readonly arrow: Uint8Array;
}): Coverage {
  const rows = readArrowRows(answer.arrow);
  const bins = new Map<number, number[]>();
  for (let row = 0; row < rows.length; row += 1) {
    const id = rows.number(row, 'evidence_id') ?? 0;
    const bin = rows.number(row, 'bin') ?? 0;
    const known = bins.get(id) ?? Array.from({ length: BINS }, () => 0);
    if (bin >= 0 && bin < BINS) known[bin] = rows.number(row, 'count') ?? 0;
    bins.set(id, known);
  }
  return { from: answer.from, to: answer.to, bins };
}

/** SVG path of the bars: as high as the logarithm of their count, never lower than a fifth, so that one event shows. */
export function barPath(counts: readonly number[]): string {
  const most = Math.log1p(Math.max(0, ...counts));
  let path = '';
  for (let at = 0; at < counts.length; ) {
    const count = counts[at] ?? 0;
    let end = at + 1;
    while (end < counts.length && counts[end] === count) end += 1;
    if (count > 0) {
      const height = Math.max(BAR_HEIGHT / 5, Math.round((Math.log1p(count) / most) * BAR_HEIGHT * 10) / 10);
      path += `M${at} ${BAR_HEIGHT}v${-height}h${end - at}v${height}z`;
    }
    at = end;
  }
  return path;
}

/** How much of the case's span it has events in, in words: `in 34 of 120 parts of the case’s time`. */
export function coverageWords(counts: readonly number[] | undefined): string {
  const filled = counts?.filter((count) => count > 0).length ?? 0;
  if (counts === undefined || filled === 0) return 'no dated events';
  return `events in ${filled} of ${counts.length} equal parts of the case’s time`;
}

const UNITS: readonly (readonly [us: number, word: string])[] = [
  [86_400_000_000, 'd'],
  [3_600_000_000, 'h'],
  [60_000_000, 'min'],
  [1_000_000, 's'],
  [1000, 'ms'],
  [1, 'µs'],
];

/** A stretch in its two largest units: `2 d 3 h`, `16 min`, `40 ms`. */
export function stretchText(us: number): string {
  const at = UNITS.findIndex(([size]) => us >= size);
  const [size, word] = UNITS[at] ?? [1, 'µs'];
  const whole = Math.floor(us / size);
  const [nextSize, nextWord] = UNITS[at + 1] ?? [0, ''];
  const rest = nextSize === 0 || at >= 3 ? 0 : Math.floor((us - whole * size) / nextSize);
  return rest === 0 ? `${whole} ${word}` : `${whole} ${word} ${rest} ${nextWord}`;
}
