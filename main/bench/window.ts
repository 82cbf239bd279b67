/**
 * The window over a million events in headless Chromium: histogram and first page against the bare SQL, and scrolling
 * against an empty scroller in the same browser.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import type { Outcome } from '../../shared/problem';
import { findBrowser } from '../host/find-browser.mjs';
import { startHost } from '../host/host';
import { startEngine } from '../process/engine-client';
import { pageCaller } from '../process/page-caller';
import { Database } from '../store/database';
import { trusted } from '../store/sql';
import { makeSyslog } from './make-load';
import { spread, type Verdict } from './measure';
import type { Load } from './parts';

const here = dirname(fileURLToPath(import.meta.url));

function must<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.problem.what);
  return outcome.value;
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const BARE_HISTOGRAM = trusted(`
  SELECT (epoch_us(timestamp) - low) // greatest(1, (high - low) // 700) AS bin, event_domain, count(*)
  FROM event, (SELECT min(epoch_us(timestamp)) AS low, max(epoch_us(timestamp)) AS high FROM event)
  GROUP BY ALL`);

/** Engine answers against the bare SQL on a copy of the same working database, taking turns. */
async function answers(load: Load, folder: string, events: number): Promise<Verdict[]> {
  const engine = startEngine();
  must(
    await engine.control('engine.configure', {
      host: 'cli',
      dataFolder: null,
      casesFolder: null,
      sampleFolder: null,
    }),
  );
  const state = must(
    await engine.control('case.openFolder', { folder, mode: 'write', create: false, cache: true }),
  );
  const page = pageCaller(engine.connect());
  const everything = { kind: 'and', of: [] } as const;
  const histogram = (from: number | null, to: number | null) =>
    page.call('view.histogram', { filter: everything, from, to, bins: 700, by: 'event_domain' });
  const whole = must(await histogram(null, null));
  const [from, to] = [whole.from ?? 0, whole.to ?? 0];
  const width = (to - from) / 10;
  await engine.stop();

  const copy = join(load.folder, 'bare.duckdb');
  copyFileSync(join(folder, 'cache/work.duckdb'), copy);
  const bare = await Database.open({
    path: copy,
    memoryLimitMb: 500,
    threads: 2,
    tempFolder: null,
    readOnly: true,
  });
  const again = startEngine();
  must(
    await again.control('engine.configure', {
      host: 'cli',
      dataFolder: null,
      casesFolder: null,
      sampleFolder: null,
    }),
  );
  must(await again.control('case.openFolder', { folder, mode: 'write', create: false, cache: true }));
  const caller = pageCaller(again.connect());
  const ours: number[] = [];
  const brushes: number[] = [];
  const theirs: number[] = [];
  const pages: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    theirs.push(await milliseconds(() => bare.all(BARE_HISTOGRAM)));
    // A slightly different stretch each round, so that no answer comes from a cache.
    ours.push(
      await milliseconds(() =>
        caller.call('view.histogram', {
          filter: everything,
          from: from + round,
          to,
          bins: 700,
          by: 'event_domain',
        }),
      ),
    );
    brushes.push(
      await milliseconds(() =>
        caller.call('view.histogram', {
          filter: { kind: 'time', from: from + width * round, to: from + width * (round + 1) },
          from: from + width * round,
          to: from + width * (round + 1),
          bins: 700,
          by: 'event_domain',
        }),
      ),
    );
    const { viewId } = must(
      await caller.call('view.open', {
        filter: { kind: 'compare', field: 'timestamp', op: '>=', value: from + round },
        sort: [],
      }),
    );
    pages.push(
      await milliseconds(async () =>
        must(
          await caller.call('view.page', {
            viewId,
            offset: 0,
            limit: 500,
            columns: [
              'timestamp',
              'event_domain',
              'event_dataset',
              'host_name',
              'source_ip',
              'destination_ip',
              'event_action',
              'user_name',
              'message',
            ],
          }),
        ),
      ),
    );
  }
  const memory = must(await caller.call('session.hello', {})).engineMemoryBytes / 1048576;
  await again.stop();
  bare.close();
  rmSync(copy, { force: true });
  const text = (values: readonly number[]): string => {
    const { median, least, most } = spread(values);
    return `${median.toFixed(0)} ms (${least.toFixed(0)}–${most.toFixed(0)})`;
  };
  const bound = spread(theirs).median + 100;
  return [
    {
      part: 'window',
      held: spread(ours).median <= bound,
      text: `${state.events} events: histogram ${text(ours)}, bare SQL ${text(theirs)}; bound ≤ bare + 100 ms`,
    },
    {
      part: 'window',
      held: spread(brushes).median <= bound,
      text: `brush re-binned ${text(brushes)}; bound ≤ bare + 100 ms`,
    },
    {
      part: 'window',
      held: spread(pages).median <= 100,
      text: `first page of the grid ${text(pages)}; bound ≤ 100 ms`,
    },
    {
      part: 'window',
      held: memory <= 1024,
      text: `engine memory with ${events} events ${memory.toFixed(0)} MB; bound ≤ 1024 MB`,
    },
  ];
}

