/** One evidence over the time of the case: a bar for every part of it that has events. */
import type { ReactNode } from 'react';
import { BAR_HEIGHT, BINS, barPath, coverageWords } from './coverage';

export interface CoverageBarProps {
  readonly counts: readonly number[] | undefined;
  readonly className?: string;
}

export function CoverageBar({ counts, className = '' }: CoverageBarProps): ReactNode {
  const words = coverageWords(counts);
  return (
    <svg
      className={`coverage-bar ${className}`.trim()}
      viewBox={`0 0 ${BINS} ${BAR_HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={words}
    >
      <title>{words}</title>
      {counts !== undefined && <path d={barPath(counts)} />}
    </svg>
  );
}
