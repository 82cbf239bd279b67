/** Time rules of a format → instants: text, forms tried in order, finer clock, zone, flags. */
import { TIME_FLAGS } from '../../../shared/fields';
import type { TimeRule } from '../../formats/format';
import { readUnderZone } from '../../store/zone-sql';
import { asText } from './convert-sql';
import type { Expression, Layers } from './layers';
import { withStatedZone } from './stated-zone';
import { SECOND, type WallColumns } from './time-columns';
import { type FormContext, readForm, readRest } from './time-sql';
import { NULL, type ValueScope, valueSql } from './value-sql';

const QUARTER = 15 * 60 * SECOND;
/** Offsets go as far as 14 hours. */
const MOST_QUARTERS = 14 * 4;

/** Columns of a moment; `utc` NULL where the text cannot be read. */
export interface MomentColumns extends WallColumns {
  readonly text: string;
  /** BIGINT, microseconds since 1970 UTC. */
  readonly utc: string;
}

export interface MomentContext extends FormContext {
  /** The analyst's zone for times that state none; null means nobody said, and UTC is assumed. */
  readonly zone: string | null;
  /** IANA names that records may state beside their times. */
  readonly namedZones?: readonly string[];
}

type TextSource = Pick<TimeRule, 'from' | 'join' | 'value'>;

/** The written time, as text. */
export function timeText(source: TextSource, scope: ValueScope): Expression {
  if (source.join !== undefined) {
    const pieces = source.join.map((name) => scope.resolve(name));
    const known = pieces.flatMap((piece) => (piece === null ? [] : asText(piece)));
    return known.length < pieces.length ? NULL.sql : `trim(${known.join(` || ' ' || `)})`;
  }
  const value = source.value ?? (source.from === undefined ? undefined : { from: source.from });
  return value === undefined ? NULL.sql : trimmed(asText(valueSql(value, scope)));
}

/** `trim` looks at each character of a text; few texts begin or end with what it takes away, and a glance tells. */
export function trimmed(text: Expression): Expression {
  if (!/^[a-z]\w*$/.test(text)) return `trim(${text})`;
  const mayHave = `${text} < '!' OR ends_with(${text}, ' ') OR strlen(${text}) <> length(${text})`;
  return `CASE WHEN ${mayHave} THEN trim(${text}) ELSE ${text} END`;
}

export function formsOf(form: TimeRule['form']): readonly string[] {
  return typeof form === 'string' ? [form] : form;
}

/** The first form that reads the text wins, with all it says. */
function firstRead(read: readonly WallColumns[], layers: Layers): WallColumns {
  const [only] = read;
  if (only !== undefined && read.length === 1) return only;
  const top = layers.open();
  const pick = (key: keyof WallColumns): string => {
    const whens = read.map((one) => `WHEN ${one.wall} IS NOT NULL THEN ${one[key]}`).join(' ');
    return top.add(`CASE ${whens} END`);
  };
  return {
    wall: pick('wall'),
    offset: pick('offset'),
    remainder: pick('remainder'),
    precision: pick('precision'),
    flags: pick('flags'),
  };
}

function readWall(text: string, form: TimeRule['form'], context: FormContext, layers: Layers): WallColumns {
  const [first = '', ...others] = formsOf(form);
  const read = [readForm(text, first, context, layers)];
  for (const other of others) {
    const walls = read.map(({ wall }) => wall);
    read.push(readRest(text, walls, context, layers, (one, within) => readForm(one, other, context, within)));
  }
  return firstRead(read, layers);
}

/**
 * A finer clock of the same moment replaces the wall time where both agree within the coarser one's step. Where the
 * finer one counts from an instant, they agree when the wall time less its offset is that instant; a wall time that
 * states no offset, and differs by whole quarters of an hour, has its offset from the finer one.
 */
