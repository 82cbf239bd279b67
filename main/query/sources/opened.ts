/**
 * Opened sources: each counted, named, and put in order in the background, so that pages deep inside come as fast as
 * the first. What is kept is only where a row lies: the places of its leaves.
 */
import { fail, type Outcome, succeed } from '../../../shared/problem';
import type { Result } from '../../../shared/protocol';
import type { Sort } from '../../../shared/view';
import { join, readableSql, type Sql, sql, trusted } from '../../store/sql';
import type { Given } from '../params';
import { STALE, whenSorted } from '../views';
import { orderWords } from './join-rows';
import { columnName, findColumn, NEED_NOTHING, type Need, type Relation } from './relation';
import { columnsOf, noColumn, type Sources } from './sources';

/** Opened sources kept beyond the newest two: by number, and by rows in all. */
const MOST_OPEN = 10;
const MOST_ROWS = 20_000_000;
/** Putting in order waits this long for the first page, which needs no order of all. */
const SORT_AFTER_MS = 250;

export interface Opened {
  readonly id: string;
  readonly stamp: string;
  readonly usesMarks: boolean;
  readonly relation: Relation;
  readonly sort: Sort;
  readonly rows: number;
  readonly table: Sql;
}

interface Held {
  readonly opened: Opened;
  index: Promise<Outcome<null>> | null;
  abort: AbortController;
  ready: boolean;
  waiting: number;
  timer: NodeJS.Timeout | undefined;
}

