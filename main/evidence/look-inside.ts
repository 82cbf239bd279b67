/** What the members of a container are, without importing them: the beginning of each is unpacked and looked at. */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FoundMember } from '../../shared/evidence';
import type { Problem } from '../../shared/problem';
import type { Database } from '../store/database';
import { writeAll } from '../store/write-all';
import { Budget, MOST_DEPTH, type OpenMember } from './containers/container';
import { HEAD_BYTES, openContainer, problemOf } from './containers/unpack';
import { detect } from './detect';
import type { FormatLibrary } from './library';
import { readHead } from './source';

/** A look at more of them would last longer than their import. */
const MOST_LOOKED = 1000;
/** Enough to say what text is; what has its index at its end is unpacked whole. */
const ENOUGH_BYTES = 4 << 20;
const WITHIN = ' » ';

/** Members in order, those of containers within behind them. What cannot be unpacked is told and passed over. */
export async function lookInside(
  database: Database,
  library: FormatLibrary,
  path: string,
): Promise<readonly FoundMember[]> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-look-'));
  const found: FoundMember[] = [];
  const budget = new Budget();
  const tell = (member: string, problem: Problem): void => {
    found.push({ member, candidates: [], problem });
  };

  const lookAt = async (place: string, named: string, depth: number, delimiter: string | null) => {
    const looked = await detect(database, library, place, { delimiter });
    if (!looked.ok) return tell(named, looked.problem);
    const { head, candidates, problem } = looked.value;
    found.push({ member: named, candidates: [...candidates], problem });
    if (head.kind.kind === 'container' && depth < MOST_DEPTH) await lookIn(place, `${named}${WITHIN}`, depth);
  };

  const lookIn = async (container: string, within: string, depth: number): Promise<void> => {
    const head = await readHead(container, HEAD_BYTES);
    if (!head.ok) return tell(within, head.problem);
    const members = openContainer(container, head.value, undefined);
    try {
      for await (const each of members ?? []) {
        if (each.member.isFolder) continue;
        const named = within + each.member.name;
        if (found.length >= MOST_LOOKED) return tell(named, tooMany);
        const place = join(folder, `${depth}-${found.length}`);
        try {
          await unpackEnough(each, place, budget);
          await lookAt(place, named, depth + 1, each.made?.delimiter ?? null);
        } catch (error) {
          tell(named, problemOf(error, named));
        } finally {
          await rm(place, { force: true });
        }
      }
    } catch (error) {
      tell(within, problemOf(error, container));
    }
  };

  try {
    await lookIn(path, '', 0);
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws MemberError, file errors */
async function unpackEnough({ member, made, read }: OpenMember, path: string, budget: Budget): Promise<void> {
  const target = await open(path, 'w', 0o600);
  try {
    let bytes = 0;
    for await (const chunk of budget.watch(member, read())) {
      await writeAll(target, chunk);
      const isMore = bytes < ENOUGH_BYTES && bytes + chunk.length >= ENOUGH_BYTES;
      bytes += chunk.length;
      if (isMore && made === undefined && !(await needsItsEnd(path))) return;
    }
  } finally {
    await target.close();
  }
}

async function needsItsEnd(path: string): Promise<boolean> {
  const head = await readHead(path, HEAD_BYTES);
  if (!head.ok) return false;
  const { kind } = head.value;
  return kind.kind === 'container' || (kind.kind === 'binary' && kind.reader === 'parquet');
}

const tooMany: Problem = {
  code: 'detect-too-many',
  what: `The container holds more than ${MOST_LOOKED} files; this one and those behind it were not looked at.`,
  help: 'Import it: every one of them has a row in the ledger.',
};
