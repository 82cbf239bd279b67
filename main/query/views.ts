/**
 * The state behind every panel's view: a few forked connections, and the sorted row index of each opened view in a
 * memory database beside the working one. The engine context owns one `Views` per open case; the functions of this
 * folder take it as their first argument.
 */
import type { Filter } from '../../shared/filter';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import type { ViewSpec } from '../../shared/view';
import type { Database } from '../store/database';
import { ident, type Sql, sql, trusted } from '../store/sql';
import { addEventAddresses, createAddresses } from './addresses';
import type { FilterSql, Members } from './filter';
import { CREATE_MARKS, MARK_TABLE } from './marks';
import { EVENTS_IN_ORDER, orderList, sortsByMarks } from './order';

const CONNECTIONS = 3;
/** Views kept beyond the newest two: by number, and by rows in all (16 bytes a row). */
const MOST_VIEWS = 12;
const MOST_ROWS = 20_000_000;
const INTERRUPT_EVERY_MS = 20;
/** Sorting waits this long for the first page, which is asked for at once and needs no index. */
const SORT_AFTER_MS = 250;
/** Searches of one view whose hits are kept. */
const MOST_SEARCHES = 4;

export const CANCELLED: Problem = { code: 'cancelled', what: 'The request was given up.' };
export const STALE: Problem = {
  code: 'view-stale',
  what: 'The events have changed since this view was opened.',
  help: 'Open the view again.',
};

/** One opened view. `table` holds, in order, each row's place in `event` (`place`) and its time (`moment`). */
export interface View {
  readonly id: string;
  readonly generation: number;
  /** Null where marks do not matter to its rows and order. */
  readonly marks: number | null;
  readonly spec: ViewSpec;
  readonly condition: Sql;
  readonly order: Sql;
  readonly table: Sql;
  readonly shown: number;
  /** The table of folded runs; see `fold.ts`. */
  readonly fold: Sql | null;
}

interface Held {
  readonly view: View;
  index: { readonly done: Promise<Outcome<null>>; readonly abort: AbortController } | null;
  ready: boolean;
  waiting: number;
  timer: NodeJS.Timeout | undefined;
  /** Tables of the rows that hold a text, by text. */
  readonly searches: Map<string, Sql>;
}

/** Waits for the order of what is held, begun by `work` if need be; who waits is counted, so that it is not let go. */
export async function whenSorted(
  held: { readonly ready: boolean; waiting: number },
  work: () => Promise<Outcome<null>>,
  signal: AbortSignal | undefined,
): Promise<Outcome<null>> {
  if (held.ready) return succeed(null);
  if (signal?.aborted) return fail(CANCELLED);
  held.waiting += 1;
  try {
    const aborted = new Promise<Outcome<null>>((resolve) => {
      signal?.addEventListener('abort', () => resolve(fail(CANCELLED)), { once: true });
    });
    return await Promise.race([work(), aborted]);
  } finally {
    held.waiting -= 1;
  }
}

/** Makes the sources of a filter's `member` clauses ready; set by who knows sources. */
export type MemberMaker = (
  filter: Filter,
  signal: AbortSignal | undefined,
) => Promise<Outcome<ReadonlyMap<Filter, Members>>>;

export class Views {
  membersOf: MemberMaker | null = null;
  readonly #main: Database;
  readonly #idle: Database[] = [];
  readonly #queue: (() => void)[] = [];
  #connections = 0;
  #generation = 0;
  #marks = 0;
  readonly #closed = new AbortController();
  #lastId = 0;
  #addresses: { readonly generation: number; readonly done: Promise<void> } | null = null;
  /** Least recently used first. */
  readonly #held = new Map<string, Held>();

  private constructor(database: Database) {
    this.#main = database;
  }

  /** Over an open working database, jailed or not; one at a time per database. */
  static async open(database: Database): Promise<Views> {
    await database.run(trusted("ATTACH ':memory:' AS view_memory"));
    await database.run(CREATE_MARKS);
    await createAddresses(database);
    return new Views(database);
  }

  /** Counts the changes of the facts; an answer begun in one generation is stale in the next. */
  get generation(): number {
    return this.#generation;
  }

  /** Counts the changes of marks and saved views; what was answered by them before is stale. */
  get marks(): number {
    return this.#marks;
  }

