/** `import`: files, folders and archives into a case; prints the ledger of what was taken in. */
import { resolve } from 'node:path';
import { ENCODINGS, encodingNamed } from '../../../shared/encodings';
import type { ImportOptions, LedgerRow } from '../../../shared/evidence';
import { CASE_OPTION, type Command, type Given, JSON_OPTION } from '../command';
import { EXIT, exitOf } from '../exit';
import { runImport } from '../import-run';
import { exitForRows, ledgerTable, totalsOf } from '../ledger-print';
import { say, sayJson, warn, warnProblem } from '../output';
import { PASSPHRASE_OPTION, passphraseGiven } from '../passphrase';
import { must, openCase, type Session, withEngine } from '../session';
import { keepFormats } from './keep-formats';

export const importCommand: Command = {
  name: 'import',
  summary: 'Takes files, folders and archives into a case and prints the ledger',
  words: { label: 'PATH…', min: 1, max: Number.POSITIVE_INFINITY },
  options: [
    { ...CASE_OPTION, help: 'workspace folder of the case; made where there is none' },
    { name: 'format', value: 'ID', help: 'read every file as this format (see: formats)' },
    { name: 'formats', value: 'FILE', help: 'formats of one’s own, kept in the case before it reads' },
    {
      name: 'zone',
      value: 'IANA',
      help: 'zone of records that state none, such as Australia/Brisbane; else UTC, flagged',
    },
    { name: 'year', value: 'YYYY', help: 'year of records that state none' },
    {
      name: 'encoding',
      value: 'NAME',
      help: 'encoding of every text file, such as windows-1251; else found, or guessed',
    },
    {
      ...PASSPHRASE_OPTION,
      help: 'read the password of protected containers from this open file descriptor',
    },
    {
      name: 'acquirer',
      value: 'NAME',
      help: 'who acquired these files; told in the case file and the report',
    },
    { name: 'exhibit', value: 'NUMBER', help: 'their exhibit number' },
    { name: 'strict', help: 'exit 1 also where a file was not recognised' },
    JSON_OPTION,
  ],
  examples: [
    'import /mnt/usb/export --case ./plant-7',
    'import fw.log --case ./plant-7 --zone Europe/Berlin --year 2026 --json',
    'import valves.log --case ./plant-7 --formats plant-formats.yaml',
  ],
  async run(given, signal) {
    const options = importOptions(given);
    if (options === null) return EXIT.usage;
    const folder = given.option('case') ?? '';
    return withEngine(
      async (session) => {
        // The working database is made when somebody looks; an import from a script need not fill it.
        const state = await openCase(session, { folder, mode: 'write', create: true, cache: false });
        const own = given.option('formats');
        if (own !== undefined) {
          const { whole } = await keepFormats(session, own, { toCase: true, toLibrary: false });
          if (!whole) return EXIT.notAll;
        }
        const items = given.words.map((path) => ({ path, options }));
        const done = await runImport(session, items, signal);
        if (done.problem) warnProblem(done.problem);
        if (done.status === 'cancelled') return EXIT.cancelled;
        if (done.status === 'failed') return done.problem ? exitOf(done.problem) : EXIT.couldNotRun;
        await noteCustody(session, given, done.rows);
        if (given.has('json')) {
          const listed = must(await session.page.call('evidence.list', {})).rows;
          const told = new Map(
            listed.map(({ evidence_id, encoding, notes }) => [evidence_id, { encoding, notes }]),
          );
          const evidence = done.rows.map((row) => ({ ...row, ...told.get(row.evidence_id) }));
          await sayJson({ case: resolve(state.folder), evidence, totals: totalsOf(done.rows) });
        } else await say(ledgerTable(done.rows));
        return exitForRows(done.rows, given.has('strict'));
      },
      { forImport: true },
    );
  },
};

/** The same for every file of this import that has a hash. */
async function noteCustody(session: Session, given: Given, rows: readonly LedgerRow[]): Promise<void> {
  const acquirer = given.option('acquirer') ?? null;
  const exhibitNumber = given.option('exhibit') ?? null;
  const evidenceIds = rows.filter(({ sha256 }) => sha256 !== null).map((row) => row.evidence_id);
  if (evidenceIds.length === 0 || (acquirer === null && exhibitNumber === null)) return;
  for (let from = 0; from < evidenceIds.length; from += 10_000) {
    const these = evidenceIds.slice(from, from + 10_000);
    must(await session.page.call('evidence.setCustody', { evidenceIds: these, acquirer, exhibitNumber }));
  }
}

function importOptions(given: Given): ImportOptions | null {
  const format = given.option('format');
  const zone = given.option('zone');
  const yearText = given.option('year');
  const year = yearText === undefined ? undefined : Number(yearText);
  if (year !== undefined && !(Number.isInteger(year) && year >= 1900 && year <= 2200)) {
    warn('--year is a year such as 2026.');
    return null;
  }
  if (zone !== undefined && !isZone(zone)) {
    warn(`--zone is an IANA name such as Europe/Berlin, not ${zone}.`);
    return null;
  }
  const named = given.option('encoding');
  const encoding = named === undefined ? null : encodingNamed(named);
  if (named !== undefined && encoding === null) {
    warn(`--encoding is one of ${ENCODINGS.join(', ')}; not ${named}.`);
    return null;
  }
  const password = passphraseGiven(given);
  return {
    ...(format ? { format } : {}),
    ...(zone ? { zone } : {}),
    ...(year ? { year } : {}),
    ...(encoding === null ? {} : { encoding }),
    ...(password === null ? {} : { password }),
  };
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
