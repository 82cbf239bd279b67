/**
 * The sources of one open case: what each is made of, kept while the facts and marks stand. It resolves saved views,
 * copies what has no table of its own, and counts joins before they are run.
 */
import type { SavedView } from '../../../shared/case';
import type { Filter, Source, SourceTable } from '../../../shared/filter';
import { fail, type Outcome, type Problem, succeed } from '../../../shared/problem';
import type { JoinCounts, SourceColumn } from '../../../shared/protocol';
import { type Sql, sql } from '../../store/sql';
import { addAddresses } from '../addresses';
import { isAddressField, type Members } from '../filter';
import { clausesOf } from '../prepare-filter';
import type { Views } from '../views';
import { addressMap } from './address-map';
import { joinRelation } from './join-relation';
import type { Leaf } from './leaf';
import { addressColumns, type FilterMembers, filteredRelation, leafRelation } from './leaf-relation';
import { findColumn, type JoinMade, NEED_NOTHING, type Relation, type SourceMaker } from './relation';
import { type MadeOfSql, sqlLeaf } from './sql-leaf';
import { tableLeaf } from './tables';

/** Sources within sources; each saved view is one more. */
const DEEPEST = 24;
const SQL_KEY = 'sql ';
/** Results of analyst SQL that are held at once. */
const MOST_SQL = 6;

export interface SourcesGiven {
  readonly views: Views;
  /** A saved view by its id. */
  savedView(id: string): SavedView | null;
  /** Runs a SELECT in the sandbox and hands on its rows; null where there is none. */
  readonly runSql: MadeOfSql | null;
}

export class Sources implements SourceMaker {
  readonly views: Views;
  readonly #given: SourcesGiven;
  #generation = -1;
  #marks = -1;
  #leaves = new Map<string, Promise<Outcome<Leaf>>>();
  #addresses = new Map<string, Promise<Outcome<null>>>();
  #kept = new Map<string, { readonly usesMarks: boolean; readonly done: Promise<Outcome<Sql>> }>();
  #counts = new Map<string, { readonly usesMarks: boolean; readonly done: Promise<Outcome<JoinCounts>> }>();
  #tables: Sql[] = [];
  #sqlTables: { readonly key: string; readonly table: Sql }[] = [];

  constructor(given: SourcesGiven) {
    this.#given = given;
    this.views = given.views;
    given.views.membersOf = async (filter, signal) => {
      const members = await this.members(filter, [], signal);
      return members.ok ? succeed(members.value.run) : members;
    };
  }

  savedView(id: string): SavedView | null {
    return this.#given.savedView(id);
  }

  /** The relation of a source; its leaves are there, its joins not yet counted. */
  async relation(
    source: Source,
    signal?: AbortSignal,
    stack: readonly string[] = [],
  ): Promise<Outcome<Relation>> {
    await this.#fresh();
    if (stack.length > DEEPEST) return fail(tooDeep);
    const base = await this.#base(source, signal, stack);
    if (!base.ok) return base;
    const isAddress = (field: string): boolean =>
      base.value.columns[findColumn(base.value, field) ?? -1]?.column.isCanonical === true;
    const members = await this.members(source.filter, stack, signal, isAddress);
    if (!members.ok) return members;
    const filtered = filteredRelation(base.value, source.filter, members.value);
    if (!filtered.ok) return filtered;
    for (const index of addressColumns(base.value, source.filter)) {
      const ready = await this.needAddresses(base.value, index, signal);
      if (!ready.ok) return ready;
    }
    return filtered;
  }

  /** The sources of `member` clauses as SELECTs; their joins are counted here, for the filter just runs them. */
  async members(
    filter: Filter,
    stack: readonly string[],
    signal?: AbortSignal,
    isAddress: (field: string) => boolean = isAddressField,
  ): Promise<Outcome<FilterMembers>> {
    const run = new Map<Filter, Members>();
    const read = new Map<Filter, Members>();
    for (const clause of clausesOf(filter)) {
      if (clause.kind !== 'member') continue;
      const relation = await this.relation(clause.of, signal, [...stack, '·']);
      if (!relation.ok) return relation;
      const index = findColumn(relation.value, clause.column);
      const column = index === null ? undefined : relation.value.columns[index];
      if (index === null || !column) return fail(noColumn(clause.column));
      const allowed = await this.guard(relation.value, signal);
      if (!allowed.ok) return allowed;
      const need = { ...NEED_NOTHING, columns: new Set([index]) };
      const select = (readable: boolean): Sql => {
        const rows = relation.value.rows({ ...need, readable });
        return readable ? sql`SELECT * FROM (${rows}) AS v(v)` : sql`SELECT * FROM (${rows}) AS v(v)`;
      };
      let map: Sql | null = null;
      if (column.column.type === 'VARCHAR' && !column.column.isCanonical && isAddress(clause.field)) {
        const key = `addresses ${JSON.stringify([clause.of, index])}`;
        const made = await this.kept(key, relation.value.usesMarks, () =>
          addressMap(this, relation.value, index, signal),
        );
        if (!made.ok) return made;
        map = made.value;
      }
      for (const [readable, into] of [
        [false, run],
        [true, read],
      ] as const) {
        const canonical = map
          ? sql`SELECT coalesce(n.address, v.v) AS v FROM (${select(readable)}) AS v LEFT JOIN ${map} AS n ON n.network = v.v`
          : null;
        into.set(clause, { select: select(readable), canonical, type: column.column.type });
      }
    }
    return succeed({ run, read });
  }

