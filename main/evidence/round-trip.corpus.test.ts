/**
 * Every row leads back to its bytes: records of thirty files of different kinds are read again at their offsets and
 * taken apart once more by another program (Python's csv and json), and give the stored columns.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpusFolder } from '../dev/corpus-folder';
import { importPaths } from '../dev/import-folder';
import { Database } from '../store/database';
import { selectRecords } from '../store/parquet';
import { quoteText, sql, trusted } from '../store/sql';
import { type EvidenceEntry, recordFileOf } from './segment';

const corpus = corpusFolder();

type Kind = 'lines' | 'json' | 'table' | 'zeek' | 'w3c';

/** Kinds of record, delimiters, encodings, line ends, envelopes, compression; each at least once. */
const FILES: readonly (readonly [kind: Kind, file: string])[] = [
  ['lines', '05-logs/loghub/OpenSSH_2k.log'],
  ['lines', '05-logs/loghub/Mac_2k.log'],
  ['lines', '05-logs/lnav/logfile_multiline.0'],
  ['lines', '05-logs/beats-oss/mysql/slowlog/percona-ubuntu-8.0.15.log'],
  ['lines', '05-logs/beats-xpack/activemq/log/activemq.log'],
  ['lines', '11-hostile/logs/logfile_crlf.0'],
  ['lines', '11-hostile/logs/logfile_ansi.1'],
  ['lines', '11-hostile/utf16/sav.txt'],
  ['lines', '11-hostile/compressed/syslog.gz'],
  ['lines', '09-ot-data/wincc/wincc_sys.log'],
  ['lines', '20-case-qut-s7/attack_log/Attack_script_log.log'],
  ['lines', '08-assets/spdx/example6-lib.spdx'],
  ['lines', '10-timelines/bodyfile/bodyfile'],
  ['json', '07-cloud/beats/aws/cloudtrail/console-login-json.log'],
  ['json', '05-logs/lnav/logfile_journald.json'],
  ['json', '08-assets/sbom/SBOM_dropwizard-1.3.15_bom.json'],
  ['json', '05-logs/sekoia/windows/Event_4625.json'],
  ['json', '02-network-logs/zeek-wrccdc/zeek-json/ssh.json.gz'],
  ['json', '10-timelines/plaso/json_line.log'],
  ['json', '11-hostile/logs/docker_corrupted.log'],
  ['table', '06-itsm-devops/servicenow/incident_event_log.csv'],
  ['table', '06-itsm-devops/jira/hive_jira_issues.csv'],
  ['table', '08-assets/nessus/nessus_new.csv'],
  ['table', '11-hostile/derived/nessus_many_vuln.utf16le-bom.csv'],
  ['table', '10-timelines/plaso/tln.log'],
  ['table', '10-timelines/timesketch/sigma_events.csv'],
  ['table', '08-assets/dojo/openvas_report_using_CVE.csv'],
  ['table', '11-hostile/derived/incident_cut_mid_row.csv'],
  ['zeek', '02-network-logs/zeek-tridium/conn~2.log'],
  ['zeek', '02-network-logs/zeek-wrccdc/zeek-default/notice.log.gz'],
  ['w3c', '05-logs/lnav/logfile_w3c_big.0'],
];

