/**
 * Format → SQL over the staging table `record(record_number, byte_offset, byte_length, c0, c1, …)`: the same
 * statements in samples, preview and import. They hold no parameters, because COPY takes none.
 */
import type { LedgerRow } from '../../../shared/evidence';
import { fail, type Outcome, succeed } from '../../../shared/problem';
import { isZone } from '../../../shared/time';
import type { Format } from '../../formats/format';
import type { Database } from '../../store/database';
import type { SameValue } from '../../store/parquet-pages';
import { quoteText, type Sql, trusted } from '../../store/sql';
import { addressSelect, findValidity } from './address-sql';
import { findDateOrder, findHabits, findYears } from './analyse';
import type { CompileContext } from './compile-context';
import { eventSelect, partsOf, planEvents } from './event-sql';
import { assetSelect, zoneSelect } from './inventory-sql';
import type { MomentContext } from './moment-sql';
import { pointSelect } from './point-sql';
import { columnIndex, matchOnly, planRecords, type Staged } from './record-sql';
import { type Shaped, shapeGeneric } from './shape-generic';

export type { CompileContext } from './compile-context';

/** Statements of one import. A loaded record is one that `rejects` does not name; it may give 0, 1 or more events. */
export interface Compiled {
  /** To be run first, in order. */
  readonly prepare: readonly Sql[];
  /** record_number, reason, help of records the format cannot read, in order. */
  readonly rejects: Sql;
  /** record_number of lines around the records, which are neither loaded nor rejected; null where there are none. */
  readonly skips: Sql | null;
  /** EVENT_FIELDS except event_id, in order of record_number, then of the format's parts. */
  readonly events: Sql;
  /** What `events` gives every row alike, by column. */
  readonly same: ReadonlyMap<string, SameValue>;
  /** See `EventSelect`. */
  readonly chosen: ReadonlySet<string>;
  /**
   * record_number, event_part, then POINT_FIELDS except event_id: to be joined with events on the first two. Null
   * where the format has no points, as with the next three (columns of store/tables.ts).
   */
  readonly points: Sql | null;
  readonly assets: Sql | null;
  readonly addresses: Sql | null;
  readonly zones: Sql | null;
  /** The mapping a generic format made for itself, where it was given none. */
  readonly guessed?: Shaped['guessed'];
  readonly timeZoneSource: LedgerRow['time_zone_source'];
  /** What it is instead where a record further down states no zone; null where that cannot be. */
  readonly lateZoneSource: 'asked' | 'assumed' | null;
  readonly yearSource: LedgerRow['year_source'];
  readonly notes: readonly string[];
}

/** Required columns and header words an evidence lacks, in words; null when it has them all. */
export function missingFrom(format: Format, staged: Staged): string | null {
  if (staged.kind === 'delimited' || staged.kind === 'zeek') {
    const missing = (format.match.columns ?? []).find((one) => {
      const names = typeof one === 'string' ? [one] : one;
      return names.every((name) => columnIndex(staged.columns, name) < 0);
    });
    if (missing !== undefined) {
      return `there is no column ${typeof missing === 'string' ? missing : missing.join(' or ')}`;
    }
  }
  if (format.read.kind === 'fixed') {
    const isOwn = format.read.headers.some((titles) =>
      titles.every((title) => staged.columns.includes(title)),
    );
    if (!isOwn) return 'its header line is another';
  }
  for (const [key, wanted] of Object.entries(format.match.meta ?? {})) {
    const given = staged.meta[key];
    const words = typeof wanted === 'string' ? [wanted] : wanted;
    if (given === undefined || !words.includes(given)) {
      return `its ${key} is ${given ?? 'not stated'}, not ${words.join(' or ')}`;
    }
  }
  return null;
}

/** Whether a format reads what a reader of this kind stages. */
export function readsKind(format: Format, kind: Staged['kind']): boolean {
  const { kind: read } = format.read;
  if (kind === 'delimited' && read === 'fixed') return true;
  return read === kind || (kind === 'json' && (read === 'zeek' || read === 'xml' || read === 'evtx'));
}

