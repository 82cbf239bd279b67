/** `report`: the review report of a case, one page that needs no script and no network. */

import { escapeControls } from '../../process/escape';
import { CASE_OPTION, type Command } from '../command';
import { EXIT } from '../exit';
import { say, warn } from '../output';
import { PASSPHRASE_OPTION } from '../passphrase';
import { must, openFile, withEngine } from '../session';
import { grant } from './pack';

export const reportCommand: Command = {
  name: 'report',
  summary: 'Writes the report of a case: findings with their events and charts, ledger, rejects, clocks',
  words: { label: '', min: 0, max: 0 },
  options: [
    CASE_OPTION,
    { name: 'out', value: 'FILE', required: true, help: 'the HTML page to write' },
    { name: 'zone', value: 'IANA', help: 'zone its times are shown in, beside UTC; else UTC' },
    PASSPHRASE_OPTION,
  ],
  examples: ['report --case ./plant-7 --out plant-7.html --zone Australia/Brisbane'],
  async run(given, signal) {
    const zone = given.option('zone') ?? 'UTC';
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone });
    } catch {
      warn(`--zone is an IANA name such as Europe/Berlin, not ${zone}.`);
      return EXIT.usage;
    }
    return withEngine(async (session) => {
      await openFile(session, given.option('case') ?? '', given, true);
      const [token = ''] = await grant(session, [given.option('out') ?? '']);
      const { path, sizeBytes } = must(await session.page.call('case.report', { token, zone }, signal));
      await say(`${escapeControls(path)}: ${sizeBytes} bytes\n`);
      return EXIT.done;
    });
  },
};
