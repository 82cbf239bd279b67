/** `detect`: what files and the members of containers are, best guess first, and why; nothing is imported. */
import type { FoundMember } from '../../../shared/evidence';
import { describeProblem } from '../../../shared/problem';
import { CASE_OPTION, type Command, JSON_OPTION } from '../command';
import { EXIT } from '../exit';
import { formatTable, say, sayJson } from '../output';
import { PASSPHRASE_OPTION } from '../passphrase';
import { must, openFile, withEngine } from '../session';

type Found = Pick<FoundMember, 'candidates' | 'problem'>;

function tableRow(path: string, { candidates, problem }: Found): string[] {
  const [best, ...rest] = candidates;
  const why = best?.why ?? (problem ? describeProblem(problem) : '');
  const others = rest.slice(0, 3).map(({ format }) => format);
  return [
    path,
    best?.format ?? (problem ? '–' : 'empty'),
    best ? best.score.toFixed(2) : '',
    why,
    others.join(', '),
  ];
}

export const detectCommand: Command = {
  name: 'detect',
  summary: 'Says what files and members of containers are, best guess first, and why, without importing them',
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
      const { files } = must(await page.call('evidence.survey', { tokens, inside: true }, signal));
      if (given.has('json')) {
        await sayJson(
          files.map(({ path, name, sizeBytes, candidates, problem, members }) => ({
            path,
            name,
            size_bytes: sizeBytes,
            candidates,
            problem,
            members,
          })),
        );
      } else {
        const rows = files.flatMap((file) => [
          tableRow(file.path, file),
          ...file.members.map((member) => tableRow(`${file.path} » ${member.member}`, member)),
        ]);
        await say(formatTable(['path', 'format', 'score', 'why', 'else'], rows));
      }
      const isOpen = (found: Found): boolean => found.problem !== null;
      return files.some((file) => isOpen(file) || file.members.some(isOpen)) ? EXIT.notAll : EXIT.done;
    });
  },
};
