/** Saved views and clocks, and the removal of what nothing needs any more. */
import { randomUUID } from 'node:crypto';
import type { CaseRecord, Clock, Custody, SavedView } from '../../../shared/case';
import { fail, type Problem, succeed } from '../../../shared/problem';
import { isZone } from '../../../shared/time';
import type { RecordsDiff } from '../../case/operation';
import { leadsTo, referencesOf } from '../../case/references';
import type { Workspace } from '../../case/workspace';
import type { EvidenceEntry } from '../../evidence/segment';
import { takesZone } from '../clocks';
import type { Handler } from '../handlers/handlers';
import { operate } from '../operate';
import { quoted } from './target';

export const saveView: Handler<'view.save'> = async ({ id, view }, call) => {
  const viewId = id ?? randomUUID();
  const state = await operate(call, async ({ workspace }) => {
    const before = id === null ? null : workspace.record('view', id);
    if (id !== null && !before) return fail({ code: 'no-view', what: 'There is no such saved view.' });
    const sources = view.chart ? [view.source, view.chart.source] : [view.source];
    if (sources.some((source) => leadsTo(source, viewId, workspace.records()))) return fail(viewInItself);
    const after: SavedView = {
      kind: 'view',
      id: viewId,
      schema: 1,
      ...view,
      by: workspace.author,
      at: call.context.now().toISOString(),
    };
    const label = `${before ? 'Change' : 'Save'} view ${quoted(view.name)}`;
    return workspace.journal.append(label, put(before, after));
  });
  return state.ok ? succeed({ case: state.value, id: viewId }) : state;
};

export const removeWork: Handler<'work.remove'> = ({ kind, id }, call) =>
  operate(call, async ({ workspace }) => {
    const record = workspace.record(kind, id);
    if (!record) return fail({ code: `no-${kind}`, what: `There is no such ${kind}.` });
    const users = workspace.records().filter((other) => {
      if (other.kind === kind && other.id === id) return false;
      const { views, findings } = referencesOf(other);
      return (kind === 'view' ? views : findings).has(id);
    });
    if (users.length > 0) return fail(inUse(kind, users));
    const name = record.kind === 'view' ? record.name : record.title;
    return workspace.journal.append(`Remove ${kind} ${quoted(name)}`, {
      added: [],
      updated: [],
      removed: [record],
    });
  });

export const setClock: Handler<'evidence.setClock'> = ({ evidenceIds, clock }, call) =>
  operate(call, async ({ workspace }) => {
    if (clock?.zone != null && !isZone(clock.zone)) return fail(noZone(clock.zone));
    const entries = entriesOf(workspace, evidenceIds);
    if (entries.length === 0) return fail(noEvidence);
    if (clock?.zone != null && !entries.some(takesZone)) return fail(zoneStated);
    const { diff, count } = sayOfEach(
      workspace,
      entries,
      'clock',
      (id): Clock | null => clock && { kind: 'clock', id, schema: 1, ...clock },
    );
    if (count === 0) return succeed(null);
    const label = `${clock ? 'Set' : 'Reset'} the clock of ${evidences(count)}`;
    return workspace.journal.append(label, diff);
  });

export const setCustody: Handler<'evidence.setCustody'> = ({ evidenceIds, acquirer, exhibitNumber }, call) =>
  operate(call, async ({ workspace }) => {
    const entries = entriesOf(workspace, evidenceIds);
    if (entries.length === 0) return fail(noEvidence);
    const isSaid = acquirer !== null || exhibitNumber !== null;
    const { diff, count } = sayOfEach(workspace, entries, 'custody', (id): Custody | null =>
      isSaid ? { kind: 'custody', id, schema: 1, acquirer, exhibitNumber } : null,
    );
    if (count === 0) return succeed(null);
    return workspace.journal.append(`Say who acquired ${evidences(count)}`, diff);
  });

/** Those of them whose SHA-256 is known: what is said of an evidence is kept by it. */
function entriesOf({ segments }: Workspace, evidenceIds: readonly number[]): EvidenceEntry[] {
  const wanted = new Set(evidenceIds);
  return segments
    .flatMap(({ entries }) => entries)
    .filter(({ row }) => wanted.has(row.evidence_id) && row.sha256 !== null);
}

/** What is now said of each evidence, by its SHA-256; null takes back what was said. `count`: how many it changes. */
function sayOfEach(
  workspace: Workspace,
  entries: readonly EvidenceEntry[],
  kind: 'clock' | 'custody',
  say: (sha256: string) => CaseRecord | null,
): { diff: RecordsDiff; count: number } {
  const diff: RecordsDiff = { added: [], updated: [], removed: [] };
  for (const sha256 of new Set(entries.map(({ row }) => row.sha256 ?? ''))) {
    const before = workspace.record(kind, sha256);
    const after = say(sha256);
    if (after) {
      const { added, updated } = put(before, after);
      diff.added.push(...added);
      diff.updated.push(...updated);
    } else if (before) diff.removed.push(before);
  }
  return { diff, count: diff.added.length + diff.updated.length + diff.removed.length };
}

const evidences = (count: number): string => (count === 1 ? '1 evidence' : `${count} evidences`);

function put(before: CaseRecord | null, after: CaseRecord): RecordsDiff {
  return before
    ? { added: [], updated: [[before, after]], removed: [] }
    : { added: [after], updated: [], removed: [] };
}

function inUse(kind: 'finding' | 'view', users: readonly CaseRecord[]): Problem {
  const names = users.map((user) => {
    if (user.kind === 'finding') return `finding ${quoted(user.title)}`;
    return user.kind === 'view' ? `view ${quoted(user.name)}` : user.kind;
  });
  return {
    code: 'record-in-use',
    what: `This ${kind} is still needed.`,
    why: `by ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`,
    help: 'Change or remove those first.',
  };
}

const viewInItself: Problem = {
  code: 'view-in-itself',
  what: 'A view cannot be made of itself.',
  help: 'Save it under another name.',
};

const noEvidence: Problem = { code: 'no-evidence', what: 'The case has no such evidence.' };

const zoneStated: Problem = {
  code: 'clock-zone-stated',
  what: 'Another zone changes nothing here: the records or their format state their own.',
  help: 'Set an offset instead.',
};

function noZone(name: string): Problem {
  return {
    code: 'no-zone',
    what: `“${name.slice(0, 60)}” is no time zone.`,
    help: 'Name one like Australia/Brisbane, or an offset like +10:00.',
  };
}
