/** The series of a chart by mark and name; choosing some filters every panel by them. */
import type { ReactNode } from 'react';
import type { Groups, Place } from '../../../shared/chart/groups';
import {
  type ChartTheme,
  isDomainField,
  plainLook,
  quietLook,
  seriesLook,
} from '../../../shared/chart/theme';
import { amountText } from '../../../shared/chart/words';
import { samePlace } from './clause';

export interface LegendProps {
  readonly field: string | null;
  readonly places: readonly Place[];
  readonly sums: readonly number[];
  readonly chosen: readonly Place[];
  readonly theme: ChartTheme;
  readonly label: string;
  readonly onChoose: (places: readonly Place[]) => void;
}

export function ChartLegend({ field, places, sums, chosen, theme, label, onChoose }: LegendProps): ReactNode {
  const isChosen = (place: Place): boolean => chosen.some((one) => samePlace(one, place));
  const choose = (place: Place, add: boolean): void => {
    if (add) onChoose(isChosen(place) ? chosen.filter((one) => !samePlace(one, place)) : [...chosen, place]);
    else onChoose(chosen.length === 1 && isChosen(place) ? [] : [place]);
  };
  return (
    <ul className="chart-legend" aria-label={`${label}: choose to filter`}>
      {places.map((place, index) => {
        const look =
          field === null
            ? plainLook(theme)
            : place.kind === 'value'
              ? seriesLook(theme, field, place.value, index)
              : quietLook(theme);
        const isDomain = field !== null && isDomainField(field) && place.kind === 'value';
        const off = chosen.length > 0 && !isChosen(place);
        return (
          <li key={`${place.kind} ${String(place.value)}`}>
            <button
              type="button"
              className={off ? 'chart-key off' : 'chart-key'}
              data-domain={isDomain ? String(place.value) : undefined}
              aria-pressed={chosen.length > 0 && !off}
              title={`Show only ${place.label} in every panel (Shift adds or takes away)`}
              onClick={(event) => choose(place, event.shiftKey || event.ctrlKey || event.metaKey)}
            >
              {isDomain ? (
                <span className="domain-mark" aria-hidden="true" />
              ) : (
                <span className="chart-swatch" aria-hidden="true" style={{ background: look.colour }} />
              )}
              <span className="chart-key-name">{place.label}</span>
              <span className="label">{amountText(sums[index] ?? 0)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Sum over all places of each series. */
export function seriesSums({ values }: Groups): readonly number[] {
  return values.map((row) => row.reduce<number>((sum, value) => sum + (value ?? 0), 0));
}
