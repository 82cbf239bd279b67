/** From named records to rows of `event`: parts, times, cases, fields. One SELECT, streaming, in record order. */
import { EVENT_FIELDS, type Field } from '../../../shared/fields';
import type { Format, TimeRule, Value } from '../../formats/format';
import { canFill, type SameValue } from '../../store/parquet-pages';
import { quoteIdent, quoteText } from '../../store/sql';
import { openCases } from './case-sql';
import { isChosen, wordType } from './chosen-words';
import { conditionSql, type Resolve } from './condition-sql';
import { castTo, type Typed } from './convert-sql';
import type { Expression, Layers } from './layers';
import { type MomentColumns, type MomentContext, momentFrom, timeText, trimmed } from './moment-sql';
import { planRecords, type RecordPlan, type Staged } from './record-sql';
import { NULL, openScope, type ValueScope, valueSql } from './value-sql';

type EventRule = NonNullable<Format['events']>[number];

/** One event a record may give. */
interface Part {
  readonly rule: EventRule;
  readonly time: TimeRule | undefined;
  readonly ended: EventRule['ended'];
}

/** Rows of one event each, with their texts of time; times and fields are still to come. */
export interface EventPlan {
  readonly format: Format;
  readonly record: RecordPlan;
  readonly layers: Layers;
  readonly parts: readonly Part[];
  /** Column that numbers the part, null where there is one only. */
  readonly part: string | null;
  /** Times by rule: the parts that use it, and columns of text. */
  readonly starts: readonly TimeColumn[];
  readonly ends: readonly TimeColumn[];
}

export interface TimeColumn {
  readonly rule: TimeRule;
  readonly parts: readonly number[];
  readonly text: string;
  readonly fine: string | null;
  /** What the record states as its zone. */
  readonly stated: string | null;
}

type TimeTexts = Pick<TimeColumn, 'text' | 'fine' | 'stated'>;

export function partsOf(format: Format): readonly Part[] {
  const rules: readonly EventRule[] = format.events ?? [{ part: '', fields: {} }];
  return rules.map((rule) => ({
    rule,
    time: rule.time ?? format.time,
    ended: rule.ended ?? format.ended,
  }));
}

/** Times that differ only in where their text stands are read by the same columns. */
function readingKey(rule: TimeRule): string {
  const { form, zone, precision_us: step, refine, stated } = rule;
  return JSON.stringify([form, zone, step, refine?.form, refine?.precision_us, stated !== undefined]);
}

function byPart(part: string | null, choices: ReadonlyArray<readonly [number, Expression]>): Expression {
  const [only] = choices;
  if (part === null) return only?.[1] ?? NULL.sql;
  return `CASE ${part} ${choices.map(([index, sql]) => `WHEN ${index} THEN ${sql}`).join(' ')} END`;
}

/** Reads records of `base` and gives one row per event. */
export function planEvents(format: Format, staged: Staged, base: string): EventPlan {
  const record = planRecords(format, staged, base);
  const { layers } = record;
  const parts = partsOf(format);
  const scope = openScope(layers, record.resolve, staged.meta);
  const textLayer = layers.open();
  const texts = (rule: TimeRule): TimeTexts => ({
    text: textLayer.add(timeText(rule, scope)),
    fine: rule.refine === undefined ? null : textLayer.add(timeText(rule.refine, scope)),
    stated: rule.stated === undefined ? null : textLayer.add(timeText({ value: rule.stated }, scope)),
  });
  const startTexts = parts.map((one) => (one.time === undefined ? null : texts(one.time)));
  const endTexts = parts.map((one) =>
    one.ended === undefined || one.ended === 'duration' ? null : texts(one.ended),
  );
  const part = openParts(record, parts, startTexts, layers);
  const pickLayer = layers.open();
  const group = (
    rules: ReadonlyArray<TimeRule | undefined>,
    of: ReadonlyArray<TimeTexts | null>,
  ): readonly TimeColumn[] => {
    const groups = new Map<string, { rule: TimeRule; parts: number[] }>();
    rules.forEach((rule, index) => {
      if (rule === undefined) return;
      const known = groups.get(readingKey(rule));
      if (known === undefined) groups.set(readingKey(rule), { rule, parts: [index] });
      else known.parts.push(index);
    });
    return [...groups.values()].map(({ rule, parts: members }) => {
      const choose = (key: keyof TimeTexts): string =>
        pickLayer.add(
          byPart(
            part,
            members.map((index) => [index, of[index]?.[key] ?? NULL.sql]),
          ),
        );
      return {
        rule,
        parts: members,
        text: choose('text'),
        fine: rule.refine === undefined ? null : choose('fine'),
        stated: rule.stated === undefined ? null : choose('stated'),
      };
    });
  };
  return {
    format,
    record,
    layers,
    parts,
    part,
    starts: group(
      parts.map((one) => one.time),
      startTexts,
    ),
    ends: group(
      parts.map((one) => (one.ended === 'duration' ? undefined : one.ended)),
      endTexts,
    ),
  };
}

