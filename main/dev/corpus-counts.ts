/**
 * Where our count of records is another than the corpus's index says, and why ours is the one meant: each was looked at
 * in the file. The index counts filled lines of text, rows behind a header, elements of arrays and lines of JSON.
 */

export interface IndexCount {
  /** What the index counted; null where it counted nothing. */
  readonly expected: number | null;
  /** Lines that are no JSON, which the index leaves out. */
  readonly badLines: number;
}

interface Explanation {
  readonly pattern: RegExp;
  readonly reason: string;
  /** Whether this difference is the one meant. */
  readonly fits: (ours: number, index: IndexCount & { readonly expected: number }) => boolean;
}

const fewer: Explanation['fits'] = (ours, { expected }) => ours < expected;
const by =
  (difference: number): Explanation['fits'] =>
  (ours, { expected }) =>
    ours - expected === difference;

const EXPLANATIONS: readonly Explanation[] = [
  {
    pattern: /compressed\/syslog\.(?:bz2|xz)$/,
    reason: 'the index counts the one file that is packed, we its records',
    fits: (_ours, { expected }) => expected === 1,
  },
  {
    pattern: /sample_with_a_bad_chunk_magic\.evtx$/,
    reason:
      'chunks without their mark hold further events, which the index leaves out; those that are lost are rejected',
    fits: (ours, { expected }) => ours > expected,
  },
  {
    pattern: /./,
    reason: 'a line of JSON that is none is a record here, a rejected one; the index leaves it out',
    fits: (ours, { expected, badLines }) => badLines > 0 && ours === expected + badLines,
  },
  {
    pattern: /\.master\.csv$|_labeled\.csv$|_out\.csv$|enip(?:Device|Vendors)\.csv$/,
    reason: 'the file has no header; the index takes its first row for one',
    fits: by(1),
  },
  {
    pattern: /^05-logs\/beats-oss\/iis\/|w3c|^07-cloud\/beats\/aws\/vpcflow\/.*\.log$|^10-timelines\/plaso\//,
    reason: 'the index counts header and # lines among the lines',
    fits: fewer,
  },
  {
    pattern:
      /mysql\/|compressed\/syslog\.gz$|postgres|icinga\/main|mssql\/|nginx\/error|activemq|darwin-syslog|logfile_(?:block\.1|multiline\.0|syslog\.3)$/,
    reason: 'a message goes on over several lines; the index counts lines',
    fits: fewer,
  },
  {
    pattern: /logfile_invalid_utf8\.0$/,
    reason: 'one message over several lines, cut by bytes that are no UTF-8; the index counts lines',
    fits: fewer,
  },
  {
    pattern: /show_cdp_neighbors/,
    reason: 'a long device name stands on a line of its own; the index counts lines',
    fits: fewer,
  },
  {
    pattern: /\.spdx$/,
    reason: 'a package, file or relationship with its tags is one record; the index counts lines',
    fits: fewer,
  },
  {
    pattern: /^08-assets\/spdx\/.*\.json$/,
    reason: 'the elements of @graph are the records; the index counts the one document',
    fits: (ours, { expected }) => expected === 1 && ours > 1,
  },
  {
    pattern: /cyclonedx_grype|dropwizard.*\.xml/,
    reason: 'the index also counts the component that the document itself is about',
    fits: by(-1),
  },
  {
    pattern: /^08-assets\/grassmarlin\/fingerprint|^11-hostile\/utf16\/.*\.xml$/,
    reason: 'XML of no known kind: the children of the root are records; the index counts all elements',
    fits: fewer,
  },
  {
    pattern: /bodyfile\.corrupt$/,
    reason: 'a CR inside a name is part of its line; the index ends a line there',
    fits: by(-1),
  },
  {
    pattern: /TaskScheduler_cut\.evtx$|sample_with_a_bad_chunk_magic\.evtx$/,
    reason:
      'a damaged event log: we go on behind the damage, the library behind the index stops or skips a chunk',
    fits: (ours, { expected }) => ours > expected,
  },
  {
    pattern: /modbus_cut_mid_record\.pcap$|dhcp-trunc\.pcapng$|hoobr_juniper3\.pcap$|vtp_asan-3\.pcap$/,
    reason: 'a frame that is cut is a record; the programs behind the index stop before it',
    fits: by(1),
  },
];

/** Why our count differs, in words; null where nothing explains it. */
export function explainCount(file: string, ours: number, index: IndexCount): string | null {
  const { expected } = index;
  if (expected === null) return 'the index counted no records';
  const found = EXPLANATIONS.find(
    ({ pattern, fits }) => pattern.test(file) && fits(ours, { ...index, expected }),
  );
  return found?.reason ?? null;
}