/** Frame times in ms while an element is scrolled by 200 px a frame, and the share of rows that were blank. */
const SCROLL = `(async (selector) => {
  const element = document.querySelector(selector);
  const frames = []; let blank = 0, rows = 0, last = performance.now();
  for (let frame = 0; frame < 300; frame += 1) {
    element.scrollTop += 200;
    await new Promise((done) => requestAnimationFrame(done));
    const now = performance.now(); frames.push(now - last); last = now;
    const drawn = element.querySelectorAll('[role=row][data-row]');
    if (drawn.length === 0 && element.id !== 'empty') blank += 1;
    rows += drawn.length;
    blank += element.querySelectorAll('[role=row][data-row][aria-busy=true]').length;
  }
  frames.sort((a, b) => a - b);
  return { p50: frames[150], p95: frames[285], rows, blank, moved: element.scrollTop };
})`;

interface Scrolled {
  readonly p50: number;
  readonly p95: number;
  readonly rows: number;
  readonly blank: number;
  /** Where the scroller stands at the end, px; a long list draws several px of rows for each. */
  readonly moved: number;
}

/** The window has several grids: the evidence list is one too, and has nothing to scroll. */
const EVENTS = '[role=grid][aria-label=Events]';

async function scroll(page: Page, selector: string): Promise<Scrolled> {
  const scrolled: Scrolled = await page.evaluate(`${SCROLL}(${JSON.stringify(selector)})`);
  if (scrolled.moved < 10_000)
    throw new Error(`${selector} was not scrolled: it stands at ${scrolled.moved}`);
  return scrolled;
}

async function scrolling(folder: string): Promise<Verdict[]> {
  const executablePath = findBrowser();
  if (executablePath === null)
    return [{ part: 'window', held: true, text: 'scrolling skipped: no browser was found' }];
  const host = must(
    await startHost({
      pageFolder: resolve(here, '../renderer'),
      settings: { dataFolder: null, casesFolder: null, sampleFolder: null },
      port: 0,
      log: () => undefined,
    }),
  );
  must(await host.engine.control('case.openFolder', { folder, mode: 'write', create: false, cache: true }));
  const browser = await chromium.launch({
    executablePath,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(host.newAddress());
  await page.locator(`${EVENTS} [role=row][data-row][aria-busy=false]`).first().waitFor();
  await page.waitForTimeout(2000);
  const empty = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await empty.setContent(
    '<div id="empty" style="height:700px;overflow:auto"><div style="height:24000000px"></div></div>',
  );
  const results: Array<{ ours: Scrolled; peer: Scrolled }> = [];
  for (let round = 0; round < 3; round += 1) {
    await empty.bringToFront();
    const peer = await scroll(empty, '#empty');
    await page.bringToFront();
    results.push({ ours: await scroll(page, EVENTS), peer });
  }
  await browser.close();
  await host.close();
  const ratio = spread(results.map(({ ours, peer }) => ours.p95 / peer.p95));
  const rows = results.reduce((sum, { ours }) => sum + ours.rows, 0);
  const blank = results.reduce((sum, { ours }) => sum + ours.blank, 0);
  const first = results[0];
  return [
    {
      part: 'window',
      held: ratio.median <= 1.5,
      text: `scroll frame p95 ${first?.ours.p95.toFixed(1)} ms against ${first?.peer.p95.toFixed(1)} ms empty, ratio ${ratio.median.toFixed(2)} (${ratio.least.toFixed(2)}–${ratio.most.toFixed(2)}); bound ≤ 1.5`,
    },
    {
      part: 'window',
      held: rows > 0 && blank / rows < 0.01,
      text: `${blank} of ${rows} drawn rows were blank; bound < 1 %`,
    },
  ];
}

/** A million events in a case, made once. */
export async function windowPart(load: Load): Promise<Verdict[]> {
  const events = Math.round(1_000_000 * load.scale);
  const folder = join(load.folder, `case-${events}`);
  if (!existsSync(join(folder, 'facts'))) {
    mkdirSync(load.folder, { recursive: true });
    const file = makeSyslog(load.folder, events);
    const done = spawnSync(
      process.execPath,
      [join(here, 'cli.mjs'), 'import', file, '--case', folder, '--zone', 'UTC', '--year', '2026'],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    if (done.status !== 0) throw new Error(`the load could not be imported (${done.status})`);
  }
  return [...(await answers(load, folder, events)), ...(await scrolling(folder))];
}
