/** What goes where in a chart: mark, axes with their buckets, measure, colour, size. */
import type { ReactNode } from 'react';
import {
  type Axis,
  CHART_MARKS,
  type ChartMark,
  type ChartSpec,
  MEASURES,
  type Measure,
  TIME_BUCKETS,
} from '../../../shared/chart';
import { MARK_WORDS } from '../../../shared/chart/words';
import type { SourceColumn } from '../../../shared/protocol';
import { axisOf, CHANNELS, type Channel, withMark } from './spec';

export interface ControlsProps {
  readonly spec: ChartSpec;
  readonly columns: readonly SourceColumn[];
  readonly onSpec: (spec: ChartSpec) => void;
}

const CHANNEL_WORDS: Readonly<Record<ChartMark, Partial<Record<Channel, string>>>> = {
  bar: { x: 'along', colour: 'split by' },
  'stacked-bar': { x: 'along', colour: 'split by' },
  line: { x: 'along', colour: 'split by' },
  area: { x: 'along', colour: 'split by' },
  scatter: { x: 'across', y: 'up', colour: 'colour', size: 'size' },
  'heat-map': { x: 'across', y: 'down' },
  pie: { x: 'slices' },
  pivot: {},
};

const MEASURE_CHOICES: Readonly<Record<Measure['kind'], string>> = {
  count: 'number of rows',
  'count-distinct': 'different values of',
  sum: 'sum of',
  mean: 'mean of',
  median: 'median of',
  min: 'least',
  max: 'greatest',
};

export function Controls({ spec, columns, onSpec }: ControlsProps): ReactNode {
  const channels = CHANNELS[spec.mark];
  const words = CHANNEL_WORDS[spec.mark];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot give its children to the bar they stand in.
    <div className="chart-controls" role="group" aria-label="What the chart shows">
      <select
        className="text-box chart-mark"
        aria-label="Kind of chart"
        value={spec.mark}
        onChange={(event) => {
          const mark = CHART_MARKS.find((one) => one === event.target.value);
          if (mark !== undefined) onSpec(withMark(spec, mark, columns));
        }}
      >
        {CHART_MARKS.map((mark) => (
          <option key={mark} value={mark}>
            {MARK_WORDS[mark]}
          </option>
        ))}
      </select>
      {channels.includes('measure') && (
        <MeasurePicker
          measure={spec.measure}
          columns={columns}
          onChange={(measure) => onSpec({ ...spec, measure })}
        />
      )}
      {channels.includes('x') && (
        <AxisPicker
          label={words.x ?? 'along'}
          axis={spec.x}
          columns={columns}
          raw={spec.mark === 'scatter'}
          onChange={(x) => onSpec({ ...spec, x })}
        />
      )}
      {channels.includes('y') && (
        <AxisPicker
          label={words.y ?? 'up'}
          axis={spec.y}
          columns={columns}
          raw={spec.mark === 'scatter'}
          onChange={(y) => onSpec({ ...spec, y })}
        />
      )}
      {channels.includes('colour') && (
        <AxisPicker
          label={words.colour ?? 'colour'}
          axis={spec.colour}
          columns={columns}
          raw={spec.mark === 'scatter'}
          none="nothing"
          onChange={(colour) => onSpec({ ...spec, colour })}
        />
      )}
      {channels.includes('size') && (
        <span className="chart-pair">
          <span className="label">size</span>
          <FieldSelect
            label="size"
            columns={columns.filter(({ role }) => role === 'number')}
            value={spec.size ?? ''}
            none="all the same"
            onChange={(size) => onSpec({ ...spec, size: size === '' ? null : size })}
          />
        </span>
      )}
      {channels.includes('rows') && (
        <AxisList
          label="rows"
          axes={spec.rows}
          most={4}
          columns={columns}
          onChange={(rows) => onSpec({ ...spec, rows })}
        />
      )}
      {channels.includes('columns') && (
        <AxisList
          label="columns"
          axes={spec.columns}
          most={2}
          columns={columns}
          onChange={(axes) => onSpec({ ...spec, columns: axes })}
        />
      )}
    </div>
  );
}

function AxisList(props: {
  readonly label: string;
  readonly axes: readonly Axis[];
  readonly most: number;
  readonly columns: readonly SourceColumn[];
  readonly onChange: (axes: Axis[]) => void;
}): ReactNode {
  const { axes, most } = props;
  const shown = axes.length < most ? [...axes, null] : axes;
  return shown.map((axis, at) => (
    <AxisPicker
      // biome-ignore lint/suspicious/noArrayIndexKey: an axis is its place.
      key={at}
      label={at === 0 ? props.label : 'then'}
      axis={axis}
      columns={props.columns}
      raw={false}
      none={at === 0 ? 'none' : 'no more'}
      onChange={(next) => {
        const rest = axes.filter((_, index) => index !== at);
        props.onChange(
          next === null
            ? rest
            : axes.map((one, index) => (index === at ? next : one)).concat(at >= axes.length ? [next] : []),
        );
      }}
    />
  ));
}

