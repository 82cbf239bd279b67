/** Test support: a small case in memory whose events hold hostile text, and a Python program that judges filters. */
import { execFileSync } from 'node:child_process';
import { EVENT_FIELDS } from '../../shared/fields';
import type { Filter } from '../../shared/filter';
import type { Sort } from '../../shared/view';
import { Database } from '../store/database';
import { ident, join, sql, trusted } from '../store/sql';
import { createTable, EVIDENCE_COLUMNS, FACT_TABLES } from '../store/tables';

export type MadeEvent = Readonly<Record<string, string | number | boolean | null>>;

/** Times are microseconds since 1970 UTC. Absent fields are NULL. */
export async function madeCase(
  events: readonly MadeEvent[],
  sha256: ReadonlyMap<number, string>,
): Promise<Database> {
  const database = await Database.open({ path: null, memoryLimitMb: 500, threads: 2, tempFolder: null });
  for (const { name, columns } of FACT_TABLES) await database.run(createTable(name, columns));
  await database.run(createTable('evidence', EVIDENCE_COLUMNS));
  for (const [id, hash] of sha256) {
    await database.run(sql`INSERT INTO evidence (evidence_id, sha256, removed)
      VALUES (CAST(${String(id)} AS UINTEGER), ${hash}, false)`);
  }
  const shape = JSON.stringify([
    Object.fromEntries(EVENT_FIELDS.map(({ name, type }) => [name, type === 'TIMESTAMP' ? 'BIGINT' : type])),
  ]);
  const columns = join(
    EVENT_FIELDS.map(({ name, type }) =>
      type === 'TIMESTAMP' ? sql`make_timestamp(r.${ident(name)})` : sql`r.${ident(name)}`,
    ),
    ', ',
  );
  for (let from = 0; from < events.length; from += 5000) {
    const rows = JSON.stringify(events.slice(from, from + 5000));
    await database.run(sql`INSERT INTO event SELECT ${columns}
      FROM (SELECT unnest(from_json(CAST(${rows} AS JSON), ${shape})) AS r)`);
  }
  await database.run(trusted('CHECKPOINT'));
  return database;
}

export function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import ipaddress, json'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export interface Question {
  readonly filter: Filter;
  readonly sort: Sort;
}

/** Ids of the events that pass each filter, in order, as an independent program sees it. */
export function askPython(
  events: readonly MadeEvent[],
  sha256: ReadonlyMap<number, string>,
  questions: readonly Question[],
): readonly (readonly string[])[] {
  const texts = EVENT_FIELDS.filter((field) => field.type === 'VARCHAR').map((field) => field.name);
  const input = JSON.stringify({ events, sha: Object.fromEntries(sha256), questions, texts });
  const answer = execFileSync('python3', ['-c', ORACLE], { input, maxBuffer: 1 << 28, encoding: 'utf8' });
  return JSON.parse(answer);
}

const ORACLE = `
import sys, json, ipaddress, functools
given = json.loads(sys.stdin.buffer.read().decode('utf-8'))
sha, texts = given['sha'], given['texts']
def address(text):
    try: a = ipaddress.ip_address(text)
    except ValueError: return None
    return getattr(a, 'ipv4_mapped', None) or a
def passes(f, e):
    k = f['kind']
    if k == 'and': return all(passes(p, e) for p in f['of'])
    if k == 'or': return any(passes(p, e) for p in f['of'])
    if k == 'not': return not passes(f['of'], e)
    if k == 'words': return any(e.get(n) is not None and f['text'].lower() in e[n].lower() for n in texts)
    if k == 'time':
        t = e.get('timestamp')
        return t is not None and f['from'] <= t < f['to']
    if k == 'cidr':
        net = ipaddress.ip_network(f['network'], strict=False)
        for n in ([f['field']] if f['field'] else ['source_ip', 'destination_ip']):
            a = address(e[n]) if e.get(n) is not None else None
            if a is not None and a.version == net.version and a in net: return True
        return False
    v = e.get(f['field'])
    if k == 'null': return v is None
    if v is None: return False
    if k == 'in':
        for w in f['values']:
            if isinstance(v, str): same = v == (w if isinstance(w, str) else str(w).lower() if isinstance(w, bool) else repr(w))
            elif isinstance(v, bool): same = v == (w if isinstance(w, bool) else str(w).lower() == 'true')
            else: same = v == (float(w) if isinstance(w, str) and '.' in w else int(w) if isinstance(w, str) else w)
            if same: return True
        return False
    if k == 'contains': return f['text'].lower() in str(v).lower()
    return {'<': v < f['value'], '<=': v <= f['value'], '>': v > f['value'], '>=': v >= f['value']}[f['op']]
def ordering(sort):
    keys = [(s['field'], s['descending']) for s in sort] + [(n, False) for n in
        ('timestamp', 'time_remainder_ns', '#sha', 'record_number', 'event_id')]
    def value(e, n): return sha.get(str(e['evidence_id'])) if n == '#sha' else e.get(n)
    def compare(a, b):
        for n, down in keys:
            x, y = value(a, n), value(b, n)
            if x == y: continue
            if x is None: return 1
            if y is None: return -1
            less = -1 if x < y else 1
            return -less if down else less
        return 0
    return functools.cmp_to_key(compare)
answer = []
for q in given['questions']:
    found = [e for e in given['events'] if passes(q['filter'], e)]
    found.sort(key=ordering(q['sort']))
    answer.append([str(e['event_id']) for e in found])
sys.stdout.write(json.dumps(answer))
`;
