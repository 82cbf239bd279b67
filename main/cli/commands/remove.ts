/** `remove`: takes evidence out of sight, so that it can be taken in again with another zone or format. */
import { CASE_OPTION, type Command } from '../command';
import { EXIT } from '../exit';
import { say, warn } from '../output';
import { must, openCase, withEngine } from '../session';

export const removeCommand: Command = {
  name: 'remove',
  summary: 'Takes evidence out of a case; an operation that can be undone, no file is deleted',
  words: { label: 'EVIDENCE_ID…', min: 1, max: Number.POSITIVE_INFINITY },
  options: [{ ...CASE_OPTION, help: 'workspace folder of the case' }],
  examples: [
    'remove 3 --case ./plant-7',
    'remove 3 --case ./plant-7 && throughline import fw.log --case ./plant-7 --zone Europe/Berlin',
  ],
  async run(given) {
    const evidenceIds = given.words.map(Number);
    const odd = evidenceIds.findIndex((id) => !Number.isSafeInteger(id) || id < 1);
    if (odd >= 0) {
      warn(`${given.words[odd] ?? ''} is no evidence id: see the first column of the ledger.`);
      return EXIT.usage;
    }
    return withEngine(async (session) => {
      const folder = given.option('case') ?? '';
      await openCase(session, { folder, mode: 'write', create: false, cache: false });
      const { rows } = must(await session.page.call('evidence.list', {}));
      const there = new Set(rows.filter(({ removed }) => !removed).map((row) => row.evidence_id));
      const absent = evidenceIds.filter((id) => !there.has(id));
      if (absent.length > 0) {
        warn(`The case has no evidence ${absent.join(', ')}. Nothing was removed.`);
        return EXIT.notAll;
      }
      const state = must(await session.page.call('evidence.remove', { evidenceIds }));
      await say(`${state.undo ?? ''}: ${state.evidence} evidences with ${state.events} events are left\n`);
      return EXIT.done;
    });
  },
};
