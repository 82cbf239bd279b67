/**
 * The corpus' Windows event logs: counts as the index has them, never fewer than evtxexport gives, and the same values
 * as evtxexport in every field both have, however each writes them. Skipped by name without the corpus or evtxexport.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { corpusFolder } from '../../../dev/corpus-folder';
import { XmlSplitter } from '../xml/xml';
import { EvtxSplitter } from './evtx';

const corpus = corpusFolder();
const hasOracle = spawnSync('evtxexport', ['-V'], { stdio: 'ignore' }).error === undefined;
const indexSchema = z.array(
  z.object({
    file: z.string(),
    info: z
      .object({ count: z.number().optional().catch(undefined), corrupt: z.boolean().optional() })
      .optional(),
  }),
);
const files =
  corpus === null
    ? []
    : indexSchema
        .parse(JSON.parse(readFileSync(join(corpus, 'INDEX.json'), 'utf8')))
        .filter(({ file }) => file.toLowerCase().endsWith('.evtx'));

type Fields = Record<string, unknown>;

function read(bytes: Uint8Array): { events: Fields[]; books: string | null } {
  const events: Fields[] = [];
  const sink = {
    record: () => undefined,
    made: (_window: unknown, _from: number, _to: number, text: string) => events.push(JSON.parse(text)),
    reject: () => undefined,
  };
  const splitter = new EvtxSplitter({ originalStart: 0, unitBytes: 0, sink });
  splitter.push(bytes);
  splitter.end();
  return { events, books: splitter.checkBooks() };
}

/** What evtxexport writes, element by element; Data by its name. */
function exported(path: string): Fields[] {
  const { stdout } = spawnSync('evtxexport', ['-f', 'xml', path], { maxBuffer: 1 << 30 });
  const events: Fields[] = [];
  for (const text of stdout.toString('utf8').split(/^(?=<Event )/m)) {
    const sink = {
      record: () => undefined,
      made: (_window: unknown, _from: number, _to: number, made: string) => events.push(JSON.parse(made)),
      reject: () => undefined,
    };
    const layout = { element: 'Event', depth: 0, lists: [], named: ['Data'], context: [] } as const;
    const splitter = new XmlSplitter({ originalStart: 0, unitBytes: 0, sink }, layout);
    const from = text.indexOf('<Event ');
    if (from < 0) continue;
    splitter.push(Buffer.from(text.slice(from), 'utf8'));
    splitter.end();
  }
  return events;
}

const object = z.record(z.string(), z.unknown());
const part = (value: unknown, key: string): unknown => object.safeParse(value).data?.[key];
const text = (value: unknown): string =>
  typeof value === 'string' ? value : String(part(value, '#text') ?? '');

/** Numbers by value, times to 100 ns, GUIDs without case, text without the blanks that XML does not keep. */
function plain(value: unknown): string {
  const written = text(value).replace(/\s+/g, ' ').trim();
  if (/^0x[0-9a-f]+$/i.test(written) || /^\d{1,19}$/.test(written)) return String(BigInt(written));
  const time = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(written);
  if (time) return `${time[1]}.${(time[2] ?? '').replace(/0+$/, '')}`;
  return /^\{[0-9a-f-]{36}\}$/i.test(written) ? written.toUpperCase() : written;
}

function named(event: Fields): Map<string, unknown> {
  const system = event['System'];
  const found = new Map<string, unknown>();
  for (const name of [
    'EventID',
    'Level',
    'Task',
    'Opcode',
    'Keywords',
    'EventRecordID',
    'Channel',
    'Computer',
  ]) {
    found.set(name, part(system, name));
  }
  found.set('Provider', part(part(system, 'Provider'), '@Name'));
  found.set('TimeCreated', part(part(system, 'TimeCreated'), '@SystemTime'));
  found.set('ProcessID', part(part(system, 'Execution'), '@ProcessID'));
  const data = object.safeParse(event['EventData']).data ?? {};
  for (const [name, value] of Object.entries(data)) {
    if (name !== 'Data' && !name.startsWith('@') && !found.has(name)) found.set(name, value);
  }
  return found;
}

describe.skipIf(corpus === null)('EVTX corpus', () => {
  test.each(files)('$file: the records of the index', ({ file, info }) => {
    const { events, books } = read(readFileSync(join(corpus ?? '', file)));
    expect(books).toBeNull();
    if (info?.corrupt) expect(events.length).toBeGreaterThanOrEqual(info.count ?? 0);
    else expect(events.length).toBe(info?.count);
  });

  test.skipIf(!hasOracle)('has what evtxexport has, with the same values', () => {
    let fields = 0;
    const differing: string[] = [];
    for (const { file } of files) {
      const path = join(corpus ?? '', file);
      const ours = new Map(read(readFileSync(path)).events.map((event) => [event['EventRecordID'], event]));
      const theirs = exported(path);
      expect(ours.size, file).toBeGreaterThanOrEqual(
        new Set(theirs.map((one) => part(one['System'], 'EventRecordID'))).size,
      );
      for (const event of theirs) {
        const number = part(event['System'], 'EventRecordID');
        const own = ours.get(number);
        if (own === undefined) {
          differing.push(`${file}: ${String(number)} is missing`);
          continue;
        }
        for (const [name, value] of named(event)) {
          const mine = own[name] ?? own[`EventData.${name}`];
          if (text(value) === '' && (mine === null || mine === undefined || mine === '')) continue;
          fields++;
          if (plain(value) !== plain(Array.isArray(mine) ? mine.join(' ') : mine)) {
            differing.push(`${file} ${String(number)} ${name}: ${plain(value)} ≠ ${plain(mine)}`);
          }
        }
      }
    }
    expect(fields).toBeGreaterThan(20_000);
    expect(differing).toEqual([]);
  });

  test('accounts for every byte of logs changed at random', () => {
    const small = files
      .map(({ file }) => readFileSync(join(corpus ?? '', file)))
      .filter(({ length }) => length < 80_000);
    const change = fc.record({ at: fc.nat(), byte: fc.nat(255), run: fc.integer({ min: 1, max: 6 }) });
    fc.assert(
      fc.property(fc.nat(), fc.array(change, { minLength: 1, maxLength: 20 }), (which, changes) => {
        const bytes = Buffer.from(small[which % small.length] ?? []);
        for (const { at, byte, run } of changes) {
          const from = at % bytes.length;
          bytes.fill(byte, from, Math.min(bytes.length, from + run));
        }
        expect(read(bytes).books).toBeNull();
      }),
      { numRuns: 400, seed: 4 },
    );
  });
});
