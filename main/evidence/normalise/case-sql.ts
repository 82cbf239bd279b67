/** The cases of a format in SQL: which one holds for a record, the names its pattern captures, and what it sets. */
import type { Format } from '../../formats/format';
import { valueNames } from '../../formats/names';
import { groupNames, literalStart, sureGroup } from '../../formats/pattern';
import { quoteText } from '../../store/sql';
import { conditionSql, type Resolve } from './condition-sql';
import type { Expression, Layers } from './layers';
import { type Captures, captures } from './record-sql';
import { NULL } from './value-sql';

type Case = Format['cases'][number];

/** Cases one behind another that share their `within`, by their numbers, which begin at 1. */
interface Run {
  readonly within: Case['within'];
  readonly first: number;
  readonly last: number;
}

function runsOf(cases: readonly Case[]): readonly Run[] {
  const runs: Run[] = [];
  let before: string | undefined;
  cases.forEach(({ within }, at) => {
    const key = JSON.stringify(within);
    const open = runs.at(-1);
    if (key !== undefined && open !== undefined && key === before)
      runs[runs.length - 1] = { ...open, last: at + 1 };
    else runs.push({ within, first: at + 1, last: at + 1 });
    before = key;
  });
  return runs;
}

/** First case that holds, the names its pattern captures, and what follows for a field. */
export interface Cases {
  /** What a name stands for inside a case. */
  readonly resolve: (at: number) => Resolve;
  /** What the cases make of a field: an expression for each, null where it does not set it, and the one for the rest. */
  readonly choose: (given: ReadonlyArray<Expression | null>, otherwise: Expression) => Expression;
}

/** What a case takes of its pattern; null where it takes nothing. */
interface Own extends Captures {
  readonly used: ReadonlySet<string>;
  /** True where the pattern matches, once it was tried; null where it is tried by `regexp_matches` first. */
  readonly holds: Expression | null;
}

function ownOf({ match, fields }: Case, resolve: Resolve): Own | null {
  const of = match === undefined ? null : resolve(match.of);
  if (match === undefined || of === null) return null;
  const groups = new Set(groupNames(match.pattern));
  const names = Object.values(fields).flatMap(valueNames);
  const used = new Set(names.filter((name) => groups.has(name)));
  if (used.size === 0) return null;
  return { used, holds: null, ...captures(of.sql, match.pattern, (name) => used.has(name), 'groups') };
}

/** Patterns tried by the words they begin with: each such question is asked of every record. */
const MOST_TRIED = 8;

/**
 * Where patterns of one text begin with words of their own, at most one of them can match: it captures at once, and what
 * it captured tells whether it did. The others are asked whether they match first, and read twice where they do.
 */
function tryByStart(
  cases: readonly Case[],
  own: ReadonlyArray<Own | null>,
  layers: Layers,
  resolve: Resolve,
): ReadonlyArray<Own | null> {
  const layer = layers.open();
  const tried: { at: number; start: string; one: Own; sure: string }[] = [];
  const text = cases.flatMap(({ match }) => (match === undefined ? [] : [match.of]))[0] ?? '';
  for (const [at, one] of own.entries()) {
    const { match } = cases[at] ?? {};
    if (match?.of !== text || one === null || tried.length === MOST_TRIED) continue;
    const start = literalStart(match.pattern);
    const sure = sureGroup(match.pattern, (name) => one.used.has(name));
    const isMet = tried.some((known) => known.start.startsWith(start) || start.startsWith(known.start));
    if (start !== '' && sure !== null && !isMet) tried.push({ at, start, one, sure });
  }
  const of = resolve(text)?.sql ?? NULL.sql;
  const structs = new Map<string, string>();
  for (const { start, one } of tried) {
    const when = `WHEN starts_with(${of}, ${quoteText(start)}) THEN ${one.struct}`;
    structs.set(one.shape, `${structs.get(one.shape) ?? 'CASE'} ${when}`);
  }
  const columns = new Map([...structs].map(([shape, sql]) => [shape, layer.add(`${sql} END`)]));
  return own.map((one, at) => {
    const known = tried.find((each) => each.at === at);
    const struct = known && columns.get(known.one.shape);
    if (one === null || known === undefined || struct === undefined) return one;
    // Patterns of one shape share the column.
    const isOwn = `starts_with(${of}, ${quoteText(known.start)})`;
    return { ...one, struct, holds: `${isOwn} AND ${one.group(struct, known.sure)} <> ''` };
  });
}

