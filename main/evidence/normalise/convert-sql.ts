/** Conversions of `as:` in SQL. Every one takes text (or NULL) and gives NULL for what it cannot read; none throws. */
import type { SqlType } from '../../../shared/fields';
import type { CONVERSIONS } from '../../formats/format';
import { quoteText } from '../../store/sql';
import type { Expression } from './layers';

export interface Typed {
  readonly sql: Expression;
  readonly type: 'VARCHAR' | 'BIGINT' | 'DOUBLE' | 'BOOLEAN';
}

export function asText(value: Typed): Expression {
  return value.type === 'VARCHAR' ? value.sql : `CAST(${value.sql} AS VARCHAR)`;
}

/** 0–255 without leading zeros. No two branches begin alike: RE2 then reads an address in one pass. */
const OCTET = '(?:1\\d{0,2}|2(?:[0-4]\\d?|5[0-5]?|[6-9])?|[3-9]\\d?|0)';
const IPV4 = `${OCTET}(?:\\.${OCTET}){3}`;
const LONGEST_ZERO_RUN = [8, 7, 6, 5, 4, 3, 2];

/** `let` for SQL: evaluates once, then names the result. */
function bind(name: string, value: Expression, body: Expression): Expression {
  return `list_transform([${value}], lambda ${name}: ${body})[1]`;
}

/**
 * RFC 5952 text of an IPv6 address, mapped IPv4 as IPv4, zone id dropped: as `canonicalIp` of shared/address.ts. Names
 * bound within names cost DuckDB ever more to plan, so that there are three.
 */
function ipv6(text: Expression): Expression {
  const plain = `lower(regexp_replace(${text}, '%[^\\s%]+$', ''))`;
  const dotted = `regexp_extract(${plain}, ${quoteText(`:(${IPV4})$`)}, 1)`;
  const hexOf = (part: number): Expression =>
    `format('{:x}', CAST(split_part(${dotted}, '.', ${part}) AS INTEGER) * 256 + CAST(split_part(${dotted}, '.', ${part + 1}) AS INTEGER))`;
  const undotted = `CASE WHEN ${dotted} = '' THEN ${plain} ELSE left(${plain}, strlen(${plain}) - strlen(${dotted})) || ${hexOf(1)} || ':' || ${hexOf(3)} END`;
  const hex = `CASE WHEN contains(${text}, '.') THEN ${undotted} ELSE ${plain} END`;
  const isHex = `regexp_full_match(h, '(?:[0-9a-f]{1,4}|:)(?::[0-9a-f]{0,4}){1,7}(?::)?') AND NOT contains(h, ':::') AND len(string_split(h, '::')) <= 2 AND (NOT starts_with(h, ':') OR starts_with(h, '::')) AND (NOT ends_with(h, ':') OR ends_with(h, '::'))`;
  const filled = `len(list_filter(string_split(h, ':'), lambda p: p <> ''))`;
  const whole = `CASE WHEN NOT contains(h, '::') THEN h WHEN ${filled} <= 7 THEN trim(replace(h, '::', ':' || repeat('0:', 8 - ${filled})), ':') END`;
  const groups = `list_transform(string_split(${whole}, ':'), lambda p: CASE WHEN ltrim(p, '0') = '' THEN '0' ELSE ltrim(p, '0') END)`;
  const shorten = LONGEST_ZERO_RUN.map((length) => {
    const run = quoteText(`:${'0:'.repeat(length)}`);
    return `WHEN contains(j, ${run}) THEN regexp_replace(j, ${run}, '::')`;
  }).join(' ');
  // One colon at either end is none of the address, two are.
  const trimmed = `regexp_replace(regexp_replace(CASE ${shorten} ELSE j END, '^:([^:])', '\\1'), '([^:]):$', '\\1')`;
  const octets = (group: number): Expression =>
    `CAST('0x' || g[${group}] AS INTEGER) // 256, CAST('0x' || g[${group}] AS INTEGER) % 256`;
  const mapped = `concat_ws('.', ${octets(7)}, ${octets(8)})`;
  const short = `CASE WHEN starts_with(j, ':0:0:0:0:0:ffff:') THEN ${mapped} ELSE ${trimmed} END`;
  const finish = `CASE WHEN len(g) = 8 THEN ${bind('j', `':' || array_to_string(g, ':') || ':'`, short)} END`;
  return bind('h', hex, `CASE WHEN ${isHex} THEN ${bind('g', groups, finish)} END`);
}

