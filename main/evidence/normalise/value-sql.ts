/** Values of a format in SQL: sources, templates, sums and choices, then extract, as, map, default. */
import type { Scalar, Value, ValueRule } from '../../formats/format';
import { literalStart } from '../../formats/pattern';
import { readTemplate, type TemplatePart } from '../../formats/template';
import { quoteText } from '../../store/sql';
import { conditionSql, type Resolve } from './condition-sql';
import { asText, convert, type Typed } from './convert-sql';
import type { Expression, Layers } from './layers';

/** Where values are looked up, and the layers that hold what a later step repeats. */
export interface ValueScope {
  readonly resolve: Resolve;
  readonly meta: Readonly<Record<string, string>>;
  /** Three layers, each on top of the one before, below the layer that uses the value. */
  readonly steps: readonly [Steps, Steps, Steps];
  /** SQL type of the words that a format chooses from; without it they are VARCHAR. */
  readonly words?: string;
}
type Steps = ReturnType<Layers['open']>;

export const NULL: Typed = { sql: 'CAST(NULL AS VARCHAR)', type: 'VARCHAR' };

export function openScope(layers: Layers, resolve: Resolve, meta: ValueScope['meta']): ValueScope {
  return { resolve, meta, steps: [layers.open(), layers.open(), layers.open()] };
}

export function constant(scalar: Scalar, words?: string): Typed {
  if (typeof scalar === 'boolean') return { sql: String(scalar), type: 'BOOLEAN' };
  if (typeof scalar === 'string') {
    const text = quoteText(scalar);
    return { sql: words === undefined ? text : `${text}::${words}`, type: 'VARCHAR' };
  }
  if (Number.isSafeInteger(scalar)) return { sql: `CAST(${scalar} AS BIGINT)`, type: 'BIGINT' };
  return { sql: `CAST(${scalar} AS DOUBLE)`, type: 'DOUBLE' };
}

/** The first that is not NULL; of different types, as text. */
export function coalesce(values: readonly Typed[]): Typed {
  const [first] = values;
  if (first === undefined) return NULL;
  if (values.length === 1) return first;
  const same = values.every((value) => value.type === first.type);
  const sql = `coalesce(${values.map((value) => (same ? value.sql : asText(value))).join(', ')})`;
  return { sql, type: same ? first.type : 'VARCHAR' };
}

function partSql(part: TemplatePart, resolve: Resolve): Expression {
  const pieces = part.pieces.map((piece): Expression => {
    if ('text' in piece) return quoteText(piece.text);
    const value = resolve(piece.name);
    const text = value === null ? NULL.sql : asText(value);
    return part.optional ? text : `coalesce(${text}, '')`;
  });
  const joined = pieces.join(' || ');
  return part.optional ? `coalesce(${joined}, '')` : joined;
}

function template(text: string, resolve: Resolve): Typed {
  const parts = readTemplate(text);
  if (typeof parts === 'string') throw new Error(`template not checked at load: ${parts}`);
  const names = parts.flatMap((part) =>
    part.pieces.flatMap((piece) => ('name' in piece ? [piece.name] : [])),
  );
  const body = parts.map((part) => partSql(part, resolve)).join(' || ');
  if (body === '') return constant('');
  if (names.length === 0) return { sql: body, type: 'VARCHAR' };
  const known = names.flatMap((name) => resolve(name)?.sql ?? []);
  if (known.length === 0) return NULL;
  const any = known.map((sql) => `${sql} IS NOT NULL`).join(' OR ');
  return { sql: `CASE WHEN ${any} THEN ${body} END`, type: 'VARCHAR' };
}

function source(rule: ValueRule, scope: ValueScope): Typed {
  const { resolve } = scope;
  if (rule.from !== undefined) {
    const names = typeof rule.from === 'string' ? [rule.from] : rule.from;
    return coalesce(names.flatMap((name) => resolve(name) ?? []));
  }
  if (rule.text !== undefined) return template(rule.text, resolve);
  if (rule.meta !== undefined) {
    const word = scope.meta[rule.meta];
    return word === undefined ? NULL : constant(word);
  }
  if (rule.first !== undefined) return coalesce(rule.first.map((one) => valueSql(one, scope)));
  if (rule.sum !== undefined) return sum(rule.sum.map((one) => valueSql(one, scope)));
  return choose(rule, scope);
}