  /** Counts every join inside, innermost first; fails at the first that is too big to be run. */
  async guard(relation: Relation, signal?: AbortSignal): Promise<Outcome<null>> {
    for (const inside of relation.joins) {
      const counts = await this.countOf(inside, signal);
      if (!counts.ok) return counts;
      const cap = inside.capOf(counts.value);
      if (counts.value.rows > cap) return fail(tooBig(counts.value, cap));
    }
    return succeed(null);
  }

  /** Counts of one join, once while the facts and marks stand. Joins inside it must have been guarded. */
  async countOf(join: JoinMade, signal?: AbortSignal): Promise<Outcome<JoinCounts>> {
    const known = this.#counts.get(join.key);
    if (known) return known.done;
    const done = this.views
      .using(signal, (database) => join.count(database))
      .then((outcome) => (outcome.ok ? outcome.value : outcome));
    this.#counts.set(join.key, { usesMarks: join.usesMarks, done });
    const forget = (): void => void this.#counts.delete(join.key);
    done.then((outcome) => outcome.ok || forget(), forget);
    return done;
  }

  /** Reads the addresses of a column into the table that networks are looked up in. */
  needAddresses(relation: Relation, index: number, signal?: AbortSignal): Promise<Outcome<null>> {
    const column = relation.columns[index];
    const leaf = column ? relation.leaves[column.leaf] : undefined;
    if (!column || !leaf) return Promise.resolve(succeed(null));
    const from = leaf.from({ wide: column.column.isWide, order: false });
    const select = sql`SELECT ${column.column.expression} AS address FROM ${from}`;
    const known = this.#addresses.get(select.text);
    if (known) return known;
    const done = this.views.using(signal, async (database) => {
      await addAddresses(database, select);
      return null;
    });
    this.#addresses.set(select.text, done);
    const forget = (): void => void this.#addresses.delete(select.text);
    done.then((outcome) => outcome.ok || forget(), forget);
    return done;
  }

  kept(key: string, usesMarks: boolean, make: () => Promise<Outcome<Sql>>): Promise<Outcome<Sql>> {
    const known = this.#kept.get(key);
    if (known) return known.done;
    const done = make();
    this.#kept.set(key, { usesMarks, done });
    const forget = (): void => void this.#kept.delete(key);
    done.then((outcome) => outcome.ok || forget(), forget);
    return done;
  }

  /** A table in the engine's memory that goes when the facts or marks change. */
  freshTable(prefix: string): Sql {
    const table = this.views.freshTable(prefix);
    this.#tables.push(table);
    return table;
  }

  /** Changes when the rows of a relation may. */
  stampOf(relation: Pick<Relation, 'usesMarks'>): string {
    return `${this.views.generation}/${relation.usesMarks ? this.views.marks : ''}`;
  }

