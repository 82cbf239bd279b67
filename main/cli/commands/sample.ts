/** `sample`: a case filled with the sample investigation. */
import { CASE_OPTION, type Command, JSON_OPTION } from '../command';
import { EXIT, exitOf } from '../exit';
import { followImport } from '../import-run';
import { ledgerTable, totalsOf } from '../ledger-print';
import { say, sayJson, warnProblem } from '../output';
import { must, openCase, withEngine } from '../session';

export const sampleCommand: Command = {
  name: 'sample',
  summary: 'Makes a case filled with the sample investigation',
  words: { label: '', min: 0, max: 0 },
  options: [CASE_OPTION, JSON_OPTION],
  examples: ['sample --case ./sample'],
  async run(given, signal) {
    const folder = given.option('case') ?? '';
    return withEngine(async (session) => {
      const state = await openCase(session, { folder, mode: 'write', create: true, cache: false });
      if (state.evidence > 0) {
        warnProblem({
          code: 'case-not-empty',
          what: 'The sample is only put into an empty case.',
          where: state.folder,
          help: 'Name a folder that does not exist yet.',
        });
        return EXIT.couldNotRun;
      }
      const start = async () => must(await session.page.call('case.sample', {})).importId ?? '';
      const done = await followImport(session, start, signal);
      if (done.problem) warnProblem(done.problem);
      if (done.status === 'cancelled') return EXIT.cancelled;
      if (done.status === 'failed') return done.problem ? exitOf(done.problem) : EXIT.couldNotRun;
      if (given.has('json')) {
        await sayJson({ case: state.folder, evidence: done.rows, totals: totalsOf(done.rows) });
      } else await say(ledgerTable(done.rows));
      // The sample holds cut records on purpose: they are told in the ledger, not by the exit code.
      return EXIT.done;
    });
  },
};
