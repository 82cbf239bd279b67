/** Of a log without years, the records that tell where the year turns: the first and the last of each day. */
import type { Format, TimeRule } from '../../formats/format';
import type { Database } from '../../store/database';
import { trusted } from '../../store/sql';
import type { CompileContext } from './compile-context';
import { type EventPlan, planEvents } from './event-sql';
import { formsOf } from './moment-sql';
import type { Staged } from './record-sql';

/** A day and a clock as syslog writes them: of two such texts with the same day, both can be read or neither. */
const PLAIN_DAY =
  '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 0-3][0-9] (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]';
const DAY_LENGTH = 6;
/** Records whose days are looked at together. */
const RUN_RECORDS = 65_536;

/**
 * Records whose times tell where the year turns, as a table: among neighbours of one day the first and the last. Reading
 * each record's time twice would take an eighth of a whole import.
 */
export async function dayBorders(
  database: Database,
  format: Format,
  staged: Staged & Pick<CompileContext, 'writeDayEdges'>,
): Promise<string> {
  const plan = planEvents(format, staged, 'record');
  const [time] = plan.starts;
  if (time === undefined || plan.parts.length > 1 || !formsOf(time.rule.form).includes('syslog'))
    return 'record';
  const isFirst = beginsLine(format, staged, time.rule);
  if (isFirst && (await staged.writeDayEdges?.('day_border'))) {
    const days = daysOf(planEvents(format, staged, 'day_border'));
    const unread = `SELECT count(*) FROM day_border WHERE ${BEGINS_WITH_DAY} AND ${isUnread(days)}`;
    if (Number(await database.one(trusted(unread))) === 0) return 'day_border';
    await database.run(trusted('DROP TABLE day_border'));
  }
  // Most logs are in order: then a day is one run of records, and neighbours need not be compared one by one.
  await database.run(
    trusted(`CREATE OR REPLACE TEMP TABLE day_run AS
      SELECT n // ${RUN_RECORDS} AS run, d, min(n) AS a, max(n) AS z, d IS NOT NULL AND max(n) - min(n) + 1 = count(*) AS whole
      FROM (${isFirst ? LINE_DAYS : daysOf(plan)}) GROUP BY run, d`),
  );
  await database.run(
    trusted(`CREATE OR REPLACE TEMP TABLE day_border AS SELECT * FROM record WHERE record_number IN (
      SELECT a FROM day_run WHERE whole UNION SELECT z FROM day_run WHERE whole)`),
  );
  await database.run(
    trusted('CREATE OR REPLACE TEMP TABLE day_broken AS SELECT run FROM day_run WHERE NOT whole'),
  );
  if (isFirst) {
    const unread = isUnread(daysOf(planEvents(format, staged, 'day_border')));
    await database.run(
      trusted(
        `INSERT INTO day_broken SELECT DISTINCT record_number // ${RUN_RECORDS} FROM day_border WHERE ${unread}`,
      ),
    );
  }
  await database.run(trusted('DROP TABLE day_run'));
  if (Number(await database.one(trusted('SELECT count(*) FROM day_broken'))) === 0) return 'day_border';
  const broken = `record_number // ${RUN_RECORDS} IN (SELECT run FROM day_broken)`;
  const some = planEvents(format, staged, `(SELECT * FROM record WHERE ${broken})`);
  // Numbers alone: where the records are in no order, nearly each is among them.
  await database.run(
    trusted(`CREATE OR REPLACE TEMP TABLE day_more AS SELECT n FROM (
      SELECT n, d, lag(d) OVER () AS p, lead(d) OVER () AS q FROM (${daysOf(some)}))
      WHERE d IS NULL OR d IS DISTINCT FROM p OR d IS DISTINCT FROM q`),
  );
  return `(SELECT * FROM day_border WHERE NOT (${broken}) UNION ALL
    SELECT * FROM record WHERE record_number IN (
      SELECT n FROM day_more UNION SELECT record_number FROM day_border WHERE ${broken}))`;
}

/** The day of each record's time, NULL where it is not written as syslog writes it; records of no time are left out. */
function daysOf({ starts: [time], layers }: EventPlan): string {
  const text = time?.text ?? 'CAST(NULL AS VARCHAR)';
  return layers.select(
    `record_number AS n, CASE WHEN regexp_full_match(${text}, '${PLAIN_DAY}') THEN left(${text}, ${DAY_LENGTH}) END AS d`,
  );
}

/** As `daysOf`, of lines that begin with their time, by the places of its signs alone. */
const BEGINS_WITH_DAY = "c0 >= 'A' AND c0 LIKE '___ __ __:__:__%'";
const LINE_DAYS = `SELECT record_number AS n, CASE WHEN ${BEGINS_WITH_DAY} THEN left(c0, ${DAY_LENGTH}) END AS d FROM record`;

/** The group a line's pattern begins with, after what only a sign, a digit or a blank begins. */
const LEADING_GROUP =
  /^\^(?:\\s[?*]|\(\?:<[^()|]*>\)\?|\(\?:<\(\?P<\w+>[^()|]*\)>\)\?|\(\?:1 \)\?)*\(\?P<(\w+)>/;

/** Whether a line that begins with a letter begins with its time, if it has any. */
function beginsLine(format: Format, staged: Staged, rule: TimeRule): boolean {
  const { from, join, value } = rule;
  const isPlain = typeof from === 'string' && join === undefined && value === undefined;
  if (staged.kind !== 'lines' || !isPlain || format.values[from] !== undefined) return false;
  return LEADING_GROUP.exec(format.match.pattern ?? '')?.[1] === from;
}

/** Whether a record is none of the format, or its time none: others of its day may be both. */
function isUnread(days: string): string {
  return `record_number NOT IN (SELECT n FROM (${days}) WHERE d IS NOT NULL)`;
}

/** Takes away what `dayBorders` left. */
export async function dropDayBorders(database: Database): Promise<void> {
  for (const table of ['day_border', 'day_broken', 'day_more'])
    await database.run(trusted(`DROP TABLE IF EXISTS ${table}`));
}
