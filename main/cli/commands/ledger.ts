/** `ledger`: one row per evidence of a case. */
import { ledgerRowSchema } from '../../../shared/evidence';
import { CASE_OPTION, type Command, JSON_OPTION } from '../command';
import { EXIT } from '../exit';
import { ledgerTable } from '../ledger-print';
import { say, sayJson } from '../output';
import { PASSPHRASE_OPTION } from '../passphrase';
import { must, openFile, withEngine } from '../session';

export const ledgerCommand: Command = {
  name: 'ledger',
  summary: 'Prints one row per evidence: what it is, and what became of each of its records',
  words: { label: '', min: 0, max: 0 },
  options: [CASE_OPTION, PASSPHRASE_OPTION, JSON_OPTION],
  examples: ['ledger --case ./plant-7', 'ledger --case ./plant-7 --json'],
  run(given) {
    return withEngine(async (session) => {
      await openFile(session, given.option('case') ?? '', given);
      const { rows } = must(await session.page.call('evidence.list', {}));
      if (given.has('json')) {
        // The keys of the contract, what was assumed, and whether it was taken out of sight; what only the window
        // shows stays there.
        await sayJson(
          rows.map((row) => {
            const { encoding, notes, removed } = row;
            return { ...ledgerRowSchema.strip().parse(row), encoding, notes, removed };
          }),
        );
      } else await say(ledgerTable(rows));
      return EXIT.done;
    });
  },
};
