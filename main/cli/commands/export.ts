/** `export`: the events under a filter as a file: a table, JSON lines, Timesketch, or the packets themselves. */
import { parseFilter } from '../../../shared/filter/text';
import { isZone } from '../../../shared/time';
import { escapeControls } from '../../process/escape';
import { CASE_OPTION, type Command } from '../command';
import { EXIT } from '../exit';
import { say, warn, warnProblem } from '../output';
import { PASSPHRASE_OPTION } from '../passphrase';
import { must, openFile, withEngine } from '../session';
import { grant } from './pack';

/** Endings that name a kind of file by themselves. */
const BY_ENDING: readonly (readonly [ending: string, format: string])[] = [
  ['.pcapng', 'pcapng'],
  ['.jsonl', 'jsonl'],
  ['.timesketch.csv', 'timesketch'],
];

export const exportCommand: Command = {
  name: 'export',
  summary: 'Writes the events under a filter to a file: a table, JSON lines, Timesketch, or their packets',
  words: { label: '', min: 0, max: 0 },
  options: [
    CASE_OPTION,
    { name: 'out', value: 'FILE', required: true, help: 'the file to write' },
    {
      name: 'format',
      value: 'FORMAT',
      help: 'csv, jsonl, timesketch or pcapng; else by the ending, else csv',
    },
    { name: 'filter', value: 'TEXT', help: 'as in the filter bar; else every event' },
    { name: 'columns', value: 'NAMES', help: 'separated by commas; else all' },
    { name: 'zone', value: 'IANA', help: 'zone of the times, also in the filter; else UTC' },
    { name: 'raw', help: 'cells exactly as in the data: formulas are not made harmless' },
    { name: 'conversations', help: 'pcapng: all packets of the conversations the events are of' },
    PASSPHRASE_OPTION,
  ],
  examples: [
    'export --case ./plant-7 --filter "ot_operation:write" --out writes.csv',
    'export --case ./plant-7 --filter "source_ip:10.10.10.66" --out attacker.pcapng',
    'export --case ./plant-7 --filter "ot_operation:write" --conversations --out around-writes.pcapng',
  ],
  async run(given, signal) {
    const zone = given.option('zone') ?? 'UTC';
    if (!isZone(zone)) {
      warn(`--zone is an IANA name such as Europe/Berlin, not ${zone}.`);
      return EXIT.usage;
    }
    const filter = parseFilter(given.option('filter') ?? '', zone);
    if (!filter.ok) {
      warnProblem(filter.problem);
      return EXIT.usage;
    }
    const out = given.option('out') ?? '';
    const named = BY_ENDING.find(([ending]) => out.toLowerCase().endsWith(ending));
    const format = given.option('format') ?? named?.[1] ?? 'csv';
    const conversations = given.has('conversations');
    if (conversations && format !== 'pcapng') {
      warn('--conversations is of packets: name a file that ends in .pcapng, or --format pcapng.');
      return EXIT.usage;
    }
    return withEngine(async (session) => {
      await openFile(session, given.option('case') ?? '', given, true);
      const [token = ''] = await grant(session, [out]);
      const asked = {
        source: { from: { kind: 'table' as const, table: 'event_view' as const }, filter: filter.value },
        sort: [],
        columns: (given.option('columns') ?? '').split(',').filter((name) => name !== ''),
        format,
        raw: given.has('raw'),
        conversations,
        zone,
        token,
      };
      const done = must(await session.page.call('source.export', asked, signal));
      const what = format === 'pcapng' ? 'packets' : 'rows';
      await say(`${escapeControls(done.path)}: ${done.rows} ${what}, ${done.sizeBytes} bytes\n`);
      if (done.undated > 0) warn(`${done.undated} rows without a time are left out.`);
      for (const { rows, why } of done.left) warn(`${rows} rows are left out: ${why}`);
      return done.left.length > 0 ? EXIT.notAll : EXIT.done;
    });
  },
};
