/** The one time bar of the panel: ticks on round times of the display zone, the dates they stand in, the zone. */
import type { ReactNode } from 'react';
import { formatOffset, offsetAt } from '../../../shared/time';
import { type Tick, timeBar } from '../../../shared/time-ticks';
import { type TimeScale, xOf } from './time-scale';

/** Width of a digit of the labels, px. */
const DIGIT = 6.7;

export function TimeAxis({ scale, zone }: { readonly scale: TimeScale; readonly zone: string }): ReactNode {
  const bar = timeBar(scale, zone);
  // A pinned date gives way to the next one that would touch it.
  const context = bar.context.filter(({ us }, index) => {
    const next = bar.context[index + 1];
    return next === undefined || xOf(scale, next.us) - xOf(scale, us) > 96;
  });
  const fits = ({ us, label }: Tick): boolean => xOf(scale, us) + label.length * DIGIT + 4 <= scale.width;
  return (
    <div className="timeline-axis" aria-hidden="true">
      {bar.ticks.filter(fits).map(({ us, label }) => (
        <span key={us} className="timeline-tick mono" style={{ left: xOf(scale, us) }}>
          {label}
        </span>
      ))}
      {context.filter(fits).map(({ us, label }) => (
        <span key={`c${us}`} className="timeline-date mono" style={{ left: xOf(scale, us) }}>
          {label}
        </span>
      ))}
    </div>
  );
}

export function ZoneName({ zone, at }: { readonly zone: string; readonly at: number }): ReactNode {
  const offset = formatOffset(offsetAt(zone, at));
  return (
    <div className="timeline-zone label" title={`Times in ${zone} ${offset}`}>
      <span>{zone}</span>
      {zone !== 'UTC' && <span className="mono">{offset}</span>}
    </div>
  );
}