/** Blanks around an address, brackets around an IPv6 one and the port behind either are no part of it. */
const AROUND_IP = `^ *(?:(${IPV4})|\\[([0-9A-Fa-f:.]{2,45}(?:%[^\\]\\s]{1,60})?)\\])(?::\\d{1,5})? *$`;

function ip(text: Expression): Expression {
  const around = quoteText(AROUND_IP);
  const inside = (group: number): Expression => `regexp_extract(${text}, ${around}, ${group})`;
  const bare = `CASE WHEN regexp_matches(${text}, ${around}) THEN ${inside(1)} || ${inside(2)} ELSE trim(${text}) END`;
  const v6 = `CASE WHEN contains(b, ':') AND strlen(b) <= 128 THEN ${ipv6('b')} END`;
  const other = bind('b', bare, `CASE WHEN regexp_full_match(b, ${quoteText(IPV4)}) THEN b ELSE ${v6} END`);
  return `CASE WHEN regexp_full_match(${text}, ${quoteText(IPV4)}) THEN ${text} ELSE ${other} END`;
}

const MAC =
  '[0-9a-f]{2}(?::[0-9a-f]{2}){5}|[0-9a-f]{2}(?:-[0-9a-f]{2}){5}|[0-9a-f]{4}(?:\\.[0-9a-f]{4}){2}|[0-9a-f]{12}';

function mac(text: Expression): Expression {
  const digits = `regexp_replace(m, '[^0-9a-f]', '', 'g')`;
  const pairs = `regexp_replace(${digits}, '(..)(..)(..)(..)(..)(..)', '\\1:\\2:\\3:\\4:\\5:\\6')`;
  return bind('m', `lower(${text})`, `CASE WHEN regexp_full_match(m, ${quoteText(MAC)}) THEN ${pairs} END`);
}

/** A duration in text → nanoseconds. Up to nine digits before the point in the unit's own fraction stay exact. */
function duration(text: Expression, unitNs: number): Expression {
  const whole = `TRY_CAST(regexp_extract(${text}, '^[+-]?\\d{1,18}') AS HUGEINT) * ${unitNs}`;
  const fraction = `TRY_CAST(regexp_extract(${text}, '\\.(\\d+)', 1) AS DOUBLE)`;
  const scale = `power(10, strlen(regexp_extract(${text}, '\\.(\\d+)', 1)))`;
  const sign = `CASE WHEN starts_with(${text}, '-') THEN -1 ELSE 1 END`;
  const rest = `coalesce(CAST(round(${fraction} / ${scale} * ${unitNs}) AS BIGINT), 0)`;
  const plain = `TRY_CAST(${whole} + ${sign} * ${rest} AS BIGINT)`;
  const scientific = `TRY_CAST(round(TRY_CAST(${text} AS DOUBLE) * ${unitNs}) AS BIGINT)`;
  return `CASE WHEN regexp_full_match(${text}, '[+-]?\\d{1,18}(?:\\.\\d{0,18})?') THEN ${plain} ELSE ${scientific} END`;
}

/** `1:02:03.5`, `2d 03:04:05`, `02:03` (minutes, seconds) → nanoseconds. */
function clockDuration(text: Expression): Expression {
  const shape = `'^(?:(\\d{1,6})(?:d| days?)?[ ,]+)?(?:(\\d{1,6}):)?(\\d{1,6}):(\\d{1,2}(?:\\.\\d{1,9})?)$'`;
  const number = (part: string): Expression => `coalesce(TRY_CAST(c.${part} AS DOUBLE), 0)`;
  return bind(
    'c',
    `regexp_extract(${text}, ${shape}, ['d', 'h', 'm', 's'])`,
    `CASE WHEN c.s <> '' THEN CAST(round((${number('d')} * 86400 + ${number('h')} * 3600 + ${number('m')} * 60 + ${number('s')}) * 1e9) AS BIGINT) END`,
  );
}