let folder = '';
let database: Database;
let entries: readonly EvidenceEntry[] = [];
beforeAll(async () => {
  if (corpus === null) return;
  folder = mkdtempSync(join(tmpdir(), 'throughline-round-'));
  database = await Database.open({ path: null, memoryLimitMb: 500, threads: 2, tempFolder: null });
  const paths = FILES.map(([, file]) => join(corpus, file));
  ({ entries } = await importPaths(paths, join(folder, 'staging')));
}, 120_000);
afterAll(() => {
  if (folder === '') return;
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

interface StoredRow {
  readonly text: string;
  readonly cells: readonly (string | null)[];
}

/** Text of each record, cut from the file by nothing but its offset and length, beside what is stored. */
async function storedRows(entry: EvidenceEntry, file: string): Promise<readonly StoredRow[]> {
  const raw = readFileSync(join(corpus ?? '', file));
  const bytes = entry.compression === 'gzip' ? gunzipSync(raw) : raw;
  const decoder = new TextDecoder(entry.encoding ?? 'utf-8', { ignoreBOM: true });
  const records = recordFileOf(join(folder, 'staging'), entry);
  if (records === null) return [];
  const table = await database.all(
    sql`SELECT * EXCLUDE (record_number) FROM (${selectRecords(records)}) ORDER BY record_number`,
  );
  return table.rows.map(([offset, length, ...cells]) => ({
    text: decoder.decode(bytes.subarray(Number(offset), Number(offset) + Number(length))),
    cells: cells.map((cell) => (cell === null || cell === undefined ? null : String(cell))),
  }));
}

/** Cells of each record as Python's csv reads them, one record at a time. */
const PYTHON_CSV = `
import csv, io, json, sys
csv.field_size_limit(1 << 30)
given = json.load(sys.stdin)
print(json.dumps([next(csv.reader(io.StringIO(t, newline=''), delimiter=given['delimiter']), []) for t in given['texts']]))
`;
const PYTHON_JSON = `
import json, sys
def read(text):
    try: return json.loads(text)
    except ValueError: return ['no JSON', text]
print(json.dumps([read(t) for t in json.load(sys.stdin)], sort_keys=True))
`;

function python(script: string, given: unknown): unknown {
  const output = execFileSync('python3', ['-c', script], {
    input: JSON.stringify(given),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  return JSON.parse(output);
}

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** An absent cell and an empty one are stored alike. */
function filled(cells: readonly (string | null)[]): readonly string[] {
  const texts = cells.map((cell) => cell ?? '');
  while (texts.at(-1) === '') texts.pop();
  return texts;
}

function delimiterOf(header: string): string {
  const found = [';', '|', '\t', ','].sort((a, b) => header.split(b).length - header.split(a).length);
  return found[0] ?? ',';
}

describe.skipIf(corpus === null || !hasPython())('records lead back to their bytes', () => {
  test.each(FILES.map(([kind, file], index) => [file, kind, index] as const))(
    '%s',
    async (file, kind, index) => {
      const entry = entries[index];
      expect(entry?.recordFile, JSON.stringify(entry?.row.problem)).toBeTruthy();
      if (!entry) return;
      const rows = await storedRows(entry, file);
      expect(rows.length).toBe(entry.row.records - entry.row.rejected + (await refusedKept(entry)));
      expect(rows.length).toBeGreaterThan(0);
      if (kind === 'lines') {
        expect(rows.map(({ cells }) => cells[0])).toEqual(
          rows.map(({ text }) => text.replace(/[\r\n]+$/, '')),
        );
      } else if (kind === 'json') {
        const stored = rows.map(({ cells }) => cells.at(-1) ?? '');
        expect(
          python(
            PYTHON_JSON,
            rows.map(({ text }) => text),
          ),
        ).toEqual(python(PYTHON_JSON, stored));
      } else if (kind === 'table') {
        const header = entry.sourceColumns.join('');
        const texts = rows.map(({ text }) => text.replace(/[\r\n]+$/, ''));
        const delimiter = delimiterOf((texts[0] ?? '') + header);
        const cells = python(PYTHON_CSV, { delimiter, texts });
        expect(rows.map((row) => filled(row.cells))).toEqual((cells as string[][]).map(filled));
      } else {
        // What the header of the file calls unset or empty is no text.
        const separator = kind === 'zeek' ? '\t' : ' ';
        const cellsOf = (text: string) => text.replace(/[\r\n]+$/, '').split(separator);
        const words = (cells: readonly string[]) =>
          cells.map((cell) => (/^(?:-|\(empty\))$/.test(cell) ? '' : cell));
        expect(rows.map((row) => filled(words(row.cells.map((cell) => cell ?? ''))))).toEqual(
          rows.map(({ text }) => filled(words(cellsOf(text)))),
        );
      }
    },
  );
});

/** Records a format refuses are kept with the rest; those the splitter could not take apart are not. */
async function refusedKept(entry: EvidenceEntry): Promise<number> {
  if (entry.row.rejected === 0) return 0;
  const path = quoteText(join(folder, 'staging', entry.recordFile ?? ''));
  const kept = await database.one(
    trusted(
      `SELECT count(*) FROM read_parquet(${path}) WHERE evidence_id = ${entry.row.evidence_id} AND record_number IN (
        SELECT record_number FROM read_parquet(${quoteText(join(folder, 'staging', 'reject.parquet'))}) WHERE evidence_id = ${entry.row.evidence_id})`,
    ),
  );
  return Number(kept);
}
