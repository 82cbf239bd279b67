/**
 * The case file's benchmarks: packing beside a raw COPY of the same tables to Parquet, and how long it takes from
 * choosing a case file until its first rows are there.
 */
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EVERYTHING } from '../../shared/filter';
import { startEngine } from '../process/engine-client';
import { pageCaller } from '../process/page-caller';
import { Database } from '../store/database';
import { quoteText, trusted } from '../store/sql';
import { makeSyslog } from './make-load';
import { compare, run, spread, type Verdict } from './measure';
import type { Load } from './parts';

const here = dirname(fileURLToPath(import.meta.url));
const cli = join(here, 'cli.mjs');
const bench = join(here, 'bench.mjs');

const MOST_RATIO = 1.5;
const MOST_SECONDS = 1.5;

/** The peer's side: every table of the case once more from Parquet to Parquet, zstd. */
export async function rawCopy(facts: string, out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const database = await Database.open({
    path: null,
    memoryLimitMb: 1000,
    threads: 2,
    tempFolder: join(out, 'spill'),
  });
  for (const segment of readdirSync(facts)) {
    for (const name of readdirSync(join(facts, segment)).filter((each) => each.endsWith('.parquet'))) {
      const from = quoteText(join(facts, segment, name));
      const to = quoteText(join(out, `${segment}-${name}`));
      await database.run(
        trusted(`COPY (SELECT * FROM read_parquet(${from})) TO ${to} (FORMAT parquet, COMPRESSION zstd)`),
      );
    }
  }
  database.close();
}

/** Five million events: packed in at most 1.5 times the raw COPY, opened to first rows within 1.5 s. */
export async function packPart(load: Load): Promise<Verdict[]> {
  const events = Math.round(5_000_000 * load.scale);
  const folder = join(load.folder, 'cases', 'pack');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  const log = makeSyslog(load.folder, events);
  await run(process.execPath, [cli, 'import', log, '--case', folder, '--zone', 'UTC', '--year', '2026']);
  const file = join(load.folder, 'cases', 'pack.tlcase');
  const result = await compare(
    load.rounds,
    () => run(process.execPath, [cli, 'pack', folder, file, '--json']),
    () =>
      run(process.execPath, [
        bench,
        'peer-raw-copy',
        join(folder, 'facts'),
        join(load.folder, 'cases', 'copy'),
      ]),
  );
  const opened: number[] = [];
  for (let round = 0; round < load.rounds; round += 1) opened.push(await openToFirstRows(file));
  const { median, least, most } = spread(opened);
  const size = (statSync(file).size / 1e6).toFixed(0);
  const text = (value: number): string => value.toFixed(2);
  return [
    {
      part: 'pack',
      held: result.ratio.median <= MOST_RATIO,
      text: `${events} events, ${size} MB: ours ${text(result.ours.median)} s (${text(result.ours.least)}–${text(result.ours.most)}), raw COPY ${text(result.peer.median)} s, ours/peer ${text(result.ratio.median)} (${text(result.ratio.least)}–${text(result.ratio.most)}); bound ≤ ${MOST_RATIO}`,
    },
    {
      part: 'pack',
      held: median <= MOST_SECONDS,
      text: `open to first rows ${text(median)} s (${text(least)}–${text(most)}); bound ≤ ${MOST_SECONDS} s`,
    },
  ];
}

/** Seconds from `case.open` in a running engine until the first hundred rows have come. */
async function openToFirstRows(file: string): Promise<number> {
  const engine = startEngine();
  const page = pageCaller(engine.connect());
  try {
    await engine.control('engine.configure', {
      host: 'cli',
      dataFolder: null,
      casesFolder: null,
      sampleFolder: null,
    });
    const granted = await engine.control('path.grant', { paths: [file] });
    const token = granted.ok ? (granted.value.grants[0]?.token ?? '') : '';
    const started = performance.now();
    const state = await page.call('case.open', { token });
    if (!state.ok) throw new Error(state.problem.what);
    const view = await page.call('view.open', { filter: EVERYTHING, sort: [] });
    if (!view.ok) throw new Error(view.problem.what);
    const columns = ['event_id', 'timestamp', 'event_domain', 'host_name', 'source_ip', 'message'];
    const rows = await page.call('view.page', { viewId: view.value.viewId, offset: 0, limit: 100, columns });
    if (!rows.ok) throw new Error(rows.problem.what);
    return (performance.now() - started) / 1000;
  } finally {
    await engine.stop();
  }
}
