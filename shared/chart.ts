/** A declared chart: fields of a source on axes, counted or measured per group, binned by the database. */
import { z } from 'zod';
import { sourceSchema } from './filter';

export const CHART_MARKS = [
  'bar',
  'stacked-bar',
  'line',
  'area',
  'scatter',
  'heat-map',
  'pie',
  'pivot',
] as const;
export type ChartMark = (typeof CHART_MARKS)[number];

/** Value of the group into which an axis' rarer values are counted, where `chart.data` names the axis in `rest`. */
export const REST = '*';

export const MEASURES = ['count', 'count-distinct', 'sum', 'mean', 'median', 'min', 'max'] as const;

/** Width of a time bucket; calendar ones (`day` and wider) follow the display zone, `auto` the span of the rows. */
export const TIME_BUCKETS = ['auto', 'second', 'minute', 'hour', 'day', 'week', 'month', 'year'] as const;

/** How a field becomes groups: times by a bucket, numbers by a width, anything by its values where both are null. */
export const axisSchema = z.object({
  field: z.string(),
  time: z.enum(TIME_BUCKETS).nullable(),
  width: z.number().positive().nullable(),
});
export type Axis = z.infer<typeof axisSchema>;

export const measureSchema = z.object({
  kind: z.enum(MEASURES),
  /** Null only for `count`. */
  field: z.string().nullable(),
});
export type Measure = z.infer<typeof measureSchema>;

/**
 * Bars, lines, areas and pies: `x` and `measure`, split by `colour`. Heat map: `x` × `y`, coloured by `measure`.
 * Scatter: raw rows, `x.field` against `y.field`, coloured and sized by fields. Pivot: `rows` × `columns`.
 */
export const chartSpecSchema = z.object({
  source: sourceSchema,
  mark: z.enum(CHART_MARKS),
  x: axisSchema.nullable(),
  y: axisSchema.nullable(),
  colour: axisSchema.nullable(),
  size: z.string().nullable(),
  rows: z.array(axisSchema).max(4),
  columns: z.array(axisSchema).max(2),
  measure: measureSchema,
  /** Groups of an axis of values kept on their own, the most frequent first; the rest is counted as one, and told. */
  top: z.number().int().min(1).max(500),
});
export type ChartSpec = z.infer<typeof chartSpecSchema>;
