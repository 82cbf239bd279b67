/** `sets/<SHA-256>`: frozen sets of events that marks and findings cite, whole on disk before the journal names them. */
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaseRecord, Citation, MarkTarget } from '../../shared/case';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import type { CitationGroup } from '../store/marks';
import { errorText, writeWhole } from './durable';
import { countCitations, decodeSet, encodeSet, normalise, setName } from './event-set';

/** Fewer are listed in the journal one by one. */
const LISTED = 100;

export interface EventSets {
  /** What a record may cite: a short list, or a set kept on disk when this returns. */
  target(groups: readonly CitationGroup[], explanation: string | null): Promise<MarkTarget>;
  /** What a target cites; fails where its set is missing or is not what its name says. */
  read(target: MarkTarget): Promise<Outcome<CitationGroup[]>>;
}

export function openSets(folder: string): EventSets {
  return {
    async target(groups, explanation) {
      const normal = normalise(groups);
      const count = countCitations(normal);
      if (explanation === null && count <= LISTED) return listed(normal);
      const bytes = encodeSet(normal);
      const set = setName(bytes);
      const path = join(folder, set);
      const there = await stat(path).catch(() => null);
      if (there?.size !== bytes.length) {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeWhole(path, bytes);
      }
      return { set, count, explanation: explanation ?? '' };
    },
    async read(target) {
      if (Array.isArray(target)) return succeed(normalise(target.map(single)));
      const path = join(folder, target.set);
      let bytes: Uint8Array;
      try {
        bytes = await readFile(path);
      } catch (error) {
        return fail(damaged(target.set, errorText(error)));
      }
      if (setName(bytes) !== target.set)
        return fail(damaged(target.set, 'its bytes are not those its name says'));
      const groups = decodeSet(bytes);
      return groups ? succeed(groups) : fail(damaged(target.set, 'its bytes are no set of events'));
    },
  };
}

/** Names of the sets that records cite. */
export function setsOf(records: Iterable<CaseRecord>): Set<string> {
  const names = new Set<string>();
  for (const record of records) {
    const targets = record.kind === 'mark' ? [record.on] : record.kind === 'finding' ? record.cites : [];
    for (const target of targets) if (!Array.isArray(target)) names.add(target.set);
  }
  return names;
}

function single({ sha256, offset, part }: Citation): CitationGroup {
  return { sha256, part, offsets: [offset] };
}

function listed(groups: readonly CitationGroup[]): Citation[] {
  return groups.flatMap(({ sha256, part, offsets }) =>
    Array.from(offsets, (offset) => ({ sha256, offset, part })),
  );
}

function damaged(set: string, why: string): Problem {
  return {
    code: 'set-damaged',
    what: 'A set of marked events could not be read.',
    why,
    where: `sets/${set}`,
    help: 'Restore this file from a copy; the other marks are not touched by it.',
  };
}
