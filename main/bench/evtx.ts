/** Windows event logs: our reader beside evtxexport, over the largest log of the corpus or one made here. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { corpusFolder } from '../dev/corpus-folder';
import { EvtxSplitter } from '../evidence/readers/evtx/evtx';
import { makeChunk, makeEvents, makeLog } from '../evidence/readers/evtx/evtx-for-tests';
import { compare, run, type Verdict } from './measure';
import { importFile, type Load } from './parts';

const LEAST_RECORDS_PER_SECOND = 20_000;
const COPIES = 8;
const FILE_HEADER_BYTES = 4096;

/** Reads a log from its first byte to its last and prints how many events it held. */
export function readEvents(file: string): void {
  let events = 0;
  const sink = { record: () => undefined, made: () => events++, reject: () => undefined };
  const splitter = new EvtxSplitter({ originalStart: 0, unitBytes: 0, sink });
  const bytes = readFileSync(file);
  for (let at = 0; at < bytes.length; at += 1 << 20) splitter.push(bytes.subarray(at, at + (1 << 20)));
  splitter.end();
  process.stdout.write(`${events}\n`);
}

/** Chunks stand for themselves, so a log repeated chunk by chunk is a log. */
function makeLoad(load: Load): string {
  const source = join(corpusFolder() ?? '', '01-windows-evtx/omerbenamram/security.evtx');
  const chunks = existsSync(source)
    ? readFileSync(source).subarray(FILE_HEADER_BYTES)
    : Buffer.concat(Array.from({ length: 33 }, (_, index) => makeChunk(makeEvents(index * 70, 70))));
  const copies = Math.max(1, Math.round(COPIES * load.scale));
  const all = Array.from({ length: copies }, () => chunks);
  const file = join(load.folder, 'load.evtx');
  const count = (chunks.length * copies) >> 16;
  const header = existsSync(source)
    ? Buffer.from(readFileSync(source).subarray(0, FILE_HEADER_BYTES))
    : makeLog([], count);
  header.writeUInt16LE(count, 42);
  writeFileSync(file, Buffer.concat([header, ...all]));
  return file;
}

/** Reading at least 20,000 records a second in one process, start included; the whole import is told beside it. */
export async function evtx(load: Load): Promise<Verdict[]> {
  const file = makeLoad(load);
  const read = () => run(process.execPath, [join(import.meta.dirname, 'bench.mjs'), 'peer-evtx', file]);
  const { stdout } = await read();
  const records = Number(stdout);
  const hasPeer = spawnSync('evtxexport', ['-V'], { stdio: 'ignore' }).error === undefined;
  const peer = hasPeer ? () => run('evtxexport', [file]) : read;
  const reading = await compare(load.rounds, read, peer);
  const whole = await compare(Math.max(1, Math.ceil(load.rounds / 2)), () => importFile(load, file), peer);
  const perSecond = (seconds: number): number => Math.round(records / seconds);
  const beside = hasPeer
    ? `evtxexport ${perSecond(reading.peer.median)}/s; ours is ${(1 / reading.ratio.median).toFixed(1)} ×`
    : 'evtxexport is not installed';
  return [
    {
      part: 'evtx',
      held: perSecond(reading.ours.median) >= LEAST_RECORDS_PER_SECOND,
      text: `${records} records read: ${perSecond(reading.ours.median)} records/s (${reading.ours.median.toFixed(2)} s), ${beside}; bound ≥ ${LEAST_RECORDS_PER_SECOND}`,
    },
    {
      part: 'evtx',
      held: true,
      text: `the same into the workspace: ${perSecond(whole.ours.median)} records/s (${whole.ours.median.toFixed(2)} s)`,
    },
  ];
}