  /**
   * Fills the table of marks anew: `fill` inserts into `MARK_TABLE`, which it finds empty, one row per event and
   * mark. Call it after every change of marks, findings or saved views; who reads meanwhile sees the old ones.
   */
  async setMarks(fill: (database: Database, table: Sql) => Promise<void>): Promise<void> {
    const done = await this.using(undefined, async (database) => {
      await database.run(trusted('BEGIN'));
      try {
        await database.run(sql`DELETE FROM ${MARK_TABLE}`);
        await fill(database, MARK_TABLE);
        await database.run(trusted('COMMIT'));
      } catch (error) {
        await database.run(trusted('ROLLBACK')).catch(() => undefined);
        throw error;
      }
    });
    this.#marks += 1;
    if (!done.ok) throw new Error(done.problem.what);
  }

  /** A name for a table of this engine's memory that nobody else has. */
  freshTable(prefix: string): Sql {
    this.#lastId += 1;
    return sql`view_memory.main.${ident(`${prefix}_${this.#lastId}`)}`;
  }

  /**
   * The facts have changed: every view is stale. Call it after each committed import, and both before and after
   * evidence is removed or put back, for rows then move.
   */
  async invalidate(): Promise<void> {
    this.#generation += 1;
    const gone = [...this.#held.values()];
    this.#held.clear();
    for (const held of gone) await this.#drop(held);
  }

  /** Aborted when the views close: background work ends by it. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Closes the forked connections, so that the database can be closed. Running queries are interrupted. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.invalidate();
    while (this.#connections > 0) {
      const database = this.#idle.pop() ?? (await this.#take());
      database.disconnect();
      this.#connections -= 1;
    }
    await this.#main.run(trusted('DETACH view_memory'));
  }

  /**
   * Runs `work` on a connection of its own; the signal interrupts its statement. Cancelled and out of memory are
   * values, anything else is thrown.
   */
  async using<T>(
    signal: AbortSignal | undefined,
    work: (database: Database) => Promise<T>,
  ): Promise<Outcome<T>> {
    if (signal?.aborted) return fail(CANCELLED);
    const database = await this.#take();
    let timer: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      database.interrupt();
      // An interrupt that comes between two statements is lost, so it is said again.
      timer ??= setInterval(() => database.interrupt(), INTERRUPT_EVERY_MS);
    };
    signal?.addEventListener('abort', interrupt, { once: true });
    try {
      if (signal?.aborted) return fail(CANCELLED);
      return succeed(await work(database));
    } catch (error) {
      const problem = problemOf(error);
      if (signal?.aborted || problem) return fail(signal?.aborted ? CANCELLED : (problem ?? CANCELLED));
      throw error;
    } finally {
      signal?.removeEventListener('abort', interrupt);
      clearInterval(timer);
      this.#give(database);
    }
  }

  /** Makes the table of distinct addresses for this generation, once. */
  async needAddresses(needed: boolean): Promise<void> {
    if (!needed) return;
    if (this.#addresses?.generation !== this.#generation) {
      const done = this.using(undefined, addEventAddresses).then(() => undefined);
      this.#addresses = { generation: this.#generation, done };
      done.catch(() => {
        this.#addresses = null;
      });
    }
    await this.#addresses.done;
  }

  /** The view of that id if its facts still stand. */
  find(id: string): Outcome<View> {
    const held = this.#held.get(id);
    if (!held || (held.view.marks !== null && held.view.marks !== this.#marks)) return fail(STALE);
    this.#held.delete(id);
    this.#held.set(id, held);
    return succeed(held.view);
  }

  /** Keeps a view whose rows were just counted; it is sorted a little later, or when somebody asks. */
  keep(
    spec: ViewSpec,
    filter: FilterSql,
    shown: number,
    at: { readonly generation: number; readonly marks: number },
    fold: Sql | null = null,
  ): Outcome<View> {
    const order = orderList(spec.sort);
    if (!order.ok) return order;
    this.#lastId += 1;
    const name = `view_${this.#lastId}`;
    const view: View = {
      id: name,
      generation: at.generation,
      marks: filter.needsMarks || sortsByMarks(spec.sort) ? at.marks : null,
      spec,
      condition: filter.condition,
      order: order.value,
      table: sql`view_memory.main.${ident(name)}`,
      shown,
      fold,
    };
    const held: Held = {
      view,
      index: null,
      ready: false,
      waiting: 0,
      timer: undefined,
      searches: new Map(),
    };
    // Sorting that nobody waits for makes room for the newest view; it starts again when asked for.
    for (const other of this.#held.values()) {
      if (other.ready || other.waiting > 0) continue;
      clearTimeout(other.timer);
      other.index?.abort.abort();
    }
    this.#held.set(name, held);
    held.timer = setTimeout(() => held.index ?? this.#start(held), SORT_AFTER_MS).unref();
    this.#evict();
    return succeed(view);
  }

  isSorted(view: View): boolean {
    return this.#held.get(view.id)?.ready === true;
  }

  /** Waits until the view's row index is there. */
  async sorted(view: View, signal: AbortSignal | undefined): Promise<Outcome<null>> {
    const held = this.#held.get(view.id);
    if (!held) return fail(STALE);
    return whenSorted(held, () => (held.index ?? this.#start(held)).done, signal);
  }

  /**
   * The table of row numbers (`row`) of a sorted view's rows that fulfil a condition, made once per `key`. The
   * condition speaks of `event AS e`.
   */
  async search(
    view: View,
    key: string,
    condition: Sql,
    signal: AbortSignal | undefined,
  ): Promise<Outcome<Sql>> {
    const held = this.#held.get(view.id);
    if (!held) return fail(STALE);
    const known = held.searches.get(key);
    if (known) return succeed(known);
    this.#lastId += 1;
    const table = sql`view_memory.main.${ident(`search_${this.#lastId}`)}`;
    const made = await this.using(signal, (database) =>
      database.run(sql`CREATE TABLE ${table} AS SELECT v.rowid AS row FROM ${view.table} AS v
        JOIN event AS e ON e.rowid = v.place WHERE ${condition}`),
    );
    if (!made.ok) return made;
    if (this.#held.get(view.id) !== held) {
      await this.#dropTable(table);
      return fail(STALE);
    }
    held.searches.set(key, table);
    const [oldest] = held.searches;
    if (held.searches.size > MOST_SEARCHES && oldest) {
      held.searches.delete(oldest[0]);
      await this.#dropTable(oldest[1]);
    }
    return succeed(table);
  }

  #start(held: Held): NonNullable<Held['index']> {
    clearTimeout(held.timer);
    const abort = new AbortController();
    const { view } = held;
    const done = this.using(abort.signal, async (database) => {
      await database.run(sql`CREATE OR REPLACE TABLE ${view.table} AS
        SELECT e.rowid AS place, e."timestamp" AS moment FROM ${EVENTS_IN_ORDER}
        WHERE ${view.condition} ORDER BY ${view.order}`);
      return null;
    }).then((outcome) => {
      if (held.index?.abort === abort) {
        held.ready = outcome.ok;
        if (!outcome.ok) held.index = null;
      }
      return outcome;
    });
    held.index = { done, abort };
    // Nobody may be waiting; who waits later starts it again and sees the error.
    done.catch(() => {
      held.index = null;
    });
    return held.index;
  }

  #evict(): void {
    let rows = 0;
    for (const { view } of this.#held.values()) rows += view.shown;
    for (const [id, held] of this.#held) {
      if (this.#held.size <= 2 || (this.#held.size <= MOST_VIEWS && rows <= MOST_ROWS)) return;
      this.#held.delete(id);
      rows -= held.view.shown;
      void this.#drop(held);
    }
  }

  async #drop(held: Held): Promise<void> {
    clearTimeout(held.timer);
    held.index?.abort.abort();
    await held.index?.done.catch(() => undefined);
    await this.#dropTable(held.view.table);
    for (const table of held.searches.values()) await this.#dropTable(table);
    if (held.view.fold) await this.#dropTable(held.view.fold);
  }

  async #dropTable(table: Sql): Promise<void> {
    await this.using(undefined, (database) => database.run(sql`DROP TABLE IF EXISTS ${table}`));
  }

  async #take(): Promise<Database> {
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#connections < CONNECTIONS) {
      this.#connections += 1;
      return this.#main.fork();
    }
    await new Promise<void>((resolve) => this.#queue.push(resolve));
    return this.#take();
  }

  #give(database: Database): void {
    this.#idle.push(database);
    this.#queue.shift()?.();
  }
}

function problemOf(error: unknown): Problem | null {
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith('INTERRUPT')) return CANCELLED;
  // What a statement was made over is gone since: the facts changed, or it gave way to newer results.
  if (message.startsWith('Catalog Error') && message.includes('view_memory')) return STALE;
  if (!message.startsWith('Out of Memory')) return null;
  return {
    code: 'query-out-of-memory',
    what: 'The query needs more memory than the engine may use.',
    help: 'Narrow the filter and try again.',
  };
}
