/**
 * Evidence imported again with other settings: its original is found and checked, and when the new import is stored it
 * takes the old one's place as one operation. Marks cite bytes, so they stay where they were.
 */
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { LedgerRow } from '../../shared/evidence';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import type { CaseState, Result } from '../../shared/protocol';
import { packIds } from '../case/operation';
import type { Workspace } from '../case/workspace';
import { type Call, type EngineContext, writableCaseOf } from './context';
import { findEvidence } from './ledger';
import { operate } from './operate';
import { fileEntry, hasChanged, originalOf } from './original';

/** A token for the original, and what an import of it would replace. */
export async function again(
  { context }: Call,
  evidenceId: number,
): Promise<Outcome<Result<'evidence.again'>>> {
  const open = writableCaseOf(context);
  if (!open.ok) return open;
  const { workspace } = open.value;
  const found = findEvidence(workspace.segments, evidenceId);
  const removed = workspace.removed();
  if (!found || removed.has(evidenceId))
    return fail({ code: 'no-evidence', what: 'The case has no such evidence.' });
  const { segment } = found;
  const holder = fileEntry(found.entry, segment);
  const readFrom = originalOf(open.value, holder, segment);
  if (!(await stat(readFrom).catch(() => null))?.isFile()) return fail(missing(holder.row));
  if (await hasChanged(readFrom, holder)) return fail(changed(holder.row));
  const inside = segment.entries.filter(
    ({ row, members }) => row.path === holder.row.path && members !== undefined,
  );
  const isContainer = holder.row.status === 'container' || inside.length > 0;
  const replaced = isContainer && holder.members === undefined ? [holder, ...inside] : [holder];
  const { path, name } = holder.row;
  const granted = holder.copied ? { path, name, readFrom } : { path: readFrom, name };
  return succeed({
    token: context.tokens.grant(granted),
    name,
    options: holder.options,
    replaces: replaced.map(({ row }) => row.evidence_id).filter((id) => !removed.has(id)),
    isContainer,
  });
}

/** Why the new import may not take the old one's place: it read nothing of what the old one did. */
export function unreadProblem(
  workspace: Workspace,
  replaces: readonly number[],
  rows: readonly LedgerRow[],
): Problem | null {
  const held = replaces.some((id) => (findEvidence(workspace.segments, id)?.entry.row.loaded ?? 0) > 0);
  if (!held || rows.some(({ loaded }) => loaded > 0)) return null;
  const why = rows.find(({ problem }) => problem !== null)?.problem;
  return {
    code: 'reimport-unread',
    what: 'With these settings nothing of the file could be read, so the evidence stays as it is.',
    ...(why ? { why: why.why === undefined ? why.what : `${why.what} ${why.why}` } : {}),
    ...(rows[0] ? { where: rows[0].name } : {}),
    help: 'Import it again with another format or other settings.',
  };
}

/**
 * Takes the old evidence out of sight; undo brings it back and takes the new one out instead. The journal therefore
 * names the new one's removal as taken away, though it never was made.
 */
export function replace(
  context: EngineContext,
  replaces: readonly number[],
  rows: readonly LedgerRow[],
): Promise<Outcome<CaseState>> {
  return operate({ context }, async ({ workspace }) => {
    const removed = workspace.removed();
    const old = replaces.filter((id) => !removed.has(id));
    if (old.length === 0) return succeed(null);
    const removal = (ids: readonly number[]) => ({
      kind: 'removal' as const,
      id: randomUUID(),
      schema: 1 as const,
      evidence: packIds(ids),
    });
    const label = `Import ${rows[0]?.name ?? 'evidence'} again`;
    const diff = {
      added: [removal(old)],
      updated: [],
      removed: [removal(rows.map(({ evidence_id: id }) => id))],
    };
    return workspace.journal.append(label, diff);
  });
}

function missing({ name, path }: LedgerRow): Problem {
  return {
    code: 'evidence-missing',
    what: 'The original is not where it was.',
    where: path === '' ? name : path,
    help: 'Bring it back, or show where it lies now in the inspector of one of its events, then import it again.',
  };
}

function changed({ name, path }: LedgerRow): Problem {
  return {
    code: 'evidence-changed',
    what: 'The file is not the one that was imported: its bytes have changed.',
    why: 'marks cite the bytes of the imported file and would be lost',
    where: path === '' ? name : path,
    help: 'Import the changed file as evidence of its own.',
  };
}
