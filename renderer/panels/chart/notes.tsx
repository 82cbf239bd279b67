/** The line below a chart: what it shows, what is not in it and why, and what is brushed. */
import type { ReactNode } from 'react';
import type { Groups } from '../../../shared/chart/groups';
import type { Result } from '../../../shared/protocol';
import { Button } from '../../ui/button';
import { countText, plural } from '../../ui/event-text';

export interface ChartNotesProps {
  readonly about: Omit<Result<'chart.data'>, 'arrow'>;
  readonly words: string;
  readonly groups: Groups | null;
  readonly loading: boolean;
  readonly canFilter: boolean;
  readonly active: boolean;
  /** How this mark filters by the pointer; nothing where there is nothing to point at. */
  readonly hint: string;
  readonly onClear: () => void;
}

export function ChartNotes(props: ChartNotesProps): ReactNode {
  const { about, groups } = props;
  const left = about.left.filter(({ rows }) => rows > 0);
  return (
    <div className="chart-notes label">
      <output aria-label="What the chart shows" aria-busy={props.loading}>
        {props.words} · {plural(about.rows, 'row')}
        {about.binned && ', too many to draw one by one: shown as counts'}
      </output>
      {about.rest.length > 0 && <span>· rarer values are together as “other”</span>}
      {groups !== null && groups.leftOut > 0 && (
        <span className="warn">
          · {plural(groups.leftOut, 'more series', 'more series')} not drawn: what they measure cannot be
          added up
        </span>
      )}
      {left.map(({ rows, why }) => (
        <span key={why} className="warn">
          · {countText(rows)} left out: {why}
        </span>
      ))}
      <span className="spring" />
      {props.active ? (
        <Button look="plain" onClick={props.onClear}>
          Take the brush back
        </Button>
      ) : (
        <span>{props.canFilter ? props.hint : 'These rows are no events: no panel follows'}</span>
      )}
    </div>
  );
}
