/** A saved view as the report shows it: a drawn chart, or the first rows of a table. */
import { type Table, tableFromIPC } from 'apache-arrow';
import type { SavedView } from '../../shared/case';
import type { ChartSpec } from '../../shared/chart';
import type { ChartRows, GroupValue } from '../../shared/chart/groups';
import { chartPicture } from '../../shared/chart/option';
import { LIGHT_CHART } from '../../shared/chart/theme';
import { chartLabels } from '../../shared/chart/words';
import { describeProblem, type Problem } from '../../shared/problem';
import type { SourceColumn } from '../../shared/protocol';
import { formatInstant } from '../../shared/time';
import { chartSvg } from '../report/chart';
import type { ReportTable, ReportView } from '../report/data';
import { thousands } from '../report/html';
import type { Call } from './context';
import { sourceHandlers } from './handlers/source';

const MOST_ROWS = 100;
const MOST_COLUMNS = 10;
const WIDTH = 1080;
const HEIGHT = 360;

/** Never fails: what cannot be shown says why. */
export async function reportView(call: Call, view: SavedView | null, zone: string): Promise<ReportView> {
  if (!view) return { name: 'A saved view', words: '', kind: 'absent', why: 'it was removed' };
  try {
    return await (view.chart ? chartView(call, view, view.chart, zone) : gridView(call, view, zone));
  } catch (error) {
    call.context.log.error(`the report could not show the view ${view.id}`, error);
    return {
      name: view.name,
      words: '',
      kind: 'absent',
      why: 'something went wrong; the log file says more',
    };
  }
}

function absent(view: SavedView, problem: Problem): ReportView {
  return { name: view.name, words: '', kind: 'absent', why: describeProblem(problem) };
}

async function chartView(call: Call, view: SavedView, chart: ChartSpec, zone: string): Promise<ReportView> {
  const spec = { ...chart, source: view.source };
  const [data, columns] = [
    await sourceHandlers['chart.data']({ spec, events: null, zone }, call),
    await sourceHandlers['source.columns']({ source: view.source }, call),
  ];
  if (!data.ok) return absent(view, data.problem);
  const { arrow, buckets, rest, binned, rows, left } = data.value;
  const known = columns.ok ? columns.value.columns : [];
  const table = tableFromIPC(arrow);
  const labels = chartLabels(spec, known);
  const picture = chartPicture({
    spec,
    answer: { rows: rowsOf(table), buckets, rest, binned },
    labels,
    theme: LIGHT_CHART,
    zone,
    width: WIDTH,
    height: HEIGHT,
    tooltip: false,
    legend: true,
  });
  const notes = [
    `${thousands(rows)} rows.`,
    ...left.map((part) => `${thousands(part.rows)} left out: ${part.why}.`),
    ...(rest.length > 0 ? ['Rarer values are counted as one.'] : []),
  ];
  if (spec.mark === 'pivot') {
    const titles = [...labels.rows, ...labels.columns, labels.measure];
    return { name: view.name, words: picture.words, kind: 'table', table: pivotTable(table, titles) };
  }
  if (Object.keys(picture.option).length === 0)
    return { name: view.name, words: picture.words, kind: 'absent', why: 'there is nothing to draw' };
  const height = Math.min(1600, Math.max(HEIGHT, picture.leastHeight));
  const svg = chartSvg(picture.option, WIDTH, height);
  return { name: view.name, words: picture.words, kind: 'chart', svg, notes };
}

function rowsOf(table: Table): ChartRows {
  const columns = new Map(table.schema.fields.map(({ name }, index) => [name, table.getChildAt(index)]));
  return {
    length: table.numRows,
    value: (row, column) => plain(columns.get(column)?.get(row)),
  };
}

function plain(value: unknown): GroupValue {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return null;
}

function pivotTable(table: Table, titles: readonly string[]): ReportTable {
  const rows = rowsOf(table);
  const names = table.schema.fields
    .map(({ name }) => name)
    .filter((name) => /^(?:row|column)\d+$|^value$/.test(name));
  const shown = Math.min(rows.length, MOST_ROWS);
  return {
    columns: names.map((name, index) => ({
      label: titles[index] ?? name,
      isNumber: name === 'value',
      isTime: false,
    })),
    rows: Array.from({ length: shown }, (_, row) =>
      names.map((name) => {
        const value = rows.value(row, name);
        return value === null ? null : String(value);
      }),
    ),
    total: rows.length,
  };
}

async function gridView(call: Call, view: SavedView, zone: string): Promise<ReportView> {
  const opened = await sourceHandlers['source.open']({ source: view.source, sort: [] }, call);
  if (!opened.ok) return absent(view, opened.problem);
  const { sourceId, columns: all, rows: total } = opened.value;
  const wanted = view.columns.length > 0 ? view.columns : all.map(({ name }) => name);
  const columns = wanted
    .flatMap((name) => all.find((column) => column.name === name) ?? [])
    .slice(0, MOST_COLUMNS);
  if (columns.length === 0) return { name: view.name, words: '', kind: 'absent', why: 'it has no columns' };
  const names = columns.map(({ name }) => name);
  const page = await sourceHandlers['source.page'](
    { sourceId, offset: 0, limit: MOST_ROWS, columns: names },
    call,
  );
  if (!page.ok) return absent(view, page.problem);
  const table = tableFromIPC(page.value.arrow);
  const cells = rowsOf(table);
  return {
    name: view.name,
    words: wanted.length > columns.length ? `the first ${columns.length} of ${wanted.length} columns` : '',
    kind: 'table',
    table: {
      columns: columns.map(({ label, role }) => ({
        label,
        isNumber: role === 'number',
        isTime: role === 'time',
      })),
      rows: Array.from({ length: cells.length }, (_, row) =>
        columns.map((column) => cellText(cells.value(row, column.name), column, zone)),
      ),
      total,
    },
  };
}

function cellText(value: GroupValue, { role, type }: SourceColumn, zone: string): string | null {
  if (value === null) return null;
  const isTime = role === 'time' || type.startsWith('TIMESTAMP');
  return isTime && typeof value === 'number' ? formatInstant(value, zone) : String(value);
}
