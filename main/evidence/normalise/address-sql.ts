/**
 * Rows of `asset_address` from inventories: a cell may list several addresses, and from when to when they hold is
 * read like any other time, under the evidence's zone.
 */
import type { Format, TimeRule, Value } from '../../formats/format';
import type { Database } from '../../store/database';
import { quoteText, trusted } from '../../store/sql';
import { decideOrder, type Order, orderColumns } from './analyse';
import { asText, convert } from './convert-sql';
import { assetId } from './inventory-sql';
import type { Expression, Layer } from './layers';
import { type MomentContext, momentFrom } from './moment-sql';
import { planRecords, type RecordPlan, type Staged } from './record-sql';
import { NULL, openScope, type ValueScope, valueSql } from './value-sql';

type AddressRule = Format['addresses'][number];

/** What an inventory may write a day or a moment as. */
const VALIDITY_FORMS = ['iso', 'date', '%d %b %Y', '%d-%b-%Y', '%b %d, %Y', 'syslog'];
const VALIDITY = ['valid_from', 'valid_to'] as const;
const BETWEEN = '[\\s,;|"\\[\\]]+';

function textOf(value: Value | undefined, scope: ValueScope): Expression {
  return value === undefined ? NULL.sql : `nullif(trim(${asText(valueSql(value, scope))}), '')`;
}

/** A list of all that the cell holds of its kind, as events carry it. */
function listOf(value: Value | undefined, scope: ValueScope, layer: Layer): Expression {
  if (value === undefined) return 'CAST([] AS VARCHAR[])';
  const isPlain = typeof value === 'object' && value.map === undefined && value.default === undefined;
  const many = isPlain && (value.as === 'ip' || value.as === 'mac' || value.extract !== undefined);
  if (!many) {
    const text = layer.add(textOf(value, scope));
    return `CASE WHEN ${text} IS NULL THEN CAST([] AS VARCHAR[]) ELSE [${text}] END`;
  }
  const { extract, as, ...whole } = value;
  const cell = layer.add(textOf(whole, scope));
  const pieces =
    extract === undefined
      ? `string_split_regex(${cell}, ${quoteText(BETWEEN)})`
      : `regexp_extract_all(${cell}, ${quoteText(extract)}, 1)`;
  const read = as === undefined ? 'piece' : asText(convert({ sql: 'piece', type: 'VARCHAR' }, as));
  const found = `list_transform(${pieces}, lambda piece: nullif(${read}, ''))`;
  return `coalesce(list_filter(${found}, lambda one: one IS NOT NULL), CAST([] AS VARCHAR[]))`;
}

interface Validity {
  readonly record: RecordPlan;
  readonly scope: ValueScope;
  /** Columns of text, in the order of `VALIDITY`. */
  readonly texts: readonly string[];
}

function openRecord(fields: AddressRule, format: Format, staged: Staged): Validity {
  const record = planRecords(format, staged, 'record');
  const scope = openScope(record.layers, record.resolve, staged.meta);
  const layer = record.layers.open();
  return { record, scope, texts: VALIDITY.map((name) => layer.add(textOf(fields[name], scope))) };
}

function instants({ record, texts }: Validity, context: MomentContext): readonly Expression[] {
  const rule: TimeRule = { form: VALIDITY_FORMS, zone: 'asked' };
  return texts.map((text) =>
    text === NULL.sql ? NULL.sql : momentFrom(rule, { text, fine: null }, context, record.layers).utc,
  );
}

/** How days of validity are written in this evidence, and how many cannot be read. Null where a format has none. */
export async function findValidity(
  database: Database,
  format: Format,
  staged: Staged,
  context: Omit<MomentContext, 'dateOrder'>,
): Promise<Order | null> {
  const dated = format.addresses.filter((one) => VALIDITY.some((name) => one[name] !== undefined));
  if (dated.length === 0) return null;
  // One order for the whole evidence, as its rows are read by one.
  const counts = [0, 0, 0];
  for (const fields of dated) {
    const plan = openRecord(fields, format, staged);
    const columns = orderColumns(plan.texts, plan.record.layers.open());
    const seen = await database.all(trusted(plan.record.layers.select(columns.join(', '))));
    counts.forEach((count, index) => {
      counts[index] = count + Number(seen.rows[0]?.[index] ?? 0);
    });
  }
  const order = decideOrder(counts);
  let unread = 0;
  for (const fields of dated) {
    const plan = openRecord(fields, format, staged);
    const utc = instants(plan, { ...context, dateOrder: order.order });
    const lost = utc.map(
      (at, index) => `count(*) FILTER (WHERE ${plan.texts[index]} IS NOT NULL AND ${at} IS NULL)`,
    );
    const table = await database.all(trusted(plan.record.layers.select(lost.join(', '))));
    for (const count of table.rows[0] ?? []) unread += Number(count);
  }
  const notes =
    unread === 0
      ? []
      : [
          `${unread} dates from or until which an address holds could not be read; those ends were left open.`,
        ];
  return { order: order.order, notes: [...order.notes, ...notes] };
}

/**
 * SELECT of the columns of `asset_address`: a row per address, and the MAC beside it where a record lists as many of
 * either. Null where the format has none.
 */
export function addressSelect(
  format: Format,
  staged: Staged,
  evidenceId: number,
  context: MomentContext,
): string | null {
  if (format.addresses.length === 0) return null;
  const selects = format.addresses.map((fields) => {
    const plan = openRecord(fields, format, staged);
    const { layers, fits } = plan.record;
    const cells = layers.open();
    const lists = layers.open();
    const [ips, macs, names] = [fields.ip, fields.mac, fields.host_name].map((value) =>
      lists.add(listOf(value, plan.scope, cells)),
    );
    const [from, to] = instants(plan, context);
    const rows = layers.open();
    const beside = `len(${ips}) = len(${macs}) OR len(${ips}) = 0`;
    const below = `list_concat(list_transform(${ips}, lambda one: CAST(NULL AS VARCHAR)), ${macs})`;
    const ip = rows.add(`unnest(${ips})`);
    const mac = rows.add(`unnest(CASE WHEN ${beside} THEN ${macs} ELSE ${below} END)`);
    const name = rows.add(`unnest(${names})`);
    const columns = [
      `record_number, ${assetId(evidenceId)} AS asset_id`,
      `${ip} AS ip, ${mac} AS mac, ${name} AS host_name`,
      `make_timestamp(CAST(${from} AS BIGINT)) AS valid_from, make_timestamp(CAST(${to} AS BIGINT)) AS valid_to`,
      `CAST(${evidenceId} AS UINTEGER) AS evidence_id`,
    ];
    const where = fits === null ? '' : ` WHERE ${fits}`;
    return layers.select(columns.join(', '), where);
  });
  return `SELECT * EXCLUDE (record_number) FROM (${selects.join(' UNION ALL ')}) ORDER BY record_number`;
}
