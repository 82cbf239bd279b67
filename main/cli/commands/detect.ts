/** `detect`: what files are, best guess first, and why; nothing is imported. */
import { describeProblem } from '../../../shared/problem';
import { CASE_OPTION, type Command, JSON_OPTION } from '../command';
import { EXIT } from '../exit';
import { formatTable, say, sayJson } from '../output';
import { PASSPHRASE_OPTION } from '../passphrase';
import { must, openFile, withEngine } from '../session';

export const detectCommand: Command = {
  name: 'detect',
  summary: 'Says what files are, best guess first, and why, without importing them',
  words: { label: 'PATH…', min: 1, max: Number.POSITIVE_INFINITY },
  options: [
    { ...CASE_OPTION, required: false, help: 'with the formats written for this case' },
    PASSPHRASE_OPTION,
    JSON_OPTION,
  ],
  examples: ['detect export/', 'detect fw.log --json'],
  run(given, signal) {
    return withEngine(async (session) => {
      const { engine, page } = session;
      const folder = given.option('case');
      if (folder !== undefined) await openFile(session, folder, given);
      const { grants } = must(await engine.control('path.grant', { paths: [...given.words] }));
      const tokens = grants.map(({ token }) => token);
      const { files } = must(await page.call('evidence.survey', { tokens }, signal));
      if (given.has('json')) {
        await sayJson(
          files.map(({ path, name, sizeBytes, candidates, problem }) => ({
            path,
            name,
            size_bytes: sizeBytes,
            candidates,
            problem,
          })),
        );
      } else {
        const rows = files.map(({ path, candidates, problem }) => {
          const best = candidates[0];
          const why = best?.why ?? (problem ? describeProblem(problem) : '');
          const others = candidates.slice(1, 4).map(({ format }) => format);
          return [path, best?.format ?? '–', best ? best.score.toFixed(2) : '', why, others.join(', ')];
        });
        await say(formatTable(['path', 'format', 'score', 'why', 'else'], rows));
      }
      return files.some(({ problem }) => problem !== null) ? EXIT.notAll : EXIT.done;
    });
  },
};
