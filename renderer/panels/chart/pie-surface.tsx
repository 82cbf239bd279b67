/** What lies over a pie and takes keys: arrows walk its slices, Enter filters by them. The pointer goes through it. */
import type { ReactNode } from 'react';
import { amountOf, pieRadius, type Slice, sliceWords } from '../../../shared/chart/pie';
import { ordered, type Span } from './lattice';
import { useWalk } from './use-walk';

export interface PieSurfaceProps {
  readonly slices: readonly Slice[];
  /** By the place of a slice: whether the brush covers it; empty where nothing is brushed. */
  readonly chosen: readonly boolean[];
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly onSay: (text: string) => void;
  /** The slices from one to another, or none. */
  readonly onChoose: (slices: readonly Slice[]) => void;
}

export function PieSurface({
  slices,
  chosen,
  label,
  width,
  height,
  onSay,
  onChoose,
}: PieSurfaceProps): ReactNode {
  const all = amountOf(slices);
  const within = (span: Span): readonly Slice[] => {
    const { from, to } = ordered(span);
    return slices.slice(from.column, to.column + 1);
  };
  const { draft, setDraft, onKeyDown } = useWalk({
    lattice: { columns: Math.max(1, slices.length), rows: 1 },
    describe: ({ column }) => {
      const slice = slices[column];
      return slice === undefined ? '' : sliceWords(slice, all);
    },
    onSay,
    onChoose: (span) => onChoose(span === null ? [] : within(span)),
  });
  const paths = slicePaths(slices, pieRadius(width, height), width / 2, height / 2);
  const drafted = new Set(draft === null ? [] : within(draft));
  return (
    <div
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys.
      tabIndex={0}
      className="chart-surface chart-over"
      data-focus-first=""
      aria-roledescription="chart"
      aria-label={label}
      onBlur={() => setDraft(null)}
      onKeyDown={onKeyDown}
    >
      <svg width={width} height={height} aria-hidden="true">
        {slices.map((slice, at) => {
          const isOut = draft === null && chosen[at] === false;
          if (!isOut && !drafted.has(slice)) return null;
          return (
            <path
              key={`${slice.place.kind} ${slice.place.value}`}
              className={isOut ? 'slice-out' : 'slice-draft'}
              d={paths[at]}
            />
          );
        })}
      </svg>
    </div>
  );
}

/** Outlines of the slices, clockwise from the top. */
export function slicePaths(
  slices: readonly Slice[],
  radius: number,
  x: number,
  y: number,
): readonly string[] {
  const all = amountOf(slices);
  const at = (share: number): string => {
    const angle = 2 * Math.PI * share;
    return `${(x + radius * Math.sin(angle)).toFixed(1)} ${(y - radius * Math.cos(angle)).toFixed(1)}`;
  };
  const arc = (share: number, isLong: boolean): string =>
    `A${radius} ${radius} 0 ${isLong ? 1 : 0} 1 ${at(share)}`;
  let before = 0;
  return slices.map(({ amount }) => {
    const from = before;
    before += amount / all;
    // Arcs that end where they begin are none: a whole pie is two halves.
    if (amount === all) return `M${at(0)} ${arc(0.5, false)} ${arc(1, false)}Z`;
    return `M${x} ${y} L${at(from)} ${arc(before, amount / all > 0.5)}Z`;
  });
}
