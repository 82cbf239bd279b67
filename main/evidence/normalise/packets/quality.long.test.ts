/** What captures could not see, against tshark's analysis flags, capinfos' order and editcap's duplicates. */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { corpusFolder } from '../../../dev/corpus-folder';
import { dissectors } from '../../../dissectors/index';
import { CaptureReader } from '../../readers/capture/capture';
import { type CaptureCounters, newCounters } from './counters';
import { PacketDecoder } from './decoder';
import { hasTool, listCaptures } from './oracle';
import { CaptureTables } from './tables';

const corpus = corpusFolder();
const MOST_BYTES = 6_000_000;
/** Every so manieth capture. */
const STEP = process.env.THROUGHLINE_CAMPAIGNS === 'ci' ? 60 : 1;

const isAble = corpus !== null && ['tshark', 'capinfos', 'editcap'].every(hasTool);

describe.skipIf(!isAble)('quality of captures beside Wireshark’s tools (corpus and tshark needed)', () => {
  const captures =
    corpus === null
      ? []
      : listCaptures(corpus).filter(
          ({ file }, index) => index % STEP === 0 && statSync(join(corpus, file)).size < MOST_BYTES,
        );

  test('lost segments, unseen acknowledged bytes, order of times and duplicates', {
    timeout: 1_800_000,
  }, () => {
    const faults: string[] = [];
    const sums = { lost: 0, acknowledged: 0, theirs: 0, duplicates: 0, exact: 0 };
    for (const { file } of captures) {
      const path = join(corpus ?? '', file);
      const ours = countersOf(path);
      const lines = said('tshark', ['-n', '-r', path, '-T', 'fields', '-e', LOST, '-e', UNSEEN]).split('\n');
      const lost = lines.filter((line) => line.split('\t')[0]).length;
      const unseen = lines.filter((line) => line.split('\t')[1]).length;
      const strict = /Strict time order:\s*(\w+)/.exec(said('capinfos', ['-o', path]))?.[1];
      // editcap takes frames for the same where every byte is: a part of what we do.
      const twice = Number(
        /(\d+) packets? skipped/.exec(said('editcap', ['-w', '0.010', path, '/dev/null']))?.[1],
      );
      sums.lost += lost;
      sums.theirs += unseen;
      sums.acknowledged += ours.acknowledgedUnseen;
      sums.duplicates += ours.duplicates;
      sums.exact += Number.isNaN(twice) ? 0 : twice;
      if (ours.lostSegments !== lost && !(file in EXPLAINED))
        faults.push(`${file}: ${ours.lostSegments} lost segments, tshark ${lost}`);
      // tshark counts an acknowledgement of bytes behind a hole that was filled later as well.
      if (ours.acknowledgedUnseen > unseen)
        faults.push(`${file}: ${ours.acknowledgedUnseen} acknowledged unseen, tshark ${unseen}`);
      if (strict !== undefined && (strict === 'True') !== (ours.clockStepsBack === 0))
        faults.push(`${file}: ${ours.clockStepsBack} steps back, capinfos says strict order is ${strict}`);
      if (ours.duplicates < twice) faults.push(`${file}: ${ours.duplicates} duplicates, editcap ${twice}`);
    }
    process.stdout.write(`${captures.length} captures: ${JSON.stringify(sums)}\n`);
    expect(faults).toEqual([]);
  });
});

/** Where we find another number of lost segments, and why. */
const EXPLAINED: Readonly<Record<string, string>> = {
  '03-ot-pcap/zeek-btest/modbus/fuzz-72.pcap':
    'Bytes were changed at random: sequence numbers leap by half their range, and what is ahead of what depends on where one begins.',
};

const LOST = 'tcp.analysis.lost_segment';
const UNSEEN = 'tcp.analysis.ack_lost_segment';

function countersOf(path: string): CaptureCounters {
  const counters = newCounters();
  const decoder = new PacketDecoder(new CaptureTables(null), dissectors, counters);
  const reader = new CaptureReader(decoder);
  reader.push(readFileSync(path));
  reader.end();
  decoder.finish(reader.interfaces);
  return counters;
}

/** editcap speaks on its error channel. */
function said(program: string, given: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, given, { maxBuffer: 1 << 28 });
  return program === 'editcap' ? stderr.toString() : stdout.toString();
}