/**
 * One row per event of a record. UNNEST of an empty list drops what does not fit: a WHERE would be pushed below the
 * layers and every pattern evaluated twice.
 */
function openParts(
  record: RecordPlan,
  parts: readonly Part[],
  texts: ReadonlyArray<{ readonly text: string } | null>,
  layers: Layers,
): string | null {
  if (record.fits === null && parts.length === 1) return null;
  const conditions = parts.slice(1).map((one, index): Expression => {
    const text = texts[index + 1]?.text;
    const there = text === undefined ? 'true' : `${text} IS NOT NULL`;
    const when = one.rule.when === undefined ? 'true' : conditionSql(one.rule.when, record.resolve);
    return `CASE WHEN ${there} AND ${when} THEN ${index + 1} END`;
  });
  const all = `[${['0', ...conditions].join(', ')}]`;
  const list = conditions.length === 0 ? all : `list_filter(${all}, lambda p: p IS NOT NULL)`;
  const rows =
    record.fits === null ? list : `CASE WHEN ${record.fits} THEN ${list} ELSE CAST([] AS INTEGER[]) END`;
  const part = layers.open().add(`unnest(${rows})`);
  return parts.length === 1 ? null : part;
}

/** The event's moment, or its end, over all parts. */
export interface Moments {
  readonly start: MomentColumns | null;
  readonly end: MomentColumns | null;
}

export function addMoments(plan: EventPlan, context: MomentContext): Moments {
  return { start: joined(plan, plan.starts, context), end: joined(plan, plan.ends, context) };
}

function joined(plan: EventPlan, times: readonly TimeColumn[], context: MomentContext): MomentColumns | null {
  const read = times.map((time) => ({
    time,
    moment: momentFrom(time.rule, time, context, plan.layers),
  }));
  const [only] = read;
  if (only === undefined) return null;
  if (read.length === 1) return only.moment;
  const top = plan.layers.open();
  const pick = (key: keyof MomentColumns): string =>
    top.add(
      byPart(
        plan.part,
        read.flatMap(({ time, moment }) =>
          time.parts.map((index): readonly [number, Expression] => [index, moment[key]]),
        ),
      ),
    );
  return {
    wall: pick('wall'),
    offset: pick('offset'),
    remainder: pick('remainder'),
    precision: pick('precision'),
    flags: pick('flags'),
    text: pick('text'),
    utc: pick('utc'),
  };
}

/** A closed list's column takes nothing beside its list. */
function withinList(value: Value, sql: Expression, field: Field): Expression {
  if (field.values === undefined || isChosen(value)) return sql;
  return `CASE WHEN ${sql} IN (${field.values.map(quoteText).join(', ')}) THEN ${sql} END`;
}

interface FieldColumns {
  /** By field, each of its column's type. */
  readonly columns: ReadonlyMap<string, Expression>;
  /** Fields whose columns are an ENUM of the format's words. */
  readonly chosen: ReadonlySet<string>;
}

