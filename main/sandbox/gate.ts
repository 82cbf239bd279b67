/**
 * Judges an analyst's query by its syntax tree before it runs: one SELECT, only the case's tables, no function that
 * reaches beyond them. The database is shut in besides; this closes what the shutting-in leaves open.
 */
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import { QUERY_TABLES as TABLES } from '../store/views';

/** What an analyst's query may name, besides `record_<evidence_id>`. */
export const QUERY_TABLES: readonly string[] = [...new Set([...TABLES, 'mark'])];

/** Table functions that make rows from their arguments alone. All others are refused, known or not. */
const TABLE_FUNCTIONS = new Set([
  'range',
  'generate_series',
  'unnest',
  'json_each',
  'json_tree',
  'repeat_row',
]);

/** Functions that read settings, files or the catalogue, write logs or state, or run text as SQL. */
const REFUSED = new Set([
  'checkpoint',
  'copy_database',
  'current_query',
  'current_setting',
  'currval',
  'force_checkpoint',
  'getenv',
  'getvariable',
  'glob',
  'import_database',
  'in_search_path',
  'json_deserialize_sql',
  'json_execute_serialized_sql',
  'json_serialize_plan',
  'json_serialize_sql',
  'nextval',
  'parse_duckdb_log_message',
  'query',
  'query_table',
  'set_config',
  'setseed',
  'sleep_ms',
  'sniff_csv',
  'sql_auto_complete',
  'summary',
  'truncate_duckdb_logs',
  'which_secret',
  'write_log',
]);
const REFUSED_PREFIXES = [
  'read_',
  'parquet_',
  'duckdb_',
  'pragma_',
  'enable_',
  'disable_',
  'pg_',
  '__internal',
  'arrow_',
  'seq_scan',
  'force_',
  'verify_',
  'test_',
];

export interface Verdict {
  /** Evidence ids of the `record_<id>` views the query names. */
  readonly records: readonly number[];
}

/** `text` as the analyst typed it; `serialize` gives DuckDB's own syntax tree as JSON. */
export async function judge(
  text: string,
  serialize: (text: string) => Promise<string>,
): Promise<Outcome<Verdict>> {
  // DuckDB would run what stands before a NUL and not what was judged.
  if (text.includes('\0')) return refuse('the query holds a NUL character');
  const tree: unknown = JSON.parse(await serialize(text));
  if (!isNode(tree)) return refuse('the query could not be read');
  if (tree.error === true) return parseFailure(tree);
  const statements = Array.isArray(tree.statements) ? tree.statements : [];
  if (statements.length !== 1) {
    return refuse(statements.length === 0 ? 'the query is empty' : 'only one statement can be run at a time');
  }
  return judgeTree(statements[0]);
}

type Node = Record<string, unknown>;

function judgeTree(root: unknown): Outcome<Verdict> {
  const named: { name: string; schema: string; catalog: string }[] = [];
  const own = new Set<string>();
  // A list instead of recursion: a deep query must not run out of stack.
  const open: unknown[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (Array.isArray(node)) {
      open.push(...node.filter((item) => typeof item === 'object' && item !== null));
      continue;
    }
    if (!isNode(node)) continue;
    const fault = judgeNode(node, named, own);
    if (fault) return refuse(fault);
    for (const [key, value] of Object.entries(node)) {
      // A table function's own name was judged with its node; its arguments are judged like any others.
      if (node.type === 'TABLE_FUNCTION' && key === 'function' && isNode(value))
        open.push({ ...value, function_name: '' });
      else if (typeof value === 'object' && value !== null) open.push(value);
    }
  }
  return judgeTables(named, own);
}

/** What is wrong with this node, or null; collects the tables named and the names the query itself gives. */
function judgeNode(
  node: Node,
  named: { name: string; schema: string; catalog: string }[],
  own: Set<string>,
): string | null {
  if (typeof node.function_name === 'string') {
    const name = node.function_name.toLowerCase();
    if (REFUSED.has(name) || REFUSED_PREFIXES.some((prefix) => name.startsWith(prefix))) {
      return `the function ${name} is not for queries`;
    }
  }
  if (node.type === 'TABLE_FUNCTION') {
    const name = isNode(node.function) ? String(node.function.function_name).toLowerCase() : '';
    if (!TABLE_FUNCTIONS.has(name)) return `the table function ${name} is not for queries`;
  }
  if (node.type === 'BASE_TABLE') {
    named.push({
      name: lower(node.table_name),
      schema: lower(node.schema_name),
      catalog: lower(node.catalog_name),
    });
  }
  if (node.type === 'SHOW_REF' && !isNode(node.query) && lower(node.table_name) !== '"tables"') {
    return 'only SHOW TABLES and DESCRIBE of a table can be asked';
  }
  const given = isNode(node.cte_map) ? node.cte_map.map : null;
  for (const entry of Array.isArray(given) ? given : []) if (isNode(entry)) own.add(lower(entry.key));
  // A name the query gives itself must not look like a file, or it would excuse reading one elsewhere in the query.
  const strange = [...own].find((name) => /[/\\.:*?]/.test(name));
  return strange === undefined ? null : `${JSON.stringify(strange)} is not a name for a part of a query`;
}

function judgeTables(
  named: readonly { name: string; schema: string; catalog: string }[],
  own: ReadonlySet<string>,
): Outcome<Verdict> {
  const records = new Set<number>();
  for (const { name, schema, catalog } of named) {
    if (schema === '' && catalog === '' && own.has(name)) continue;
    const isHome = (schema === '' || schema === 'main') && (catalog === '' || catalog === 'memory');
    const record = /^record_(\d{1,10})$/.exec(name);
    if (isHome && record) records.add(Number(record[1]));
    else if (!isHome || !QUERY_TABLES.includes(name)) return fail(unknownTable(name));
  }
  return succeed({ records: [...records] });
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lower(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : '';
}

function refuse(why: string): { readonly ok: false; readonly problem: Problem } {
  return fail({
    code: 'query-refused',
    what: 'This query is not run.',
    why,
    help: 'One SELECT over the tables of the case can be run; nothing that reads files, settings or other data.',
  });
}

function parseFailure(tree: Node): Outcome<Verdict> {
  const message = typeof tree.error_message === 'string' ? tree.error_message : 'it cannot be read';
  if (tree.error_type === 'not implemented') return refuse('only SELECT statements can be run');
  const position = typeof tree.position === 'string' ? `character ${Number(tree.position) + 1}` : undefined;
  return fail({
    code: 'query-wrong',
    what: 'The query is not right.',
    why: message,
    ...(position ? { where: position } : {}),
  });
}

function unknownTable(name: string): Problem {
  return {
    code: 'query-refused',
    what: 'The query names a table that is not of this case.',
    why: `${JSON.stringify(name)} is none of its tables`,
    help: `There are ${QUERY_TABLES.join(', ')} and record_<evidence_id>.`,
  };
}
