/** One event closely: its fields, the source's own record, its points, and the bytes it came from. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mark } from '../../../shared/case';
import { fail, type Outcome, type Problem, succeed } from '../../../shared/problem';
import type { Result } from '../../../shared/protocol';
import type { SegmentRef } from '../../case/workspace';
import { compressionNamed } from '../../evidence/compression';
import { type EvidenceEntry, recordFileOf } from '../../evidence/segment';
import { readBytes } from '../../evidence/source';
import { type PlainValue, readEvent, readPoints, readRecord } from '../../store/detail';
import { marksOfEvent } from '../../store/marks';
import { type Call, openCaseOf } from '../context';
import { explain, findTshark } from '../explain';
import { findEvidence } from '../ledger';
import type { OpenCase } from '../open-case';
import { bytesFile, fileEntry, hasChanged, locate, originalOf } from '../original';
import { isCapture, packetFile } from '../packets';
import { unknownToken } from './case';
import type { Handlers } from './handlers';
import { withViews } from './view';

type Names = 'event.detail' | 'event.explain' | 'evidence.bytes' | 'evidence.locate';

export const eventHandlers: Pick<Handlers, Names> = {
  'event.detail': ({ eventId }, call) =>
    withViews(call, async (views) => {
      const found = await views.using(call.signal, async (database) => {
        const fields = await readEvent(database, eventId);
        const place = fields ? placeOf(call, Number(fields.get('evidence_id'))) : null;
        if (!fields || !place?.ok) return null;
        const { entry, segment } = place.value;
        const file = recordFileOf(segment.folder, entry);
        if (file !== null && !existsSync(file.path)) await place.value.open.file?.complete;
        const record =
          file === null || !existsSync(file.path)
            ? null
            : await readRecord(database, file, String(fields.get('record_number')));
        const points = await readPoints(database, eventId, entry.row.evidence_id);
        const markIds = await marksOfEvent(database, eventId);
        const original = originalOf(place.value.open, fileEntry(entry, segment), segment);
        const explainable =
          isCapture(entry) && record !== null && existsSync(original) && (await findTshark()) !== null;
        return { fields, entry, original, explainable, record, points, work: workOf(call, markIds) };
      });
      if (!found.ok) return found;
      return found.value ? succeed(detailOf(found.value)) : fail(noEvent);
    }),

  'event.explain': ({ eventId }, call) =>
    withViews(call, async (views) => {
      const fields = await views.using(call.signal, (database) => readEvent(database, eventId));
      if (!fields.ok) return fields;
      const open = openCaseOf(call.context);
      if (!fields.value || !open.ok) return fail(noEvent);
      const place = [fields.value.get('evidence_id'), fields.value.get('record_number')].map(Number);
      const [evidenceId = 0, record = 0] = place;
      const packet = await packetFile(call.context, evidenceId, record, call.signal);
      if (!packet.ok) return packet;
      const scratch = join(open.value.workspace.folder, 'cache', 'explain');
      return explain(packet.value, { program: await findTshark(), scratch }, call.signal);
    }),

  async 'evidence.bytes'({ evidenceId, offset, length }, call) {
    const place = placeOf(call, evidenceId);
    if (!place.ok) return place;
    const { entry, segment } = place.value;
    const holder = fileEntry(entry, segment);
    const path = originalOf(place.value.open, holder, segment);
    if ((await stat(path).catch(() => null)) === null) return fail(originalMissing(holder));
    const file = await bytesFile(place.value.open, entry, path);
    if (!file.ok) return file;
    const data = await readBytes(file.value, compressionNamed(entry.compression), offset, length);
    if (!data.ok) return data;
    // A copy of its own: the bytes may be a window on a larger buffer, all of which would cross to the page.
    return succeed({ data: new Uint8Array(data.value), changed: await hasChanged(path, holder) });
  },

  async 'evidence.locate'({ evidenceId, token }, call) {
    const place = placeOf(call, evidenceId);
    if (!place.ok) return place;
    const granted = call.context.tokens.resolve(token);
    if (!granted) return fail(unknownToken);
    const { open, entry, segment } = place.value;
    const located = await locate(open, fileEntry(entry, segment), granted.readFrom ?? granted.path);
    return located.ok ? succeed({}) : located;
  },
};

function placeOf(
  { context }: Call,
  evidenceId: number,
): Outcome<{ entry: EvidenceEntry; segment: SegmentRef; open: OpenCase }> {
  const open = openCaseOf(context);
  if (!open.ok) return open;
  const found = findEvidence(open.value.workspace.segments, evidenceId);
  return found
    ? succeed({ ...found, open: open.value })
    : fail({ code: 'no-evidence', what: 'The case has no such evidence.' });
}

interface Found {
  readonly fields: ReadonlyMap<string, PlainValue>;
  readonly entry: EvidenceEntry;
  readonly original: string;
  readonly explainable: boolean;
  readonly record: Awaited<ReturnType<typeof readRecord>>;
  readonly points: readonly ReadonlyMap<string, PlainValue>[];
  readonly work: Pick<Result<'event.detail'>, 'marks' | 'findings'>;
}

/** The marks on an event and the findings that cite it, oldest first. */
function workOf({ context }: Call, ids: readonly string[]): Found['work'] {
  const open = openCaseOf(context);
  const wanted = new Set(ids);
  const records = open.ok ? open.value.workspace.records().filter(({ id }) => wanted.has(id)) : [];
  return {
    marks: records.filter((record) => record.kind === 'mark').map(withoutOthers),
    findings: records.filter((record) => record.kind === 'finding').map(({ id, title }) => ({ id, title })),
  };
}

/** A list of a thousand citations does not cross with every event looked at. */
function withoutOthers(mark: Mark): Mark {
  return Array.isArray(mark.on) ? { ...mark, on: mark.on.slice(0, 1) } : mark;
}

function detailOf({
  fields,
  entry,
  original,
  explainable,
  record,
  points,
  work,
}: Found): Result<'event.detail'> {
  const { row } = entry;
  return {
    fields: Object.fromEntries(fields),
    record: (record?.values ?? []).map((value, index) => ({
      name: entry.sourceColumns[index] ?? entry.recordColumns[index] ?? '',
      value,
    })),
    points: points.map((point) => ({
      name: text(point.get('point_name')),
      object: text(point.get('ot_object')),
      address: number(point.get('ot_address')),
      value: number(point.get('value')),
      text: text(point.get('value_text')),
      quality: text(point.get('quality')),
    })),
    ...work,
    source: {
      evidenceId: row.evidence_id,
      name: row.name,
      path: row.path,
      member: row.member,
      sha256: row.sha256,
      recordNumber: Number(fields.get('record_number')),
      byteOffset: record?.byteOffset ?? 0,
      byteLength: record?.byteLength ?? 0,
      compressed: entry.compression !== null,
      encoding: entry.encoding,
      missing: !existsSync(original),
      format: row.format_title ?? row.format,
      zone: row.time_zone,
      zoneSource: row.time_zone_source,
      explainable,
    },
  };
}

function text(value: PlainValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

function number(value: PlainValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

const noEvent: Problem = {
  code: 'no-event',
  what: 'There is no such event.',
  help: 'Its evidence may have been removed; undo brings it back.',
};

function originalMissing({ row }: EvidenceEntry): Problem {
  return {
    code: 'evidence-missing',
    what: 'The original file is not there any more.',
    where: row.path,
    help: 'Bring it back to this place, or show where it lies; its bytes are checked against the hash in the ledger.',
  };
}
