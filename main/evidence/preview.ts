/** The first records of a file as the import would read them: raw text, cells, the event each would become. */
import type { ImportOptions, Preview } from '../../shared/evidence';
import { type Outcome, type Problem, succeed } from '../../shared/problem';
import type { Format } from '../formats/format';
import type { Database, Table } from '../store/database';
import { join, sql } from '../store/sql';
import { choose, type Detection, detect } from './detect';
import { asPlanned } from './iso-times';
import type { FormatLibrary } from './library';
import type { Compiled } from './normalise/compile';
import { planColumns, planMeta, type ReadPlan, stagedKind } from './plan';
import { type EventRow, eventRows } from './preview-events';
import { showMembers, showPackets } from './preview-whole';
import { recordColumns } from './record-columns';
import type { TextSample } from './sample';
import { stageSample } from './stage';

/** Records shown where nobody says how many. */
const RECORDS = 20;
const RAW_CHARACTERS = 4000;

type PreviewRecord = Preview['records'][number];

/**
 * Reads the head of the file only; `database` is scratch space whose table `record` is replaced. `known` is what was
 * found of the same file before, by the same library and in the encoding asked for.
 */
export async function previewFile(
  database: Database,
  library: FormatLibrary,
  file: { readonly path: string; readonly name: string },
  options: ImportOptions,
  most = RECORDS,
  known: Detection | null = null,
): Promise<Outcome<Preview>> {
  const found = known
    ? succeed(known)
    : await detect(database, library, file.path, { encoding: options.encoding });
  if (!found.ok) return found;
  const detection = found.value;
  const { head, sample, candidates } = detection;
  const bare: Preview = {
    name: file.name,
    sizeBytes: head.sizeBytes,
    compression: head.compression,
    encoding: sample && sample.binary === null ? sample.guess.encoding : '',
    encodingGuessed: sample?.guess.source === 'guess',
    candidates: [...candidates],
    chosen:
      head.kind.kind === 'capture'
        ? head.kind.id
        : head.kind.kind === 'container'
          ? head.kind.container
          : null,
    columns: [],
    records: [],
    zone: { name: options.zone ?? null, source: null, needed: false },
    problem: detection.problem,
  };
  if (head.kind.kind === 'capture') return succeed({ ...bare, ...(await showPackets(database, head, most)) });
  if (head.kind.kind === 'container') {
    return succeed({ ...bare, ...(await showMembers(file.path, head, options.password)) });
  }
  const chosen = chooseForLooking(detection, library, options.format);
  if (!sample || !chosen.ok) return succeed({ ...bare, problem: chosen.ok ? bare.problem : chosen.problem });
  const { format, plan, doubt } = chosen.value;
  const { chosen: _, ...rest } = bare;
  const shown = { ...rest, chosen: format.id, problem: doubt };
  return succeed({
    ...shown,
    ...(await showRecords(database, library, { detection, sample, format, plan, most }, options)),
  });
}

/** A weak guess is shown all the same, with the doubt beside it. */
function chooseForLooking(
  detection: Detection,
  library: FormatLibrary,
  asked: string | undefined,
): Outcome<{ format: Format; plan: ReadPlan; doubt: Problem | null }> {
  const chosen = choose(detection, library, asked);
  if (chosen.ok) return succeed({ ...chosen.value, doubt: null });
  const best = asked === undefined ? detection.candidates[0] : undefined;
  const format = library.formats.find(({ id }) => id === best?.format);
  const plan = format ? detection.plans.get(format.id) : undefined;
  return format && plan ? succeed({ format, plan, doubt: chosen.problem }) : chosen;
}

interface Chosen {
  readonly detection: Detection;
  readonly sample: TextSample;
  readonly format: Format;
  readonly plan: ReadPlan;
  readonly most: number;
}

