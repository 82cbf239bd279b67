/** Gathers what a report shows from the open case, and writes the page. */
import { open as openHandle, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeProblem, fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import type { Result } from '../../shared/protocol';
import { formatOffset, formatWall, isZone } from '../../shared/time';
import { syncFolder } from '../case/durable';
import { parseJournal, readWholeLines } from '../case/journal';
import { partOf } from '../case-file/part';
import { type CitedEvent, citedEvents, rejectGroups, spanOfEvents } from '../query/report-events';
import type { ReportData, ReportEvent, ReportFinding, ReportUnseen } from '../report/data';
import { digitsOf, renderReport } from '../report/page';
import { whyNotWritten } from '../store/write-all';
import { type Call, openCaseOf } from './context';
import type { OpenCase } from './open-case';
import { reportView } from './report-view';

const MOST_OF_FINDING = 200;
const MOST_OF_TIMELINE = 2000;
const MOST_REJECTS = 500;

let reports = 0;

/** The page at `path`, whole or not at all. */
export async function writeReport(
  call: Call,
  path: string,
  zone: string,
): Promise<Outcome<Result<'case.report'>>> {
  const open = openCaseOf(call.context);
  if (!open.ok) return open;
  if (!isZone(zone)) return fail({ code: 'no-such-zone', what: 'There is no such time zone.', where: zone });
  await open.value.file?.complete;
  const data = await gather(call, open.value, zone);
  if (!data.ok) return data;
  const bytes = Buffer.from(renderReport(data.value));
  reports += 1;
  const part = partOf(path, process.pid, reports);
  try {
    const handle = await openHandle(part, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, path);
    await syncFolder(dirname(path));
    return succeed({ path, sizeBytes: bytes.length });
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    return fail(notWritten(path, error));
  }
}

async function gather(call: Call, open: OpenCase, zone: string): Promise<Outcome<ReportData>> {
  const { views, workspace } = open;
  if (!views) return fail({ code: 'no-views', what: 'The case was opened without its working database.' });
  const records = workspace.records();
  const ordered = records
    .filter((record) => record.kind === 'finding')
    .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
  const numbers = new Map(ordered.map(({ id }, index) => [id, index + 1]));
  const names = new Map(
    workspace.segments.flatMap(({ entries }) =>
      entries.map(({ row }) => [row.evidence_id, row.name] as const),
    ),
  );
  const tell = (event: CitedEvent): ReportEvent => reportEvent(event, names, numbers);

  const span = await spanOfEvents(views, call.signal);
  if (!span.ok) return span;
  const all = await citedEvents(views, null, MOST_OF_TIMELINE, call.signal);
  if (!all.ok) return all;
  const groups = await rejectGroups(views, MOST_REJECTS, call.signal);
  if (!groups.ok) return groups;
  const findings: ReportFinding[] = [];
  for (const [index, finding] of ordered.entries()) {
    call.context.notify('file.progress', { step: 'Report', done: index, of: ordered.length });
    const cited = await citedEvents(views, finding.id, MOST_OF_FINDING, call.signal);
    if (!cited.ok) return cited;
    const shown: ReportFinding['views'][number][] = [];
    for (const id of finding.views) shown.push(await reportView(call, workspace.record('view', id), zone));
    const { events, total } = cited.value;
    const unseen = unseenOf(open, finding.id);
    findings.push({ number: index + 1, finding, events: events.map(tell), total, unseen, views: shown });
  }
  const removed = workspace.removed();
  const said = (sha256: string | null) => (sha256 === null ? null : workspace.record('custody', sha256));
  const ledger = workspace.segments.flatMap(({ entries }) =>
    entries.map(({ row, quality }) => ({
      ...row,
      quality: quality ?? null,
      removed: removed.has(row.evidence_id),
      clock: row.sha256 === null ? null : workspace.record('clock', row.sha256),
      acquirer: said(row.sha256)?.acquirer ?? null,
      exhibit: said(row.sha256)?.exhibitNumber ?? null,
    })),
  );
  const journal = await journalEnd(workspace.folder);
  return succeed({
    version: call.context.version,
    made: call.context.now().toISOString(),
    zone,
    case: { name: workspace.name, author: workspace.author },
    totals: { evidence: ledger.length - removed.size, events: span.value.total, undated: span.value.undated },
    first: span.value.first,
    last: span.value.last,
    timeline: { events: all.value.events.map(tell), total: all.value.total },
    findings,
    ledger,
    rejects: groups.value.map(({ evidenceId, reason, count, records: first }) => ({
      evidence: names.get(evidenceId) ?? String(evidenceId),
      reason,
      count,
      records: `${first.join(', ')}${count > first.length ? ', …' : ''}`,
    })),
    journal,
  });
}

/** Why each cited record that leads to no event does not. */
function unseenOf({ marks, workspace }: OpenCase, findingId: string): ReportUnseen | null {
  const unseen = marks?.unseen(findingId) ?? null;
  if (unseen === null) return null;
  const rows = workspace.segments.flatMap(({ entries }) => entries.map(({ row }) => row));
  const removed = workspace.removed();
  const parts = [...unseen.absent].map(([sha256, count]) => {
    const row = rows.find((one) => one.sha256 === sha256);
    if (row === undefined) return { count, why: `of evidence the case does not hold (SHA-256 ${sha256})` };
    const what = removed.has(row.evidence_id)
      ? 'which was removed from view'
      : 'of which the case has no records';
    return { count, why: `of ${row.name}, ${what} (SHA-256 ${sha256})` };
  });
  if (unseen.notFound > 0) {
    const why = 'of evidence in view, where no record with such an event begins at the cited place any more';
    parts.push({ count: unseen.notFound, why });
  }
  for (const { count, problem } of unseen.unread)
    parts.push({ count, why: `in a list that could not be read: ${describeProblem(problem)}` });
  return { cited: unseen.cited, parts };
}

/** As the lines on disk have it: the text of a line is what the chain hashes. */
async function journalEnd(folder: string): Promise<ReportData['journal']> {
  const text = await readWholeLines(join(folder, 'journal.jsonl')).catch(() => '');
  const { operations, head } = parseJournal(text);
  return { operations: operations.length, head };
}

function reportEvent(
  event: CitedEvent,
  names: ReadonlyMap<number, string>,
  numbers: ReadonlyMap<string, number>,
): ReportEvent {
  const value = (name: string): string => event.values.get(name) ?? '';
  const side = (name: 'source' | 'destination'): string => {
    const port = value(`${name}_port`);
    return `${value(`${name}_ip`)}${port === '' ? '' : `:${port}`}`;
  };
  const [from, to] = [side('source'), side('destination')];
  const where = [value('host_name'), [from, to].filter((part) => part !== '').join(' → ')];
  return {
    id: event.id,
    at: event.at,
    precisionUs: event.precisionUs,
    flags: event.flags,
    recorded: event.values.get('recorded_text') ?? recordedText(event),
    domain: value('event_domain'),
    what: value('event_action') || value('timestamp_desc') || value('event_dataset'),
    where: where.filter((part) => part !== '').join(' '),
    message: value('message'),
    evidence: names.get(event.evidenceId) ?? String(event.evidenceId),
    record: event.record,
    findings: event.findings.flatMap((id) => numbers.get(id) ?? []).sort((a, b) => a - b),
  };
}

function recordedText({ wall, offsetMinutes, precisionUs }: CitedEvent): string | null {
  if (wall === null) return null;
  const text = formatWall(wall, digitsOf(precisionUs));
  return offsetMinutes === null ? text : `${text} ${formatOffset(offsetMinutes * 60)}`;
}

function notWritten(where: string, error: unknown): Problem {
  return {
    code: 'file-not-written',
    what: 'The report could not be written.',
    why: whyNotWritten(error),
    where,
    help: 'Check that the folder is there, can be written and has room.',
  };
}
