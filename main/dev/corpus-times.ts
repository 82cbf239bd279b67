/** First and last times of the corpus's files beside those its index states, and why some are others. */
import type { LedgerRow } from '../../shared/evidence';

/** As the index writes them: ISO text, with a blank for the T, or seconds since 1970. */
export interface IndexSpan {
  readonly from: string;
  readonly to: string;
}

export interface TimedLine {
  readonly file: string;
  readonly kind: string;
  readonly span: IndexSpan | null;
  readonly row: LedgerRow | null;
}

/** The index rounds. */
const TOLERANCE_MS = 1000;

const EXPLAINED: ReadonlyArray<{ readonly kind: RegExp; readonly file: RegExp; readonly why: string }> = [
  {
    kind: /^evtx$/,
    file: /./,
    why: 'the index takes the time in the record’s header, when it was written (or none: 1601); we take that of the event',
  },
  {
    kind: /^pcap$/,
    file: /\/(?:pim_header_asan-2|rx_serviceid_oobr)\.pcap$/,
    why: 'bytes of the times are damaged: the index takes the last packet for the first, or a negative fraction',
  },
];

/** Null when both agree, or the index or the file states no time; else the difference and its reason, if one is known. */
export function timeDifference({
  file,
  kind,
  span,
  row,
}: TimedLine): { readonly what: string; readonly why: string | null } | null {
  if (span === null || row === null || row.first === null || row.last === null) return null;
  const isSame = agree(span.from, row.first) && agree(span.to, row.last);
  if (isSame) return null;
  const why = EXPLAINED.find((one) => one.kind.test(kind) && one.file.test(file))?.why ?? null;
  return { what: `${file}: ${row.first} to ${row.last}, the index has ${span.from} to ${span.to}`, why };
}

function agree(theirs: string, ours: string): boolean {
  return Math.abs(millisecondsOf(theirs) - Date.parse(ours)) <= TOLERANCE_MS;
}

function millisecondsOf(text: string): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const [day = '', clock = '00:00:00'] = text.replace(/Z$|\+00:00$/, '').split(/[T ]/);
  return Date.parse(`${day}T${clock}Z`);
}
