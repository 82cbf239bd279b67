/** `serve`: the workbench in a browser, from the loopback host. */
import { serve } from '../../host/serve';
import { CASE_OPTION, type Command } from '../command';
import { EXIT } from '../exit';
import { warnProblem } from '../output';
import { PASSPHRASE_OPTION, passphraseGiven } from '../passphrase';

const HIGHEST_PORT = 65_535;

export const serveCommand: Command = {
  name: 'serve',
  summary: 'Opens the workbench in a browser window, from this computer only',
  words: { label: '', min: 0, max: 0 },
  options: [
    { ...CASE_OPTION, required: false },
    PASSPHRASE_OPTION,
    { name: 'port', value: 'N', help: 'port on 127.0.0.1; else any free one' },
    { name: 'no-open', help: 'print the address and open no browser' },
  ],
  examples: ['serve --case ./plant-7', 'serve --no-open --port 8123'],
  async run(given, signal) {
    const port = Number(given.option('port') ?? '0');
    if (!Number.isInteger(port) || port < 0 || port > HIGHEST_PORT) {
      warnProblem({ code: 'usage', what: `--port takes a number from 0 to ${HIGHEST_PORT}.` });
      return EXIT.usage;
    }
    const caseFolder = given.option('case') ?? null;
    const passphrase = passphraseGiven(given);
    const asked = { caseFolder, sample: false, port, open: !given.has('no-open') };
    return serve({ ...asked, ...(passphrase === null ? {} : { passphrase }) }, signal);
  },
};
