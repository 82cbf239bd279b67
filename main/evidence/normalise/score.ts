/**
 * How much of a staged sample each format reads: a few statements for all formats together, since the same question
 * is asked of every file of a big folder. Equal shares are ordered by the formats' own samples.
 */
import type { Candidate } from '../../../shared/evidence';
import type { Condition, Format, StagedKind } from '../../formats/format';
import { conditionNames } from '../../formats/names';
import { type Claims, orderBySamples } from '../../formats/order';
import type { Database } from '../../store/database';
import { quoteText, trusted } from '../../store/sql';
import { missingFrom, readsKind } from './compile';
import { conditionSql } from './condition-sql';
import type { Expression } from './layers';
import { jsonPointer, matchOnly, planRecords, type Staged } from './record-sql';
import { type StagedRows, stagedSample, stageRows } from './stage-sample';

/** Records looked at; a sample of 256 KiB holds more of most logs, to no gain. */
const MOST_RECORDS = 500;
const SAMPLE = `(SELECT * FROM record LIMIT ${MOST_RECORDS})`;

interface Shares {
  readonly format: Format;
  readonly read: number;
  /** Lines around the records. */
  readonly around: number;
  /** Records that also show what makes the format evident. */
  readonly evident: number;
}

async function counts(database: Database, statement: Expression): Promise<number[]> {
  const table = await database.all(trusted(statement));
  return (table.rows[0] ?? []).map(Number);
}

/** First look, one statement: how many records there are, and how many the bare pattern or a condition on keys lets through. */
async function firstLook(
  database: Database,
  formats: readonly Format[],
  kind: StagedKind,
  base: string,
): Promise<{ readonly records: number; readonly seen: readonly number[] }> {
  const [records = 0, ...seen] = await firstCounts(database, formats, kind, base);
  return { records, seen };
}

async function firstCounts(
  database: Database,
  formats: readonly Format[],
  kind: StagedKind,
  base: string,
): Promise<readonly number[]> {
  if (kind === 'lines') {
    const select = formats.map(({ match }) =>
      match.pattern === undefined
        ? 'count(*)'
        : `count(*) FILTER (WHERE regexp_matches(c0, ${quoteText(match.pattern)}))`,
    );
    return counts(database, `SELECT ${['count(*)', ...select].join(', ')} FROM ${base}`);
  }
  if (kind !== 'json') {
    const records = await counts(database, `SELECT count(*) FROM ${base}`);
    return [...records, ...formats.map(() => Number.POSITIVE_INFINITY)];
  }
  const names = [...new Set(formats.flatMap((format) => plainNames(format.match.when)))];
  const paths = names.map((name) => quoteText(jsonPointer(name)));
  const cells = `TRY(json_extract_string(c0, [${paths.length === 0 ? `'/'` : paths.join(', ')}])) AS j`;
  const select = formats.map(({ match, values }) => {
    const { when } = match;
    // A condition on derived values is judged in the second look.
    const isPlain = when === undefined || conditionNames(when).every((name) => values[name] === undefined);
    const condition = conditionSql(
      isPlain && when !== undefined ? when : { tests: [], any: [], none: [] },
      (name) => ({
        sql: `nullif(j[${names.indexOf(name) + 1}], '')`,
        type: 'VARCHAR',
      }),
    );
    return `count(*) FILTER (WHERE j IS NOT NULL AND ${condition})`;
  });
  return counts(database, `SELECT ${['count(*)', ...select].join(', ')} FROM (SELECT ${cells} FROM ${base})`);
}

function plainNames(condition: Condition | undefined): readonly string[] {
  return condition === undefined ? [] : conditionNames(condition);
}

/** Second look at one format, with everything it asks for. */
async function secondLook(
  database: Database,
  format: Format,
  staged: Staged,
  base: string,
): Promise<Omit<Shares, 'format'>> {
  const plan = planRecords(matchOnly(format), staged, base);
  const fits = plan.fits ?? 'true';
  const evident =
    format.evident === undefined
      ? 'true'
      : plan.layers.open().add(conditionSql(format.evident.when, plan.resolve));
  const conditions = [fits, `${fits} AND ${evident}`, plan.isSkipped ?? 'false'];
  const select = conditions.map((condition) => `count(*) FILTER (WHERE ${condition})`);
  const [read = 0, shown = 0, around = 0] = await counts(database, plan.layers.select(select.join(', ')));
  return { read, evident: shown, around };
}

