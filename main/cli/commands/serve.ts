/** `serve`: the workbench in a browser, from the loopback host. */
import { CASE_OPTION, type Command } from '../command';
import { EXIT } from '../exit';
import { warnProblem } from '../output';

export const serveCommand: Command = {
  name: 'serve',
  summary: 'Opens the workbench in a browser window, from this computer only',
  words: { label: '', min: 0, max: 0 },
  options: [
    { ...CASE_OPTION, required: false },
    { name: 'port', value: 'N', help: 'port on 127.0.0.1; else any free one' },
    { name: 'no-open', help: 'print the address and open no browser' },
  ],
  examples: ['serve --case ./plant-7', 'serve --no-open --port 8123'],
  async run() {
    warnProblem({ code: 'not-yet', what: 'There is no host yet.' });
    return EXIT.couldNotRun;
  },
};
