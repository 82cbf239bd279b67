/**
 * The capture benchmarks: decoding, and the whole import, against `tshark -T fields` with the fields that we give; and
 * memory, which must not grow with the file.
 */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { corpusFolder } from '../dev/corpus-folder';
import { makeCapture, makeMixedCapture } from './make-load';
import { compare, run, type Verdict } from './measure';
import { figures, has, importFile, type Load } from './parts';

const here = dirname(fileURLToPath(import.meta.url));
const checkout = resolve(here, '../..');

const FIELDS = [
  'frame.number',
  'frame.time_epoch',
  'frame.len',
  'eth.src',
  'eth.dst',
  'ip.src',
  'ip.dst',
  'tcp.srcport',
  'tcp.dstport',
  'mbtcp.trans_id',
  'mbtcp.unit_id',
  'modbus.func_code',
  'modbus.reference_num',
  's7comm.param.func',
];

/** Of the protocols of the mixed capture, function and object as tshark calls them. */
const MIXED_FIELDS = [
  ...FIELDS,
  'udp.srcport',
  'udp.dstport',
  'dnp3.al.func',
  'dnp3.al.obj',
  'iec60870_asdu.typeid',
  'iec60870_asdu.ioa',
  'cip.service',
  'enip.command',
  'bacapp.type',
  'bacapp.objectType',
  'opcua.servicenodeid.numeric',
  'synphasor.frtype',
  'hart_ip.message_type',
  'omron.command',
  'goose.appid',
  'dns.qry.name',
];

/** Decoding at least ten times and the whole import at least four times as fast as `tshark -T fields`. */
async function beside(load: Load, name: string, file: string, fields: readonly string[]): Promise<Verdict[]> {
  const packets = Math.round(520_000 * load.scale);
  const tshark = () =>
    run('tshark', ['-n', '-r', file, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])]);
  const rounds = Math.max(1, Math.ceil(load.rounds / 2));
  const whole = await compare(rounds, () => importFile(load, file), tshark);
  const decode = await compare(
    rounds,
    () => run(process.execPath, [join(here, 'decode-peer.mjs'), file]),
    tshark,
  );
  return [
    {
      part: name,
      held: 1 / whole.ratio.median >= 4,
      text: `${packets} packets into the workspace: ${figures('tshark', whole)}; ${(1 / whole.ratio.median).toFixed(1)} ×; bound ≥ 4 ×`,
    },
    {
      part: name,
      held: 1 / decode.ratio.median >= 10,
      text: `${packets} packets decoded: ${figures('tshark', decode)}; ${(1 / decode.ratio.median).toFixed(1)} ×; bound ≥ 10 ×`,
    },
  ];
}

/** Polling of a plant: the sample's capture, repeated. */
export async function capture(load: Load): Promise<Verdict[]> {
  if (!has('tshark')) return [{ part: 'capture', held: true, text: 'skipped: tshark is not installed' }];
  const source = join(checkout, 'sample-data/water-utility/plant-network.pcap');
  if (!existsSync(source)) throw new Error('the sample capture is missing: npm run sample-data');
  const file = makeCapture(load.folder, source, Math.round(520_000 * load.scale));
  return beside(load, 'capture', file, FIELDS);
}

/** Twenty OT protocols at once: the captures of the corpus, repeated. */
export async function mixed(load: Load): Promise<Verdict[]> {
  if (!has('tshark')) return [{ part: 'mixed', held: true, text: 'skipped: tshark is not installed' }];
  const corpus = corpusFolder();
  if (corpus === null) return [{ part: 'mixed', held: true, text: 'skipped: the corpus is not there' }];
  const sources = join(corpus, '03-ot-pcap');
  const file = makeMixedCapture(load.folder, sources, Math.round(520_000 * load.scale));
  return beside(load, 'mixed', file, MIXED_FIELDS);
}

const MOST_MB = 800;

/** Captures of 100 MB and 2.5 GB: all processes together stay below 800 MB. Pages they share count in each of them. */
export async function captureMemory(load: Load): Promise<Verdict[]> {
  const corpus = corpusFolder();
  if (corpus === null)
    return [{ part: 'capture-memory', held: true, text: 'skipped: the corpus is not there' }];
  const verdicts: Verdict[] = [];
  for (const packets of [720_000, 18_000_000]) {
    const file = makeMixedCapture(load.folder, join(corpus, '03-ot-pcap'), Math.round(packets * load.scale));
    const result = await importFile(load, file);
    const peak = result.peakBytes / 1048576;
    const importer = result.largestBytes / 1048576;
    verdicts.push({
      part: 'capture-memory',
      held: peak <= MOST_MB,
      text: `capture of ${(statSync(file).size / 1e6).toFixed(0)} MB: peak of all processes ${peak.toFixed(0)} MB, of the importer ${importer.toFixed(0)} MB, in ${result.seconds.toFixed(0)} s; bound ≤ ${MOST_MB} MB`,
    });
  }
  return verdicts;
}
