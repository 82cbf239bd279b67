/** Opens a case file for reading: signature, passphrase, structure, then its entries into a private folder. */
import { open, readFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import { errorText } from '../case/durable';
import { parseJournal } from '../case/journal';
import type { Segment } from '../evidence/segment';
import { writeAll } from '../store/write-all';
import { decryptFile, isEncrypted, passphraseNeeded } from './age';
import { caseSchema } from './contents';
import { extractEntry, isFirst, kindFault, orderOfRest, placeOf, soundSegment } from './extract';
import { type FileBytes, openBytes } from './file-bytes';
import type { Manifest } from './manifest';
import { checkBeside, type Signed } from './signature-check';
import { entryDamaged, entryMissing, readStructure, type Structure } from './structure';

/** Without these there is no case to open. */
const NEEDED = ['case.json', 'journal.jsonl'];

export interface ReadJob {
  readonly path: string;
  readonly passphrase: string | null;
  readonly keys: readonly string[];
  readonly mustBe: string | null;
  readonly folder: string;
}

export type ReadProgress = (step: string, done: number, of: number) => void;

/** Runs `work` over the plain bytes of a case file whose signature, where there is one, holds. */
export async function withPlain<T>(
  job: ReadJob,
  progress: ReadProgress,
  work: (file: FileBytes, signed: Signed) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  let file: FileBytes;
  try {
    file = await openBytes(job.path);
  } catch (error) {
    return fail(unreadable(job.path, error));
  }
  try {
    const signed = await checkBeside(file, job.keys, job.mustBe);
    if (!signed.ok) return signed;
    if (!(await isEncrypted(file))) return await work(file, signed.value);
    if (job.passphrase === null) return fail(passphraseNeeded);
    const room = await roomFault(job.folder, file.size);
    if (room) return fail(room);
    return await withDecrypted(job, file, progress, (plain) => work(plain, signed.value));
  } finally {
    await file.close();
  }
}

async function withDecrypted<T>(
  { folder, passphrase }: ReadJob,
  file: FileBytes,
  progress: ReadProgress,
  work: (plain: FileBytes) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const path = join(folder, 'plain.part');
  const handle = await open(path, 'wx', 0o600);
  try {
    let at = 0;
    const decrypted = await decryptFile(file, passphrase ?? '', async (block) => {
      await writeAll(handle, block);
      at += block.length;
      progress('Decrypting', Math.min(at, file.size), file.size);
    });
    await handle.close();
    if (!decrypted.ok) return decrypted;
    const plain = await openBytes(path);
    try {
      return await work(plain);
    } finally {
      await plain.close();
    }
  } finally {
    // Again where it was closed already: that is no fault.
    await handle.close().catch(() => undefined);
    await rm(path, { force: true });
  }
}

/** Unpacks; `opened` is called when the first events can be shown. Gives what is damaged of the rest. */
export async function unpackEntries(
  file: FileBytes,
  folder: string,
  progress: ReadProgress,
  opened: () => void,
): Promise<Outcome<readonly Problem[]>> {
  const read = await readStructure(file);
  if (!read.ok) return fail(read.broken.problem);
  const structure = read.value;
  const [fault] = structure.faults;
  if (fault) return fail(damagedFile(fault, structure.examined?.faults[0]));
  const { entries } = structure.manifest;
  const absent = NEEDED.find((name) => !structure.placed.has(name));
  if (absent !== undefined) return fail(damagedFile(entryMissing(absent)));
  for (const entry of entries) {
    const strange = kindFault(entry);
    if (strange !== null) return fail(damagedFile(entryDamaged(entry.name, 0, strange)));
  }
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  const room = await roomFault(folder, total);
  if (room) return fail(room);
  const first = await unpackFirst(file, structure, folder);
  if (!first.ok) return first;
  opened();
  const rest = entries
    .filter((entry) => !isFirst(entry))
    .sort((a, b) => orderOfRest(a.name) - orderOfRest(b.name));
  const problems: Problem[] = [];
  let done = total - rest.reduce((sum, { size }) => sum + size, 0);
  for (const entry of rest) {
    const problem = await extractEntry(file, structure, entry, folder, first.value);
    if (problem) problems.push(problem);
    done += entry.size;
    progress('Checking', done, total);
  }
  return succeed(problems);
}

async function unpackFirst(
  file: FileBytes,
  structure: Structure,
  folder: string,
): Promise<Outcome<ReadonlyMap<string, Segment>>> {
  const segments = new Map<string, Segment>();
  for (const entry of structure.manifest.entries.filter(isFirst)) {
    const problem = await extractEntry(file, structure, entry, folder, segments);
    if (problem) return fail(damagedFile(problem));
    const place = placeOf(entry.name);
    if (entry.name === 'case.json' && !isCase(await readFile(join(folder, entry.name), 'utf8')))
      return fail(damagedFile(entryDamaged(entry.name, 0, 'it is not what Throughline writes')));
    if (place?.endsWith('/segment.json')) {
      const segment = soundSegment(await readFile(join(folder, ...place.split('/')), 'utf8'));
      if (!segment)
        return fail(damagedFile(entryDamaged(entry.name, 0, 'it is not what Throughline writes')));
      segments.set(place.split('/')[1] ?? '', segment);
    }
  }
  const journal = await journalFault(structure.manifest, folder);
  return journal ? fail(journal) : succeed(segments);
}

function isCase(text: string): boolean {
  try {
    return caseSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

/** The chain must hold and end where the manifest says. */
async function journalFault({ journal }: Manifest, folder: string): Promise<Problem | null> {
  const parsed = parseJournal(await readFile(join(folder, 'journal.jsonl'), 'utf8'));
  if (parsed.broken) return damagedFile(parsed.broken);
  if (parsed.head === journal.head && parsed.operations.length === journal.operations) return null;
  return damagedFile({
    code: 'journal-cut',
    what: 'The journal does not end where the list of contents says.',
    why: `${parsed.operations.length} of ${journal.operations} operations are there`,
    where: 'journal.jsonl',
  });
}

async function roomFault(folder: string, bytes: number): Promise<Problem | null> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize > bytes) return null;
  return {
    code: 'no-room',
    what: 'There is not enough room to open the case file.',
    why: `it needs ${Math.ceil(bytes / 1e6)} MB, ${Math.floor((bavail * bsize) / 1e6)} MB are free`,
    where: folder,
    help: 'Free space there and open it again.',
  };
}

/** Why a damaged file is not opened: its first fault; the others are for `verify` to tell. */
function damagedFile(fault: Problem, layout?: string): Problem {
  const why = [fault.what, fault.why, layout].filter((part) => part !== undefined && part !== '');
  return {
    code: 'case-file-damaged',
    what: 'The case file is damaged or was changed, and was not opened.',
    why: why.join(' — '),
    ...(fault.where === undefined ? {} : { where: fault.where }),
    help: 'Check it with verify, which names everything that is wrong, and ask for the file again.',
  };
}

function unreadable(path: string, error: unknown): Problem {
  return {
    code: 'case-file-unreadable',
    what: 'The case file cannot be read.',
    why: errorText(error),
    where: path,
    help: 'Check that the file is there and may be read.',
  };
}
