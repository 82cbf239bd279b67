/**
 * A format says what a record means: one YAML file `<vendor>-<product>-<log>.format.yaml`, compiled to SQL by
 * `evidence/normalise/compile.ts`. This file is its schema; `load.ts` reads and checks one.
 *
 * HOW TO WRITE ONE
 *
 *   id, title, reference    id = file name without `.format.yaml`; reference = the public document that specifies it
 *   read                    how bytes become records: `{ kind: lines | delimited | fixed | json | zeek | xml | evtx }` + options (below)
 *   match                   what a record must look like to be read; a record that does not is rejected with a reason,
 *                           but for lines that `skips` names: titles and totals around a table, which are skipped
 *   evident                 further trait that must show in a share of the records before the format is *suggested*
 *   pairs                   key=value text inside a line: its keys become names
 *   values                  names of your own, each a VALUE; a later one may use earlier ones
 *   time, ended             the event's time; the end of a span
 *   fields                  event field (shared/fields.ts) → VALUE. Needed: event_domain, event_dataset,
 *                           timestamp_desc, message
 *   cases                   first case whose `when` and `match` hold sets further fields (sshd messages, EventIDs); cases
 *                           one behind another with the same `within` (CONDITION) are looked at only where that holds
 *   events                  several events per record: `part`, own `time`, `ended`, `when`, `fields`
 *   points, wide            process values: one per entry, or one per column
 *   asset, addresses, zones what an inventory row says; such formats may have `events: []`
 *   like                    id of a shipped format whose time, values, fields and cases hold here too (`like.ts`)
 *   also                    id of a shipped format whose cases hold here too, for the records that it `lends` them to;
 *                           the names it asks for are here under the same words
 *   lends                   CONDITION: the records that are of this kind in whatever file they come
 *   samples, refuses        made-up records; each gives exactly its event; each refusal is refused
 *
 * NAMES. lines: named groups `(?P<name>…)` of `match.pattern`, keys of `pairs`, and `line`, the whole. delimited and zeek: column titles,
 * compared without case, blanks and punctuation when there is no exact one. json: a bare name is a top-level key as
 * written, dots included (`id.orig_h`); a name that begins with `/` is a JSON pointer (`/winlog/event_data/User`,
 * `/items/0/id`). xml: as json, with attributes as `/@name` and those of the elements around as `/^/parent/@name`; a
 * sample's `line` is a document, as it is for fixed (header line and rows; names are its titles). Empty text and the words of `read.nulls` are NULL. An unknown name is NULL, never an error.
 *
 * VALUE. A scalar is a constant. Else one of
 *   { from: name }  { from: [first, second] }     the first that is not NULL
 *   { text: 'Deny {proto} {src}[:{port}] to {dst}' }  a template; `[…]` is left out when a name in it is NULL;
 *                                                 with every name NULL the whole is NULL; `\[` `\{` `\\` are literal
 *   { meta: path }                                a header word of the file, e.g. Zeek's `#path`
 *   { first: [VALUE, …] }  { sum: [VALUE, …] }    NULLs are skipped
 *   { cases: [{ when: CONDITION, give: VALUE }], else: VALUE }
 * then, in this order: `extract` (RE2; its first group, NULL where it does not match), `as` (see CONVERSIONS; bad
 * input gives NULL), `map` (exact; unmatched → `default`, or the value itself with `keep: true`, else NULL),
 * `default` (where NULL). The type of the field is cast to last; what does not fit is NULL.
 *
 * PATTERNS are RE2. Write `[^\s\d]` rather than `\pL`: Unicode classes make a pattern some ten times slower, and lines
 * come by the million. Fastest (four times): at most three used groups before a last `(?P<text>(?s:.*))$`, and every
 * character deciding alone how the match goes on (not `(?: \d{4})? \d\d`, where a blank may be either). Anchor with ^;
 * in YAML keep patterns in single quotes.
 *
 * CONDITION. `{ name: TEST, … }`, all must hold; TEST is a scalar, a list (one of), or `{ matches: RE2 }`,
 * `{ contains: text }`, `{ starts: text }`, `{ exists: true | false }`, `{ above: n }`, `{ below: n }`,
 * `{ not: TEST }`. `any: [CONDITION, …]` and `none: [CONDITION, …]` may stand beside names.
 *
 * TIME. `{ from: name | [a, b], form: FORM | [FORM, …] }`; `join: [date, time]` puts texts together with a blank;
 * `value: VALUE` is for anything else. FORM is one of `TIME_FORMS`, or a pattern of `%Y %m %d %e %b %H %I %p %M %S %f
 * %y %j %z %a` (`.%f` also takes a comma and may be absent). Forms are tried in order. A time that states no offset
 * lies in the zone that the record names beside it, `stated: VALUE` (an offset, a word of `ZONE_WORDS`, an IANA name;
 * other words are flagged), else in the evidence's, unless `zone: utc` says that the format is always UTC. `refine` is a finer clock of
 * the same moment, used where it agrees. `ended: duration` ends the span `event_duration` after its time.
 */