/** The fields a format sets; fields nobody sets are absent. */
function fieldColumns(plan: EventPlan, staged: Staged, isBig: boolean): FieldColumns {
  const { format, layers, record } = plan;
  const cases = openCases(format.cases, layers, record.resolve);
  const { steps } = openScope(layers, record.resolve, staged.meta);
  const caseResolvers = format.cases.map((_, at) => cases.resolve(at));
  const top = layers.open();
  const columns = new Map<string, Expression>();
  const chosen = new Set<string>();
  const build = (field: Field, words?: string): Expression | null => {
    const nothing = `CAST(NULL AS ${words ?? field.type})`;
    const make = (value: Value, resolve: Resolve): Expression => {
      const scope: ValueScope = { resolve, meta: staged.meta, steps };
      const typed: Typed = valueSql(value, words === undefined ? scope : { ...scope, words });
      return withinList(value, castTo(typed, field.type), field);
    };
    const base = format.fields[field.name];
    let sql = base === undefined ? null : make(base, record.resolve);
    const inCases = format.cases.map((one, at) => {
      const value = one.fields[field.name];
      return value === undefined ? null : make(value, caseResolvers[at] ?? record.resolve);
    });
    if (inCases.some((one) => one !== null)) sql = cases.choose(inCases, sql ?? nothing);
    const inParts = plan.parts.flatMap((one, index) => {
      const value = one.rule.fields[field.name];
      return value === undefined ? [] : [{ index, sql: make(value, record.resolve) }];
    });
    if (inParts.length > 0) {
      const whens = inParts.map((one) => `WHEN ${one.index} THEN ${one.sql}`).join(' ');
      sql = `CASE ${plan.part ?? '0'} ${whens} ELSE ${sql ?? nothing} END`;
    }
    return sql;
  };
  for (const field of EVENT_FIELDS) {
    const sql = build(field);
    if (sql === null) continue;
    if (literalOf(sql) !== undefined) {
      columns.set(field.name, sql);
      continue;
    }
    const isText = field.type === 'VARCHAR' && !WORKED_ON.includes(field.name);
    const words = isBig && isText ? wordType(valuesOf(plan, field.name)) : null;
    if (words !== null) chosen.add(field.name);
    columns.set(field.name, top.add(words === null ? sql : (build(field, words) ?? sql)));
  }
  const trimLayer = layers.open();
  for (const name of NAMES) {
    const column = columns.get(name);
    if (column !== undefined && literalOf(column) === undefined)
      columns.set(name, trimLayer.add(trimmed(column)));
  }
  splitUser(columns, layers);
  return { columns, chosen };
}

function valuesOf(plan: EventPlan, name: string): readonly Value[] {
  const { fields, cases } = plan.format;
  const rules = [fields, ...cases.map((one) => one.fields), ...plan.parts.map(({ rule }) => rule.fields)];
  return rules.flatMap((rule) => rule[name] ?? []);
}

/** What joins go by: blanks around it, as tables have them after their commas, would make two of one. */
const NAMES = ['host_name', 'observer_name', 'user_name', 'user_domain', 'service_name', 'ticket_id'];

/** Their texts are worked on further. */
const WORKED_ON = [...NAMES, 'message'];

/**
 * `DOMAIN\user` is two columns, whatever format it comes in: the same account is then the same text everywhere. Where
 * the record names another domain beside it, both stay as they are written: neither is the other's.
 */
function splitUser(columns: Map<string, Expression>, layers: Layers): void {
  const user = columns.get('user_name');
  if (user === undefined || literalOf(user) !== undefined) return;
  const split = layers.open();
  const top = layers.open();
  const before = `split_part(${user}, '\\', 1)`;
  const domain = columns.get('user_domain');
  const shape = `contains(${user}, '\\') AND regexp_full_match(${user}, '[^\\\\]+\\\\[^\\\\]+')`;
  // A domain by its short name and by its full one is the same.
  const isSame = `lower(${before}) IN (lower(${domain}), lower(split_part(${domain}, '.', 1)))`;
  const isBoth = split.add(domain === undefined ? shape : `${shape} AND (${domain} IS NULL OR ${isSame})`);
  columns.set('user_name', top.add(`CASE WHEN ${isBoth} THEN split_part(${user}, '\\', 2) ELSE ${user} END`));
  columns.set(
    'user_domain',
    top.add(`coalesce(${domain ?? 'CAST(NULL AS VARCHAR)'}, CASE WHEN ${isBoth} THEN ${before} END)`),
  );
}

const MESSAGE_BYTES = 4000;

/** One line, of a length that a grid and a database can bear; the record itself stays whole. */
function oneLine(text: string): Expression {
  const flat = `CASE WHEN contains(${text}, chr(10)) OR contains(${text}, chr(13)) THEN trim(regexp_replace(${text}, '[\\r\\n]+\\s*', ' ', 'g')) ELSE ${text} END`;
  return `CASE WHEN strlen(${text}) > ${MESSAGE_BYTES} THEN left(${flat}, ${MESSAGE_BYTES - 1}) || '…' ELSE ${flat} END`;
}

