/** The open case's marks and findings led to its events: kept as a table, and what of them leads nowhere. */
import { existsSync } from 'node:fs';
import type { Finding, Mark } from '../../shared/case';
import { describeProblem, type Problem } from '../../shared/problem';
import { countCitations } from '../case/event-set';
import type { Workspace } from '../case/workspace';
import { recordFileOf } from '../evidence/segment';
import type { Views } from '../query/views';
import type { Database } from '../store/database';
import {
  addMarks,
  type CitedMark,
  createMarkTable,
  dropMarks,
  KEPT_MARKS,
  type Places,
} from '../store/marks';
import type { RecordFile } from '../store/parquet';
import { sql } from '../store/sql';

/** Citations resolved by one join. */
const AT_ONCE = 2_000_000;

export interface Marks {
  /**
   * Brings the table into line with the journal. `anew` after events have come or gone; else only what has changed is
   * looked up.
   */
  refresh(anew: boolean): Promise<void>;
  /** Marks of which a record is not found, and why. */
  lost(): { mark: Mark; why: string }[];
  /** What a finding cites that leads to no event; null where all of it does. */
  unseen(findingId: string): Unseen | null;
}

/** Numbers of records. */
export interface Unseen {
  readonly cited: number;
  /** By SHA-256 of evidence that is removed from view, or not in the case. */
  readonly absent: ReadonlyMap<string, number>;
  /** In evidence that is in view. */
  readonly notFound: number;
  /** Of which it is not known what they are, because their list could not be read. */
  readonly unread: readonly Unread[];
}

interface Unread {
  readonly count: number;
  readonly problem: Problem;
}

interface Kept {
  readonly record: Mark | Finding;
  readonly unseen: Unseen | null;
}

export function openMarks(workspace: Workspace, views: Views): Marks {
  let kept = new Map<string, Kept>();
  const inTurn = turns();
  return {
    refresh: (anew) =>
      inTurn(async () => {
        const records = citing(workspace);
        const before = anew ? new Map<string, Kept>() : kept;
        const same = new Map(
          records.flatMap((record) => {
            const known = before.get(record.id);
            return known?.record === record ? [[record.id, known] as const] : [];
          }),
        );
        const gone = [...before.keys()].filter((id) => !same.has(id));
        const fresh = records.filter(({ id }) => !same.has(id));
        const done = await views.using(undefined, async (database) => {
          if (anew) await createMarkTable(database);
          else await dropMarks(database, gone);
          return lookUp(database, workspace, fresh);
        });
        if (!done.ok) throw new Error(done.problem.what);
        kept = new Map([...same, ...done.value]);
        await views.setMarks((database, table) =>
          database.run(sql`INSERT INTO ${table} SELECT * FROM ${KEPT_MARKS}`),
        );
      }),
    lost: () =>
      [...kept.values()].flatMap(({ record, unseen }) =>
        record.kind === 'mark' && unseen !== null ? [{ mark: record, why: whyLost(unseen) }] : [],
      ),
    unseen: (findingId) => kept.get(findingId)?.unseen ?? null,
  };
}

export function hasMarks(workspace: Workspace): boolean {
  return citing(workspace).length > 0;
}

/** Leads all marks and findings to the events of a database made by `openForMarks`, into its `KEPT_MARKS`. */
export async function leadMarks(database: Database, workspace: Workspace): Promise<void> {
  await createMarkTable(database);
  await lookUp(database, workspace, citing(workspace));
}

/** Where the case's records lie, for those evidences that are not removed. */
export function placesOf(workspace: Workspace): Places {
  const removed = workspace.removed();
  const evidence = new Map<string, number[]>();
  const records: RecordFile[] = [];
  for (const { folder, entries } of workspace.segments) {
    for (const entry of entries) {
      const { row } = entry;
      const file = recordFileOf(folder, entry);
      if (row.sha256 === null || removed.has(row.evidence_id) || file === null) continue;
      const same = evidence.get(row.sha256);
      if (same) same.push(row.evidence_id);
      else evidence.set(row.sha256, [row.evidence_id]);
      // Of a case file they come a little later, or are damaged.
      if (existsSync(file.path)) records.push(file);
    }
  }
  return { evidence, records };
}

function citing(workspace: Workspace): (Mark | Finding)[] {
  return workspace
    .records()
    .filter((record): record is Mark | Finding => record.kind === 'mark' || record.kind === 'finding');
}

async function lookUp(
  database: Database,
  workspace: Workspace,
  records: readonly (Mark | Finding)[],
): Promise<Map<string, Kept>> {
  const places = placesOf(workspace);
  const kept = new Map<string, Kept>();
  let batch: { record: Mark | Finding; cited: CitedMark; unread: readonly Unread[] }[] = [];
  let count = 0;
  const flush = async (): Promise<void> => {
    const found = await addMarks(
      database,
      batch.map(({ cited }) => cited),
      places,
    );
    for (const { record, cited, unread } of batch) {
      kept.set(record.id, { record, unseen: unseenOf(cited, unread, found.get(record.id) ?? 0, places) });
    }
    batch = [];
    count = 0;
  };
  for (const record of records) {
    const read = await readCited(workspace, record);
    batch.push({ record, ...read });
    count += countCitations(read.cited.cites);
    if (count >= AT_ONCE) await flush();
  }
  await flush();
  return kept;
}

async function readCited(
  workspace: Workspace,
  record: Mark | Finding,
): Promise<{ cited: CitedMark; unread: readonly Unread[] }> {
  const isMark = record.kind === 'mark';
  const head = isMark
    ? { id: record.id, what: record.what, value: record.value }
    : { id: record.id, what: 'finding', value: record.id };
  const unread: Unread[] = [];
  const cites: CitedMark['cites'][number][] = [];
  for (const target of isMark ? [record.on] : record.cites) {
    const groups = await workspace.sets.read(target);
    if (groups.ok) cites.push(...groups.value);
    else
      unread.push({ count: Array.isArray(target) ? target.length : target.count, problem: groups.problem });
  }
  return { cited: { ...head, cites }, unread };
}

function unseenOf(
  { cites }: CitedMark,
  unread: readonly Unread[],
  found: number,
  places: Places,
): Unseen | null {
  const all = countCitations(cites);
  if (found >= all && unread.length === 0) return null;
  const absent = new Map<string, number>();
  for (const group of cites) {
    if (places.evidence.has(group.sha256)) continue;
    absent.set(group.sha256, (absent.get(group.sha256) ?? 0) + group.offsets.length);
  }
  const sum = (counts: Iterable<number>): number => [...counts].reduce((total, count) => total + count, 0);
  const cited = all + sum(unread.map(({ count }) => count));
  return { cited, absent, notFound: Math.max(0, all - found - sum(absent.values())), unread };
}

function whyLost({ cited, absent, notFound, unread }: Unseen): string {
  const [first] = unread;
  if (first) return describeProblem(first.problem);
  const count = [...absent.values()].reduce((sum, each) => sum + each, notFound);
  const lost = `${count.toLocaleString('en')} of ${cited.toLocaleString('en')} records not found`;
  const [sha256] = absent.keys();
  if (sha256 === undefined) return `${lost}: no record with such an event begins where the mark says.`;
  const names = absent.size === 1 ? `the evidence ${sha256.slice(0, 12)}…` : `${absent.size} evidences`;
  return `${lost}: the case does not hold ${names}, or it was removed.`;
}

function turns(): (work: () => Promise<void>) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}