export class OpenedSources {
  readonly #sources: Sources;
  /** Least recently used first. */
  readonly #held = new Map<string, Held>();
  #last = 0;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Counts and names a source; a join inside that is too big fails here, before it is run. */
  async open(params: Given<'source.open'>, signal?: AbortSignal): Promise<Outcome<Result<'source.open'>>> {
    const relation = await this.#sources.relation(params.source, signal);
    if (!relation.ok) return relation;
    const order = orderOf(relation.value, params.sort);
    if (!order.ok) return order;
    const allowed = await this.#sources.guard(relation.value, signal);
    if (!allowed.ok) return allowed;
    const whole = { usesMarks: relation.value.usesMarks || sortsByMarks(relation.value, order.value) };
    const stamp = this.#sources.stampOf(whole);
    const rows = await this.#count(relation.value, params.source, signal);
    if (!rows.ok) return rows;
    if (stamp !== this.#sources.stampOf(whole)) return fail(STALE);
    const opened = this.#keep(relation.value, params.sort, rows.value, stamp, whole.usesMarks);
    return succeed({
      sourceId: opened.id,
      rows: rows.value,
      columns: columnsOf(relation.value),
      cap: relation.value.leaves[0]?.cap ?? null,
      sql: readable(relation.value, params.sort),
    });
  }

  find(id: string): Outcome<Opened> {
    const held = this.#held.get(id);
    if (!held || held.opened.stamp !== this.#sources.stampOf(held.opened)) return fail(STALE);
    this.#held.delete(id);
    this.#held.set(id, held);
    return succeed(held.opened);
  }

  isSorted(opened: Opened): boolean {
    return this.#held.get(opened.id)?.ready === true;
  }

  /** Waits until every row's place in the order is known. */
  async sorted(opened: Opened, signal: AbortSignal | undefined): Promise<Outcome<null>> {
    const held = this.#held.get(opened.id);
    if (!held) return fail(STALE);
    return whenSorted(held, () => held.index ?? this.#start(held), signal);
  }

  /** Drops everything; running work is given up. */
  async close(): Promise<void> {
    const gone = [...this.#held.values()];
    this.#held.clear();
    for (const held of gone) await this.#drop(held);
  }

  async #count(
    relation: Relation,
    source: Given<'source.open'>['source'],
    signal?: AbortSignal,
  ): Promise<Outcome<number>> {
    const isWhole = source.filter.kind === 'and' && source.filter.of.length === 0;
    const join = relation.joins.at(-1);
    if (isWhole && source.from.kind === 'join' && join) {
      const counts = await this.#sources.countOf(join, signal);
      return counts.ok ? succeed(counts.value.rows) : counts;
    }
    return this.#sources.views.using(signal, async (database) =>
      Number(await database.one(sql`SELECT count(*) FROM (${relation.rows(NEED_NOTHING)}) AS n`)),
    );
  }

  #keep(relation: Relation, sort: Sort, rows: number, stamp: string, usesMarks: boolean): Opened {
    this.#last += 1;
    const opened: Opened = {
      id: `source-${this.#last}`,
      stamp,
      usesMarks,
      relation,
      sort,
      rows,
      table: this.#sources.views.freshTable('source'),
    };
    const held: Held = {
      opened,
      index: null,
      abort: new AbortController(),
      ready: false,
      waiting: 0,
      timer: undefined,
    };
    // Sorting that nobody waits for makes room for the newest; it starts again when asked for.
    for (const other of this.#held.values()) {
      if (other.ready || other.waiting > 0) continue;
      clearTimeout(other.timer);
      other.abort.abort();
    }
    this.#held.set(opened.id, held);
    held.timer = setTimeout(() => {
      if (held.index === null) this.#start(held).catch(() => undefined);
    }, SORT_AFTER_MS).unref();
    this.#evict();
    return opened;
  }

  #start(held: Held): Promise<Outcome<null>> {
    clearTimeout(held.timer);
    const abort = new AbortController();
    held.abort = abort;
    const { opened } = held;
    const done = this.#sources.views
      .using(AbortSignal.any([abort.signal, this.#sources.views.closed]), async (database) => {
        await database.run(
          sql`CREATE OR REPLACE TABLE ${opened.table} AS ${placesInOrder(opened.relation, opened.sort)}`,
        );
        return null;
      })
      .then((outcome) => {
        if (held.abort === abort) {
          held.ready = outcome.ok;
          if (!outcome.ok) held.index = null;
        }
        return outcome;
      });
    held.index = done;
    done.catch(() => {
      held.index = null;
    });
    return done;
  }

  #evict(): void {
    let rows = 0;
    for (const { opened } of this.#held.values()) rows += opened.rows;
    for (const [id, held] of this.#held) {
      const isStale = held.opened.stamp !== this.#sources.stampOf(held.opened);
      if (!isStale && (this.#held.size <= 2 || (this.#held.size <= MOST_OPEN && rows <= MOST_ROWS))) continue;
      this.#held.delete(id);
      rows -= held.opened.rows;
      void this.#drop(held).catch(() => undefined);
    }
  }

  async #drop(held: Held): Promise<void> {
    clearTimeout(held.timer);
    held.abort.abort();
    await held.index?.catch(() => undefined);
    const { table } = held.opened;
    await this.#sources.views.using(undefined, (database) =>
      database.run(sql`DROP TABLE IF EXISTS ${table}`),
    );
  }
}

function sortsByMarks(relation: Relation, order: ReadonlyMap<number, boolean>): boolean {
  return [...order.keys()].some((index) => relation.columns[index]?.column.isMark === true);
}

/** The sort's columns; fails on one the relation does not have. */
export function orderOf(relation: Relation, sort: Sort): Outcome<ReadonlyMap<number, boolean>> {
  const columns = new Map<number, boolean>();
  for (const { field, descending } of sort) {
    const index = findColumn(relation, field);
    if (index === null) return fail(noColumn(field));
    if (!columns.has(index)) columns.set(index, descending);
  }
  return succeed(columns);
}

/** ORDER BY list over `s`, the relation's rows with their order; empty values come last in either direction. */
export function orderList(relation: Relation, sort: Sort, need: Pick<Need, 'readable'>): Sql {
  const columns = orderOf(relation, sort);
  if (!columns.ok) throw new Error('the sort was checked before');
  const parts = [...columns.value].map(
    ([index, descending]) =>
      sql`s.${columnName(relation, index, need)} ${trusted(descending ? 'DESC' : 'ASC')} NULLS LAST`,
  );
  if (relation.orders > 0) parts.push(orderWords(relation.orders, false, 's.'));
  return join(parts, ', ');
}

/** SELECT of the places of all rows, in order. */
export function placesInOrder(relation: Relation, sort: Sort): Sql {
  const columns = orderOf(relation, sort);
  if (!columns.ok) throw new Error('the sort was checked before');
  const need: Need = {
    ...NEED_NOTHING,
    columns: new Set(columns.value.keys()),
    places: true,
    order: true,
  };
  const places = trusted(relation.leaves.map((_, at) => `s.p${at}`).join(', '));
  return sql`SELECT ${places} FROM (${relation.rows(need)}) AS s ORDER BY ${orderList(relation, sort, need)}`;
}

/** The statement as the analyst may read it; the total order that follows every sort is left out. */
function readable(relation: Relation, sort: Sort): string {
  const need: Need = { ...NEED_NOTHING, readable: true };
  const rows = relation.rows(need);
  const columns = orderOf(relation, sort);
  if (!columns.ok || columns.value.size === 0) return readableSql(rows);
  const order = [...columns.value].map(
    ([index, descending]) =>
      sql`${columnName(relation, index, need)} ${trusted(descending ? 'DESC' : 'ASC')} NULLS LAST`,
  );
  return readableSql(sql`SELECT * FROM (${rows}) ORDER BY ${join(order, ', ')}`);
}