const UNIT_NS: Readonly<Record<string, number>> = {
  days: 86_400_000_000_000,
  hours: 3_600_000_000_000,
  minutes: 60_000_000_000,
  seconds: 1_000_000_000,
  milliseconds: 1_000_000,
  microseconds: 1000,
  nanoseconds: 1,
};

/** RFC 5424 §6.2.1 severities 0–7 onto 0–6: emergency is fatal, alert and critical critical, … debug informational. */
const SYSLOG_SEVERITY = '[6, 5, 5, 4, 3, 2, 1, 1]';

/** The value converted as a format's `as:` asks. */
export function convert(value: Typed, as: (typeof CONVERSIONS)[number]): Typed {
  const text = asText(value);
  const unitNs = UNIT_NS[as];
  if (unitNs !== undefined) return { sql: duration(text, unitNs), type: 'BIGINT' };
  switch (as) {
    case 'lower':
      return { sql: `lower(${text})`, type: 'VARCHAR' };
    case 'upper':
      return { sql: `upper(${text})`, type: 'VARCHAR' };
    case 'integer':
      return { sql: `TRY_CAST(${text} AS BIGINT)`, type: 'BIGINT' };
    case 'hexadecimal':
      return {
        sql: `CASE WHEN regexp_full_match(${text}, '(?:0[xX])?[0-9a-fA-F]{1,15}') THEN TRY_CAST('0x' || regexp_replace(${text}, '^0[xX]', '') AS BIGINT) END`,
        type: 'BIGINT',
      };
    case 'number':
      return { sql: `TRY_CAST(${text} AS DOUBLE)`, type: 'DOUBLE' };
    case 'comma_number':
      return {
        sql: `TRY_CAST(replace(replace(replace(${text}, '.', ''), ' ', ''), ',', '.') AS DOUBLE)`,
        type: 'DOUBLE',
      };
    case 'boolean':
      return {
        sql: `CASE WHEN lower(${text}) IN ('true', 't', 'yes', 'y', '1') THEN true WHEN lower(${text}) IN ('false', 'f', 'no', 'n', '0') THEN false END`,
        type: 'BOOLEAN',
      };
    case 'ip':
      return { sql: ip(text), type: 'VARCHAR' };
    case 'mac':
      return { sql: mac(text), type: 'VARCHAR' };
    case 'port':
      return { sql: `CAST(TRY_CAST(${text} AS USMALLINT) AS BIGINT)`, type: 'BIGINT' };
    case 'list':
      return {
        sql: `CASE WHEN starts_with(${text}, '[') AND json_valid(${text}) THEN array_to_string(json_extract_string(${text}, '$[*]'), ', ') ELSE ${text} END`,
        type: 'VARCHAR',
      };
    case 'file_name':
      return { sql: `regexp_extract(${text}, '([^/\\\\]*)$', 1)`, type: 'VARCHAR' };
    case 'plain_text':
      return {
        sql: `regexp_replace(${text}, ${quoteText('\\x1b\\[[0-9;]*[A-Za-z]')}, '', 'g')`,
        type: 'VARCHAR',
      };
    case 'escaped_text':
      return { sql: `regexp_replace(${text}, '\\\\([|\\\\])', '\\1', 'g')`, type: 'VARCHAR' };
    case 'hex_text':
      return {
        sql: `CASE WHEN regexp_full_match(${text}, '(?:[0-9a-fA-F]{2})+') THEN replace(TRY(decode(unhex(${text}))), chr(0), ' ') END`,
        type: 'VARCHAR',
      };
    case 'clock_duration':
      return { sql: clockDuration(text), type: 'BIGINT' };
    case 'severity_of_priority':
      return {
        sql: `CAST(CASE WHEN TRY_CAST(${text} AS BIGINT) BETWEEN 0 AND 191 THEN ${SYSLOG_SEVERITY}[TRY_CAST(${text} AS BIGINT) % 8 + 1] END AS BIGINT)`,
        type: 'BIGINT',
      };
    default:
      return { sql: text, type: 'VARCHAR' };
  }
}

/** Cast to a column's type; what does not fit is NULL. */
export function castTo(value: Typed, type: SqlType): Expression {
  if (value.type === type) return value.sql;
  return `TRY_CAST(${value.sql} AS ${type})`;
}
