/**
 * What a container holds, as evidence of its own: each member is unpacked into the staging folder, imported like any
 * file, and removed again. The container itself has a row without records. Containers in containers go on to a limit.
 */
import { mkdir, rm } from 'node:fs/promises';
import { basename, join as joinPath } from 'node:path';
import type { Problem } from '../../shared/problem';
import type { ImportFile } from '../importer/messages';
import { Budget, lockedContainer, type Member, MOST_DEPTH, type OpenMember } from './containers/container';
import { HEAD_BYTES, openContainer, problemOf, unpack } from './containers/unpack';
import type { FileContext } from './file-context';
import { isUnread } from './held';
import { importFile } from './import-file';
import { blankEntry, blankRow } from './ledger';
import type { EvidenceEntry } from './segment';
import { readHead } from './source';

/** Between the names of a container's member and what is in it. */
const WITHIN = ' » ';

export interface ContainerJob {
  readonly context: FileContext;
  /** Where members are unpacked, one at a time. */
  readonly folder: string;
  readonly nextId: () => number;
  readonly took: (entry: EvidenceEntry) => void;
}

interface Place {
  readonly file: ImportFile;
  /** Where the container lies: the original, or what was unpacked from one. */
  readonly path: string;
  /** Members that lead to it, outermost first. */
  readonly members: ReadonlyArray<{ readonly index: number; readonly name: string }>;
  readonly budget: Budget;
}

/** A file and, where it is a container, all that is in it; entries are handed over in order. */
export async function importTree(job: ContainerJob, file: ImportFile): Promise<void> {
  const entry = await importFile(job.context, file);
  if (entry.row.status !== 'container') return job.took(entry);
  const place = { file, path: file.readFrom ?? file.path, members: [], budget: new Budget() };
  await importMembers(job, place, entry);
}

async function importMembers(job: ContainerJob, place: Place, container: EvidenceEntry): Promise<void> {
  const inside: EvidenceEntry[] = [];
  const own: ContainerJob = { ...job, took: (entry) => inside.push(entry) };
  const told: string[] = [];
  let problem: Problem | null = null;
  try {
    const head = await readHead(place.path, HEAD_BYTES);
    const members = head.ok ? openContainer(place.path, head.value, place.file.options.password, told) : null;
    if (!head.ok) problem = head.problem;
    if (head.ok && members === null) problem = packedTwice;
    for await (const member of members ?? []) {
      if (job.context.cancelled()) break;
      if (!member.member.isFolder) await importMember(own, place, member);
    }
  } catch (error) {
    problem = problemOf(error, place.file.path);
  }
  const locked = inside.flatMap(({ row }) => (row.problem && isLocked(row.problem) ? [row.problem] : []));
  const [first] = locked;
  if (first !== undefined) problem ??= lockedContainer(first, locked.length, inside.length);
  const failed = problem !== null && inside.every(({ row }) => row.status === 'failed');
  // What could not be read in it may be read where the same container lies less deep, or with its password.
  if (container.row.sha256 !== null && (problem !== null || inside.some(({ row }) => isUnread(row))))
    job.context.known.delete(container.row.sha256);
  const notes = [...container.notes, ...told];
  job.took({
    ...container,
    notes,
    row: { ...container.row, problem, status: failed ? 'failed' : 'container' },
  });
  for (const entry of inside) job.took(entry);
}

async function importMember(job: ContainerJob, place: Place, open: OpenMember): Promise<void> {
  const { member } = open;
  const members = [...place.members, { index: member.index, name: member.name }];
  const evidenceId = job.nextId();
  const path = joinPath(job.folder, String(evidenceId));
  const named = (entry: EvidenceEntry): EvidenceEntry => {
    const shown = members.map(({ name }) => name).join(WITHIN);
    return { ...entry, members, row: { ...entry.row, member: shown } };
  };
  const { readFrom: _, unread: __, ...rest } = place.file;
  // What we write out ourselves is UTF-8, whatever the text around it is in.
  const { encoding: ___, ...plain } = rest.options;
  const options = open.made ? plain : rest.options;
  const file: ImportFile = { ...rest, options, evidenceId, readFrom: path, name: memberName(member) };
  try {
    await mkdir(job.folder, { recursive: true, mode: 0o700 });
    const problem = await unpack(open, path, place.budget, job.context.cancelled);
    if (problem && (problem.bytes === 0 || isLocked(problem.problem))) {
      job.took(named(failedEntry(job, file, problem.problem)));
      return;
    }
    // Its bytes cannot be had again without the password, which is kept nowhere.
    const copyFolder = member.encrypted ? joinPath(job.context.stagingFolder, 'evidence') : null;
    const delimiter = open.made?.delimiter ?? null;
    const read = await importFile({ ...job.context, copyFolder, delimiter }, file);
    const entry = { ...read, notes: [...(open.made?.notes ?? []), ...read.notes] };
    const whole = problem ? { ...entry, row: cut(entry.row, problem.problem) } : entry;
    if (whole.row.status !== 'container') job.took(named(whole));
    else if (members.length >= MOST_DEPTH) job.took(named(notFollowed(job, whole)));
    else
      await importMembers(
        { ...job, took: (one) => job.took(one.members ? one : named(one)) },
        { ...place, path, members },
        whole,
      );
  } finally {
    await rm(path, { force: true });
  }
}

/** A container too deep in others: its bytes are not in the case, and may come again. */
function notFollowed({ context }: ContainerJob, entry: EvidenceEntry): EvidenceEntry {
  if (entry.row.sha256 !== null) context.known.delete(entry.row.sha256);
  return { ...entry, row: { ...entry.row, status: 'failed', problem: tooDeep } };
}

function memberName({ name, index }: Member): string {
  const last = basename(name.replaceAll('\\', '/'));
  return last === '' ? `part ${index + 1}` : last;
}

function isLocked({ code }: Problem): boolean {
  return code.startsWith('container-password');
}

function cut(row: EvidenceEntry['row'], problem: Problem): EvidenceEntry['row'] {
  if (row.status === 'loaded' || row.status === 'partial') return { ...row, status: 'partial', problem };
  return row.status === 'failed' || row.status === 'unrecognised' ? { ...row, problem } : row;
}

function failedEntry({ context }: ContainerJob, file: ImportFile, problem: Problem): EvidenceEntry {
  const row = { ...blankRow(file.evidenceId, file.path, file.name), problem };
  const entry = blankEntry(row, file.options, context.importerVersion);
  return { ...entry, importedAt: context.now().toISOString() };
}

const packedTwice: Problem = {
  code: 'container-packed-twice',
  what: 'A ZIP that is itself compressed is not taken apart.',
  help: 'Unpack the outer compression and import the ZIP.',
};

const tooDeep: Problem = {
  code: 'container-too-deep',
  what: `Containers within containers are followed ${MOST_DEPTH} deep; this one lies deeper.`,
  help: 'Unpack the outer container and import this one.',
};
