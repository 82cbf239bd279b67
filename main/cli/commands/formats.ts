/** `formats` and `dissectors`: what can be read. */
import { type Command, JSON_OPTION } from '../command';
import { EXIT } from '../exit';
import { formatTable, say, sayJson } from '../output';
import { must, withEngine } from '../session';

export const formatsCommand: Command = {
  name: 'formats',
  summary: 'Lists the formats that files are recognised as',
  words: { label: '', min: 0, max: 0 },
  options: [JSON_OPTION],
  examples: ['formats', 'formats --json'],
  run(given) {
    return withEngine(async ({ engine }) => {
      const { formats } = must(await engine.control('catalogue.list', {}));
      if (given.has('json')) await sayJson(formats);
      else {
        const rows = formats.map(({ id, title, reader, sample }) => [id, title, reader, sample]);
        await say(formatTable(['id', 'title', 'reader', 'sample'], rows));
      }
      return EXIT.done;
    });
  },
};

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