import { z } from 'zod';
import { readSchema } from './read-schema';

export type { FixedRead, XmlRead } from './read-schema';

const NAME = /^[a-z][a-z0-9_]*$/;
const name = z.string().min(1).max(200);
const pattern = z.string().min(1).max(4000);

export const scalarSchema = z.union([z.string(), z.number(), z.boolean()]);
export type Scalar = z.infer<typeof scalarSchema>;

/** CONVERSIONS. Durations become nanoseconds; `plain_text` leaves out the colours of a terminal; `escaped_text` reads `\|` and `\\` as the sign behind the backslash; `hex_text` is UTF-8 in pairs of hexadecimal digits, a NUL a blank; `severity_of_priority` reads RFC 5424 §6.2.1 PRI into 0–6. */
export const CONVERSIONS = [
  'text',
  'lower',
  'upper',
  'integer',
  'hexadecimal',
  'number',
  'comma_number',
  'boolean',
  'ip',
  'mac',
  'port',
  'list',
  'file_name',
  'plain_text',
  'escaped_text',
  'hex_text',
  'days',
  'hours',
  'minutes',
  'seconds',
  'milliseconds',
  'microseconds',
  'nanoseconds',
  'clock_duration',
  'severity_of_priority',
] as const;

/**
 * Time forms beyond patterns. `iso`: ISO 8601 and its relatives (T or blank, dot or comma fraction of any length, Z,
 * UTC, ±hh:mm, ±hhmm, or no offset; date only). `syslog`: RFC 3164 `Mon dd hh:mm:ss`, year and fraction allowed.
 * `epoch`: seconds, milli-, micro- or nanoseconds by size. `filetime`: 100 ns since 1601, as LDAP
 * also writes it. `apple`: seconds (or nanoseconds) since 2001. `webkit`: µs since 1601. `ole`: days since
 * 1899-12-30; `ole_micro`: the same × 10^6 (WinCC). `date`: numeric dates with `/`, `-` or `.`, time and AM/PM
 * optional, day-month order found from the whole file; `day_first`, `month_first`: the same, order known.
 */
export const TIME_FORMS = [
  'iso',
  'syslog',
  'epoch',
  'epoch_s',
  'epoch_ms',
  'epoch_us',
  'epoch_ns',
  'filetime',
  'apple',
  'webkit',
  'ole',
  'ole_micro',
  'date',
  'day_first',
  'month_first',
] as const;
export type TimeFormName = (typeof TIME_FORMS)[number];

const timeForm = z.string().refine((text) => TIME_FORMS.some((form) => form === text) || text.includes('%'), {
  error: `a time form is one of ${TIME_FORMS.join(', ')} or a pattern with %`,
});

export type Test =
  | Scalar
  | readonly Scalar[]
  | {
      readonly matches?: string | undefined;
      readonly contains?: string | undefined;
      readonly starts?: string | undefined;
      readonly exists?: boolean | undefined;
      readonly above?: number | undefined;
      readonly below?: number | undefined;
      readonly not?: Test | undefined;
    };

const testSchema: z.ZodType<Test> = z.lazy(() =>
  z.union([
    scalarSchema,
    z.array(scalarSchema).min(1),
    z
      .strictObject({
        matches: pattern.optional(),
        contains: z.string().optional(),
        starts: z.string().optional(),
        exists: z.boolean().optional(),
        above: z.number().optional(),
        below: z.number().optional(),
        not: testSchema.optional(),
      })
      .refine((test) => Object.keys(test).length > 0, { error: 'an empty test' }),
  ]),
);

export interface Condition {
  readonly tests: ReadonlyArray<readonly [name: string, test: Test]>;
  readonly any: readonly Condition[];
  readonly none: readonly Condition[];
}

