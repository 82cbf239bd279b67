/** Timeline: a histogram that brushes, lanes by domain below it, one time bar, and the whole case in a strip. */
import { type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react';
import { z } from 'zod';
import { EVERYTHING } from '../../../shared/filter';
import { describeStretch } from '../../../shared/filter/words';
import {
  useAnnounce,
  useCase,
  useFilter,
  useFilterExcept,
  useImports,
  usePanelState,
  useSelection,
  useTimeWindow,
  useZone,
} from '../../state/hooks';
import type { TimeWindow } from '../../state/time-window';
import { ProblemText } from '../../ui/problem-text';
import { useSize } from '../../ui/use-size';
import { TimelineEmpty } from './empty';
import { binsFor, type StackBy } from './histogram';
import { choose, chosenKeys, LEGEND, legendKeys } from './legend';
import { OVERVIEW_BINS } from './overview';
import { seriesColours } from './palette';
import { Stage } from './stage';
import { Toolbar } from './toolbar';
import { useChartColours } from './use-chart-colours';
import { useHistogram } from './use-histograms';
import { useKeyDomains } from './use-key-domains';
import { useLaneEvents } from './use-lane-events';
import { useStep } from './use-step';
import { useTimelineCommands } from './use-timeline-commands';
import { useViewLanes } from './use-view-lanes';
import './view.css';

const AUTHOR = 'timeline';
const MARGIN = 0.008;
const bySchema = z.enum(['event_domain', 'event_dataset', 'evidence_id']);

export function TimelineView(): ReactNode {
  const [by, setBy] = usePanelState<StackBy>('timeline.by', bySchema, 'event_domain');
  const plot = useRef<HTMLDivElement>(null);
  const { width } = useSize(plot);
  const time = useTimeWindow();
  const filter = useFilter();
  const zone = useZone();
  const announce = useAnnounce();
  const context = useFilterExcept([AUTHOR, LEGEND]);
  const shownFilter = useFilterExcept([AUTHOR]);

  const whole = useHistogram(EVERYTHING, null, OVERVIEW_BINS, by).histogram;
  useStep(shownFilter, time.setStep);
  const overview = useHistogram(context, null, OVERVIEW_BINS, by);
  const extent = useExtent(overview.histogram, overview.known, time.setExtent);
  const window = useMemo(
    () => time.window ?? withMargin(extent, time.narrowest),
    [time.window, extent, time.narrowest],
  );
  const bins = width > 0 && window !== null ? binsFor(width) : 0;
  const main = useHistogram(shownFilter, window, bins, by);
  const byDomain = useHistogram(shownFilter, window, by === 'event_domain' ? 0 : bins, 'event_domain');
  const density = by === 'event_domain' ? main.histogram : byDomain.histogram;
  const drawn = useMemo(
    () => (main.histogram === null ? null : { from: main.histogram.from, to: main.histogram.to }),
    [main.histogram],
  );
  const lanes = useLaneEvents(shownFilter, drawn, main.histogram?.total ?? null);
  const viewLanes = useViewLanes(drawn);

  const brush = useBrush(filter.clauses);
  const onBrush = useCallback(
    (next: TimeWindow | null) => {
      filter.setFrom(AUTHOR, next === null ? null : { kind: 'time', from: next.from, to: next.to });
      announce(
        next === null
          ? 'The brushed range was removed'
          : `Filtered to ${describeStretch(next.from, next.to, zone)}`,
      );
    },
    [filter.setFrom, announce, zone],
  );
  useTimelineCommands(time, brush, onBrush);
  useFollowSelection(time.showTime);

  const colours = useChartColours();
  const domainOfKey = useKeyDomains(by);
  const labelOf = useKeyLabels(by);
  const keys = overview.histogram?.series.map(({ key }) => key).join('\n') ?? '';
  const palette = useMemo(
    () =>
      seriesColours(
        keys.split('\n'),
        (key) => (by === 'event_domain' ? key : (domainOfKey.get(key) ?? '')),
        colours,
      ),
    [keys, by, domainOfKey, colours],
  );
  const colourOf = useCallback(
    (key: string) => palette.get(key) ?? colours.domain('other'),
    [palette, colours],
  );
  const legendClause = filter.clauses.find(({ author, muted }) => author === LEGEND && !muted);
  const chosen = chosenKeys(legendClause?.filter ?? null, by);
  const problem = overview.problem ?? main.problem;
  const isEmpty = overview.known && overview.histogram === null;

  return (
    <div className="timeline" aria-busy={main.loading}>
      <Toolbar
        by={by}
        onBy={(next) => {
          filter.setFrom(LEGEND, null);
          setBy(next);
        }}
        keys={legendKeys(overview.histogram, chosen, labelOf)}
        colourOf={colourOf}
        undated={overview.undated}
        onChoose={(key, add) => filter.setFrom(LEGEND, choose(by, chosen, key, add))}
      />
      {problem !== null && <ProblemText problem={problem} />}
      {problem === null && isEmpty && <TimelineEmpty undated={overview.undated} />}
      {/* Keeps its width under a problem: without one no bins would be asked for again. */}
      <div className="timeline-plot" ref={plot} hidden={isEmpty}>
        {problem === null && main.histogram !== null && overview.histogram !== null && (
          <Stage
            by={by}
            histogram={main.histogram}
            overview={overview.histogram}
            whole={whole ?? overview.histogram}
            window={time.window ?? (isWhole(extent, whole) ? null : window)}
            density={density}
            lanes={lanes}
            views={viewLanes}
            brush={brush}
            colours={colours}
            colourOf={colourOf}
            labelOf={labelOf}
            onBrush={onBrush}
          />
        )}
      </div>
    </div>
  );
}

function isWhole(extent: TimeWindow | null, whole: TimeWindow | null): boolean {
  return extent === null || (whole?.from === extent.from && whole.to === extent.to);
}

/** Room left and right, so that the first and the last event are seen whole. */
function withMargin(extent: TimeWindow | null, narrowest: number): TimeWindow | null {
  if (extent === null) return null;
  const width = extent.to - extent.from;
  const margin = Math.ceil(Math.max(width * MARGIN, (narrowest - width) / 2));
  return { from: extent.from - margin, to: extent.to + margin };
}

/** Tells everybody what stretch there is, and reads it back. */
function useExtent(
  histogram: TimeWindow | null,
  known: boolean,
  setExtent: (extent: TimeWindow | null) => void,
): TimeWindow | null {
  const from = histogram?.from ?? null;
  const to = histogram?.to ?? null;
  useEffect(() => {
    if (known) setExtent(from === null || to === null ? null : { from, to });
  }, [known, from, to, setExtent]);
  return useMemo(() => (from === null || to === null ? null : { from, to }), [from, to]);
}

/** The range of the clause the timeline made itself. */
function useBrush(clauses: ReturnType<typeof useFilter>['clauses']): TimeWindow | null {
  const own = clauses.find(({ author, muted }) => author === AUTHOR && !muted)?.filter;
  const from = own?.kind === 'time' ? own.from : null;
  const to = own?.kind === 'time' ? own.to : null;
  return useMemo(() => (from === null || to === null ? null : { from, to }), [from, to]);
}

/** An event chosen elsewhere comes into sight. */
function useFollowSelection(showTime: (time: number) => void): void {
  const { selected } = useSelection();
  useEffect(() => {
    if (selected !== null && selected.time !== null && selected.author !== AUTHOR) showTime(selected.time);
  }, [selected, showTime]);
}

function useKeyLabels(by: StackBy): (key: string) => string {
  const { evidence } = useImports();
  const open = useCase();
  return useCallback(
    (key: string) => {
      if (by !== 'evidence_id') return key;
      const row = evidence.find((one) => String(one.evidence_id) === key);
      return row?.name ?? `evidence ${key} of ${open?.name ?? ''}`;
    },
    [by, evidence, open],
  );
}
