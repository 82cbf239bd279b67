/** Evidence: list, survey, preview, import, cancel, remove, rejects, bytes. */

import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { fail, succeed } from '../../../shared/problem';
import { packIds } from '../../case/operation';
import { coverage, extents, gaps } from '../../query/coverage';
import { duplicates } from '../../query/duplicates';
import { rejectReasons, rejects } from '../../query/rejects';
import { openCaseOf, writableCaseOf } from '../context';
import { again } from '../import-again';
import type { PlanItem } from '../import-plan';
import { ownRecords } from '../ledger';
import { operate } from '../operate';
import { originalOf } from '../original';
import { unknownToken } from './case';
import type { Handlers } from './handlers';
import { preview, survey } from './survey';
import { withViews } from './view';

type Names =
  | 'evidence.list'
  | 'evidence.prepare'
  | 'evidence.survey'
  | 'evidence.preview'
  | 'evidence.import'
  | 'evidence.cancel'
  | 'evidence.remove'
  | 'evidence.rejects'
  | 'evidence.rejectReasons'
  | 'evidence.again'
  | 'evidence.coverage'
  | 'evidence.gaps'
  | 'evidence.duplicates';

export const evidenceHandlers: Pick<Handlers, Names> = {
  async 'evidence.list'(_, { context, signal }) {
    const open = openCaseOf(context);
    if (!open.ok) return open;
    const removed = open.value.workspace.removed();
    const said = (sha256: string | null) =>
      sha256 === null ? null : open.value.workspace.record('custody', sha256);
    const entries = open.value.workspace.segments.flatMap((segment) =>
      segment.entries.map((entry) => ({ ...entry, original: originalOf(open.value, entry, segment) })),
    );
    const clockOf = ({ sha256 }: (typeof entries)[number]['row']) =>
      sha256 === null ? null : open.value.workspace.record('clock', sha256);
    // The ledger of the import knows times as they were recorded.
    const moved = entries.flatMap(({ row }) => (clockOf(row) === null ? [] : [row.evidence_id]));
    const views = open.value.views;
    const found = views === null || moved.length === 0 ? null : await extents(views, moved, signal);
    if (found?.ok === false) return found;
    const rows = await Promise.all(
      entries.map(async ({ row, copied, original, encoding, notes, quality }) => ({
        ...row,
        ...found?.value.get(row.evidence_id),
        removed: removed.has(row.evidence_id),
        encoding,
        stored: copied ? ('copy' as const) : ('reference' as const),
        clock: clockOf(row),
        acquirer: said(row.sha256)?.acquirer ?? null,
        exhibitNumber: said(row.sha256)?.exhibitNumber ?? null,
        notes,
        quality: quality ?? null,
        missing: !copied && (await stat(original).catch(() => null)) === null,
      })),
    );
    return succeed({ rows });
  },

  'evidence.prepare'(_, { context }) {
    context.looker.prepare();
    return succeed({});
  },
  'evidence.survey': ({ tokens, ...how }, call) => survey(call, tokens, how),
  'evidence.preview': ({ token, options, draft, records }, call) =>
    preview(call, token, options, {
      ...(draft === undefined ? {} : { draft }),
      ...(records === undefined ? {} : { records }),
    }),

  'evidence.import'({ items, copy, replaces }, { context }) {
    const open = writableCaseOf(context);
    if (!open.ok) return open;
    const planned: PlanItem[] = [];
    for (const { token, options } of items) {
      const granted = context.tokens.resolve(token);
      if (!granted) return fail(unknownToken);
      planned.push({ ...granted, options });
    }
    return succeed({ importId: open.value.imports.start(planned, copy, replaces) });
  },

  'evidence.cancel'({ importId }, { context }) {
    const open = openCaseOf(context);
    if (!open.ok) return open;
    open.value.imports.cancel(importId);
    return succeed({});
  },

  'evidence.remove': ({ evidenceIds }, call) =>
    operate(call, async ({ workspace }) => {
      const removed = workspace.removed();
      const known = new Set(
        workspace.segments.flatMap(({ entries }) => entries.map(({ row }) => row.evidence_id)),
      );
      const ids = evidenceIds.filter((id) => known.has(id) && !removed.has(id));
      if (ids.length === 0) return fail({ code: 'nothing-to-remove', what: 'There is nothing to remove.' });
      const label = ids.length === 1 ? 'Remove 1 evidence' : `Remove ${ids.length} evidences`;
      const record = {
        kind: 'removal' as const,
        id: randomUUID(),
        schema: 1 as const,
        evidence: packIds(ids),
      };
      return workspace.journal.append(label, { added: [record], updated: [], removed: [] });
    }),

  'evidence.rejects': (params, call) => withViews(call, (views) => rejects(views, params, call.signal)),
  'evidence.rejectReasons': (params, call) =>
    withViews(call, (views) => rejectReasons(views, params, call.signal)),
  'evidence.again': ({ evidenceId }, call) => again(call, evidenceId),
  'evidence.coverage': (params, call) => withViews(call, (views) => coverage(views, params, call.signal)),
  'evidence.gaps': (params, call) => withViews(call, (views) => gaps(views, params, call.signal)),
  'evidence.duplicates': (_, call) =>
    withViews(call, async (views) => {
      const open = openCaseOf(call.context);
      return open.ok ? duplicates(views, ownRecords(open.value.workspace), call.signal) : open;
    }),
};