const conditionList = z.lazy(() => z.array(conditionSchema).min(1));
export const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.record(z.string(), z.unknown()).transform((given, context): Condition => {
    const read = <T>(schema: z.ZodType<T>, key: string): T | undefined => {
      const outcome = schema.safeParse(given[key]);
      if (outcome.success) return outcome.data;
      for (const issue of outcome.error.issues) {
        context.addIssue({ code: 'custom', message: issue.message, path: [key, ...issue.path] });
      }
      return undefined;
    };
    const tests: Array<readonly [string, Test]> = [];
    let any: readonly Condition[] = [];
    let none: readonly Condition[] = [];
    for (const key of Object.keys(given)) {
      if (key === 'any') any = read(conditionList, key) ?? [];
      else if (key === 'none') none = read(conditionList, key) ?? [];
      else {
        const test = read(testSchema, key);
        if (test !== undefined) tests.push([key, test]);
      }
    }
    return { tests, any, none };
  }),
);

export interface ValueRule {
  readonly from?: string | readonly string[] | undefined;
  readonly text?: string | undefined;
  readonly meta?: string | undefined;
  readonly first?: readonly Value[] | undefined;
  readonly sum?: readonly Value[] | undefined;
  readonly cases?: ReadonlyArray<{ readonly when: Condition; readonly give: Value }> | undefined;
  readonly else?: Value | undefined;
  readonly extract?: string | undefined;
  readonly as?: (typeof CONVERSIONS)[number] | undefined;
  readonly map?: Readonly<Record<string, Scalar>> | undefined;
  readonly keep?: boolean | undefined;
  readonly default?: Scalar | undefined;
}
export type Value = Scalar | ValueRule;

const SOURCES = ['from', 'text', 'meta', 'first', 'sum', 'cases'] as const;

const valueRule: z.ZodType<ValueRule> = z.lazy(() =>
  z
    .strictObject({
      from: z.union([name, z.array(name).min(1)]).optional(),
      text: z.string().optional(),
      meta: name.optional(),
      first: z.array(valueSchema).min(1).optional(),
      sum: z.array(valueSchema).min(1).optional(),
      cases: z
        .array(z.strictObject({ when: conditionSchema, give: valueSchema }))
        .min(1)
        .optional(),
      else: valueSchema.optional(),
      extract: pattern.optional(),
      as: z.enum(CONVERSIONS).optional(),
      map: z.record(z.string(), scalarSchema).optional(),
      keep: z.boolean().optional(),
      default: scalarSchema.optional(),
    })
    .refine((rule) => SOURCES.filter((source) => rule[source] !== undefined).length === 1, {
      error: `a value needs exactly one of ${SOURCES.join(', ')}`,
    }),
);
export const valueSchema: z.ZodType<Value> = z.lazy(() => z.union([scalarSchema, valueRule]));

const timeShape = {
  from: z.union([name, z.array(name).min(1)]).optional(),
  join: z.array(name).min(2).optional(),
  value: valueSchema.optional(),
  form: z.union([timeForm, z.array(timeForm).min(1)]),
};
const timeSchema = z
  .strictObject({
    ...timeShape,
    zone: z.enum(['asked', 'utc']).default('asked'),
    /** The zone that the record names beside the time: see TIME. */
    stated: valueSchema.optional(),
    /** A second source for the same moment; used when both agree within the coarser one's step. */
    refine: z.strictObject({ ...timeShape, precision_us: z.number().int().positive().optional() }).optional(),
    /** Overrides what the text shows: the width of the clock's smallest step. */
    precision_us: z.number().int().nonnegative().optional(),
  })
  .refine((time) => [time.from, time.join, time.value].filter((one) => one !== undefined).length === 1, {
    error: 'a time needs exactly one of from, join, value',
  });
export type TimeRule = z.infer<typeof timeSchema>;
const ended = z.union([z.literal('duration'), timeSchema]);
const fieldMap = z.record(z.string(), valueSchema);

const eventSchema = z.strictObject({
  /** Empty for the only or main event of a record. */
  part: z.string().regex(/^[a-z0-9-]*$/),
  /** The event is there only when this holds; the first event of a record is always there. */
  when: conditionSchema.optional(),
  time: timeSchema.optional(),
  ended: ended.optional(),
  fields: fieldMap.default({}),
});

const pointSchema = z.strictObject({
  point_name: valueSchema.optional(),
  value: valueSchema,
  quality: valueSchema.optional(),
  ot_unit_id: valueSchema.optional(),
  ot_object: valueSchema.optional(),
  ot_address: valueSchema.optional(),
});

