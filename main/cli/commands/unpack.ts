/** `unpack`: a workspace of a case file, to go on working in; `key`: a pair of keys to sign with. */
import { resolve } from 'node:path';
import { escapeControls } from '../../process/escape';
import { CASE_OPTION, type Command } from '../command';
import { EXIT } from '../exit';
import { say } from '../output';
import { PASSPHRASE_OPTION } from '../passphrase';
import { must, openFile, withEngine } from '../session';
import { showProgress } from './pack';

export const unpackCommand: Command = {
  name: 'unpack',
  summary: 'Checks a case file whole and makes a workspace of it',
  words: { label: 'FILE', min: 1, max: 1 },
  options: [{ ...CASE_OPTION, help: 'new folder for the workspace' }, PASSPHRASE_OPTION],
  examples: ['unpack plant-7.tlcase --case ./plant-7'],
  run(given) {
    return withEngine(async (session) => {
      showProgress(session);
      await openFile(session, given.words[0] ?? '', given);
      const folder = resolve(given.option('case') ?? '');
      const made = must(await session.engine.control('file.unpack', { folder }));
      await say(`${escapeControls(made.folder)}\n`);
      return EXIT.done;
    });
  },
};

export const keyCommand: Command = {
  name: 'key',
  summary: 'Makes a pair of minisign keys to sign case files with: NAME.key, which is secret, and NAME.pub',
  words: { label: 'NAME', min: 1, max: 1 },
  options: [],
  examples: ['key ~/keys/me'],
  run(given) {
    return withEngine(async ({ engine }) => {
      const path = resolve(given.words[0] ?? '');
      const { id } = must(await engine.control('file.makeKeys', { path }));
      await say(`${escapeControls(path)}.key\n${escapeControls(path)}.pub\nkey ${id}\n`);
      return EXIT.done;
    });
  },
};
