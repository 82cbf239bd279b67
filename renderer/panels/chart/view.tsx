/** The chart builder: source and axes above, the picture below, and a brush that every other panel follows. */
import { Download, Table2 } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { z } from 'zod';
import { type ChartSpec, chartSpecSchema } from '../../../shared/chart';
import { readGroups } from '../../../shared/chart/groups';
import { type ChartInput, chartPicture } from '../../../shared/chart/option';
import { chartLabels, describeChart } from '../../../shared/chart/words';
import type { Source } from '../../../shared/filter';
import { chartRequestSchema } from '../../grid/requests';
import { eventColumn } from '../../grid/result-grid';
import { SaveViewDialog } from '../../grid/save-view-dialog';
import { SourceSelect } from '../../grid/source-select';
import { fromTitle } from '../../grid/tables';
import { useColumns } from '../../grid/use-columns';
import {
  useAnnounce,
  useCommands,
  useFilter,
  useFilterExcept,
  usePanelState,
  useWork,
  useZone,
} from '../../state/hooks';
import { savedView } from '../../state/work';
import { Button } from '../../ui/button';
import { Menu } from '../../ui/menu';
import { ProblemText } from '../../ui/problem-text';
import { useSize } from '../../ui/use-size';
import { Controls } from './controls';
import { DataTable } from './data-table';
import { ChartLegend, seriesSums } from './legend';
import { ChartNotes } from './notes';
import { downloadPng, downloadSvg } from './picture';
import { PivotStage } from './pivot-stage';
import { firstSpec, missingOf, neededSpec } from './spec';
import { Stage } from './stage';
import { useChartTheme } from './theme';
import { useBrush } from './use-brush';
import { useChartData } from './use-chart-data';
import { useDrawing } from './use-drawing';
import './view.css';

const EVENTS: Source = { from: { kind: 'table', table: 'event_view' }, filter: { kind: 'and', of: [] } };
/** How marks without a surface to drag on filter by the pointer. */
const POINTED: Readonly<Partial<Record<ChartSpec['mark'], string>>> = {
  pie: 'Choose a slice to filter every panel',
  pivot: 'Choose a cell or a head to filter every panel',
};
const savedSchema = z.object({ id: z.string(), name: z.string() }).nullable();