  async #fresh(): Promise<void> {
    if (this.#marks !== this.views.marks) {
      this.#marks = this.views.marks;
      for (const [key, { usesMarks }] of this.#kept) if (usesMarks) this.#kept.delete(key);
      for (const [key, { usesMarks }] of this.#counts) if (usesMarks) this.#counts.delete(key);
      for (const key of this.#leaves.keys()) {
        if (key.startsWith(SQL_KEY) && asksForMarks(key)) this.#leaves.delete(key);
      }
    }
    if (this.#generation === this.views.generation) return;
    this.#generation = this.views.generation;
    this.#leaves = new Map();
    this.#addresses = new Map();
    this.#kept = new Map();
    this.#counts = new Map();
    const gone = this.#tables;
    this.#tables = [];
    this.#sqlTables = [];
    for (const table of gone) {
      await this.views.using(undefined, (database) => database.run(sql`DROP TABLE IF EXISTS ${table}`));
    }
  }

  async #base(
    source: Source,
    signal: AbortSignal | undefined,
    stack: readonly string[],
  ): Promise<Outcome<Relation>> {
    const { from } = source;
    switch (from.kind) {
      case 'table': {
        const leaf = await this.#leaf(from.table, () => this.#tableLeaf(from.table, signal));
        return leaf.ok ? succeed(leafRelation(leaf.value)) : leaf;
      }
      case 'saved': {
        if (stack.includes(from.id)) return fail(cycle);
        const view = this.#given.savedView(from.id);
        if (!view) return fail(noView(from.id));
        const relation = await this.relation(view.source, signal, [...stack, from.id]);
        return relation.ok ? succeed({ ...relation.value, title: view.name, usesMarks: true }) : relation;
      }
      case 'join':
        return joinRelation(this, from.join, signal, [...stack, '·']);
      case 'sql': {
        const key = `${SQL_KEY}${from.text}`;
        const leaf = await this.#leaf(key, () => this.#sqlLeaf(from.text, key, signal));
        if (!leaf.ok) return leaf;
        return succeed({ ...leafRelation(leaf.value), usesMarks: asksForMarks(from.text) });
      }
    }
  }

  #leaf(key: string, make: () => Promise<Outcome<Leaf>>): Promise<Outcome<Leaf>> {
    const known = this.#leaves.get(key);
    if (known) return known;
    const done = make();
    this.#leaves.set(key, done);
    const forget = (): void => void this.#leaves.delete(key);
    done.then((outcome) => outcome.ok || forget(), forget);
    return done;
  }

  async #tableLeaf(table: SourceTable, signal: AbortSignal | undefined): Promise<Outcome<Leaf>> {
    const made = await this.views.using(signal, (database) =>
      tableLeaf(database, table, () => this.freshTable('copy')),
    );
    if (!made.ok) return made;
    return made.value ? succeed(made.value) : fail(noTable(table));
  }

  async #sqlLeaf(text: string, key: string, signal: AbortSignal | undefined): Promise<Outcome<Leaf>> {
    if (!this.#given.runSql) return fail(noSandbox);
    const table = this.freshTable('query');
    const made = await sqlLeaf(this.views, this.#given.runSql, text, table, signal);
    if (!made.ok) return made;
    this.#sqlTables.push({ key, table });
    const oldest = this.#sqlTables.length > MOST_SQL ? this.#sqlTables.shift() : undefined;
    if (oldest) {
      this.#leaves.delete(oldest.key);
      await this.views.using(undefined, (database) =>
        database.run(sql`DROP TABLE IF EXISTS ${oldest.table}`),
      );
    }
    return made;
  }
}

/** The table of marks is called by its own name, so a query without the word cannot ask for it. */
function asksForMarks(text: string): boolean {
  return /mark/i.test(text);
}

/** What the contract says of a relation's columns. */
export function columnsOf(relation: Relation): SourceColumn[] {
  return relation.columns.map(({ name, label, type, role, origin }) => ({ name, label, type, role, origin }));
}

export function noColumn(name: string): Problem {
  return {
    code: 'unknown-field',
    what: `There is no column “${name.slice(0, 100)}”.`,
    help: 'Choose one of the columns of the source.',
  };
}

export function tooBig(counts: JoinCounts, cap: number): Problem {
  const most = counts.most.toLocaleString('en');
  return {
    code: 'join-too-big',
    what: `This join would have ${counts.rows.toLocaleString('en')} rows; at most ${cap.toLocaleString('en')} are made.`,
    why: `a row of the left side has up to ${most} partners`,
    help: 'Add a condition, narrow a time or window, or filter one of its sides.',
  };
}

const tooDeep: Problem = {
  code: 'source-too-deep',
  what: `Sources are nested more than ${DEEPEST} deep.`,
  help: 'Save a part as a view over fewer others.',
};

const cycle: Problem = {
  code: 'view-cycle',
  what: 'A saved view is made of itself.',
  help: 'Change one of the views it goes through.',
};

const noSandbox: Problem = { code: 'no-sandbox', what: 'Queries cannot be run here.' };

function noView(id: string): Problem {
  return { code: 'no-view', what: 'There is no such saved view.', where: id.slice(0, 100) };
}

function noTable(table: string): Problem {
  return { code: 'no-table', what: `This case has no table ${table}.` };
}
