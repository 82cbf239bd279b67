/**
 * `npm run bench [-- PART…] [--rounds N] [--scale F]`: speed beside a peer in one run, as ratios with median and spread.
 * Parts: delimited, json, syslog, first, capture, mixed, capture-memory, evtx, memory, join, chart, pack, window. Ends with
 * exit code 1 when a bound is missed.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, captureMemory, mixed } from './capture';
import { evtx, readEvents } from './evtx';
import { chartPart, joinPart } from './join';
import type { Verdict } from './measure';
import { packPart, rawCopy } from './pack';
import { delimited, json, type Load, memory, rawRead, syslog } from './parts';

/** The browser driver takes longer to load than a capture to decode: only the parts that need it load it. */
async function window(load: Load): Promise<Verdict[]> {
  return (await import('./window')).windowPart(load);
}

async function first(load: Load): Promise<Verdict[]> {
  return (await import('./first')).firstPart(load);
}

const parts = {
  delimited,
  json,
  syslog,
  first,
  capture,
  mixed,
  'capture-memory': captureMemory,
  evtx,
  memory,
  join: joinPart,
  chart: chartPart,
  pack: packPart,
  window,
} as const;

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args[0] === 'peer-raw') {
    await rawRead(args[1] ?? '', args[2] ?? '', args[3] ?? '');
    return 0;
  }
  if (args[0] === 'peer-raw-copy') {
    await rawCopy(args[1] ?? '', args[2] ?? '');
    return 0;
  }
  if (args[0] === 'peer-evtx') {
    readEvents(args[1] ?? '');
    return 0;
  }
  const value = (name: string, otherwise: number): number => {
    const at = args.indexOf(name);
    return at < 0 ? otherwise : Number(args[at + 1]);
  };
  const rounds = value('--rounds', 5);
  const scale = value('--scale', 1);
  const wanted = Object.keys(parts).filter((name) => args.includes(name));
  const folder = join(tmpdir(), 'throughline-bench');
  mkdirSync(folder, { recursive: true });
  const verdicts: Verdict[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    process.stdout.write(`\n${name}\n`);
    for (const verdict of await part({ folder, rounds, scale })) {
      verdicts.push(verdict);
      process.stdout.write(`  ${verdict.held ? 'held  ' : 'MISSED'}  ${verdict.text}\n`);
    }
  }
  rmSync(join(folder, 'cases'), { recursive: true, force: true });
  const missed = verdicts.filter((verdict) => !verdict.held).length;
  process.stdout.write(`\n${verdicts.length - missed} held, ${missed} missed\n`);
  return missed > 0 ? 1 : 0;
}

process.exitCode = await main();
