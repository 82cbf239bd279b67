/**
 * Entry of the process that reads and writes one case file and ends. A stranger's file is taken apart here, with little
 * memory and nothing of the case at hand; only what was checked reaches the engine.
 */
import { writeFile } from 'node:fs/promises';
import type { Problem } from '../../shared/problem';
import { succeed } from '../../shared/problem';
import { errorText } from '../case/durable';
import { dieWithParent, keepFilesPrivate, openWorkPort } from '../process/parent-port';
import { type FromCaseFile, type ToCaseFile, toCaseFileSchema } from './messages';
import { makeKeyPair } from './minisign';
import { unpackEntries, withPlain } from './open';
import { packCase } from './pack';
import { verifyCaseFile } from './verify';

const PROGRESS_MS = 200;

keepFilesPrivate();
const engine = openWorkPort();
dieWithParent(engine);
const tell = (message: FromCaseFile): void => engine.send(message);

let toldAt = 0;
let toldStep = '';
const progress = (step: string, done: number, of: number): void => {
  const now = performance.now();
  if (step === toldStep && now - toldAt < PROGRESS_MS) return;
  toldAt = now;
  toldStep = step;
  tell({ kind: 'progress', step, done, of });
};

engine.onMessage((value) => {
  const message = toCaseFileSchema.safeParse(value);
  if (!message.success) throw new Error('the engine asked for what is no work here');
  void perform(message.data).then(tell, (error: unknown) =>
    tell({ kind: 'problem', problem: failed(error) }),
  );
});

async function perform(job: ToCaseFile): Promise<FromCaseFile> {
  if (job.kind === 'pack') {
    const packed = await packCase(job, progress);
    return packed.ok ? { kind: 'packed', ...packed.value } : { kind: 'problem', problem: packed.problem };
  }
  if (job.kind === 'key') return makeKey(job.path);
  if (job.kind === 'verify') return verify(job);
  const checked = await withPlain(job, progress, (file, { by, note }) =>
    unpackEntries(file, job.folder, progress, () =>
      tell({ kind: 'opened', signedBy: by, notes: note ? [note] : [] }),
    ),
  );
  return checked.ok
    ? { kind: 'checked', problems: [...checked.value] }
    : { kind: 'problem', problem: checked.problem };
}

async function verify(job: Extract<ToCaseFile, { kind: 'verify' }>): Promise<FromCaseFile> {
  const verified = await withPlain(job, progress, async (file, { by, note }) => {
    const { entries, problems } = await verifyCaseFile(file, (done, of) => progress('Checking', done, of));
    return succeed({
      entries,
      whole: problems.length === 0,
      signedBy: by,
      problems: note ? [note, ...problems] : [...problems],
    });
  });
  if (verified.ok) return { kind: 'verified', ...verified.value };
  const { problem } = verified;
  // What keeps the file from being looked into at all is the caller's to ask about; all else is a verdict on it.
  if (NO_VERDICT.has(problem.code)) return { kind: 'problem', problem };
  return { kind: 'verified', entries: 0, whole: false, signedBy: null, problems: [problem] };
}

const NO_VERDICT = new Set([
  'passphrase-needed',
  'passphrase-wrong',
  'case-file-unreadable',
  'no-room',
  'key-unreadable',
]);

async function makeKey(path: string): Promise<FromCaseFile> {
  const pair = makeKeyPair();
  await writeFile(`${path}.key`, pair.secret, { flag: 'wx', mode: 0o600 });
  await writeFile(`${path}.pub`, pair.public, { flag: 'wx', mode: 0o644 });
  return { kind: 'keyed', id: pair.id };
}

function failed(error: unknown): Problem {
  return {
    code: 'case-file-failed',
    what: 'The case file could not be worked on.',
    why: errorText(error),
    help: 'Check that the folder can be read and written and has room, and do it again.',
  };
}