function refined(
  wall: WallColumns,
  fineText: string,
  refine: NonNullable<TimeRule['refine']>,
  context: FormContext,
  layers: Layers,
): WallColumns {
  const fine = readWall(fineText, refine.form, context, layers);
  const offsetLayer = layers.open();
  const roundLayer = layers.open();
  const top = layers.open();
  const step = refine.precision_us;
  const quarters = `round((${wall.wall} - ${fine.wall}) / ${QUARTER}.0)`;
  const told = `CASE WHEN abs(${quarters}) <= ${MOST_QUARTERS} THEN CAST(${quarters} * 15 AS INTEGER) END`;
  const offset = offsetLayer.add(
    `CASE WHEN ${fine.offset} IS NULL THEN NULL ELSE coalesce(${wall.offset}, ${told}) END`,
  );
  const local = offsetLayer.add(
    step === undefined ? fine.wall : `CAST(round(${fine.wall} / ${step}.0) AS BIGINT) * ${step}`,
  );
  const shift = `coalesce(CAST(${offset} AS BIGINT), 0) * ${60 * SECOND}`;
  const finer = roundLayer.add(`${local} + ${shift}`);
  const use = roundLayer.add(
    `coalesce(abs(${fine.wall} + ${shift} - ${wall.wall}) <= greatest(${wall.precision}, ${SECOND}), false)`,
  );
  const remainder = step === undefined ? fine.remainder : '0';
  return {
    wall: top.add(`CASE WHEN ${use} THEN ${finer} ELSE ${wall.wall} END`),
    offset: top.add(`CASE WHEN ${use} THEN coalesce(${wall.offset}, ${offset}) ELSE ${wall.offset} END`),
    remainder: top.add(`CASE WHEN ${use} THEN ${remainder} ELSE ${wall.remainder} END`),
    precision: top.add(`CASE WHEN ${use} THEN ${step ?? fine.precision} ELSE ${wall.precision} END`),
    flags: wall.flags,
  };
}

/** Columns of a moment whose text (and finer text) already stand in columns. */
export function momentFrom(
  rule: TimeRule,
  texts: { readonly text: string; readonly fine: string | null; readonly stated?: string | null },
  context: MomentContext,
  layers: Layers,
): MomentColumns {
  const coarse = readWall(texts.text, rule.form, context, layers);
  const { stated: named = null } = texts;
  const unzoned =
    rule.refine === undefined || texts.fine === null
      ? coarse
      : refined(coarse, texts.fine, rule.refine, context, layers);
  const wall = named === null ? unzoned : withStatedZone(unzoned, named, context.namedZones ?? [], layers);
  const zoneLayer = layers.open();
  const top = layers.open();
  const stated = `${wall.wall} - CAST(${wall.offset} AS BIGINT) * ${60 * SECOND}`;
  const precision = rule.precision_us === undefined ? wall.precision : top.add(String(rule.precision_us));
  const shared = {
    wall: wall.wall,
    offset: wall.offset,
    remainder: wall.remainder,
    precision,
    text:
      named === null
        ? texts.text
        : top.add(`CASE WHEN ${named} IS NULL THEN ${texts.text} ELSE ${texts.text} || ' ' || ${named} END`),
  };
  if (rule.zone === 'utc' || context.zone === null) {
    const flag = rule.zone === 'utc' ? 0 : TIME_FLAGS.zoneAssumed;
    return {
      ...shared,
      utc: top.add(`CASE WHEN ${wall.offset} IS NULL THEN ${wall.wall} ELSE ${stated} END`),
      flags: top.add(`${wall.flags} | CASE WHEN ${wall.offset} IS NULL THEN ${flag} ELSE 0 END`),
    };
  }
  const zone = readUnderZone(context.zone, wall.wall);
  const packed = zoneLayer.add(`CASE WHEN ${wall.offset} IS NULL THEN ${zone.packed} END`);
  const local = `${wall.wall} - CAST(${zone.offsetSeconds(packed)} AS BIGINT) * ${SECOND}`;
  return {
    ...shared,
    utc: top.add(`CASE WHEN ${wall.offset} IS NULL THEN ${local} ELSE ${stated} END`),
    flags: top.add(`${wall.flags} + coalesce(${zone.flags(packed)}, 0)`),
  };
}