/** Number of the case that holds, 0 where none does. */
function indexSql(cases: readonly Case[], own: ReadonlyArray<Own | null>, resolve: Resolve): Expression {
  const whens = cases.map((one, at) => {
    const parts = one.when === undefined ? [] : [conditionSql(one.when, resolve)];
    if (one.match !== undefined) {
      const of = resolve(one.match.of)?.sql ?? NULL.sql;
      parts.push(own[at]?.holds ?? `regexp_matches(${of}, ${quoteText(one.match.pattern)})`);
    }
    return `WHEN ${parts.length === 0 ? 'true' : parts.join(' AND ')} THEN ${at + 1}`;
  });
  const choices = runsOf(cases).map(({ within, first, last }) => {
    const inRun = whens.slice(first - 1, last).join(' ');
    return within === undefined
      ? inRun
      : `WHEN ${conditionSql(within, resolve)} THEN CASE ${inRun} ELSE 0 END`;
  });
  return `CASE ${choices.join(' ')} ELSE 0 END`;
}

/**
 * A choice by the number of the case; those with the same answer are one branch. Records of no case stand apart, at the
 * first question: most records of most files are such, and a test that all of a batch pass ends the choice for them.
 */
function chooseBy(
  index: string,
  answers: ReadonlyMap<number, Expression>,
  count: number,
  rest: Expression,
): Expression {
  const byAnswer = new Map<Expression, number[]>();
  for (let at = 1; at <= count; at += 1) {
    const answer = answers.get(at) ?? rest;
    const known = byAnswer.get(answer);
    if (known === undefined) byAnswer.set(answer, [at]);
    else known.push(at);
  }
  const [last, ...others] = [...byAnswer].sort(([, a], [, b]) => b.length - a.length);
  if (last === undefined || (others.length === 0 && last[0] === rest)) return rest;
  const whens = others.map(([answer, numbers]) => `WHEN ${among(index, numbers)} THEN ${answer}`);
  return `CASE WHEN ${index} = 0 THEN ${rest} ELSE ${whens.length === 0 ? last[0] : `CASE ${whens.join(' ')} ELSE ${last[0]} END`} END`;
}

/** Whether the column is one of these numbers, which ascend. */
function among(column: string, numbers: readonly number[]): Expression {
  const ranges: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const open = ranges.at(-1);
    if (open !== undefined && open.to + 1 === number) open.to = number;
    else ranges.push({ from: number, to: number });
  }
  return ranges
    .map(({ from, to }) => (from === to ? `${column} = ${from}` : `${column} BETWEEN ${from} AND ${to}`))
    .join(' OR ');
}

/**
 * A name that several cases capture is one column, and patterns with as many groups fill one struct: what is made of
 * the name (an address, a port) is then made once, and a record costs what its own case does.
 */
function captured(
  own: ReadonlyArray<Own | null>,
  index: string,
  layers: Layers,
  resolve: Resolve,
): (at: number) => Resolve {
  const structLayer = layers.open();
  const nameLayer = layers.open();
  const structs = new Map<string, Map<number, Expression>>();
  own.forEach((one, at) => {
    if (one === null) return;
    const same = structs.get(one.shape) ?? new Map<number, Expression>();
    structs.set(one.shape, same.set(at + 1, one.struct));
  });
  const found = new Map(
    [...structs].map(([shape, answers]) => [
      shape,
      structLayer.add(chooseBy(index, answers, own.length, 'NULL')),
    ]),
  );
  const texts = new Map<string, Map<number, Expression>>();
  own.forEach((one, at) => {
    for (const name of one?.used ?? []) {
      const text = one?.group(found.get(one.shape) ?? '', name) ?? null;
      const same = texts.get(name) ?? new Map<number, Expression>();
      if (text !== null) texts.set(name, same.set(at + 1, `nullif(${text}, '')`));
    }
  });
  const columns = new Map(
    [...texts].map(([name, answers]) => [
      name,
      nameLayer.add(chooseBy(index, answers, own.length, NULL.sql)),
    ]),
  );
  return (at) => (name) => {
    const column = own[at]?.used.has(name) ? columns.get(name) : undefined;
    return column === undefined ? resolve(name) : { sql: column, type: 'VARCHAR' };
  };
}

/** Layers of the cases of a format, to be opened where its names are known. */
export function openCases(cases: readonly Case[], layers: Layers, resolve: Resolve): Cases {
  if (cases.length === 0) return { resolve: () => resolve, choose: (_, otherwise) => otherwise };
  const own = tryByStart(
    cases,
    cases.map((one) => ownOf(one, resolve)),
    layers,
    resolve,
  );
  const index = layers.open().add(indexSql(cases, own, resolve));
  return {
    resolve: captured(own, index, layers, resolve),
    choose: (given, otherwise) => {
      const answers = new Map(given.flatMap((sql, at) => (sql === null ? [] : [[at + 1, sql] as const])));
      return chooseBy(index, answers, cases.length, otherwise);
    },
  };
}
