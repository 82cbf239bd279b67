/** `formats` and `dissectors`: what can be read, and formats of one's own as text. */
import { CASE_OPTION, type Command, type Given, JSON_OPTION } from '../command';
import { EXIT } from '../exit';
import { formatTable, say, sayJson, warn } from '../output';
import { PASSPHRASE_OPTION } from '../passphrase';
import { must, openFile, type Session, withEngine } from '../session';
import { grant } from './pack';

export const formatsCommand: Command = {
  name: 'formats',
  summary: 'Lists the formats that files are recognised as, or writes some of them out as text',
  words: { label: '[ID…]', min: 0, max: Number.POSITIVE_INFINITY },
  options: [
    { ...CASE_OPTION, required: false, help: 'with the formats written for this case' },
    { name: 'own', help: 'only those of one’s own: of the case and of the library' },
    { name: 'out', value: 'FILE', help: 'write the YAML of these, or of all one’s own, to a text file' },
    PASSPHRASE_OPTION,
    JSON_OPTION,
  ],
  examples: [
    'formats',
    'formats cisco-asa',
    'formats --own --case ./plant-7 --out plant-formats.yaml',
    'formats --json',
  ],
  run(given) {
    return withEngine(async (session) => {
      const folder = given.option('case');
      if (folder !== undefined) await openFile(session, folder, given);
      const { formats } = must(await session.engine.control('catalogue.list', {}));
      const ids = new Set(given.words);
      const isAsked = (id: string): boolean => ids.size === 0 || ids.has(id);
      const asked = formats.filter(
        ({ id, origin }) => isAsked(id) && !(given.has('own') && origin === 'shipped'),
      );
      const absent = given.words.filter((id) => !asked.some((format) => format.id === id));
      if (absent.length > 0) {
        warn(`There is no format ${absent.join(', ')}${given.has('own') ? ' of one’s own' : ''}.`);
        return EXIT.notAll;
      }
      if (given.option('out') !== undefined) return writeOut(session, given, asked);
      if (given.has('json')) await sayJson(asked);
      else if (ids.size > 0) await print(session, given.words);
      else {
        const rows = asked.map(({ id, title, reader, origin, sample }) => [
          id,
          title,
          reader,
          origin,
          sample,
        ]);
        await say(formatTable(['id', 'title', 'reader', 'origin', 'sample'], rows));
      }
      return EXIT.done;
    });
  },
};

interface Listed {
  readonly id: string;
  readonly origin: string;
}

async function writeOut(session: Session, given: Given, asked: readonly Listed[]): Promise<number> {
  const chosen = given.words.length > 0 ? asked : asked.filter(({ origin }) => origin !== 'shipped');
  if (chosen.length === 0) {
    warn('There are no formats of one’s own to write.');
    return EXIT.notAll;
  }
  const [token = ''] = await grant(session, [given.option('out') ?? '']);
  const ids = chosen.map(({ id }) => id);
  const written = must(await session.page.call('format.export', { ids, token }));
  await say(`${written.path}: ${written.formats} ${written.formats === 1 ? 'format' : 'formats'}\n`);
  return EXIT.done;
}

/** As they were written; several as documents of one YAML stream, which `keep-formats` takes. */
async function print({ page }: Session, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const { text } = must(await page.call('format.text', { id }));
    await say(`${ids.length > 1 ? '---\n' : ''}${text.endsWith('\n') ? text : `${text}\n`}`);
  }
}

export const dissectorsCommand: Command = {
  name: 'dissectors',
  summary: 'Lists the protocols that captures are taken apart into',
  words: { label: '', min: 0, max: 0 },
  options: [JSON_OPTION],
  examples: ['dissectors', 'dissectors --json'],
  run(given) {
    return withEngine(async ({ engine }) => {
      const { dissectors } = must(await engine.control('catalogue.list', {}));
      if (given.has('json')) await sayJson(dissectors);
      else {
        const rows = dissectors.map(({ id, title, reference, sample }) => [
          id,
          title,
          reference,
          sample.meaning,
        ]);
        await say(formatTable(['id', 'title', 'reference', 'sample'], rows));
      }
      return EXIT.done;
    });
  },
};
