/** `sample`: a case filled with the sample investigation. */
import { CASE_OPTION, type Command } from '../command';
import { EXIT } from '../exit';
import { warnProblem } from '../output';

export const sampleCommand: Command = {
  name: 'sample',
  summary: 'Makes a case filled with the sample investigation',
  words: { label: '', min: 0, max: 0 },
  options: [CASE_OPTION],
  examples: ['sample --case ./sample'],
  async run() {
    warnProblem({ code: 'sample-missing', what: 'The sample investigation is not here yet.' });
    return EXIT.couldNotRun;
  },
};
