/**
 * The view the grid shows and the one it is about to show. A new filter or sort opens beside the rows on screen and
 * takes their place only when its first rows are there: nothing blank, nothing stale, nothing jumps without reason.
 */
import type { Result } from '../../../shared/protocol';
import type { ViewSpec } from '../../../shared/view';
import type { ArrowRows } from '../../ui/arrow-rows';
import { PageCache } from '../../ui/page-cache';

export const PAGE_ROWS = 500;
const CAPACITY = 40;
const PARALLEL = 2;

export type OpenedCounts = Omit<Result<'view.open'>, 'viewId'>;

/** The calls of the contract the grid needs, bytes already read. */
export interface ViewCalls {
  readonly open: (spec: ViewSpec, signal: AbortSignal) => Promise<Result<'view.open'>>;
  readonly page: (
    viewId: string,
    offset: number,
    limit: number,
    columns: readonly string[],
    signal: AbortSignal,
  ) => Promise<ArrowRows>;
  /** Row of an event, or of the first event at or after a time. */
  readonly locate: (
    viewId: string,
    eventId: string | null,
    time: number | null,
    signal: AbortSignal,
  ) => Promise<number | null>;
}

/** Where the reader is, so that the next view opens at the same place. */
export interface Anchor {
  readonly eventId: string | null;
  /** Time of the row at the top, when rows are in time order. */
  readonly time: number | null;
}

export interface Opened {
  readonly viewId: string;
  readonly spec: ViewSpec;
  readonly fields: readonly string[];
  readonly counts: OpenedCounts;
  readonly cache: PageCache<ArrowRows>;
  /** Row to start at: the anchor's, else the first. */
  readonly startRow: number;
  /** True when `startRow` is the anchor's event itself. */
  readonly keepsEvent: boolean;
}

export interface SessionState {
  readonly opened: Opened | null;
  readonly opening: boolean;
  /** Why the last view could not be opened. */
  readonly failure: unknown;
}

export class ViewSession {
  readonly #calls: ViewCalls;
  readonly #onState: (state: SessionState) => void;
  readonly #onRows: () => void;
  #state: SessionState = { opened: null, opening: false, failure: undefined };
  #controller: AbortController | null = null;

  /** `onRows` runs when rows of the opened view came in, `onState` when another view took over. */
  constructor(calls: ViewCalls, onState: (state: SessionState) => void, onRows: () => void) {
    this.#calls = calls;
    this.#onState = onState;
    this.#onRows = onRows;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Opens a view at the anchor, about `screen` rows tall; gives up one still being opened. */
  async show(spec: ViewSpec, fields: readonly string[], anchor: Anchor, screen: number): Promise<void> {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    this.#set({ ...this.#state, opening: true });
    try {
      const next = await this.#open(spec, fields, anchor, screen, controller.signal);
      if (this.#controller !== controller) {
        next.cache.dispose();
        return;
      }
      this.#controller = null;
      this.#state.opened?.cache.dispose();
      this.#set({ opened: next, opening: false, failure: undefined });
    } catch (failure) {
      if (this.#controller !== controller) return;
      this.#controller = null;
      this.#set({ ...this.#state, opening: false, failure });
    }
  }

  /** Other columns of the same rows: no new view, only new pages. */
  async showFields(fields: readonly string[], firstRow: number, screen: number): Promise<void> {
    const { opened } = this.#state;
    if (opened === null) return;
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    this.#set({ ...this.#state, opening: true });
    const cache = this.#makeCache(opened.viewId, fields, opened.counts.shown);
    await cache.settle(firstRow, Math.min(opened.counts.shown, firstRow + screen));
    if (this.#controller !== controller) {
      cache.dispose();
      return;
    }
    this.#controller = null;
    opened.cache.dispose();
    this.#set({
      opened: { ...opened, fields, cache, startRow: -1, keepsEvent: false },
      opening: false,
      failure: undefined,
    });
  }

  dispose(): void {
    this.#controller?.abort();
    this.#controller = null;
    this.#state.opened?.cache.dispose();
  }

  async #open(
    spec: ViewSpec,
    fields: readonly string[],
    anchor: Anchor,
    screen: number,
    signal: AbortSignal,
  ): Promise<Opened> {
    const { viewId, ...counts } = await this.#calls.open(spec, signal);
    const place = await this.#place(viewId, counts.shown, anchor, signal);
    const cache = this.#makeCache(viewId, fields, counts.shown);
    if (counts.shown > 0) {
      const first = Math.max(0, Math.min(place.row, counts.shown - 1) - screen);
      await cache.settle(first, Math.min(counts.shown, first + 2 * screen));
    }
    return { viewId, spec, fields, counts, cache, startRow: place.row, keepsEvent: place.keepsEvent };
  }

  async #place(
    viewId: string,
    shown: number,
    anchor: Anchor,
    signal: AbortSignal,
  ): Promise<{ row: number; keepsEvent: boolean }> {
    if (shown === 0) return { row: 0, keepsEvent: false };
    if (anchor.eventId !== null) {
      const row = await this.#calls.locate(viewId, anchor.eventId, null, signal);
      if (row !== null) return { row, keepsEvent: true };
    }
    if (anchor.time !== null) {
      const row = await this.#calls.locate(viewId, null, anchor.time, signal);
      if (row !== null) return { row, keepsEvent: false };
    }
    return { row: 0, keepsEvent: false };
  }

  #makeCache(viewId: string, fields: readonly string[], rowCount: number): PageCache<ArrowRows> {
    return new PageCache<ArrowRows>({
      rowCount,
      pageRows: PAGE_ROWS,
      capacity: CAPACITY,
      parallel: PARALLEL,
      load: (offset, limit, signal) => this.#calls.page(viewId, offset, limit, fields, signal),
      onChange: this.#onRows,
    });
  }

  #set(state: SessionState): void {
    this.#state = state;
    this.#onState(state);
  }
}
