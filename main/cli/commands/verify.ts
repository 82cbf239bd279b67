/** `verify`: whether a case file is whole, and who signed it. */

import { resolve } from 'node:path';
import { describeProblem, type Problem } from '../../../shared/problem';
import { escapeControls } from '../../process/escape';
import { type Command, JSON_OPTION } from '../command';
import { EXIT, exitOf } from '../exit';
import { say, sayJson, warnProblem } from '../output';
import { askPassphrase, PASSPHRASE_OPTION, passphraseGiven } from '../passphrase';
import { withEngine } from '../session';
import { showProgress } from './pack';

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'Checks a case file entry by entry and names what is damaged, missing or added',
  words: { label: 'FILE', min: 1, max: 1 },
  options: [
    { name: 'key', value: 'PUB', help: 'the minisign public key that must have signed it' },
    PASSPHRASE_OPTION,
    JSON_OPTION,
  ],
  examples: ['verify plant-7.tlcase', 'verify plant-7.tlcase --key me.pub --json'],
  run(given, signal) {
    return withEngine(async (session) => {
      showProgress(session);
      const path = resolve(given.words[0] ?? '');
      const key = given.option('key');
      const mustBe = key === undefined ? null : resolve(key);
      let passphrase = passphraseGiven(given);
      const ask = () => session.engine.control('file.verify', { path, passphrase, mustBe }, signal);
      let verified = await ask();
      if (!verified.ok && verified.problem.code === 'passphrase-needed') {
        passphrase = await askPassphrase(false);
        verified = await ask();
      }
      if (!verified.ok) {
        warnProblem(verified.problem);
        return exitOf(verified.problem);
      }
      const { whole, entries, signedBy, problems } = verified.value;
      if (given.has('json')) await sayJson(verified.value);
      else {
        await say(lines(problems));
        await say(whole ? `whole: ${entries} entries\n` : 'not whole\n');
        await say(
          signedBy === null ? 'not signed, or not by a key at hand\n' : `signed by key ${signedBy}\n`,
        );
      }
      return problems.length > 0 ? EXIT.notAll : EXIT.done;
    });
  },
};

function lines(problems: readonly Problem[]): string {
  return problems.map((problem) => `${escapeControls(describeProblem(problem))}\n`).join('');
}