/** The value of an expression that is one by itself. */
function literalOf(sql: Expression): SameValue | undefined {
  if (/^(?:NULL|CAST\(NULL AS [A-Z]+\))$/.test(sql)) return null;
  if (/^\d{1,15}$/.test(sql)) return Number(sql);
  return /^'(?:[^']|'')*'$/.test(sql) ? sql.slice(1, -1).replaceAll("''", "'") : undefined;
}

/** What to show where a format finds no message: the record as it stands. */
function wholeRecord(staged: Staged): Expression {
  if (staged.kind === 'lines' || staged.kind === 'json') return 'c0';
  const cells = staged.columns.slice(0, 200).map((_, index) => `nullif(c${index}, '')`);
  return cells.length === 0 ? `''` : `concat_ws(' | ', ${cells.join(', ')})`;
}

export interface EventSelect {
  /** EVENT_FIELDS without event_id, in record order, parts in the format's order. */
  readonly sql: string;
  /** What the format says of every event alike, by field. */
  readonly same: ReadonlyMap<string, SameValue>;
  /** Columns of VARCHAR fields that are an ENUM here: of big evidence, where all values are words that the format chooses from. */
  readonly chosen: ReadonlySet<string>;
}

export function eventSelect(
  plan: EventPlan,
  staged: Staged,
  evidenceId: number,
  context: MomentContext,
  isBig = false,
): EventSelect {
  const { start, end } = addMoments(plan, context);
  const { columns: fields, chosen } = fieldColumns(plan, staged, isBig);
  const messageLayer = plan.layers.open();
  const message = messageLayer.add(`coalesce(${fields.get('message') ?? NULL.sql}, ${wholeRecord(staged)})`);
  const duration = fields.get('event_duration') ?? null;
  const utc = start?.utc ?? 'CAST(NULL AS BIGINT)';
  const isEndedByDuration = plan.parts.map((one) => one.ended === 'duration');
  const durationEnd = `${utc} + ${duration ?? 'CAST(NULL AS BIGINT)'} // 1000`;
  const endOf = byPart(
    plan.part,
    plan.parts.map((_, index): readonly [number, Expression] => [
      index,
      isEndedByDuration[index] ? durationEnd : (end?.utc ?? 'CAST(NULL AS BIGINT)'),
    ]),
  );
  const endUtc = plan.layers.open().add(endOf);
  const isEnded = start !== null && (end !== null || isEndedByDuration.includes(true));
  const parts = plan.parts.map((one, index): readonly [number, Expression] => [
    index,
    quoteText(one.rule.part),
  ]);
  const own: Readonly<Record<string, Expression>> = {
    evidence_id: String(evidenceId),
    record_number: 'record_number',
    event_part: byPart(plan.part, parts),
    timestamp: start === null ? 'NULL' : `make_timestamp(${utc})`,
    time_remainder_ns: start === null ? '0' : `CASE WHEN ${utc} IS NULL THEN 0 ELSE ${start.remainder} END`,
    ended_at: isEnded || end !== null ? `make_timestamp(${endUtc})` : 'NULL',
    recorded_at: start === null ? 'NULL' : `make_timestamp(${utc})`,
    recorded_wall: start === null ? 'NULL' : `make_timestamp(${start.wall})`,
    recorded_offset_minutes:
      start === null ? 'NULL' : `CASE WHEN ${utc} IS NOT NULL THEN ${start.offset} END`,
    recorded_text: start === null ? 'NULL' : `CASE WHEN ${utc} IS NULL THEN ${start.text} END`,
    time_flags: start === null ? '0' : `CASE WHEN ${utc} IS NULL THEN 0 ELSE ${start.flags} END`,
    time_precision_us: start === null ? 'NULL' : `CASE WHEN ${utc} IS NOT NULL THEN ${start.precision} END`,
    event_duration: duration ?? (isEnded ? `(${endUtc} - ${utc}) * 1000` : 'NULL'),
    message: oneLine(message),
  };
  const same = new Map<string, SameValue>();
  const columns = EVENT_FIELDS.filter((field) => field.name !== 'event_id').map((field) => {
    const sql = own[field.name] ?? fields.get(field.name) ?? 'NULL';
    const literal = literalOf(sql);
    if (literal !== undefined && canFill(field.type, literal)) same.set(field.name, literal);
    const typed = chosen.has(field.name) ? sql : `CAST(${sql} AS ${field.type})`;
    return `${typed} AS ${quoteIdent(field.name)}`;
  });
  return { sql: plan.layers.select(columns.join(', ')), same, chosen };
}
