/** `pack`: a case as one portable file. */
import { resolve } from 'node:path';
import { type Command, JSON_OPTION } from '../command';
import { EXIT } from '../exit';
import { progressLine, say, sayJson, warn } from '../output';
import { askPassphrase, PASSPHRASE_OPTION, passphraseGiven } from '../passphrase';
import { must, openCase, type Session, withEngine } from '../session';

export const packCommand: Command = {
  name: 'pack',
  summary:
    'Saves a case as one file that opens on another computer, checks itself, and is read with unzip alone',
  words: { label: 'CASE OUT.tlcase', min: 2, max: 2 },
  options: [
    { name: 'embed', help: 'put the original files in as well' },
    {
      name: 'hash-only',
      help: 'name the originals by their hashes only (this is so unless --embed is given)',
    },
    { name: 'sign', value: 'KEY', help: 'sign with this minisign secret key, into OUT.tlcase.minisig' },
    { name: 'encrypt', help: 'encrypt with a passphrase (age)' },
    PASSPHRASE_OPTION,
    JSON_OPTION,
  ],
  examples: [
    'pack ./plant-7 plant-7.tlcase',
    'pack ./plant-7 plant-7.tlcase --embed --sign me.key --encrypt',
  ],
  async run(given, signal) {
    const [source = '', out = ''] = given.words;
    if (given.has('embed') && given.has('hash-only')) {
      warn('--embed and --hash-only exclude each other.');
      return EXIT.usage;
    }
    return withEngine(async (session) => {
      const fd = passphraseGiven(given);
      const passphrase = given.has('encrypt') ? (fd ?? (await askPassphrase(true))) : null;
      await openCase(session, { folder: source, mode: 'read', create: false, cache: false });
      const signKey = given.option('sign');
      const [token = '', key = null] = await grant(session, [out, ...(signKey ? [signKey] : [])]);
      showProgress(session);
      const packed = must(
        await session.page.call(
          'case.pack',
          { token, embed: given.has('embed'), passphrase, signKey: key },
          signal,
        ),
      );
      if (given.has('json')) await sayJson(packed);
      else {
        await say(
          `${packed.path}: ${packed.entries} entries, ${packed.sizeBytes} bytes\nSHA-256 ${packed.sha256}\n`,
        );
        if (packed.signature !== null) await say(`signature ${packed.signature}\n`);
      }
      if (passphrase === null)
        warn('Whoever has this file can read all records of the case; they may hold secrets. See --encrypt.');
      return EXIT.done;
    });
  },
};

/** Tokens for paths given as arguments. */
export async function grant({ engine }: Session, paths: readonly string[]): Promise<string[]> {
  const { grants } = must(await engine.control('path.grant', { paths: paths.map((path) => resolve(path)) }));
  return grants.map(({ token }) => token);
}

export function showProgress({ page }: Session): void {
  const line = progressLine();
  page.on('file.progress', ({ step, done, of }) => {
    line.show(`${step}: ${of > 0 ? Math.floor((100 * done) / of) : 0} %`);
    if (done >= of) line.clear();
  });
}