function rejectSelect(format: Format, staged: Staged): string {
  const plan = planRecords(matchOnly(format), staged, 'record');
  if (plan.fits === null) return `SELECT record_number, '' AS reason, '' AS help FROM record WHERE false`;
  const otherwise = `Another format may read it; the rest of the evidence was read as ${format.title}.`;
  const shape = quoteText(`The record does not have the shape of ${format.title}`);
  const broken = staged.kind === 'json' ? `'The record is not valid JSON'` : shape;
  const reason = plan.isWhole === null ? shape : `CASE WHEN ${plan.isWhole} THEN ${shape} ELSE ${broken} END`;
  const around = plan.isSkipped === null ? '' : ` AND NOT ${plan.isSkipped}`;
  return plan.layers.select(
    `record_number, ${reason} AS reason, ${quoteText(otherwise)} AS help`,
    ` WHERE NOT ${plan.fits}${around}`,
  );
}

function skipSelect(format: Format, staged: Staged): string | null {
  const plan = planRecords(matchOnly(format), staged, 'record');
  if (plan.isSkipped === null) return null;
  return plan.layers.select('record_number', ` WHERE ${plan.isSkipped}`);
}

/**
 * Compiles a format for a staged evidence. Looks at the records where only the whole evidence can tell (year, order
 * of day and month, generic formats); fails when the evidence lacks what the format requires.
 */
export async function compile(
  database: Database,
  given: Format,
  context: CompileContext,
): Promise<Outcome<Compiled>> {
  const misfit = readsKind(given, context.kind)
    ? missingFrom(given, context)
    : `it is read as ${context.kind}, the format as ${given.read.kind}`;
  if (misfit !== null) {
    return fail({
      code: 'format-does-not-fit',
      what: `The evidence cannot be read as ${given.title}`,
      why: misfit,
      help: 'Choose another format, or let the format be found',
    });
  }
  if (context.zone !== null && !isZone(context.zone)) {
    return fail({
      code: 'zone-unknown',
      what: `${context.zone} is not a time zone`,
      help: 'Give an IANA name such as Australia/Brisbane, or an offset such as +10:00',
    });
  }
  const shaped: Shaped = given.generic
    ? await shapeGeneric(database, given, context)
    : { format: given, notes: [] };
  const { format } = shaped;
  const habits = await findHabits(database, format, context);
  const { offsets, rest, namedZones } = habits;
  const years = await findYears(database, format, context, context.year, context.fileTimeUs, habits);
  const order = await findDateOrder(database, format, context);
  const anyTime: MomentContext = {
    zone: context.zone,
    year: years?.year ?? 'CAST(NULL AS INTEGER)',
    yearAssumed: years !== null && years.source !== 'asked',
    dateOrder: order?.order ?? 'day_first',
    namedZones,
  };
  // What was seen of the events' times tells nothing of those for which an address holds.
  const moment: MomentContext = rest === undefined ? anyTime : { ...anyTime, rest };
  const timed = format.events?.length === 0 ? { ...format, events: [{ part: '', fields: {} }] } : format;
  const plan = planEvents(timed, context, 'record');
  const events = eventSelect(plan, context, context.evidenceId, moment, context.isBig);
  const isTimed = partsOf(format).some((one) => one.time !== undefined);
  const otherwise = context.zone === null ? 'assumed' : 'asked';
  const zoneSource = offsets.stated === 'all' ? 'in record' : otherwise;
  const points = pointSelect(format, context, context.evidenceId, moment);
  const assets = assetSelect(format, context, context.evidenceId);
  const validity = await findValidity(database, format, context, anyTime);
  const addresses = addressSelect(format, context, context.evidenceId, {
    ...anyTime,
    dateOrder: validity?.order ?? moment.dateOrder,
  });
  const zones = zoneSelect(format, context, context.evidenceId);
  const skips = skipSelect(format, context);
  return succeed({
    prepare: [],
    rejects: trusted(rejectSelect(format, context)),
    skips: skips === null ? null : trusted(skips),
    events: trusted(partsOf(format).length === 0 ? `SELECT * FROM (${events.sql}) WHERE false` : events.sql),
    same: events.same,
    chosen: events.chosen,
    points: points === null ? null : trusted(points),
    assets: assets === null ? null : trusted(assets),
    addresses: addresses === null ? null : trusted(addresses),
    zones: zones === null ? null : trusted(zones),
    timeZoneSource: isTimed ? zoneSource : null,
    lateZoneSource: isTimed && zoneSource === 'in record' && offsets.isJudged ? otherwise : null,
    yearSource: isTimed ? (years?.source ?? 'in record') : null,
    ...(shaped.guessed === undefined ? {} : { guessed: shaped.guessed }),
    notes: [...shaped.notes, ...(years?.notes ?? []), ...(order?.notes ?? []), ...(validity?.notes ?? [])],
  });
}
