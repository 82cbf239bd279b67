/** One evidence's entry while its import goes on: what is known so far, and what is taken back when it fails. */

import { encodingTitle } from '../../shared/encodings';
import type { LedgerRow } from '../../shared/evidence';
import type { Problem } from '../../shared/problem';
import type { Format } from '../formats/format';
import type { ImportFile } from '../importer/messages';
import type { Detection } from './detect';
import type { FactCounts } from './facts';
import { blankEntry, blankRow, judge } from './ledger';
import type { CaptureReport } from './normalise/packets';
import type { EvidenceEntry } from './segment';
import type { ReadReport } from './source';
import type { Staged } from './stage';

export class Draft {
  readonly row: LedgerRow;
  copied = false;
  private readProblem: Problem | null = null;
  private readonly details: ReturnType<typeof blankEntry>;

  constructor(file: ImportFile, importerVersion: string) {
    this.row = blankRow(file.evidenceId, file.path, file.name);
    this.details = blankEntry(this.row, file.options, importerVersion);
  }

  head({ head, sample }: Detection): void {
    this.row.size_bytes = head.sizeBytes;
    this.details.compression = head.compression;
    this.details.encoding = sample && sample.binary === null ? sample.guess.encoding : null;
    if (sample?.guess.source === 'guess') {
      this.note(
        `The text states no encoding; that it is ${encodingTitle(sample.guess.encoding)} is a guess from its letters.`,
      );
    }
    this.details.modifiedAt = new Date(head.modifiedMs).toISOString();
  }

  /** `text` of a definition that does not ship. */
  format(format: Format, text: string | null = null): void {
    if (text !== null) this.details.formatText = text;
    this.row.format = format.id;
    this.row.format_title = format.title;
  }

  note(text: string): void {
    this.details.notes.push(text);
  }

  staged(staged: Staged): void {
    this.row.sha256 = staged.sha256;
    this.row.size_bytes = staged.diskBytes;
    this.row.records = staged.records;
    this.details.streamBytes = staged.streamBytes;
    this.details.framingBytes = staged.framingBytes;
    this.details.replacements = staged.replacements;
    this.details.notes.push(...staged.notes);
    if (staged.replacements > 0) {
      this.details.notes.push(`${staged.replacements} invalid byte sequences are shown as \ufffd.`);
    }
  }

  counts(facts: FactCounts, staged: Staged): void {
    const { row } = this;
    row.loaded = facts.loaded;
    row.rejected = facts.rejected;
    row.skipped = facts.skipped;
    row.events = facts.events;
    row.undated = facts.undated;
    row.first = facts.first;
    row.last = facts.last;
    row.time_zone = facts.timeZone;
    row.time_zone_source = facts.timeZoneSource;
    row.year_source = facts.yearSource;
    this.details.recordFile = facts.recordFile;
    this.details.sourceColumns = [...facts.sourceColumns];
    this.details.recordColumns = [...facts.recordColumns];
    if (facts.keysInText) this.details.keysInText = true;
    this.details.notes.push(...facts.notes);
    Object.assign(row, judge(row, staged.problem));
  }

  captureRead(report: CaptureReport, source: ReadReport): void {
    const { row, details } = this;
    row.sha256 = source.sha256;
    row.size_bytes = source.diskBytes;
    row.records = report.records;
    details.streamBytes = report.streamBytes;
    details.framingBytes = report.framingBytes;
    this.readProblem = source.problem ?? report.problem;
  }

  captureWritten(kind: { id: string; title: string }, recordFile: string, report: CaptureReport): void {
    const { row, details } = this;
    const { loaded, rejected, skipped, events, dissectors, recordColumns } = report;
    Object.assign(row, { loaded, rejected, skipped, events, dissectors: [...dissectors] });
    row.format = kind.id;
    row.format_title = kind.title;
    row.first = isoTime(report.firstUs);
    row.last = isoTime(report.lastUs);
    row.time_zone_source = 'in record';
    row.year_source = 'in record';
    for (const { text } of report.quality) this.note(text);
    details.quality = [...report.quality];
    Object.assign(details, {
      recordFile,
      sourceColumns: [...recordColumns],
      recordColumns: [...recordColumns],
    });
    Object.assign(row, judge(row, this.readProblem));
  }

  /** Forgets what was counted: no fact of this file is kept. */
  clear(): void {
    Object.assign(this.row, { records: 0, loaded: 0, rejected: 0, skipped: 0, events: 0, undated: 0 });
    Object.assign(this.row, { first: null, last: null });
    this.details.recordFile = null;
  }

  end(status: LedgerRow['status'], problem: Problem | null): void {
    if (status === 'cancelled') this.clear();
    this.row.status = status;
    this.row.problem = problem;
  }

  entry(now: Date): EvidenceEntry {
    return { ...this.details, copied: this.copied, importedAt: now.toISOString() };
  }
}

/** Microseconds since 1970 as ISO 8601 with six digits, as everywhere in the ledger. */
function isoTime(us: number | null): string | null {
  if (us === null) return null;
  const whole = Math.floor(us / 1e6);
  const fraction = String(us - whole * 1e6).padStart(6, '0');
  return `${new Date(whole * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}
