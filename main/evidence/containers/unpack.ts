/** Containers as files that hold files: which there are, their members' bytes, and one member again by its place. */
import { type FileHandle, open, rm, utimes } from 'node:fs/promises';
import type { Problem } from '../../../shared/problem';
import { isDiskFull, writeAll } from '../../store/write-all';
import { newReport, readHead, type SourceHead, streamSource } from '../source';
import { Budget, MemberError, type OpenMember } from './container';
import { readTar } from './tar';
import { readWorkbook } from './workbook/workbook';
import { readZip } from './zip';

/** Enough to tell what a file is. */
export const HEAD_BYTES = 1024;
/** Whether a file is a container, compressed or not; false where it cannot be read. */
export async function isContainer(path: string): Promise<boolean> {
  const head = await readHead(path, HEAD_BYTES);
  return head.ok && head.value.kind.kind === 'container';
}

/**
 * Members of a container one after another; null for a file that is none. `told` gets what the ledger should say of
 * the container. @throws MemberError, file errors
 */
export function openContainer(
  path: string,
  { kind, compression }: Pick<SourceHead, 'kind' | 'compression'>,
  password: string | undefined,
  told: string[] = [],
): AsyncGenerator<OpenMember, void, undefined> | null {
  if (kind.kind !== 'container') return null;
  if (kind.container === 'tar') return readPackedTar(path, compression, told);
  if (compression !== null) return null;
  return kind.container === 'workbook' ? readWorkbook(path, password) : readZip(path, password);
}

/** What damages the stream around a tar explains better why the tar ends early. @throws MemberError */
async function* readPackedTar(
  path: string,
  compression: SourceHead['compression'],
  told: string[],
): AsyncGenerator<OpenMember, void, undefined> {
  const report = newReport();
  try {
    yield* readTar(streamSource(path, compression, report), told);
  } catch (error) {
    throw report.problem === null ? error : new MemberError(report.problem);
  }
  if (report.problem !== null) throw new MemberError(report.problem);
}

/** Writes a member's bytes; null when all of them came. */
export async function unpack(
  { member, read }: OpenMember,
  path: string,
  budget: Budget,
  cancelled: () => boolean,
): Promise<{ problem: Problem; bytes: number } | null> {
  let bytes = 0;
  const target: FileHandle = await open(path, 'w', 0o600);
  try {
    for await (const chunk of budget.watch(member, read())) {
      if (cancelled()) return null;
      await writeAll(target, chunk);
      bytes += chunk.length;
    }
    return null;
  } catch (error) {
    return { problem: problemOf(error, member.name), bytes };
  } finally {
    await target.close();
    if (member.modifiedMs !== null && Number.isFinite(member.modifiedMs)) {
      const time = Math.max(0, member.modifiedMs) / 1000;
      await utimes(path, time, time);
    }
  }
}

/** Unpacks the member that `members` lead to into `target`, by way of `target` with a number behind it. */
export async function extractMember(
  path: string,
  members: ReadonlyArray<{ readonly index: number }>,
  target: string,
): Promise<Problem | null> {
  let from = path;
  const between: string[] = [];
  try {
    for (const [depth, { index }] of members.entries()) {
      const to = depth === members.length - 1 ? target : `${target}.${depth}`;
      if (to !== target) between.push(to);
      const head = await readHead(from, HEAD_BYTES);
      if (!head.ok) return head.problem;
      let found = false;
      for await (const open of openContainer(from, head.value, undefined) ?? []) {
        if (open.member.index !== index) continue;
        const failed = await unpack(open, to, new Budget(), () => false);
        if (failed && failed.bytes === 0) return failed.problem;
        found = true;
        break;
      }
      if (!found) return gone(path);
      from = to;
    }
    return null;
  } catch (error) {
    return problemOf(error, path);
  } finally {
    for (const part of between) await rm(part, { force: true });
  }
}

export function problemOf(error: unknown, where: string): Problem {
  if (error instanceof MemberError) return error.problem;
  if (isDiskFull(error)) return noRoom(where);
  return {
    code: 'container-unreadable',
    what: 'The container could not be read.',
    why: error instanceof Error ? error.message.slice(0, 300) : String(error),
    where,
    help: 'The other files are not touched by this. Unpack it with another program and import what comes out.',
  };
}

function noRoom(where: string): Problem {
  return {
    code: 'container-no-room',
    what: 'There is no room on the disk to unpack this.',
    where,
    help: 'Make room on the disk, then import it again.',
  };
}

function gone(where: string): Problem {
  return {
    code: 'container-member-gone',
    what: 'The container does not hold this part any more.',
    where,
    help: 'Bring the container back that was imported; its SHA-256 stands in the ledger.',
  };
}
