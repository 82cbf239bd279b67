/** Rows of `point`: values a record of a historian, HMI or telemetry export carries, tall or one per column. */
import { POINT_FIELDS } from '../../../shared/fields';
import type { Format } from '../../formats/format';
import { timeNames } from '../../formats/names';
import { quoteIdent, quoteText } from '../../store/sql';
import { asText, castTo } from './convert-sql';
import { addMoments, planEvents } from './event-sql';
import type { Expression } from './layers';
import type { MomentContext } from './moment-sql';
import { columnIndex, type Staged } from './record-sql';
import { NULL, openScope, valueSql } from './value-sql';

/** A double holds every integer up to here; larger ones also stay as text. */
const EXACT = 9_007_199_254_740_992n;

interface PointColumns {
  readonly name: Expression;
  readonly unit: Expression;
  readonly object: Expression;
  readonly address: Expression;
  readonly text: Expression;
  readonly quality: Expression;
}

function wideColumns(format: Format, columns: readonly string[]): readonly number[] {
  if (format.wide === undefined) return [];
  const times = [format, ...(format.events ?? [])].flatMap((one) => [
    ...(one.time === undefined ? [] : timeNames(one.time)),
    ...(one.ended === undefined || one.ended === 'duration' ? [] : timeNames(one.ended)),
  ]);
  const except = new Set([...times, ...format.wide.except].map((name) => columnIndex(columns, name)));
  return columns.map((_, index) => index).filter((index) => !except.has(index));
}

/** SELECT of record_number, event_part and POINT_FIELDS without event_id; null where the format has no points. */
export function pointSelect(
  format: Format,
  staged: Staged,
  evidenceId: number,
  context: MomentContext,
): string | null {
  const wide = wideColumns(format, staged.columns);
  if (format.points.length === 0 && wide.length === 0) return null;
  // Points belong to a record's first event.
  const first = format.events?.slice(0, 1);
  const single: Format = { ...format, ...(first === undefined ? {} : { events: first }) };
  const plan = planEvents(single, staged, 'record');
  const scope = openScope(plan.layers, plan.record.resolve, staged.meta);
  const cellLayer = plan.layers.open();
  const tall = format.points.map((point): PointColumns => {
    const text = (value: typeof point.point_name): Expression =>
      value === undefined ? NULL.sql : cellLayer.add(asText(valueSql(value, scope)));
    return {
      name: text(point.point_name),
      unit: text(point.ot_unit_id),
      object: text(point.ot_object),
      address: text(point.ot_address),
      text: text(point.value),
      quality: text(point.quality),
    };
  });
  const all: readonly PointColumns[] = [
    ...tall,
    ...wide.map((index) => ({
      name: quoteText(staged.columns[index] ?? ''),
      unit: NULL.sql,
      object: NULL.sql,
      address: NULL.sql,
      text: cellLayer.add(`nullif(trim(c${index}), '')`),
      quality: NULL.sql,
    })),
  ];
  const rows = plan.layers.open();
  const list = (key: keyof PointColumns): string =>
    rows.add(`unnest([${all.map((one) => `CAST(${one[key]} AS VARCHAR)`).join(', ')}])`);
  const [name, unit, object, address, text, quality] = [
    list('name'),
    list('unit'),
    list('object'),
    list('address'),
    list('text'),
    list('quality'),
  ];
  const ordinal = rows.add(`unnest(range(${all.length}))`);
  const numberLayer = plan.layers.open();
  const number = numberLayer.add(`TRY_CAST(${text} AS DOUBLE)`);
  const { start } = addMoments(plan, context);
  const isLarge = `abs(TRY_CAST(${text} AS HUGEINT)) > ${EXACT}`;
  const own: Readonly<Record<string, Expression>> = {
    evidence_id: String(evidenceId),
    ordinal,
    point_name: name,
    ot_unit_id: castTo({ sql: unit, type: 'VARCHAR' }, 'UINTEGER'),
    ot_object: object,
    ot_address: castTo({ sql: address, type: 'VARCHAR' }, 'BIGINT'),
    value: `CASE WHEN isfinite(${number}) THEN ${number} END`,
    value_text: `CASE WHEN ${number} IS NULL OR NOT isfinite(${number}) OR ${isLarge} THEN ${text} END`,
    quality,
    timestamp: start === null ? 'NULL' : `make_timestamp(${start.utc})`,
  };
  const columns = POINT_FIELDS.filter((field) => field.name !== 'event_id').map(
    (field) => `CAST(${own[field.name] ?? 'NULL'} AS ${field.type}) AS ${quoteIdent(field.name)}`,
  );
  const part = quoteText(plan.parts[0]?.rule.part ?? '');
  return plan.layers.select(
    `record_number, ${part} AS event_part, ${columns.join(', ')}`,
    ` WHERE ${text} IS NOT NULL`,
  );
}