function sum(values: readonly Typed[]): Typed {
  const numbers = values.map((value) =>
    value.type === 'BIGINT' ? value.sql : `TRY_CAST(${asText(value)} AS BIGINT)`,
  );
  const any = numbers.map((number) => `${number} IS NOT NULL`).join(' OR ');
  const total = numbers.map((number) => `CAST(coalesce(${number}, 0) AS HUGEINT)`).join(' + ');
  return { sql: `CASE WHEN ${any} THEN TRY_CAST(${total} AS BIGINT) END`, type: 'BIGINT' };
}

/** What is extracted in one case only is looked for in no other record: its text is NULL there. */
function extractWhere(rule: ValueRule, scope: ValueScope): Typed | null {
  const [only, another] = rule.cases ?? [];
  if (only === undefined || another !== undefined || rule.else !== undefined) return null;
  const { when, give } = only;
  if (typeof give !== 'object' || give.extract === undefined || give.default !== undefined) return null;
  return valueSql(give, scope, conditionSql(when, scope.resolve));
}

function choose(rule: ValueRule, scope: ValueScope): Typed {
  const extracted = extractWhere(rule, scope);
  if (extracted !== null) return extracted;
  const branches = (rule.cases ?? []).map((one) => ({
    when: conditionSql(one.when, scope.resolve),
    value: valueSql(one.give, scope),
  }));
  const otherwise = rule.else === undefined ? null : valueSql(rule.else, scope);
  const all = [...branches.map((branch) => branch.value), ...(otherwise === null ? [] : [otherwise])];
  const same = all.every((value) => value.type === all[0]?.type);
  const text = (value: Typed): Expression => (same ? value.sql : asText(value));
  const whens = branches.map((branch) => `WHEN ${branch.when} THEN ${text(branch.value)}`).join(' ');
  const last = otherwise === null ? '' : ` ELSE ${text(otherwise)}`;
  return { sql: `CASE ${whens}${last} END`, type: same ? (all[0]?.type ?? 'VARCHAR') : 'VARCHAR' };
}

function mapped(value: Typed, rule: ValueRule, words?: string): Typed {
  if (rule.map === undefined) return value;
  const targets = Object.entries(rule.map).map(([from, to]) => ({ from, to: constant(to, words) }));
  const types = new Set(targets.map((target) => target.to.type));
  if (rule.keep) types.add(value.type);
  const [only] = [...types];
  const type = types.size === 1 && only !== undefined ? only : 'VARCHAR';
  const text = (one: Typed): Expression => (one.type === type ? one.sql : asText(one));
  const whens = targets.map((target) => `WHEN ${quoteText(target.from)} THEN ${text(target.to)}`).join(' ');
  const rest = rule.keep ? ` ELSE ${text(value)}` : '';
  return { sql: `CASE ${asText(value)} ${whens}${rest} END`, type };
}

/** Values inside a value fill the layers first; what follows them may only stand in the last. */
function stepsFor(rule: ValueRule, scope: ValueScope): ValueScope['steps'] {
  const isPlain = rule.first === undefined && rule.sum === undefined && rule.cases === undefined;
  const [, , last] = scope.steps;
  return isPlain ? scope.steps : [last, last, last];
}

/**
 * SQL of a value. What is repeated by a later step is put into the scope's layers. `where`: the records an extraction is
 * made for, NULL in the others; null means all.
 */
export function valueSql(value: Value, scope: ValueScope, where: Expression | null = null): Typed {
  const { words, ...plain } = scope;
  if (typeof value !== 'object') return constant(value, words);
  const [first, second, third] = stepsFor(value, scope);
  // What is mapped may be any word.
  let result = source(value, value.map === undefined ? scope : plain);
  if (value.extract !== undefined) {
    const text = asText(result);
    const base = first.add(where === null ? text : `CASE WHEN ${where} THEN ${text} END`);
    const found = `nullif(regexp_extract(${base}, ${quoteText(value.extract)}, 1), '')`;
    const start = literalStart(value.extract);
    const sql =
      start === '' ? found : `CASE WHEN starts_with(${base}, ${quoteText(start)}) THEN ${found} END`;
    result = { sql: second.add(sql), type: 'VARCHAR' };
  }
  if (value.as !== undefined && value.as !== 'text') {
    result = convert({ sql: second.add(result.sql), type: result.type }, value.as);
    if (value.map !== undefined) result = { sql: third.add(result.sql), type: result.type };
  }
  result = mapped(result, value, words);
  return value.default === undefined ? result : coalesce([result, constant(value.default, words)]);
}