async function showRecords(
  database: Database,
  library: FormatLibrary,
  { detection, sample, format, plan, most }: Chosen,
  options: ImportOptions,
): Promise<Partial<Preview>> {
  const staged = await stageSample(database, sample, plan);
  const { head } = detection;
  const columns = await recordColumns(database, plan);
  const cells = new Map<number, Array<string | null>>();
  const read = await database.all(
    sql`SELECT record_number, ${join(columns.expressions, ', ')} FROM record WHERE record_number <= ${most}`,
  );
  for (const [number, ...values] of read.rows) cells.set(Number(number), values.map(textOf));
  const compiled = await library.compile(database, asPlanned(format, plan), {
    evidenceId: 0,
    zone: options.zone ?? null,
    year: options.year ?? null,
    fileTimeUs: head.gzipTimeUs ?? Math.round(head.modifiedMs * 1000),
    kind: stagedKind(plan),
    columns: planColumns(plan),
    meta: planMeta(plan),
    mapping: options.mapping ?? null,
    records: staged,
  });
  const places = await database.all(sql`
    SELECT record_number, byte_offset, byte_length, NULL AS reason FROM record WHERE record_number <= ${most}
    UNION ALL
    SELECT record_number, byte_offset, byte_length, reason FROM unsplit WHERE record_number <= ${most}
    ORDER BY record_number`);
  const events = compiled.ok ? await readEvents(database, compiled.value, most) : new Map<number, EventRow>();
  const reasons = compiled.ok ? await readReasons(database, compiled.value, most) : new Map<number, string>();
  const records = places.rows.map((row): PreviewRecord => {
    const [number, offset, length, reason] = row;
    const from = Number(offset);
    const bytes = sample.bytes.subarray(from, from + Math.min(Number(length), RAW_CHARACTERS));
    return {
      number: Number(number),
      raw:
        sample.binary === null ? new TextDecoder().decode(bytes) : madeText(cells.get(Number(number)), plan),
      cells: cells.get(Number(number)) ?? [],
      event: events.get(Number(number)) ?? null,
      reject: typeof reason === 'string' ? reason : (reasons.get(Number(number)) ?? null),
    };
  });
  if (!compiled.ok) return { columns: [...columns.source], records, problem: compiled.problem };
  const { timeZoneSource } = compiled.value;
  const assumed = timeZoneSource === 'assumed';
  const name = assumed ? 'UTC' : (options.zone ?? null);
  const { guessed } = compiled.value;
  return {
    columns: [...columns.source],
    ...(guessed ? { mapping: guessed } : {}),
    records,
    zone: { name, source: timeZoneSource, needed: assumed },
  };
}

/** The first event of each of the first records. */
async function readEvents(
  database: Database,
  compiled: Compiled,
  most: number,
): Promise<Map<number, EventRow>> {
  for (const statement of compiled.prepare) await database.run(statement);
  const rows = await eventRows(database, sql`FROM (${compiled.events}) WHERE record_number <= ${most}`);
  const events = new Map<number, EventRow>();
  for (const event of rows) {
    const number = Number(event.record_number);
    if (!events.has(number)) events.set(number, event);
  }
  return events;
}

async function readReasons(
  database: Database,
  compiled: Compiled,
  most: number,
): Promise<Map<number, string>> {
  const table = await database.all(
    sql`SELECT record_number, reason FROM (${compiled.rejects}) WHERE record_number <= ${most}`,
  );
  return new Map(table.rows.map(([number, reason]) => [Number(number), String(reason)]));
}

type Cell = Table['rows'][number][number];

function textOf(value: Cell): string | null {
  return typeof value === 'string' ? value.slice(0, RAW_CHARACTERS) : null;
}

/** A record without text of its own: the one text made of it, or its cells. */
function madeText(cells: ReadonlyArray<string | null> | undefined, plan: ReadPlan): string {
  if (plan.kind !== 'parquet' || plan.form === 'json') return cells?.at(-1) ?? '';
  return (cells ?? []).filter((cell) => cell !== null).join(' | ');
}