/** What each format reads of a table of records; formats that read nothing are left out. */
async function sharesOf(
  database: Database,
  formats: readonly Format[],
  staged: Staged,
  base: string,
): Promise<{ readonly records: number; readonly shares: readonly Shares[] }> {
  const able = formats.filter(
    (format) => readsKind(format, staged.kind) && missingFrom(format, staged) === null,
  );
  if (able.length === 0) return { records: 0, shares: [] };
  const { records, seen: first } = await firstLook(database, able, staged.kind, base);
  const shares: Shares[] = [];
  for (const [index, format] of able.entries()) {
    const seen = Math.min(first[index] ?? 0, records);
    if (seen === 0) continue;
    const { when, skips } = format.match;
    const isPlain = when === undefined && skips === undefined && format.evident === undefined;
    const look = isPlain
      ? { read: seen, evident: seen, around: 0 }
      : await secondLook(database, format, staged, base);
    if (look.read > 0) shares.push({ format, ...look });
  }
  return { records, shares };
}

function why(share: Shares, records: number, staged: Staged): string {
  const { format, read } = share;
  const all = read === records ? `all ${records}` : `${read} of ${records}`;
  if (format.generic) return `reads ${format.title.charAt(0).toLowerCase()}${format.title.slice(1)}`;
  const columns = format.match.columns ?? [];
  if (columns.length > 0 && staged.kind !== 'json' && staged.kind !== 'lines') {
    const names = columns.map((one) => (typeof one === 'string' ? one : (one[0] ?? '')));
    return `has the columns ${names.slice(0, 6).join(', ')}${names.length > 6 ? ', …' : ''}; ${all} sampled records fit`;
  }
  return `${all} sampled records have its shape`;
}

/** Whether one evidence can be offered to both: a binary event log is known by its bytes and is no other format's. */
function canMeet(reader: Format, owner: Format): boolean {
  return (reader.read.kind === 'evtx') === (owner.read.kind === 'evtx');
}

/** Rows of one kind, columns and header words together: a statement costs more than the rows of a sample. */
function alike(samples: readonly StagedRows[]): readonly StagedRows[] {
  const found = new Map<string, StagedRows>();
  for (const one of samples) {
    const key = JSON.stringify([one.kind, one.columns, one.meta]);
    const rows = [...(found.get(key)?.rows ?? []), ...one.rows];
    found.set(key, { ...one, rows });
  }
  return [...found.values()];
}

/** Readers of each owner's samples, by ids. Kept: samples never change while the program runs. */
const claimed = new Map<string, boolean>();

/**
 * Which formats read at least one sample of which others as their own, as `Claims` of formats/order.ts. Uses a table
 * of its own, so that the staged evidence stays as it is.
 */
export async function findClaims(database: Database, formats: readonly Format[]): Promise<Claims> {
  const key = (reader: string, owner: string): string => `${reader} ${owner}`;
  for (const owner of formats) {
    const readers = formats.filter(
      (one) => one !== owner && canMeet(one, owner) && !claimed.has(key(one.id, owner.id)),
    );
    if (readers.length === 0) continue;
    const found = new Set<string>();
    for (const staged of alike(owner.samples.map((sample) => stagedSample(owner, sample)))) {
      const asked = readers.filter((one) => !found.has(one.id));
      await stageRows(database, 'format_sample', staged);
      const { shares } = await sharesOf(database, asked, staged, 'format_sample');
      for (const share of shares) if (share.evident > 0) found.add(share.format.id);
    }
    for (const reader of readers) claimed.set(key(reader.id, owner.id), found.has(reader.id));
  }
  await database.run(trusted('DROP TABLE IF EXISTS format_sample'));
  return (reader, owner) => claimed.get(key(reader, owner)) ?? false;
}

/** Specific before general among formats that read the same records. */
export async function orderFormats(
  database: Database,
  formats: readonly Format[],
): Promise<readonly string[]> {
  return orderBySamples(
    formats.map((format) => format.id),
    await findClaims(database, formats),
  );
}

/**
 * Ranks formats over the staged sample in `record`: by share of records read, then specific before general, generic
 * formats last. A format that is not evident in enough of the records is not listed.
 */
export async function scoreFormats(
  database: Database,
  formats: readonly Format[],
  staged: Staged,
): Promise<readonly Candidate[]> {
  const { records, shares } = await sharesOf(database, formats, staged, SAMPLE);
  const evident = shares
    .filter(
      ({ format, evident: shown }) => format.evident === undefined || shown >= records * format.evident.share,
    )
    .map((share) => ({ ...share, read: share.read + share.around }));
  const ranked: Shares[] = [];
  for (const generic of [false, true]) {
    const same = evident.filter(({ format }) => format.generic === generic);
    for (const read of [...new Set(same.map((one) => one.read))].sort((a, b) => b - a)) {
      const tied = same.filter((one) => one.read === read);
      const order =
        tied.length < 2
          ? null
          : await orderFormats(
              database,
              tied.map((one) => one.format),
            );
      ranked.push(
        ...(order === null ? tied : order.flatMap((id) => tied.filter((one) => one.format.id === id))),
      );
    }
  }
  return ranked.map((share) => ({
    format: share.format.id,
    title: share.format.title,
    score: records === 0 ? 0 : share.read / records,
    why: why(share, records, staged),
  }));
}
