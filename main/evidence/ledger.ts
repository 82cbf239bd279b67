/** Builds the ledger row of one evidence: the counts, the status they mean, the problem in words. */
import { basename } from 'node:path';
import type { ImportOptions, LedgerRow } from '../../shared/evidence';
import type { Problem } from '../../shared/problem';
import type { EvidenceEntry } from './segment';

/** A row with nothing read yet. */
export function blankRow(evidenceId: number, path: string, name: string): LedgerRow {
  return {
    evidence_id: evidenceId,
    path,
    member: null,
    name: name === '' ? basename(path) : name,
    size_bytes: 0,
    sha256: null,
    format: null,
    format_title: null,
    dissectors: [],
    time_zone: null,
    time_zone_source: null,
    year_source: null,
    records: 0,
    loaded: 0,
    rejected: 0,
    skipped: 0,
    events: 0,
    undated: 0,
    first: null,
    last: null,
    seconds: 0,
    status: 'failed',
    problem: null,
  };
}

/** The entry around a row with nothing read yet. The password of an archive is kept nowhere. */
export function blankEntry(
  row: LedgerRow,
  { password: _, ...options }: ImportOptions,
  importerVersion: string,
): { -readonly [Key in keyof EvidenceEntry]: EvidenceEntry[Key] } {
  return {
    row,
    options,
    importerVersion,
    importedAt: '',
    clockModel: null,
    recordFile: null,
    sourceColumns: [],
    recordColumns: [],
    compression: null,
    encoding: null,
    streamBytes: 0,
    framingBytes: 0,
    replacements: 0,
    modifiedAt: null,
    copied: false,
    notes: [],
  };
}

/** What the counts amount to, for a file that was read with a format. */
export function judge(
  counts: Pick<LedgerRow, 'records' | 'loaded' | 'rejected' | 'skipped'>,
  problem: Problem | null,
): Pick<LedgerRow, 'status' | 'problem'> {
  const { records, loaded, rejected, skipped } = counts;
  if (records !== loaded + rejected + skipped) {
    return { status: 'failed', problem: sumProblem(counts) };
  }
  if (problem?.code === 'books-do-not-balance') return { status: 'failed', problem };
  if (records === 0) return problem ? { status: 'failed', problem } : { status: 'empty', problem: null };
  if (loaded === 0 && rejected > 0) return { status: 'failed', problem: problem ?? nothingRead(rejected) };
  if (problem) return { status: 'partial', problem };
  if (rejected > 0) return { status: 'partial', problem: rejectProblem(rejected, records) };
  return { status: 'loaded', problem: null };
}

function sumProblem({
  records,
  loaded,
  rejected,
  skipped,
}: Pick<LedgerRow, 'records' | 'loaded' | 'rejected' | 'skipped'>): Problem {
  return {
    code: 'records-do-not-add-up',
    what: 'The records read do not add up.',
    why: `This is a fault of the program: ${records} records, of which ${loaded} loaded, ${rejected} rejected, ${skipped} skipped.`,
    help: 'Please report it with the file, or with a few of its lines.',
  };
}

function nothingRead(rejected: number): Problem {
  return {
    code: 'no-record-read',
    what:
      rejected === 1
        ? 'The only record could not be read.'
        : `None of the ${rejected} records could be read.`,
    help: 'The format may be the wrong one; look at the rejects and choose another.',
  };
}

function rejectProblem(rejected: number, records: number): Problem {
  return {
    code: 'records-rejected',
    what: `${rejected} of ${records} records could not be read.`,
    help: 'The rejects name each with its reason.',
  };
}