export function ChartView(): ReactNode {
  const [kept, setSpec] = usePanelState<ChartSpec | null>('chart.spec', chartSpecSchema.nullable(), null);
  const [saved, setSaved] = usePanelState('chart.saved', savedSchema, null);
  const [asTable, setAsTable] = useState(false);
  const [saving, setSaving] = useState(false);
  const zone = useZone();
  const theme = useChartTheme();
  const drawing = useDrawing();
  const announce = useAnnounce();
  const { views } = useWork();
  const source = kept?.source ?? EVENTS;
  const known = useColumns(source);
  const { columns } = known;
  const spec = useMemo(
    () => kept ?? (columns.length === 0 ? null : firstSpec(EVENTS, columns)),
    [kept, columns],
  );
  const missing = spec === null ? null : missingOf(spec);
  const needed = useMemo(
    () => (spec === null || missing !== null ? null : neededSpec(spec)),
    [spec, missing],
  );
  const events = useFilterExcept(['chart']);
  const { clauses, clear } = useFilter();
  const { ask, isWaiting } = useRequest(setSpec, setSaved);
  // A chart that is about to make way is not drawn: a brush on it would filter by rows nobody asked about.
  const data = useChartData(isWaiting ? null : needed, events);
  const { answer } = data;

  const place = useRef<HTMLDivElement>(null);
  const size = useSize(place);
  const drawn = data.spec;
  const labels = useMemo(() => (drawn === null ? null : chartLabels(drawn, columns)), [drawn, columns]);
  const input: ChartInput | null = useMemo(() => {
    if (answer === null || drawn === null || labels === null || size.width === 0) return null;
    const common = { spec: drawn, answer, labels, theme, zone, tooltip: true, legend: false };
    const first = { ...common, width: size.width, height: Math.max(size.height, 120) };
    if (drawn.mark === 'pivot') return first;
    const { leastHeight } = chartPicture(first);
    return { ...first, height: Math.max(first.height, Math.min(leastHeight, 6000)) };
  }, [answer, drawn, labels, theme, zone, size]);
  const groups = useMemo(
    () =>
      input === null || input.spec.mark === 'pivot' || input.spec.mark === 'scatter'
        ? null
        : readGroups(input.spec, input.answer, zone),
    [input, zone],
  );
  const brushing = useBrush(drawn, groups, columns, eventColumn(columns));
  const words = drawn === null || labels === null ? '' : describeChart(drawn, labels, answer?.buckets);
  const title = saved?.name ?? (spec === null ? '' : fromTitle(spec.source.from, views));
  const isEmpty = data.about !== null && data.about.groups === 0;
  const isPicture = input !== null && input.spec.mark !== 'pivot' && !isEmpty && groups?.tooMany !== true;
  const noPicture = isPicture && drawing !== null ? null : 'There is no picture.';

  const exportAs = async (kind: 'svg' | 'png'): Promise<void> => {
    if (input === null || drawing === null) return;
    const done =
      kind === 'svg' ? downloadSvg(drawing, input, words, title) : await downloadPng(drawing, input, title);
    announce(done ? `The picture was saved as ${kind.toUpperCase()}` : 'The browser gave no picture');
  };
  const choose = (next: ChartSpec): void => {
    brushing.clear();
    setSpec(next);
  };
  useCommands([
    {
      id: 'chart.svg',
      title: 'Save the chart as SVG',
      group: 'Chart',
      unavailable: noPicture,
      run: () => void exportAs('svg'),
    },
    {
      id: 'chart.png',
      title: 'Save the chart as PNG',
      group: 'Chart',
      unavailable: noPicture,
      run: () => void exportAs('png'),
    },
    {
      id: 'chart.table',
      title: asTable ? 'Show the chart as a picture' : 'Show the chart as a table',
      group: 'Chart',
      run: () => setAsTable(!asTable),
    },
    {
      id: 'chart.save',
      title: 'Save the chart as a view',
      group: 'Chart',
      unavailable: spec === null ? 'There is no chart.' : null,
      run: () => setSaving(true),
    },
    {
      id: 'chart.clear',
      title: 'Take back the chart’s filter',
      group: 'Chart',
      unavailable: brushing.isActive ? null : 'Nothing is brushed.',
      run: brushing.clear,
    },
  ]);

  return (
    <div className="chart">
      <div className="chart-bar">
        <SourceSelect
          label="Rows to chart"
          from={source.from}
          other={fromTitle(source.from, views)}
          onChange={(from) => {
            brushing.clear();
            ask({ from, filter: { kind: 'and', of: [] } }, from.kind === 'saved' ? from.id : null);
          }}
        />
        {spec !== null && <Controls spec={spec} columns={columns} onSpec={choose} />}
        <span className="chart-acts">
          <Button
            look="plain"
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
            title="The numbers as a table"
          >
            <Table2 /> Table
          </Button>
          <Menu
            align="end"
            trigger={
              <Button look="plain" disabled={noPicture !== null}>
                <Download /> Picture
              </Button>
            }
            entries={[
              { label: 'Save as SVG', run: () => void exportAs('svg') },
              { label: 'Save as PNG', run: () => void exportAs('png') },
            ]}
          />
          <Button disabled={spec === null} onClick={() => setSaving(true)}>
            Save view…
          </Button>
        </span>
      </div>
      {input !== null &&
        groups !== null &&
        input.spec.colour !== null &&
        input.spec.mark !== 'heat-map' &&
        !asTable && (
          <ChartLegend
            field={input.spec.colour.field}
            places={groups.rows.places}
            sums={seriesSums(groups)}
            chosen={brushing.brush.rows}
            theme={theme}
            label={input.labels.colour}
            onChoose={(rows) => brushing.put({ ...brushing.brush, rows })}
          />
        )}
      {known.problem !== null && <ProblemText problem={known.problem} />}
      {data.problem !== null && (
        <ProblemText problem={data.problem} action={<Button onClick={data.retry}>Try again</Button>} />
      )}
      {missing !== null && <p className="chart-hint label">{missing}</p>}
      <div className="chart-place" ref={place} aria-busy={data.loading}>
        {isEmpty && (
          <div className="empty">
            <p>No row of {title || 'this source'} is in the chart under the filter.</p>
            {clauses.length > 0 && <Button onClick={clear}>Remove all filters</Button>}
          </div>
        )}
        {groups?.tooMany === true && (
          <div className="empty" role="alert">
            <p>There are more steps than can be drawn.</p>
            <Button
              onClick={() =>
                spec?.x != null && choose({ ...spec, x: { ...spec.x, time: 'auto', width: null } })
              }
            >
              Use suitable steps
            </Button>
          </div>
        )}
        {input !== null && !isEmpty && input.spec.mark === 'pivot' && (
          <PivotStage input={input} words={words} columns={columns} brushing={brushing} />
        )}
        {input !== null && groups !== null && asTable && !isEmpty && !groups.tooMany && (
          <DataTable groups={groups} caption={words} along={input.labels.x} measure={input.labels.measure} />
        )}
        {input !== null && isPicture && !(asTable && groups !== null) && drawing !== null && (
          <Stage
            drawing={drawing}
            input={input}
            brush={brushing.brush}
            box={brushing.box}
            onBrush={brushing.put}
            onBox={brushing.putBox}
          />
        )}
      </div>
      {data.about !== null && (
        <ChartNotes
          about={data.about}
          words={words}
          groups={groups}
          loading={data.loading}
          canFilter={brushing.canFilter}
          active={brushing.isActive}
          hint={
            isEmpty || asTable ? '' : (POINTED[drawn?.mark ?? 'bar'] ?? 'Drag or click to filter every panel')
          }
          onClear={brushing.clear}
        />
      )}
      {saving && spec !== null && (
        <SaveViewDialog
          draft={{ source: spec.source, chart: neededSpec(spec), columns: [] }}
          saved={saved}
          suggestion={words || title}
          columns={columns}
          lane={false}
          onSaved={setSaved}
          onClose={() => setSaving(false)}
        />
      )}
    </div>
  );
}

/** Takes what another panel (or the choice of another source) wants charted, once its columns are known. */
function useRequest(
  putSpec: (next: ChartSpec | null) => void,
  putSaved: (next: { id: string; name: string } | null) => void,
): { readonly ask: (source: Source, view: string | null) => void; readonly isWaiting: boolean } {
  const [request, settle] = usePanelState('chart.request', chartRequestSchema, null);
  const { views } = useWork();
  const of = useColumns(request?.source ?? null);
  const asked =
    request === null ? '' : JSON.stringify({ from: request.source.from, filter: { kind: 'and', of: [] } });
  useEffect(() => {
    if (request === null) return;
    const view = request.view === null ? undefined : savedView(views, request.view);
    if (view?.chart != null) {
      putSpec(view.chart);
      putSaved({ id: view.id, name: view.name });
      settle(null);
    } else if (of.of === asked && of.columns.length > 0) {
      putSpec(firstSpec(request.source, of.columns));
      putSaved(null);
      settle(null);
    } else if (of.of === asked && of.problem !== null) settle(null);
  }, [request, views, of, asked, putSpec, putSaved, settle]);
  return { ask: (source, view) => settle({ source, view }), isWaiting: request !== null };
}
