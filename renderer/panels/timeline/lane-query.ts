/** Which events the lanes ask for: all in the window while they can be told apart, else only the long ones. Pure. */
import type { Filter } from '../../../shared/filter';
import type { ViewSpec } from '../../../shared/view';
import type { TimeWindow } from '../../state/time-window';

/** More than this in a window is shown as density. */
export const MOST_POINTS = 4000;
/** Spans fetched when single points are not. */
export const MOST_SPANS = 1000;
export const LANE_PAGE = 2000;

export interface LaneQuery {
  readonly spec: ViewSpec;
  readonly limit: number;
  /** Only spans were asked for; points are drawn as density. */
  readonly dense: boolean;
}

/** `total` events of the filter lie in the window. Network flows are spans by the thousand and stay density. */
export function laneQuery(filter: Filter, window: TimeWindow, total: number): LaneQuery {
  const dense = total > MOST_POINTS;
  const startsBefore = (time: number): Filter => ({
    kind: 'compare',
    field: 'timestamp',
    op: '<',
    value: time,
  });
  const endsAfter: Filter = { kind: 'compare', field: 'ended_at', op: '>=', value: window.from };
  const inWindow: Filter = dense
    ? {
        kind: 'and',
        of: [
          { kind: 'not', of: { kind: 'in', field: 'event_domain', values: ['network'] } },
          startsBefore(window.to),
          endsAfter,
        ],
      }
    : {
        kind: 'or',
        of: [
          { kind: 'time', from: window.from, to: window.to },
          { kind: 'and', of: [startsBefore(window.from), endsAfter] },
        ],
      };
  return {
    spec: { filter: { kind: 'and', of: [filter, inWindow] }, sort: [] },
    limit: dense ? MOST_SPANS : MOST_POINTS * 2,
    dense,
  };
}
