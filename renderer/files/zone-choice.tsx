/** The zone in which times are written: the one on display, or UTC. */
import type { ReactNode } from 'react';

export interface ZoneChoiceProps {
  readonly zone: string;
  /** The zone on display. */
  readonly shown: string;
  readonly onChange: (zone: string) => void;
}

export function ZoneChoice({ zone, shown, onChange }: ZoneChoiceProps): ReactNode {
  return (
    <label className="place-row">
      <span className="label">Times in</span>
      <select className="text-box" value={zone} onChange={(event) => onChange(event.target.value)}>
        {[...new Set([shown, 'UTC'])].map((one) => (
          <option key={one} value={one}>
            {one === shown ? `${one} (as on screen)` : one}
          </option>
        ))}
      </select>
    </label>
  );
}
