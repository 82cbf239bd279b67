/**
 * Pages of one opened view: loaded as rows come into sight, the next ones ahead of the scroll, the least recently
 * used dropped. A cache belongs to one view and column set; another view gets another cache, so a late answer can
 * never show rows of the wrong view.
 */

export interface PageCacheOptions<Page> {
  readonly rowCount: number;
  readonly pageRows: number;
  /** Pages kept; never fewer than are in sight. */
  readonly capacity: number;
  /** Requests under way at once. */
  readonly parallel: number;
  readonly load: (offset: number, limit: number, signal: AbortSignal) => Promise<Page>;
  /** Called after a page came or failed. */
  readonly onChange: () => void;
}

export interface Placed<Page> {
  readonly page: Page;
  /** Row inside the page. */
  readonly index: number;
}

export class PageCache<Page> {
  /** Insertion order is use order: the first key is the least recently used. */
  readonly #pages = new Map<number, Page>();
  readonly #loading = new Map<number, AbortController>();
  readonly #failed = new Map<number, unknown>();
  readonly #options: PageCacheOptions<Page>;
  #wanted: readonly number[] = [];
  #disposed = false;

  constructor(options: PageCacheOptions<Page>) {
    this.#options = options;
  }

  get rowCount(): number {
    return this.#options.rowCount;
  }

  /** Page numbers held, for tests and memory accounting. */
  get held(): readonly number[] {
    return [...this.#pages.keys()];
  }

  /** Why pages of the last wanted rows are missing; undefined while all is well. */
  get failure(): unknown {
    for (const page of this.#wanted) if (this.#failed.has(page)) return this.#failed.get(page);
    return undefined;
  }

  /** The page that holds a row, or undefined until it is loaded. */
  find(row: number): Placed<Page> | undefined {
    const number = Math.floor(row / this.#options.pageRows);
    const page = this.#pages.get(number);
    return page === undefined ? undefined : { page, index: row - number * this.#options.pageRows };
  }

  /**
   * Rows [first, end) are in sight and the view moves `direction` (−1, 0, 1). Pages in sight come first, then two
   * ahead, then one behind; requests for anything else are given up.
   */
  want(first: number, end: number, direction: number): void {
    if (this.#disposed || this.#options.rowCount === 0 || end <= first) return;
    this.#wanted = this.#order(first, end, direction);
    for (const page of this.#wanted) this.#touch(page);
    for (const [page, controller] of this.#loading) {
      if (!this.#wanted.includes(page)) {
        this.#loading.delete(page);
        controller.abort();
      }
    }
    this.#start();
  }

  /** Resolves once every page of rows [first, end) is loaded or failed. */
  async settle(first: number, end: number): Promise<void> {
    this.want(first, end, 0);
    const last = Math.floor((Math.max(first + 1, end) - 1) / this.#options.pageRows);
    for (let page = Math.floor(first / this.#options.pageRows); page <= last; page += 1) {
      while (!this.#disposed && this.#running.has(page)) await this.#running.get(page);
    }
  }

  /** Asks again for pages that failed. */
  retry(): void {
    this.#failed.clear();
    this.#start();
  }

  /** Gives up every request; the cache answers nothing afterwards. */
  dispose(): void {
    this.#disposed = true;
    for (const controller of this.#loading.values()) controller.abort();
    this.#loading.clear();
    this.#pages.clear();
  }

  readonly #running = new Map<number, Promise<void>>();

  #order(first: number, end: number, direction: number): number[] {
    const { pageRows, rowCount } = this.#options;
    const lastPage = Math.floor((rowCount - 1) / pageRows);
    const from = Math.floor(Math.max(0, first) / pageRows);
    const to = Math.min(lastPage, Math.floor((end - 1) / pageRows));
    const pages: number[] = [];
    for (let page = from; page <= to; page += 1) pages.push(page);
    const ahead = direction < 0 ? [from - 1, from - 2, to + 1] : [to + 1, to + 2, from - 1];
    for (const page of ahead) if (page >= 0 && page <= lastPage) pages.push(page);
    return pages;
  }

  #touch(number: number): void {
    const page = this.#pages.get(number);
    if (page === undefined) return;
    this.#pages.delete(number);
    this.#pages.set(number, page);
  }

  #start(): void {
    if (this.#disposed) return;
    for (const page of this.#wanted) {
      if (this.#loading.size >= this.#options.parallel) return;
      if (this.#pages.has(page) || this.#loading.has(page) || this.#failed.has(page)) continue;
      const controller = new AbortController();
      this.#loading.set(page, controller);
      const run = this.#fetch(page, controller).finally(() => {
        if (this.#running.get(page) === run) this.#running.delete(page);
      });
      this.#running.set(page, run);
    }
  }

  async #fetch(number: number, controller: AbortController): Promise<void> {
    const { pageRows, rowCount } = this.#options;
    const offset = number * pageRows;
    try {
      const page = await this.#options.load(offset, Math.min(pageRows, rowCount - offset), controller.signal);
      if (this.#loading.get(number) !== controller || this.#disposed) return;
      this.#loading.delete(number);
      this.#keep(number, page);
    } catch (error) {
      if (this.#loading.get(number) !== controller || this.#disposed) return;
      this.#loading.delete(number);
      this.#failed.set(number, error);
    }
    this.#start();
    this.#options.onChange();
  }

  #keep(number: number, page: Page): void {
    this.#pages.set(number, page);
    const capacity = Math.max(this.#options.capacity, this.#wanted.length);
    for (const old of this.#pages.keys()) {
      if (this.#pages.size <= capacity) return;
      if (!this.#wanted.includes(old)) this.#pages.delete(old);
    }
  }
}