interface AxisPickerProps {
  readonly label: string;
  readonly axis: Axis | null;
  readonly columns: readonly SourceColumn[];
  /** Values as they are, without buckets. */
  readonly raw: boolean;
  readonly none?: string;
  readonly onChange: (axis: Axis | null) => void;
}

const WIDTHS: readonly number[] = [0.1, 1, 5, 10, 50, 100, 500, 1000, 10_000, 100_000, 1_000_000];

function AxisPicker({ label, axis, columns, raw, none, onChange }: AxisPickerProps): ReactNode {
  const column = columns.find(({ name }) => name === axis?.field);
  return (
    <span className="chart-axis">
      <span className="chart-pair">
        <span className="label">{label}</span>
        <FieldSelect
          label={label}
          columns={columns}
          value={axis?.field ?? ''}
          {...(none === undefined ? {} : { none })}
          onChange={(name) => {
            const chosen = columns.find((one) => one.name === name);
            onChange(chosen === undefined ? null : axisOf(chosen));
          }}
        />
      </span>
      {axis !== null && column?.role === 'time' && !raw && (
        <select
          className="text-box"
          aria-label={`${label}: in steps of`}
          value={axis.time ?? 'auto'}
          onChange={(event) => {
            const time = TIME_BUCKETS.find((one) => one === event.target.value);
            if (time !== undefined) onChange({ ...axis, time });
          }}
        >
          {TIME_BUCKETS.map((bucket) => (
            <option key={bucket} value={bucket}>
              {bucket === 'auto' ? 'suitable steps' : `per ${bucket}`}
            </option>
          ))}
        </select>
      )}
      {axis !== null && column?.role === 'number' && !raw && (
        <select
          className="text-box"
          aria-label={`${label}: in ranges of`}
          value={axis.width ?? ''}
          onChange={(event) =>
            onChange({ ...axis, width: event.target.value === '' ? null : Number(event.target.value) })
          }
        >
          <option value="">each value</option>
          {WIDTHS.map((width) => (
            <option key={width} value={width}>
              ranges of {width}
            </option>
          ))}
        </select>
      )}
    </span>
  );
}

function MeasurePicker(props: {
  readonly measure: Measure;
  readonly columns: readonly SourceColumn[];
  readonly onChange: (measure: Measure) => void;
}): ReactNode {
  const { measure, columns } = props;
  const numbers = columns.filter(({ role }) => role === 'number');
  const fitting = measure.kind === 'count-distinct' ? columns : numbers;
  return (
    <span className="chart-pair">
      <span className="label">of the</span>
      <select
        className="text-box"
        aria-label="What is measured"
        value={measure.kind}
        onChange={(event) => {
          const kind = MEASURES.find((one) => one === event.target.value);
          if (kind === undefined) return;
          const list = kind === 'count-distinct' ? columns : numbers;
          const kept = list.some(({ name }) => name === measure.field)
            ? measure.field
            : (list[0]?.name ?? null);
          props.onChange({ kind, field: kind === 'count' ? null : kept });
        }}
      >
        {MEASURES.map((kind) => (
          <option key={kind} value={kind}>
            {MEASURE_CHOICES[kind]}
          </option>
        ))}
      </select>
      {measure.kind !== 'count' && (
        <FieldSelect
          label="Measured field"
          columns={fitting}
          value={measure.field ?? ''}
          onChange={(field) => props.onChange({ ...measure, field })}
        />
      )}
    </span>
  );
}

interface FieldSelectProps {
  readonly label: string;
  readonly columns: readonly SourceColumn[];
  readonly value: string;
  readonly none?: string;
  readonly onChange: (name: string) => void;
}

function FieldSelect({ label, columns, value, none, onChange }: FieldSelectProps): ReactNode {
  const origins = [...new Set(columns.map(({ origin }) => origin))];
  const options = (list: readonly SourceColumn[]): ReactNode =>
    list.map((column) => (
      <option key={column.name} value={column.name}>
        {column.label}
      </option>
    ));
  return (
    <select
      className="text-box chart-field"
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {none !== undefined && <option value="">{none}</option>}
      {none === undefined && !columns.some(({ name }) => name === value) && (
        <option value={value}>{value === '' ? 'choose a field' : `${value} (not there)`}</option>
      )}
      {origins.length > 1
        ? origins.map((origin) => (
            <optgroup key={origin} label={origin === '' ? 'Columns' : origin}>
              {options(columns.filter((column) => column.origin === origin))}
            </optgroup>
          ))
        : options(columns)}
    </select>
  );
}