const expectedRow = z.record(z.string(), z.union([scalarSchema, z.null()]));
const sampleSchema = z
  .strictObject({
    /** lines, json: one record as text. */
    line: z.string().optional(),
    /** lines: records in file order. */
    lines: z.array(z.string()).optional(),
    /** json: one record, written as YAML. */
    json: z.record(z.string(), z.unknown()).optional(),
    /** delimited, zeek: column → cell, in column order. */
    record: z.record(z.string(), z.string().nullable()).optional(),
    records: z.array(z.record(z.string(), z.string().nullable())).optional(),
    meta: z.record(z.string(), z.string()).default({}),
    options: z
      .strictObject({
        zone: z.string().optional(),
        year: z.number().int().optional(),
        file_time: z.string().optional(),
        mapping: z
          .strictObject({
            time: z.string().nullable(),
            timeForm: z.string().nullable(),
            domain: z.string(),
            fields: z.record(z.string(), z.string()),
          })
          .optional(),
      })
      .default({}),
    /** Every field that is not NULL, but for those `load.ts` lists as derived; `events` for several. */
    event: expectedRow.optional(),
    events: z.array(expectedRow).optional(),
    points: z.array(expectedRow).optional(),
    assets: z.array(expectedRow).optional(),
    addresses: z.array(expectedRow).optional(),
    zones: z.array(expectedRow).optional(),
  })
  .refine((s) => [s.line, s.lines, s.json, s.record, s.records].filter((x) => x !== undefined).length === 1, {
    error: 'a sample needs exactly one of line, lines, json, record, records',
  });
export type Sample = z.infer<typeof sampleSchema>;

/** A refusal: a line or JSON text, or the cells of a delimited or Zeek record. */
const refusalSchema = z.union([z.string(), z.record(z.string(), z.string().nullable())]);

export const formatSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  title: z.string().min(1),
  reference: z.string().min(1),
  read: readSchema,
  /** Never "recognised", only offered: what reads anything of its kind. */
  generic: z.boolean().default(false),
  /** Lines of many kinds, read as they stand: a table with a header is read as a table instead. */
  yields_to_tables: z.boolean().default(false),
  match: z
    .strictObject({
      /** lines: RE2 with named groups, anchored by its author. */
      pattern: pattern.optional(),
      /** lines: RE2 of what surrounds the records (titles, rules, totals): counted as skipped, not as rejected. */
      skips: pattern.optional(),
      /** delimited, zeek: columns that must be there; a list inside the list names alternatives. */
      columns: z.array(z.union([name, z.array(name).min(1)])).optional(),
      meta: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
      when: conditionSchema.optional(),
    })
    .default({}),
  evident: z.strictObject({ when: conditionSchema, share: z.number().gt(0).lte(1) }).optional(),
  /**
   * `quoted`: key=value key="va lue". `spaced`: values run to the next ` key=` (CEF). With `by`, the name that holds
   * the delimiter, as it is or in hexadecimal (`x5E`; none: tab), pairs stand between delimiters where there are any.
   * `escapes` of quoted values: `signs` (`\"`, `\\`), `words` (those of JSON: `\n`, `\u00e4`), or `none`.
   */
  pairs: z
    .strictObject({
      from: name,
      style: z.enum(['quoted', 'spaced']).default('quoted'),
      by: name.optional(),
      escapes: z.enum(['signs', 'words', 'none']).default('signs'),
    })
    .optional(),
  values: z.record(z.string().regex(NAME), valueSchema).default({}),
  lends: conditionSchema.optional(),
  time: timeSchema.optional(),
  ended: ended.optional(),
  fields: fieldMap.default({}),
  cases: z
    .array(
      z.strictObject({
        /** Shared by cases one behind another, and judged once for them all. */
        within: conditionSchema.optional(),
        when: conditionSchema.optional(),
        /** name → RE2 whose named groups become names inside this case. */
        match: z.strictObject({ of: name, pattern }).optional(),
        fields: fieldMap,
      }),
    )
    .default([]),
  events: z.array(eventSchema).optional(),
  points: z.array(pointSchema).default([]),
  /** Every column but these (and those that `time` uses) is a point of its own; `except` may hold names. */
  wide: z.strictObject({ except: z.array(name).default([]) }).optional(),
  asset: fieldMap.optional(),
  addresses: z.array(fieldMap).default([]),
  zones: z.array(fieldMap).default([]),
  samples: z.array(sampleSchema).min(1, { error: 'a definition without samples does not load' }),
  refuses: z.array(refusalSchema).min(1, { error: 'a definition without refusals does not load' }),
});
export type Format = z.infer<typeof formatSchema>;
export type StagedKind = 'lines' | 'json' | 'delimited' | 'zeek';
